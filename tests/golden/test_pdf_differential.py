"""Both PDF engines over typeset and real files: the same tables, spans and texts, or a listed reason.

The reference is pdfplumber alone, from bytes to text: nothing of `pipeline.readers` but the types is used for it.
"""

from __future__ import annotations

import io
from bisect import bisect_left
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pdfplumber
import pytest
from pdfplumber.page import Page as PlumberPage
from pdfplumber.table import Table

from pipeline.model.grid import Grid, Page
from pipeline.readers.pdf import page_from_glyphs, read_page_glyphs
from pipeline.readers.pdf_pdfium import open_pdfium
from pipeline.readers.pdf_plumber import open_plumber
from tests.conftest import SHARED
from tests.corpus.random_facts import FAMILIES, random_facts
from tests.corpus.typeset import Format, typeset
from tests.corpus.write_pdf import PdfStyle

_FRAME = "pdfplumber makes one cell of the frame around title and table, which takes the form's text a second time"
_LOST = "pdfplumber leaves out 公开NN表, which stands beside the table's first rows in none of its cells"
_GAP = "gaps of exactly 3.000 pt before numbers in running text: pdfplumber's rounding makes a blank of one of two"
_WOVEN = "figures set lower than the words of their line: pdfplumber prints them as a line of their own"
#: Pages that differ, each looked at, with the reason; a page that differs no more fails too.
ALLOWED = {
    **{("江苏省委办公厅2017年预算公开表格.pdf", page_no): _FRAME for page_no in (2, 3, 4, 5, 7, 8, 10)},
    **{("江苏省政协办公厅2019年预算公开表.pdf", page_no): _LOST for page_no in (3, 5, 7, 9, 11, 12)},
    ("江苏省高级人民法院2019年度部门预算公开.pdf", 21): _GAP,
    **{("上海市普陀区财政局2024年度部门决算.pdf", page_no): _WOVEN for page_no in (1, 2, 4, 5, 6, 18, *range(21, 26))},
}
STYLES = {
    "landscape": PdfStyle(),
    "rotated": PdfStyle(is_rotated=True),
    "portrait": PdfStyle(is_landscape=False),
    "rotated portrait": PdfStyle(is_landscape=False, is_rotated=True),
    "header once": PdfStyle(repeats_header=False),
    "unruled": PdfStyle(has_rules=False),
}
REAL_FILES = sorted((SHARED / "corpus").glob("**/*.pdf"))
#: Rules nearer than this are one, for the reference's grid.
_SAME_RULE_PT = 2.0


class SeenCell(NamedTuple):
    """One cell of a table, or (row -1) one line of text outside tables, with its position in points."""

    row: int
    col: int
    row_span: int
    col_span: int
    text: str


def as_seen(page: Page) -> list[list[SeenCell]]:
    """A page as read: per block its cells."""
    return [
        [SeenCell(c.row_index, c.col_index, c.row_span, c.col_span, c.text) for c in block.cells]
        if isinstance(block, Grid)
        else [SeenCell(-1, -1, 1, 1, block.text)]
        for block in page.blocks
    ]


def by_pdfplumber(data: bytes) -> Iterator[list[list[SeenCell]]]:
    """The same by pdfplumber."""
    with pdfplumber.open(io.BytesIO(data)) as pdf:
        for page in pdf.pages:
            single = page.dedupe_chars(tolerance=1, extra_attrs=())
            tables = [table for table in single.find_tables() if len(table.cells) > 1]
            blocks = [(table.bbox[1], _cells(table)) for table in tables]
            blocks += [(line["top"], [SeenCell(-1, -1, 1, 1, line["text"])]) for line in _lines(single, tables)]
            yield [cells for _, cells in sorted(blocks, key=lambda block: block[0])]
            page.close()


def _lines(page: PlumberPage, tables: list[Table]) -> list[dict[str, Any]]:
    def is_outside(obj: dict[str, Any]) -> bool:
        x, y = (obj["x0"] + obj["x1"]) / 2, (obj["top"] + obj["bottom"]) / 2
        boxes = (table.bbox for table in tables)
        return obj["object_type"] == "char" and not any(b[0] <= x <= b[2] and b[1] <= y <= b[3] for b in boxes)

    return page.filter(is_outside).extract_text_lines(return_chars=False)


def _cells(table: Table) -> list[SeenCell]:
    xs = _edges([x for cell in table.cells for x in (cell[0], cell[2])])
    ys = _edges([y for cell in table.cells for y in (cell[1], cell[3])])
    text_of = {
        box: text or ""
        for row, texts in zip(table.rows, table.extract(), strict=True)
        for box, text in zip(row.cells, texts, strict=True)
        if box
    }
    cells = []
    for box in table.cells:
        left, right = bisect_left(xs, box[0] - _SAME_RULE_PT), bisect_left(xs, box[2] - _SAME_RULE_PT)
        top, bottom = bisect_left(ys, box[1] - _SAME_RULE_PT), bisect_left(ys, box[3] - _SAME_RULE_PT)
        cells.append(SeenCell(top, left, bottom - top, right - left, text_of[box]))
    return sorted(cells)


def _edges(positions: list[float]) -> list[float]:
    edges: list[float] = []
    for position in sorted(positions):
        if not edges or position - edges[-1] > _SAME_RULE_PT:
            edges.append(position)
    return edges


def differing_pages(data: bytes) -> dict[int, str]:
    """Page number to the first difference between our reading and pdfplumber's."""
    found = {}
    ours = (page_from_glyphs(glyphs)[0] for glyphs in read_page_glyphs(data))
    for page, expected in zip(ours, by_pdfplumber(data), strict=True):
        seen = as_seen(page)
        if seen != expected:
            blocks = (pair for pair in zip(seen, expected, strict=False) if pair[0] != pair[1])
            first = next(blocks, (seen[len(expected) :], expected[len(seen) :]))
            found[page.page_no] = f"found {first[0]}, expected {first[1]}"
    return found


@pytest.mark.parametrize("style", STYLES.values(), ids=STYLES)
@pytest.mark.parametrize("seed", range(2))
def test_typeset_pages_read_the_same_by_both_engines(seed: int, style: PdfStyle) -> None:
    family = sorted(FAMILIES)[seed % len(FAMILIES)]
    assert differing_pages(typeset(random_facts(seed, family), Format.PDF, style).content) == {}


@pytest.mark.parametrize("path", REAL_FILES, ids=lambda path: path.name)
def test_real_pages_read_the_same_by_both_engines(path: Path) -> None:
    allowed = {page_no for name, page_no in ALLOWED if name == path.name}
    found = differing_pages(path.read_bytes())
    assert {page_no: first for page_no, first in found.items() if page_no not in allowed} == {}
    assert allowed <= set(found), "no longer differs: take it off the list"


@pytest.mark.parametrize("path", REAL_FILES, ids=lambda path: path.name)
def test_real_pages_need_no_second_engine(path: Path) -> None:
    with open_pdfium(path.read_bytes()) as pdf:
        for page_no in range(1, pdf.page_count + 1):
            pdf.read_page(page_no)


def test_the_second_engine_reads_a_rotated_file_the_same() -> None:
    data = typeset(random_facts(3), Format.PDF, STYLES["rotated"]).content
    with open_plumber(data) as plumber:
        pages = [page_from_glyphs(plumber.read_page(page_no))[0] for page_no in range(1, plumber.page_count + 1)]
    assert [as_seen(page) for page in pages] == list(by_pdfplumber(data))


def test_there_are_real_files_to_compare() -> None:
    if not REAL_FILES:
        pytest.skip("needs ../shared/corpus, which is not in the repository")

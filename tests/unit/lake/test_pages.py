"""Pages that were dear to read come back as they were, and anything else is read again."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from pipeline.lake.pages import bytes_to_pages, forget_pages, pages_to_bytes, read_pages, write_pages
from pipeline.model.grid import BBox, Cell, Document, Grid, GridKind, Page, TextLine
from pipeline.model.personal import PersonalData, WithheldPlace

GRID = Grid(
    GridKind.SCAN,
    (
        Cell(0, 0, "合计", 1, 2, None, BBox(0, 0.1, 1e-17, 2.5)),
        Cell(1, 0, " 1,234.50\n", stored_text="1234.5", note="n"),
    ),
    row_count=2,
    col_count=2,
    page_no=1,
    sheet_name="表一",
    bbox=BBox(1.0, 2.0, 3.0, 4.0),
    col_edges=(0.1, 1 / 3, 2.0),
)
LINE = TextLine("经办人：[姓名]", 1, 7, BBox(0.0, 0.0, 1.0, 1.0), ((0.5, 1.5), (2.0, 3.0)))
DOCUMENT = Document(
    "d" * 64,
    "决算.pdf",
    "application/pdf",
    (Page(1, (LINE, GRID, TextLine("")), "封面", is_turned=True), Page(2, ())),
    2,
    ("a note",),
    ("damage",),
    (GRID,),
)
PLACES = (WithheldPlace(PersonalData.NAME, 1, BBox(0.0, 0.0, 1.0, 1.0)), WithheldPlace(PersonalData.EMAIL, None, None))
DATA = pages_to_bytes(DOCUMENT, PLACES)


def test_a_document_comes_back_as_it_was() -> None:
    assert bytes_to_pages(DATA) == (DOCUMENT, PLACES)
    assert pages_to_bytes(DOCUMENT, PLACES) == DATA


@pytest.mark.parametrize(
    "data",
    [b"", DATA[:-9], DATA[: len(DATA) // 2], b"no gzip", gzip.compress(b"{"), gzip.compress(b'[{"pages": 1}, []]')],
)
def test_what_is_damaged_is_none(data: bytes) -> None:
    assert bytes_to_pages(data) is None


def test_a_document_of_another_shape_is_none() -> None:
    older = gzip.decompress(DATA).replace(b'"is_turned"', b'"is_rotated"')
    assert bytes_to_pages(gzip.compress(older)) is None


def test_pages_of_an_older_reader_give_way(tmp_path: Path) -> None:
    write_pages(tmp_path, DOCUMENT.document_id, "old", DATA)
    write_pages(tmp_path, DOCUMENT.document_id, "new", DATA)
    assert read_pages(tmp_path, DOCUMENT.document_id) == ((DOCUMENT, PLACES), "new")
    assert len(list((tmp_path / "pages").iterdir())) == 1


def test_pages_under_another_id_are_not_taken(tmp_path: Path) -> None:
    write_pages(tmp_path, "e" * 64, "v", DATA)
    assert read_pages(tmp_path, "e" * 64) is None
    assert read_pages(tmp_path, "f" * 64) is None


def test_pages_of_files_that_are_gone_and_half_written_ones_are_removed(tmp_path: Path) -> None:
    for name in ("a", "b"):
        write_pages(tmp_path, name * 64, "v", DATA)
    (tmp_path / "pages" / f".{'a' * 64}.v.json.gz.17").write_bytes(b"half")
    forget_pages(tmp_path, {"a" * 64})
    assert [path.name[:1] for path in (tmp_path / "pages").iterdir()] == ["a"]
    forget_pages(tmp_path / "nothing", set())

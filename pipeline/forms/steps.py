"""A document as steps in reading order: its lines, the rows of its tables, and which of them are titles of forms."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import takewhile

from pipeline.forms.contents import is_list_of_contents, lines_of_contents
from pipeline.forms.preamble import PREAMBLE, YEAR_LINE
from pipeline.forms.titles import TitleMatch, form_no_of, match_title
from pipeline.model.form import FormSpec, RowKind
from pipeline.model.grid import Cell, Document, Grid, TextLine
from pipeline.model.text import match_key

#: A text line of this length after a table is prose, not a label, a note or a wrapped cell.
PROSE_LENGTH = 60
#: Below a table in the middle of a narrative, under a heading of its own: 七、国有资产信息, or a sentence.
PROSE = re.compile(r"^[(]?[一二三四五六七八九十]+[)、]|[。;]|,.*,")
#: The unit, the body and the year may stand between a title without 表 and its table.
LINES_BELOW = 4
#: A table's header and first line stand within so many rows.
_SIGNATURE_ROWS = 6
#: Something stands between a heading and the number of its page; 附表1 ends in a number as well.
_LED_TO_PAGE = re.compile(r"[\s.·•…⋯—–-]\(?\d{1,3}\)?\s*$")
#: A title broken over two lines: its first part has some words, its second is short.
_MIN_HEAD = 4
_MAX_TAIL = 30


@dataclass(frozen=True, slots=True)
class Step:
    """A step in reading order: a text line, or one row of a grid."""

    page_no: int
    line: TextLine | None = None
    grid: Grid | None = None
    row_index: int = -1
    title: TitleMatch | None = None
    #: A line of a table of contents names forms that begin elsewhere.
    is_contents: bool = False


def steps_of(document: Document, specs: tuple[FormSpec, ...]) -> list[Step]:
    """Returns the steps of a document, the titles of forms marked among them.

    Tables that no title names and their own header does are marked at their first row.
    """
    return list(_mark_untitled(list(_mark_titles(list(_steps(document)), specs)), specs))


def row_cells(item: Step) -> list[Cell]:
    """Returns the cells of the row a step is; a line has none."""
    return [cell for cell in item.grid.cells if cell.row_index == item.row_index] if item.grid else []


def _steps(document: Document) -> Iterator[Step]:
    """Yields lines and grid rows; a grid row that is a title or a preamble becomes lines."""
    contents = lines_of_contents(document)
    for page_index, page in enumerate(document.pages):
        for block_index, block in enumerate(page.blocks):
            if isinstance(block, TextLine):
                is_contents = (page_index, block_index) in contents and bool(_LED_TO_PAGE.search(block.text))
                yield Step(page.page_no, line=block, is_contents=is_contents)
                continue
            is_list = is_list_of_contents(block)
            for row_index, row in enumerate(block.rows()):
                texts = [cell for cell in row.values() if cell.text.strip()]
                if texts and not is_list and _is_line_row(texts):
                    for cell in texts:
                        yield from (Step(page.page_no, line=line) for line in _cell_lines(cell, block))
                elif texts:
                    yield Step(page.page_no, grid=block, row_index=row_index)


def _is_line_row(cells: list[Cell]) -> bool:
    keys = [match_key(cell.text) for cell in cells]
    if len(set(keys)) == 1:  # a title printed over each half of a table is one
        keys = keys[:1]
    if all(YEAR_LINE.search(key) or PREAMBLE.search(key) for key in keys) or any(PREAMBLE.search(key) for key in keys):
        return not any(re.search(r"\d[\d,]*\.\d", key) for key in keys)
    return len(keys) == 1 and bool(re.search(r"(表(\(.*\))?|报告)$", keys[0]))


def _cell_lines(cell: Cell, grid: Grid) -> Iterator[TextLine]:
    for text in cell.text.split("\n"):
        yield TextLine(text, page_no=grid.page_no, line_no=cell.line_no or cell.row_index + 1, bbox=cell.bbox)


def _mark_titles(items: list[Step], specs: tuple[FormSpec, ...]) -> Iterator[Step]:
    """Marks title lines; a title broken over two lines is found by joining neighbours."""
    specs = tuple(spec for spec in specs if spec.row_kind is not RowKind.ATTACHMENT)
    titles = [match_title(item.line.text, specs) if item.line and not item.is_contents else None for item in items]
    for index, item in enumerate(items):
        if item.line is None or item.is_contents:
            yield item
            continue
        title = titles[index]
        if title is None and index + 1 < len(items) and titles[index + 1] is None:
            following = items[index + 1].line
            if following and _may_continue(item.line.text, following.text):
                title = match_title(item.line.text.strip() + following.text.strip(), specs)
        if title and title.is_bare and not _table_follows(items, index):
            title = None
        yield replace(item, title=title) if title else item


def _may_continue(first: str, second: str) -> bool:
    key = match_key(second)
    is_tail = len(key) <= _MAX_TAIL and key.endswith(("表", ")")) and not form_no_of(second)
    return is_tail and len(match_key(first)) >= _MIN_HEAD


def _table_follows(items: list[Step], index: int) -> bool:
    """Whether no more than the body's name and the unit stand between a line and a table."""
    below = items[index + 1 : index + 1 + LINES_BELOW]
    lines = [item.line.text for item in takewhile(lambda item: item.line, below) if item.line]
    keys = [match_key(text) for text in lines]
    return len(lines) < len(below) and not any(len(key) > PROSE_LENGTH or PROSE.search(key) for key in keys)


def _mark_untitled(items: list[Step], specs: tuple[FormSpec, ...]) -> Iterator[Step]:
    """Marks the first row of a table that no title names, but its own header does.

    The title above belongs to the table that came first below it; a table that goes on over pages is that one's.
    """
    above: TitleMatch | None = None
    has_table = True
    known: set[int] = set()
    for index, item in enumerate(items):
        if item.title:
            above, has_table = item.title, False
        elif item.grid and id(item.grid) not in known:
            known.add(id(item.grid))
            spec = _spec_by_signature(items, index, specs) if has_table else None
            has_table = True
            if spec and (above is None or above.spec is not spec):
                above = TitleMatch(spec, "", is_bare=True)
                yield replace(item, title=above)
                continue
        yield item


def _spec_by_signature(items: list[Step], start: int, specs: tuple[FormSpec, ...]) -> FormSpec | None:
    grid = items[start].grid
    rows = [item for item in items[start : start + _SIGNATURE_ROWS] if item.grid is grid]
    texts = ("|".join(match_key(cell.text) for cell in row_cells(row) if cell.text.strip()) for row in rows)
    head = "|".join(texts)
    signed = (spec for spec in specs if spec.signature and all(part.search(head) for part in spec.signature))
    return next(signed, None)

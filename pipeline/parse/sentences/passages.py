"""The running text of a document as paragraphs: wrapped lines joined, page furniture left out, places kept.

Tables are not here: the lines of a recognised form belong to it, and a table of contents says nothing. The prose of a
performance attachment is read apart, as it speaks of one project.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, groupby
from typing import NamedTuple

from pipeline.model.form import FormRegion
from pipeline.model.grid import BBox, Cell, Document, Grid, TextLine
from pipeline.model.narrative import Position
from pipeline.parse.sentences.phrase_file import phrases

#: Wide signs to narrow ones, one for one, so that places stay; the comma of Chinese text stays itself.
_NARROW = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_NARROW[ord("，")] = ord("，")
_NARROW[ord("﹒")] = ord(".")
_NARROW[ord("﹪")] = ord("%")
_WHITE = re.compile(r"\s|\u200b|\ufeff|\u00ad")
_SENTENCE_END = re.compile(r"[。;!?]$")
#: How a line of its own begins: 一、 (一) 1. 1、 (1) ①
_ORDINAL = re.compile(
    r"([一二三四五六七八九十]{1,3}[、.]|\([一二三四五六七八九十\d]{1,3}\)、?|\d{1,2}[、.](?!\d)|[①-⑳]|第[一二三四五六七八九十]+(部分|章))"
)
_PAGE_NUMBER = re.compile(r"[-—–―·\s]*\d{1,4}[-—–―·\s]*|第\d+页(,?共\d+页)?|\d+/\d+")
#: Headings are short and end without a stop.
_HEADING_LENGTH = 42
#: So many lines before and after tell how long a full one is.
_NEAR_LINES = 6
#: A shorter line is full of nothing, even where all lines are short.
_SHORTEST_FULL = 18
_NOT_HEADING = re.compile(r"[。,，;]|、$|\d(\.\d+)?(万元|元|%|[人辆个家名台套])")
#: A short line with an ordinal that goes on in the next: 1、质保金:下达资 / 金54800元, 5、认可度达到 / 98%.
_UNFINISHED = re.compile(r":.|(达到?|为|是|共|约)$")
#: Headings without an ordinal end like this.
_HEADING_WORDS = re.compile(
    r"(情况说明|编制说明|机构设置|机构设置情况|名词解释|主要职能|主要职责|基本情况|(预算|决算)表)$"
)
#: A line is full from this share of the longest of its page.
_FULL_SHARE = 0.9
#: A running header stands on so many pages.
_REPEATED = 3
_RUNNING_HEADER = re.compile(r"(预算|决算|公开)")
_CONTENTS = re.compile(r"(?:(?<!\.)\.{3,}|(?<!…)…{2,}|(?<!·)·{3,})[-\s]*\d{1,3}$")
#: A table cell holds prose when it is so long and has a stop.
_PROSE_CELL_LENGTH = 30
#: The longest real paragraph, a whole page run together, has 2,769 signs; longer ones are read in parts, so that the
#: time to read a text follows its length.
_LONGEST_PARAGRAPH = 3000
_STOP = re.compile(r"[。;]")
#: In an attachment clauses are enough: its cells of prose may be cut off before their first stop.
_CLAUSES = "。，,;；"


class PrintedLine(NamedTuple):
    """A line as printed: its page and number (1-based; of the file, or of the page's running text) and its box."""

    page_no: int | None
    line_no: int | None
    bbox: BBox | None


@dataclass(frozen=True, slots=True)
class _Line:
    """A line without white space, narrow signs: `offsets[i]` is where its sign `i` stands behind `place`."""

    text: str
    place: Position
    offsets: Sequence[int]
    page_no: int | None
    line_no: int | None
    bbox: BBox | None = None
    is_full: bool = False


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph, or a part of a very long one: `text` without white space, narrow signs.

    `is_overlong`: so many signs without a stop are no sentence. `lines` are those it was joined of, `starts` where each
    begins, and `begin` where this part does, all in signs of the whole paragraph.
    """

    text: str
    is_heading: bool
    is_overlong: bool
    lines: tuple[_Line, ...]
    starts: tuple[int, ...]
    begin: int = 0

    def position_of(self, index: int) -> Position:
        """Returns where the sign `index` of the text stands in the document."""
        line, sign = self._place_of(index)
        return line.place._replace(offset=line.place.offset + line.offsets[sign])

    def line_of(self, index: int) -> PrintedLine:
        """Returns the printed line that a sign stands in."""
        line, _ = self._place_of(index)
        return PrintedLine(line.page_no, line.line_no, line.bbox)

    def _place_of(self, index: int) -> tuple[_Line, int]:
        number = bisect_right(self.starts, self.begin + index) - 1
        return self.lines[number], self.begin + index - self.starts[number]


def paragraphs_of(document: Document, regions: Iterable[FormRegion]) -> list[Paragraph]:
    """Returns the paragraphs of a document's running text in reading order.

    Args:
        document: As read.
        regions: Its recognised forms; their lines are left out.
    """
    taken = _parts_of(regions)
    lines = _clean(_lines(document, lambda part: id(part) not in taken))
    return _paragraphs(lines, _begins_paragraph)


def paragraphs_of_attachment(
    document: Document, region: FormRegion, read_rows: Collection[tuple[int | None, int]]
) -> list[Paragraph]:
    """Returns the paragraphs of prose within a performance attachment: its lines, and its cells that hold prose.

    Args:
        document: As read.
        region: The attachment.
        read_rows: Page and row numbers of what its tables were read from; a line there is no prose.
    """
    prose = _parts_of((region,)) - frozenset(_read_parts(region, read_rows))
    lines = _clean(_lines(document, lambda part: id(part) in prose, _CLAUSES))
    return _paragraphs(lines, _begins_entry)


def _read_parts(region: FormRegion, read_rows: Collection[tuple[int | None, int]]) -> Iterator[int]:
    """The cells of a region's tables that were read, or, where it has no tables, the lines."""
    for grid in region.grids:
        yield from (id(cell) for cell in grid.cells if (grid.page_no, cell.line_no or cell.row_index + 1) in read_rows)
    for number, line in enumerate(() if region.grids else region.lines, 1):
        if (line.page_no, line.line_no or number) in read_rows:
            yield id(line)


def _parts_of(regions: Iterable[FormRegion]) -> frozenset[int]:
    """The lines and cells of regions, by identity."""
    return frozenset(
        id(part)
        for region in regions
        for part in (*region.lines, *(cell for grid in region.grids for cell in grid.cells))
    )


def _clean(found: Iterable[_Line]) -> list[_Line]:
    return _marked_full(_without_furniture([line for line in found if line.text]))


def _lines(document: Document, is_wanted: Callable[[TextLine | Cell], bool], stops: str = "。") -> Iterator[_Line]:
    for page_index, page in enumerate(document.pages):
        line_no = 0
        for block_index, block in enumerate(page.blocks):
            if isinstance(block, TextLine):
                line_no += 1
                if is_wanted(block):
                    place = Position(page_index, block_index, None, 0)
                    line = _narrowed(block.text, place, block.page_no, block.line_no or line_no)
                    yield replace(line, bbox=block.bbox)
            else:
                yield from _prose_cells(block, page_index, block_index, is_wanted, stops)


def _prose_cells(
    grid: Grid, page_index: int, block_index: int, is_wanted: Callable[[TextLine | Cell], bool], stops: str
) -> Iterator[_Line]:
    """Yields the cells of a table that hold prose: some publishers set their whole text in one, or one a row."""
    is_sheet = _is_sheet_of_prose(grid)
    for cell_index, cell in enumerate(grid.cells):
        if not is_wanted(cell) or not (is_sheet or _is_prose(cell, stops)):
            continue
        offset = 0
        for part in cell.text.split("\n"):
            place = Position(page_index, block_index, cell_index, offset)
            yield _narrowed(part, place, grid.page_no, cell.line_no or cell.row_index + 1)
            offset += len(part) + 1


def _is_sheet_of_prose(grid: Grid) -> bool:
    """A worksheet with one text a row, headings and short sentences among them."""
    rows = [cell.row_index for cell in grid.cells if cell.text.strip()]
    return len(rows) == len(set(rows)) and any(cell.text.rstrip().endswith("。") for cell in grid.cells)


def _is_prose(cell: Cell, stops: str) -> bool:
    return len(cell.text) >= _PROSE_CELL_LENGTH and not set(stops).isdisjoint(cell.text)


def _narrowed(text: str, place: Position, page_no: int | None, line_no: int | None) -> _Line:
    narrow = text.translate(_NARROW)
    if not _WHITE.search(narrow):
        return _Line(narrow, place, range(len(narrow)), page_no, line_no)
    kept = [index for index, sign in enumerate(narrow) if not _WHITE.match(sign)]
    return _Line("".join(narrow[index] for index in kept), place, kept, page_no, line_no)


def _without_furniture(lines: list[_Line]) -> list[_Line]:
    """Leaves out page numbers, running headers and tables of contents."""
    counts = Counter(line.text for line in lines)
    return [line for line in lines if not _is_furniture(line.text, counts[line.text])]


def _is_furniture(text: str, count: int) -> bool:
    if _PAGE_NUMBER.fullmatch(text) or _CONTENTS.search(text):
        return True
    is_repeated = count >= _REPEATED and len(text) <= _HEADING_LENGTH and not _ORDINAL.match(text)
    return is_repeated and bool(_RUNNING_HEADER.search(text)) and not _SENTENCE_END.search(text)


def _marked_full(lines: list[_Line]) -> list[_Line]:
    """Marks lines that end about where the longest near them end: they go on in the next one."""
    ends = [_end(line) for line in lines]
    return [
        replace(line, is_full=len(line.text) >= _SHORTEST_FULL and ends[index] >= _FULL_SHARE * max(_near(ends, index)))
        for index, line in enumerate(lines)
    ]


def _end(line: _Line) -> float:
    """Where a line ends: on the page where the format says so, else after so many signs."""
    return line.bbox.x1 if line.bbox else float(len(line.text))


def _near(ends: list[float], index: int) -> list[float]:
    return ends[max(0, index - _NEAR_LINES) : index + _NEAR_LINES + 1]


def _groups(lines: Sequence[_Line], begins: Callable[[_Line, _Line], bool]) -> Iterator[list[_Line]]:
    """Yields runs of lines that make one paragraph."""
    number = 0
    numbers: list[int] = []
    for index, line in enumerate(lines):
        if index and begins(lines[index - 1], line):
            number += 1
        numbers.append(number)
    for _, run in groupby(range(len(lines)), key=numbers.__getitem__):
        yield [lines[index] for index in run]


def _begins_paragraph(before: _Line, line: _Line) -> bool:
    if phrases().project_statement.search(line.text):
        return True
    is_heading = _is_heading(before.text) and not before.is_full and not _UNFINISHED.search(before.text)
    if _SENTENCE_END.search(before.text) or is_heading:
        return True
    return bool(_ORDINAL.match(line.text)) and not before.text.endswith(("，", ",", "、", "(", "第"))


def _begins_entry(before: _Line, line: _Line) -> bool:
    """The same in an attachment, where labels stand in lines of their own and every cell is one entry."""
    return _cell_of(before) != _cell_of(line) or not before.is_full or _begins_paragraph(before, line)


def _cell_of(line: _Line) -> tuple[int, int, int] | None:
    place = line.place
    return None if place.cell_index is None else (place.page_index, place.block_index, place.cell_index)


def _is_heading(text: str) -> bool:
    if len(text) > _HEADING_LENGTH or _NOT_HEADING.search(text):
        return False
    return bool(_ORDINAL.match(text) or _HEADING_WORDS.search(text))


def _joined(lines: list[_Line]) -> Paragraph:
    text = "".join(line.text for line in lines)
    starts = tuple(accumulate((len(line.text) for line in lines[:-1]), initial=0))
    return Paragraph(text, _is_heading(text) and not lines[-1].is_full, False, tuple(lines), starts)


def _paragraphs(lines: Sequence[_Line], begins: Callable[[_Line, _Line], bool]) -> list[Paragraph]:
    return [part for group in _groups(lines, begins) for part in _parts(_joined(group))]


def _parts(paragraph: Paragraph) -> Iterator[Paragraph]:
    """Yields a paragraph, a very long one cut where sentences end."""
    text, begin = paragraph.text, 0
    while len(text) - begin > _LONGEST_PARAGRAPH:
        stop = max(text.rfind(mark, begin, begin + _LONGEST_PARAGRAPH) for mark in "。;") + 1
        is_overlong = stop <= begin
        if is_overlong:
            end = _STOP.search(text, begin + _LONGEST_PARAGRAPH)
            stop = end.end() if end else len(text)
        yield replace(paragraph, text=text[begin:stop], is_overlong=is_overlong, begin=begin)
        begin = stop
    if begin < len(text) or not begin:
        yield replace(paragraph, text=text[begin:], begin=begin) if begin else paragraph

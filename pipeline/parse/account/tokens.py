"""Every number a document prints, with its place: what the account has to explain.

A number is a run of digits, half or full width, with its separators of thousands and its decimals: `1,234.56`,
`2０24`, the 12.5 of `12.5%`. Circled digits and Chinese numerals are ordinals and no numbers. Figures that the page
prints without a gap are two numbers, as the parser takes them: `2585077.58302` is 2585077.58 and the code 302.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from pipeline.model.account import NumberToken
from pipeline.model.extract import CellKind
from pipeline.model.grid import Cell, Document, Grid, TextLine
from pipeline.model.text import CACHED_TEXTS
from pipeline.parse.amounts import read_amount

#: Full-width forms to half-width ones, one character for one, so that offsets stay those of the raw text.
FOLDED = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
_HAS_DIGIT = re.compile(r"[0-9０-９]")
_NUMBER = re.compile(
    r"[0-9]{1,2}(?=\.(?:19|20)[0-9]{2}\s?年)"  # the ordinal of 8.2025年部门预算
    r"|[0-9][0-9,]{0,24}\.[0-9]{2}(?=[235](?:[0-9]{2}){1,3}(?![0-9.,]))"  # an amount and a code
    r"|[0-9][0-9,]{0,24}\.[0-9]{2}(?=[0-9][0-9,]{0,24}\.[0-9]{2}(?![0-9]))"  # two amounts
    r"|(?:[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])|[0-9]+)(?:\.[0-9]+)?"
)
#: A number broken at a line's end goes on where the next begins; only prose runs on, so the line must be long enough.
_BREAKS_OFF = re.compile(r"[^0-9.,\s][0-9][0-9,]*(?:\.[0-9]?)?$")
_GOES_ON = re.compile(r"[0-9][0-9,]*(?:\.[0-9]+)?(?=[\u4e00-\u9fff%])")
_PROSE_LENGTH = 25
_MOST_DIGITS = 0.4


def has_number(text: str) -> bool:
    """Whether a text prints any number.

    >>> has_number("２０２４年度"), has_number("二〇二四年①")
    (True, False)
    """
    return _HAS_DIGIT.search(text) is not None


def folded(text: str) -> str:
    """Folds full-width characters to half-width ones; every character keeps its offset."""
    return text if text.isascii() else text.translate(FOLDED)


def numbers_in(text: str) -> Iterator[tuple[int, int, str]]:
    """Yields (start, end, number) of every number in a text.

    >>> [number for _, _, number in numbers_in("1.2023年收入2585077.58302")]
    ['1', '2023', '2585077.58', '302']
    """
    for match in _NUMBER.finditer(folded(text)):
        yield match.start(), match.end(), match.group()


@lru_cache(maxsize=CACHED_TEXTS)
def numbers_in_cell(text: str) -> tuple[tuple[int, int, str], ...]:
    r"""Returns the numbers of a cell; a cell that the parser reads as one amount is one, over line breaks too.

    >>> numbers_in_cell("1,234,\n567.00")
    ((0, 13, '1,234,567.00'),)
    """
    found = tuple(numbers_in(text))
    if len(found) > 1 and any(mark.isspace() for mark in text) and read_amount(text).kind is CellKind.NUMBER:
        start, end = found[0][0], found[-1][1]
        return ((start, end, "".join(folded(text[start:end]).split())),)
    return found


def number_tokens(document: Document) -> Iterator[NumberToken]:
    """Yields every number of every line and cell of a document, in reading order."""
    for page_index, page in enumerate(document.pages):
        before: TextLine | None = None
        for block_index, block in enumerate(page.blocks):
            if isinstance(block, Grid):
                yield from _tokens_of_grid(block, page_index, block_index)
                before = None
                continue
            if _HAS_DIGIT.search(block.text):
                after = page.blocks[block_index + 1] if block_index + 1 < len(page.blocks) else None
                place = page_index, block_index
                yield from _tokens_of_line(block, place, before, after if isinstance(after, TextLine) else None)
            before = block


def row_no_of(cell: Cell) -> int:
    """Returns the row number the values of a cell's row carry: the line number in text files, else counted from 1."""
    return cell.line_no or cell.row_index + 1


def _tokens_of_grid(grid: Grid, page_index: int, block_index: int) -> Iterator[NumberToken]:
    for cell in grid.cells:
        if _HAS_DIGIT.search(cell.text):
            for start, end, text in numbers_in_cell(cell.text):
                yield NumberToken(
                    page_index,
                    block_index,
                    cell.row_index,
                    cell.col_index,
                    grid.page_no,
                    row_no_of(cell),
                    start,
                    end,
                    text,
                )


def _tokens_of_line(
    line: TextLine, place: tuple[int, int], before: TextLine | None, after: TextLine | None
) -> Iterator[NumberToken]:
    """A number that a line break cuts in prose is one, where it begins; its second half is none of its own."""
    skipped = _goes_on_at(line.text, before)
    found = [number for number in numbers_in(line.text) if number[0] >= skipped]
    if found and after is not None and _goes_on_at(after.text, line):
        broken = _BREAKS_OFF.search(folded(line.text.rstrip()))
        first = next((n for n, number in enumerate(found) if broken and number[0] > broken.start()), len(found) - 1)
        found[first:] = [(found[first][0], found[-1][1], folded(line.text)[found[first][0] : found[-1][1]])]
    for start, end, text in found:
        yield NumberToken(*place, -1, -1, line.page_no, line.line_no or 0, start, end, text)


def _goes_on_at(text: str, before: TextLine | None) -> int:
    """Returns the offset behind the rest of a number that the line before broke off, else 0."""
    if before is None:
        return 0
    head = folded(before.text.rstrip())
    rest = _GOES_ON.match(folded(text))
    if rest is None or len(head) < _PROSE_LENGTH or not _BREAKS_OFF.search(head):
        return 0
    digits = sum(mark.isdigit() for mark in head)
    return rest.end() if digits < _MOST_DIGITS * len(head) else 0

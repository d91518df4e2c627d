"""Plain text, in any Chinese encoding: lines as they stand, tab-separated runs as grids."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from pipeline.errors import EmptyFile, FileTooLarge
from pipeline.model.grid import Block, Cell, Document, Grid, GridKind, Page, TextLine
from pipeline.model.source import SourceFile
from pipeline.readers.encoding import decode_text

#: The largest real disclosure as text is under 1 MB; a text of this size is a dump of something else.
MAX_TEXT_BYTES = 20_000_000
#: The longest line of a real disclosure, a whole page run together, has some 6,000 characters.
MAX_LINE_CHARS = 200_000
#: No form has forty columns; a thousand tabs in a row are no table.
MAX_LINE_COLS = 500
#: A real text under 1 MB has at most some ten thousand lines and cells; these are read in five seconds and 200 MB.
MAX_LINES, MAX_CELLS = 200_000, 500_000


def read_text(source: SourceFile, data: bytes) -> Document:
    r"""Reads a text file to one page of lines and tab-separated grids.

    `line_no` counts `\n` from 1, so it is the number an editor shows.

    Raises:
        FileTooLarge: More bytes, lines or cells than a disclosure can have, or a line of more characters or columns.
        DamagedFile: Not text.
        EmptyFile: Only white space.
    """
    _refuse_above(len(data), MAX_TEXT_BYTES, "bytes")
    text = decode_text(data).replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip():
        raise EmptyFile("the text holds only white space", remedy="fetch the file again")
    _refuse_above(text.count("\n"), MAX_LINES, "lines")
    _refuse_above(text.count("\t"), MAX_CELLS, "cells")
    lines = text.split("\n")
    for number, line in enumerate(lines, 1):
        _refuse_above(len(line), MAX_LINE_CHARS, f"characters in line {number}")
        _refuse_above(line.count("\t"), MAX_LINE_COLS, f"columns in line {number}")
    return Document(
        document_id=source.document_id,
        file_name=source.file_name,
        media_type="text/plain",
        pages=(Page(page_no=1, blocks=tuple(lines_to_blocks(lines))),),
        page_count=None,
    )


def _refuse_above(count: int, limit: int, what: str) -> None:
    if count > limit:
        raise FileTooLarge(
            f"a text of {count:,} {what}",
            expected=f"at most {limit:,}: one department's disclosure",
            remedy="look at the file: split it into its documents, or its lines where they were run together",
        )


def lines_to_blocks(lines: list[str]) -> Iterator[Block]:
    """Yields runs of lines with tabs as grids, the others as text lines; empty lines are left out."""
    numbered = [(number, line.strip("\f")) for number, line in enumerate(lines, 1)]
    for has_tabs, run in groupby(numbered, key=lambda item: "\t" in item[1]):
        if has_tabs:
            yield _tabbed_grid(list(run))
        else:
            yield from (TextLine(line, line_no=number) for number, line in run if line)


def _tabbed_grid(run: list[tuple[int, str]]) -> Grid:
    cells = []
    width = 0
    for row_index, (number, line) in enumerate(run):
        parts = line.split("\t")
        width = max(width, len(parts))
        cells += [Cell(row_index, col_index, part, line_no=number) for col_index, part in enumerate(parts)]
    return Grid(GridKind.TABBED, tuple(cells), row_count=len(run), col_count=width)

"""What the parser read as the code, line number or label of a line: no figures, but numbers on the page."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from pipeline.model.account import NumberKind, ReadText
from pipeline.model.form import Role
from pipeline.model.grid import GridKind
from pipeline.model.text import match_key, squeeze
from pipeline.parse.lines import Line
from pipeline.parse.records import Record
from pipeline.parse.table import Segment
from pipeline.parse.tokens import Token, TokenKind

_HAS_DIGIT = re.compile(r"\d")
#: A label has words; digits alone where a label should stand may be a figure.
_HAN = re.compile(r"[\u4e00-\u9fff]")
_SERIAL = re.compile(r"\d{1,4}(\.0+)?")
_KINDS = {
    Role.CODE: NumberKind.CODE,
    Role.CODE_PART: NumberKind.CODE,
    Role.NAME: NumberKind.LABEL,
    Role.QUALIFIER: NumberKind.LABEL,
}


def line_number_marks(segment: Segment) -> Iterator[ReadText]:
    """Yields the 行次 and ordinals of every row of a table, those of rows without label and of headings too."""
    columns = [column.index for column in segment.columns if column.role in (Role.LINE_NO, Role.ORDINAL)]
    for row in segment.rows:
        for index in columns:
            cell = row.cells.get(index)
            if cell is not None and _SERIAL.fullmatch(match_key(cell.text)):
                yield ReadText(
                    row.page_no, cell.line_no or cell.row_index + 1, cell.text, NumberKind.LINE_NUMBER, index + 1
                )


def line_marks(segment: Segment, line: Line) -> Iterator[ReadText]:
    """Yields the texts with digits that a table's line is named by; those of tables laid out are its records'."""
    if segment.kind is GridKind.LAID_OUT:
        return
    kinds = {column.index: _KINDS.get(column.role) for column in segment.columns if column.block == line.block}
    for index, cell in line.row.cells.items():
        if not _HAS_DIGIT.search(cell.text):
            continue
        kind = kinds.get(index)
        if kind is None and index not in kinds and squeeze(cell.text) in line.label:
            kind = NumberKind.LABEL  # words printed beside the columns, taken for the label
        if kind is not None and (kind is not NumberKind.LABEL or _HAN.search(cell.text)):
            yield ReadText(line.row.page_no, cell.line_no or cell.row_index + 1, cell.text, kind, cell.col_index + 1)


def record_marks(records: Iterable[Record]) -> Iterator[ReadText]:
    """Yields the texts with digits that the lines of a table without separators are named by."""
    for record in records:
        amounts = {id(token) for token in record.amounts}
        for token in record.tokens:
            if id(token) in amounts or not _HAS_DIGIT.search(token.text):
                continue
            kind = _kind_of(token)
            if kind is not None:
                yield ReadText(token.line.page_no, token.line.line_no or 0, token.text, kind)


def _kind_of(token: Token) -> NumberKind | None:
    if token.kind is TokenKind.CODE:
        return NumberKind.CODE
    if token.kind is TokenKind.NUMBER:
        return NumberKind.LINE_NUMBER
    return NumberKind.LABEL if _HAN.search(token.text) else None

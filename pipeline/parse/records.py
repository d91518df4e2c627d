"""Tokens to records: one per printed line of a form, with its amounts and the blanks before them.

A record is what a row is in a ruled table, before its amounts are given their columns.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal

from pipeline.parse.tokens import Token, TokenKind

_ORDINAL = re.compile(r"^([一二三四五六七八九十]+)、")
_DIGITS = {char: value for value, char in enumerate("一二三四五六七八九", 1)}
_EXPENDITURE_WORDS = re.compile(r"支出|年终|年末|结余分配")
#: How the sum and balance lines of two-sided forms begin.
_LINE_STARTS = re.compile(r"本年|上年|年初|年末|年终|收入总计|支出总计|总计|使用非|结余分配")
_REVENUE_WORDS = re.compile(r"收入|年初|上年|使用")
#: A label broken over lines has no more parts than this.
_LABEL_TOKENS = 8


@dataclass(slots=True)
class Record:
    """One printed line: code, label, amounts as (token, blanks before it), and the side it stands on (block)."""

    block: int
    code: str | None = None
    label: str = ""
    qualifier: str | None = None
    line_no: int | None = None
    amounts: list[Token] = field(default_factory=list)
    tokens: list[Token] = field(default_factory=list)


def ordinal_of(label: str) -> int | None:
    """Returns the printed ordinal of a label.

    >>> ordinal_of("二十三、其他支出"), ordinal_of("总计")
    (23, None)
    """
    match = _ORDINAL.match(label)
    if not match:
        return None
    text = match.group(1)
    tens, _, ones = text.rpartition("十")
    if "十" not in text:
        return _DIGITS.get(text)
    return (_DIGITS.get(tens, 1)) * 10 + _DIGITS.get(ones, 0)


def coded_records(tokens: list[Token], has_qualifier: bool, opens_line: Callable[[str], bool]) -> list[Record]:
    """Records of coded and named forms: a code or a label after amounts opens a new one.

    Args:
        tokens: The body in reading order.
        has_qualifier: Whether a second label is printed beside the first.
        opens_line: Whether a text is a line of its own by the catalogue (人员经费合计), even where no amount
            stands before it.
    """
    records: list[Record] = []
    current: Record | None = None
    for token in tokens:
        if token.kind is TokenKind.CODE:
            current = Record(0, code=token.text)
            records.append(current)
        elif token.kind is TokenKind.TEXT:
            is_new = (
                current is not None
                and bool(current.label)
                and (token.gap > 0 or token.indent or opens_line(token.text) or (token.is_apart and not has_qualifier))
            )
            if current is None or current.amounts or is_new:
                current = Record(0)
                records.append(current)
            _add_text(current, token, has_qualifier)
        elif current is None:
            current = Record(0)
            records.append(current)
        if token.kind in (TokenKind.NUMBER, TokenKind.DASH) and current is not None:
            current.amounts.append(token)
        if current is not None:
            current.tokens.append(token)
    return records


def _add_text(record: Record, token: Token, has_qualifier: bool) -> None:
    if has_qualifier and record.label and (token.is_apart or not token.is_first):
        record.qualifier = (record.qualifier or "") + token.text
    elif has_qualifier and record.qualifier:
        record.qualifier += token.text
    else:
        record.label += token.text


def numbered_records(tokens: list[Token], block_count: int, has_gaps: bool) -> list[Record]:
    """Records of forms with 行次: the first number after a label is its line number, whose run tells the side.

    Args:
        tokens: The body in reading order.
        block_count: Number of sides.
        has_gaps: Whether blank cells can be counted; else the run of line numbers alone tells where lines begin.
    """
    records: list[Record] = []
    next_no = [1] + [0] * (block_count - 1)
    current: Record | None = None
    for index, token in enumerate(tokens):
        if token.kind is TokenKind.TEXT:
            if current is None or current.line_no is not None or token.gap or ordinal_of(token.text):
                current = Record(0)
                records.append(current)
            current.label += token.text
        elif token.kind is TokenKind.NUMBER:
            number = _whole(token.text)
            if current is None or (
                current.line_no is not None
                and _opens_line(token, number, next_no, current, has_gaps)
                and number != _next_line_no(tokens[index + 1 : index + _LABEL_TOKENS])
            ):
                current = Record(0)
                records.append(current)
            if current.line_no is None and number is not None:
                current.line_no = number
                current.block = _block_of(number, next_no)
                next_no[current.block] = number + 1
                current.tokens.append(token)
                continue
            current.amounts.append(token)
        elif current is not None:
            current.amounts.append(token)
        if current is not None:
            current.tokens.append(token)
    return records


def _whole(text: str) -> int | None:
    value = Decimal(text.replace(",", ""))
    return int(value) if value == value.to_integral_value() else None


def _next_line_no(following: list[Token]) -> int | None:
    """Returns the number after the next label: where it is the one at hand, that one was an amount."""
    kinds = [token.kind for token in following]
    if TokenKind.TEXT not in kinds[:1] or TokenKind.NUMBER not in kinds:
        return None
    return _whole(following[kinds.index(TokenKind.NUMBER)].text)


def _opens_line(token: Token, number: int | None, next_no: list[int], current: Record, has_gaps: bool) -> bool:
    """Whether a number is the 行次 of a line whose label is blank."""
    if number is None or number not in next_no:
        return False
    has_moved_on = token.is_first or token.gap > 0 or not has_gaps
    is_other_side = next_no.index(number) != current.block
    return has_moved_on and (token.is_first or is_other_side)


def _block_of(number: int, next_no: list[int]) -> int:
    if number in next_no:
        return next_no.index(number)
    return next((block for block, expected in enumerate(next_no) if expected == 0), 0)


def sided_records(tokens: list[Token], block_lengths: list[int], has_gaps: bool) -> list[Record]:
    """Records of two-sided forms without 行次: blanks counted around the row tell the side, else ordinals do."""
    records: list[Record] = []
    current: Record | None = None
    position = 0
    starts = [sum(block_lengths[:n]) for n in range(len(block_lengths))]
    next_ordinal = [1] * len(block_lengths)
    for token in tokens:
        if token.kind is TokenKind.TEXT and current is not None and _continues_label(current, token):
            current.label += token.text
        elif token.kind is TokenKind.TEXT:
            block = (
                _side_by_position(token, position, starts, sum(block_lengths), current)
                if has_gaps
                else _side_by_words(token, current, next_ordinal)
            )
            current = Record(block, label=token.text)
            records.append(current)
            position = starts[block] + 1
            ordinal = ordinal_of(token.text)
            if ordinal:
                next_ordinal[block] = ordinal + 1
        elif current is not None:
            current.amounts.append(token)
            position += token.gap + 1
        if current is not None:
            current.tokens.append(token)
    return records


def _continues_label(current: Record, token: Token) -> bool:
    """A wrapped label goes on at the start of the very next line, with words no line item begins with."""
    if current.amounts or token.gap or not token.is_first or token.is_apart:
        return False
    return ordinal_of(token.text) is None and not _LINE_STARTS.match(token.text)


def _side_by_position(token: Token, position: int, starts: list[int], total: int, current: Record | None) -> int:
    if current is None:
        return 0
    last = len(starts) - 1
    if token.is_first and token.leading == 0 and token.gap == 0 and current.block == last:
        return 0
    here = (position + token.gap) % total
    if here in starts:
        if token.is_first and token.leading == 0 and current.block == last:
            return 0
        return starts.index(here)
    if token.is_first and token.leading == 0 and current.block == last:
        return 0
    return next((block for block, start in enumerate(starts) if start >= here), 0)


def _side_by_words(token: Token, current: Record | None, next_ordinal: list[int]) -> int:
    ordinal = ordinal_of(token.text)
    if ordinal is not None:
        fitting = [block for block, expected in enumerate(next_ordinal) if expected == ordinal]
        if len(fitting) == 1:
            return fitting[0]
    if _EXPENDITURE_WORDS.search(token.text):
        return len(next_ordinal) - 1
    if _REVENUE_WORDS.search(token.text):
        return 0
    if current is None or token.is_first:
        return 0
    return (current.block + 1) % len(next_ordinal)

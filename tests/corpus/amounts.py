"""Printed numbers: from text to yuan and back, in exact decimals. Knows nothing of forms."""

from __future__ import annotations

import re
from decimal import Decimal
from enum import StrEnum

YUAN_PER_UNIT = {"元": Decimal(1), "万元": Decimal(10_000)}
_NUMBER = re.compile(r"^-?(\d{1,3}(,\d{3})+|\d+)(\.\d+)?$")
_DASH = re.compile(r"^[-—─－]+$")
_CENT = Decimal("0.01")


class CellKind(StrEnum):
    """What stands in an amount cell. The words are those of the warehouse's reader."""

    NUMBER = "number"
    BLANK = "blank"
    DASH = "dash"


def classify_cell(text: str) -> CellKind:
    """Tells a number from a blank and from a dash (“not applicable”).

    Raises:
        ValueError: the text is none of the three, so the facts are wrong.

    >>> classify_cell("────").value
    'dash'
    """
    if not text:
        return CellKind.BLANK
    if _NUMBER.match(text):
        return CellKind.NUMBER
    if _DASH.match(text):
        return CellKind.DASH
    raise ValueError(f"found {text!r} in an amount cell; expected a number, a dash or nothing: mend the facts")


def parse_number(text: str) -> Decimal:
    """Reads a printed number exactly.

    >>> parse_number("2,939.71")
    Decimal('2939.71')
    """
    return Decimal(text.replace(",", ""))


def to_yuan(text: str, unit: str) -> Decimal:
    """Turns a printed amount into yuan with two decimals.

    >>> to_yuan("2,939.71", "万元")
    Decimal('29397100.00')
    """
    return (parse_number(text) * YUAN_PER_UNIT[unit]).quantize(_CENT)


def print_cents(cents: int, *, is_grouped: bool) -> str:
    """Prints hundredths of the document's unit, with or without separators.

    >>> print_cents(1293511, is_grouped=True)
    '12,935.11'
    """
    amount = Decimal(cents).scaleb(-2)
    return f"{amount:,.2f}" if is_grouped else f"{amount:.2f}"

"""Numbers as people read them, and as cells of CSV files that no spreadsheet takes for a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_UP, Decimal

#: A spreadsheet takes a text that begins so for a formula, and runs it.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_PERCENT = 100
_CENT = Decimal("0.01")


def yuan(amount: Decimal | None) -> str:
    """An amount with its thousands apart.

    >>> yuan(Decimal("-16144500.00"))
    '-16,144,500.00'
    """
    return "—" if amount is None else f"{amount:,.2f}"


def percent(ratio: Decimal | None) -> str:
    """A ratio as per cent.

    >>> percent(Decimal("0.123450"))
    '12.35%'
    """
    return "—" if ratio is None else f"{(ratio * _PERCENT).quantize(_CENT, ROUND_HALF_UP):,}%"


def csv_cell(value: object) -> str:
    """One cell: numbers bare, texts harmless.

    >>> csv_cell("=1+1"), csv_cell(Decimal("-1.50")), csv_cell(None), csv_cell(("a", "b"))
    ("'=1+1", '-1.50', '', 'a; b')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | Decimal):
        return str(value)
    text = "; ".join(map(str, value)) if isinstance(value, tuple) else str(value)
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


def to_csv(names: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A CSV file with the mark by which spreadsheets know UTF-8."""
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow(names)
    writer.writerows([csv_cell(value) for value in row] for row in rows)
    return "\ufeff" + written.getvalue()

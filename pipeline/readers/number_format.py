"""What a spreadsheet shows: a stored number and its number format to the text in the cell.

The amount of a cell is the one shown: 12935.109999999999 under `#,##0.00` is 12,935.11.
Source: ECMA-376 part 1, 18.8.31 (number formats); only what fiscal forms use is covered.
"""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal

#: A double holds 15 significant decimal digits; what stands beyond them is noise of binary storage.
_SIGNIFICANT_DIGITS = 15
#: A cell in General format shows at most 11 characters, so at most this many decimals matter for money.
_GENERAL_DECIMALS = 9
_LITERALS = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')
_PLACES = re.compile(r"[0#?]+(?:,[0#?]+)*(?:\.([0#?]+))?")


def exact(value: float | int) -> Decimal:
    """Returns the decimal a person typed: the shortest one that is stored as this double.

    >>> exact(12935.109999999999)
    Decimal('12935.11')
    """
    if isinstance(value, int):
        return Decimal(value)
    return Decimal(f"{value:.{_SIGNIFICANT_DIGITS}g}")


def shown_text(value: float | int, number_format: str) -> str:
    """Returns the number as the cell shows it, its literals (currency, padding) left out.

    >>> shown_text(12935.109999999999, "#,##0.00")
    '12,935.11'
    >>> shown_text(30101.0, "General")
    '30101'
    >>> shown_text(0, '_ * #,##0.00_ ;_ * "-"??_ ')
    '0.00'
    >>> shown_text(0.1234, "0.00%")
    '12.34%'
    """
    amount = exact(value)
    section = _section_for(amount, number_format)
    places = _PLACES.search(section)
    if number_format in ("General", "@", "") or places is None:
        return _plain(amount)
    is_percent = "%" in section
    if is_percent:
        amount *= 100
    decimals = len(places.group(1) or "")
    amount = amount.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    text = f"{amount:,f}" if "," in places.group(0) else f"{amount:f}"
    return text + ("%" if is_percent else "")


def _section_for(amount: Decimal, number_format: str) -> str:
    sections = [_LITERALS.sub("", part) for part in number_format.split(";")]
    if amount < 0 and len(sections) > 1 and _PLACES.search(sections[1]):
        return sections[1]
    return sections[0]


def _plain(amount: Decimal) -> str:
    rounded = (
        amount.quantize(Decimal(1).scaleb(-_GENERAL_DECIMALS)) if amount.adjusted() < _SIGNIFICANT_DIGITS else amount
    )
    text = f"{rounded:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text

"""One printed cell of an amount column to what it says. Money is Decimal; floats never touch it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from pipeline.model.extract import CellKind
from pipeline.model.text import CACHED_TEXTS, match_key

#: Printed unit to yuan.
YUAN_PER_UNIT: dict[str, Decimal] = {
    "元": Decimal(1),
    "千元": Decimal(1_000),
    "万元": Decimal(10_000),
    "百万元": Decimal(1_000_000),
    "亿元": Decimal(100_000_000),
}
CENT = Decimal("0.01")
#: More than thirty times the budget of the whole country (28 trillion in 2024): a serial number or two cells in one.
MAX_YUAN = Decimal(10) ** 15
#: More than a stored number ever shows (0.30000000000000004): the digits of two texts in one cell.
_MAX_DECIMALS = 20
#: A blank between digits, and the two ways in which one number has it: by thousands, and between all its characters.
_GAP = re.compile(r"[\d.][^\S\n]+[\d.]")
_SPACED = re.compile(r"[^\d.]*\d{1,3}(?:\s+\d{3})+(?:\.\d+)?[^\d.]*|\S(?:[^\S\n]\S)+")
#: 051 is the end of another figure, or a code; 00 and 0 are nothing but zero.
_LEADING_ZERO = re.compile(r"0[\d,]*[1-9]")
_DASH = re.compile(r"[-‐‑‒–—―─━_─/\\*]+|－+")
_NONE = re.compile(r"无|不适用|.{0,8}(无此项|没有此项|无数据|没有数据).{0,8}")
_NUMBER = re.compile(
    r"(?P<open>\()?(?P<sign>[-−–△▲+])?[¥￥]?(?P<digits>\d{1,3}(?:,\d{3})+|\d+)?(?P<fraction>\.\d*)?(?P<close>\))?"
    r"(?P<unit>亿元|百万元|万元|千元|元|辆|台\(套\)|台|套)?"
)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a cell says. `number` and `decimals` are set only for numbers; `unit` where one is printed in it."""

    kind: CellKind
    number: Decimal | None = None
    decimals: int = 0
    unit: str | None = None


@lru_cache(maxsize=CACHED_TEXTS)
def read_amount(text: str) -> Reading:
    """Reads one cell. Blank, 0, a dash, 无 and what cannot be read are five different things.

    >>> read_amount("2,939.71").number
    Decimal('2939.71')
    >>> read_amount("────").kind.value, read_amount(" ").kind.value, read_amount("0").kind.value
    ('dash', 'blank', 'number')
    >>> read_amount("49,90").kind.value
    'unreadable'
    """
    key = match_key(text)
    if not key:
        return Reading(CellKind.BLANK)
    if _DASH.fullmatch(key):
        return Reading(CellKind.DASH)
    if _NONE.fullmatch(key):
        return Reading(CellKind.NONE_WORD)
    match = _NUMBER.fullmatch(key)
    if not match or not _is_whole(match, text):
        return Reading(CellKind.UNREADABLE)
    fraction = match["fraction"] or ""
    number = Decimal((match["digits"] or "0").replace(",", "") + fraction)
    is_negative = match["sign"] not in (None, "+") or bool(match["open"])
    return Reading(CellKind.NUMBER, -number if is_negative else number, max(0, len(fraction) - 1), match["unit"])


def _is_whole(match: re.Match[str], text: str) -> bool:
    """Whether what looks like a number is one and all of it: neither cut off nor put together of two.

    None of 3.8 million figures of five thousand disclosures is printed in these ways; pieces of figures are.
    """
    digits, fraction = match["digits"] or "", match["fraction"] or ""
    is_cut = fraction == "." or not (digits or fraction) or bool(match["open"]) != bool(match["close"])
    is_two = len(fraction) > _MAX_DECIMALS + 1 or bool(_LEADING_ZERO.match(digits))
    return not is_cut and not is_two and not (_GAP.search(text) and not _SPACED.fullmatch(text.strip()))


def is_too_large(number: Decimal, unit: str) -> bool:
    """Whether no budget can hold this number; `unit` may be what is counted (辆).

    >>> is_too_large(Decimal("2939.71"), "万元"), is_too_large(Decimal("9" * 30), "元")
    (False, True)
    """
    return abs(number) * YUAN_PER_UNIT.get(unit, Decimal(1)) >= MAX_YUAN


def to_yuan(number: Decimal, unit: str) -> tuple[Decimal, bool]:
    """Returns the amount in yuan to the cent, and whether nothing was lost below it.

    >>> to_yuan(Decimal("2939.71"), "万元")
    (Decimal('29397100.00'), True)
    """
    exact = number * YUAN_PER_UNIT[unit]
    cents = exact.quantize(CENT)
    return cents, cents == exact


def precision_yuan(decimals: int, unit: str) -> Decimal:
    """Returns the size of the last printed digit in yuan.

    >>> precision_yuan(2, "万元")
    Decimal('100.00')
    """
    return Decimal(1).scaleb(-decimals) * YUAN_PER_UNIT[unit]


def is_number_like(text: str) -> bool:
    """Whether a cell holds a number (a year such as 2023年 is not one)."""
    return read_amount(text).kind is CellKind.NUMBER

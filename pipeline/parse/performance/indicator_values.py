"""One printed target or result (≥95%, 8万元, 及时) to operator, number and unit; what cannot be told stays open."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache
from typing import NamedTuple

from pipeline.model.performance import TargetOperator
from pipeline.model.text import match_key
from pipeline.parse.performance.words import performance_words

_NUMBER = re.compile(r"(?P<number>-?\d{1,3}(?:,\d{3})+(?:\.\d+)?|-?\d+(?:\.\d+)?)(?P<unit>\D*)")
#: A date or a span of time is no quantity: 2023年全年, 2023.1-2023.12.
_DATE = re.compile(r"(19|20)\d\d[年./-]|\d{1,2}月")
_LONGEST_UNIT = 12


class IndicatorValue(NamedTuple):
    """What a target or result says. `is_clear` is false where a number seems to stand there and cannot be told."""

    operator: str | None
    number: Decimal | None
    unit: str | None
    is_clear: bool = True


QUALITATIVE = IndicatorValue(TargetOperator.QUALITATIVE.value, None, None)


@cache
def _operators() -> tuple[tuple[str, str], ...]:
    words = performance_words().operators
    pairs = [(match_key(sign), operator) for operator, signs in words.items() for sign in signs]
    return tuple(sorted(pairs, key=lambda pair: -len(pair[0])))


def read_indicator_value(text: str) -> IndicatorValue:
    """Reads one target or result.

    >>> read_indicator_value("≥95%")[:3]
    ('>=', Decimal('95'), '%')
    >>> read_indicator_value("及时").operator, read_indicator_value("≥个")[:3]
    ('qualitative', ('>=', None, '个'))
    >>> read_indicator_value("≈20名").is_clear
    False
    """
    key = match_key(text)
    words = performance_words()
    if words.spoiled_operators.search(key):
        return IndicatorValue(None, None, None, is_clear=False)
    operator, rest = _split_operator(key)
    if _DATE.search(rest):
        return QUALITATIVE
    match = _NUMBER.fullmatch(rest)
    if match and len(match["unit"]) <= _LONGEST_UNIT:
        behind, unit = _split_behind(match["unit"])
        number = Decimal(match["number"].replace(",", ""))
        return IndicatorValue(operator or behind or TargetOperator.EQUAL.value, number, unit or None)
    if operator and rest and not any(char.isdigit() for char in rest) and len(rest) <= _LONGEST_UNIT:
        return IndicatorValue(operator, None, rest)
    if operator:
        return IndicatorValue(operator, None, None, is_clear=False)
    return QUALITATIVE


def _split_operator(key: str) -> tuple[str | None, str]:
    for sign, operator in _operators():
        if key.startswith(sign):
            return operator, key[len(sign) :]
    return None, key


def _split_behind(unit: str) -> tuple[str | None, str]:
    pairs = [(end, operator) for operator, ends in performance_words().operators_behind.items() for end in ends]
    for end, operator in sorted(pairs, key=lambda pair: -len(pair[0])):
        if unit.endswith(end):
            return operator, unit.removesuffix(end)
    return None, unit


def is_quantity(text: str) -> bool:
    """Whether a cell holds an operator or a number with its unit, as targets and results do; a bare number is not told.

    >>> is_quantity("≤8万元"), is_quantity("20"), is_quantity("租赁数量")
    (True, False, False)
    """
    key = match_key(text)
    value = read_indicator_value(key)
    has_operator = _split_operator(key)[0] is not None
    return has_operator or (value.number is not None and bool(value.unit)) or not value.is_clear

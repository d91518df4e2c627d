"""The numbers of a paragraph that carry a unit: amounts, rates, scores and counts, as printed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from pipeline.parse.amounts import YUAN_PER_UNIT

#: One sign of ten thousand without 元 is 万元 where a stop follows: 支出1.48万。
_SHORT_UNIT = "万"
_COUNT_UNITS = (
    r"批次|人次|人\(次\)|台\(套\)|台/套|台、套|平方米|平米"
    r"|人(?![民员均力事才大])|个(?!百分点|月|工作日)|[名辆台套家批件户]|年(?=[,，。;]|$)|次(?![会年])|项(?!\))"
)
_FIGURE = re.compile(
    r"(?<![\d.A-Za-z#])(?P<sign>[-−])?(?P<number>\d{1,3}(?:[,，]\d{3})+(?:\.\d+)?(?!\d)|\d+(?:\.\d+)*)"
    rf"(?P<unit>亿元|百万元|万元|千元|元(?![/／])|万(?![\u4e00-\u9fff\d])|%(?![\d])|‰|分(?![\u4e00-\u9fff之])|{_COUNT_UNITS})?"
)
_MALFORMED = re.compile(r"\d+(\.\d+){2,}|\d+(\.\d+)?[,，]\d{1,2}(?!\d)")
_SEPARATORS = re.compile(r"[,，]")
_DATE = re.compile(
    r"(20\d\d[.\-/]\d{1,2}([.\-/]\d{1,2})?(?!\d|万|元|%)|\d{2,4}年(\d{1,2}月)?(\d{1,2}日)?|\d{1,2}月(\d{1,2}日)?|\d{1,2}日)"
)
#: 单价50万元以上的设备: the number is part of what is counted.
_THRESHOLD = re.compile(r"\d+万元(?:\((?:含|及|以)?[^,，。;:()]{0,8}\))?[含及]?以[上下内]")
#: 5%-8%, 800至900万元: neither end is the figure.
_RANGE = re.compile(
    r"\d(?:%|‰|[百千]?万?元|[人次批辆个台])?[-—–−~至到]{1,2}\d[\d.,]*(?:%|‰|亿|[百千]?万|元|[人次批辆个台项])"
)


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with its unit. `start` and `stop` are places in the paragraph; `stop` is behind the unit.

    `kind` is `amount`, `rate`, `score`, `count`, or `bare` without a unit; `number` is `None` where the digits are no
    number (1100.49.25) or an end of a range (5%-8%). `is_short` says that 万 stands for 万元.
    """

    start: int
    stop: int
    text: str
    unit: str
    kind: str
    number: Decimal | None
    decimals: int
    is_short: bool = False

    @property
    def has_minus(self) -> bool:
        """Whether the sign before `start` is the number's own."""
        return self.number is not None and self.number.is_signed()


def figures_of(text: str) -> Iterator[Figure]:
    """Yields the numbers of a paragraph in order; dates, thresholds and whole numbers without a unit are none.

    >>> [(f.text, f.unit, f.kind) for f in figures_of("2023年决算数154.64万元,完成68.41%,共2批次")]
    [('154.64', '万元', 'amount'), ('68.41', '%', 'rate'), ('2', '批次', 'count')]
    """
    passed = [match.span() for pattern in (_DATE, _THRESHOLD) for match in pattern.finditer(text)]
    ranges = [match.span() for match in _RANGE.finditer(text)]
    for match in _FIGURE.finditer(text):
        start = match.start("number")
        if any(begin <= start < end for begin, end in passed):
            continue
        if match["unit"] or "." in match["number"]:
            figure = _figure(match)
            is_end = any(begin < figure.stop and start < end for begin, end in ranges)
            yield replace(figure, number=None) if is_end else figure


def _figure(match: re.Match[str]) -> Figure:
    text, printed = match["number"], match["unit"] or ""
    unit = "万元" if printed == _SHORT_UNIT else printed
    number = None
    if not _MALFORMED.fullmatch(text):
        number = Decimal(_SEPARATORS.sub("", text))
        number = -number if match["sign"] and _is_minus(match) else number
    decimals = len(text.partition(".")[2])
    return Figure(match.start("number"), match.end(), text, unit, _kind(unit), number, decimals, printed == _SHORT_UNIT)


def _is_minus(match: re.Match[str]) -> bool:
    """A dash between two numbers is a range, one behind a word is a minus."""
    before = match.string[: match.start("sign")][-1:]
    return not before.isdigit() and before not in "-—–"


def _kind(unit: str) -> str:
    if unit in YUAN_PER_UNIT:
        return "amount"
    if not unit:
        return "bare"
    return {"%": "rate", "‰": "rate", "分": "score"}.get(unit, "count")

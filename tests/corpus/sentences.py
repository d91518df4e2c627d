"""Sentences that know what they say: `收入总计[6,083,688.98元|total_revenue final]`. No layout, no file format.

A mark holds the printed figure and, behind the bar, what must be read from it: topic, measure and, for a class, its
code. A measure with a minus is read as less (`-prior_year_change`); a figure about two things names both, with `;`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from tests.corpus.amounts import YUAN_PER_UNIT, parse_number

_MARK = re.compile(r"\[([^\[\]|]+)\|([^\[\]|]+)\]")
_FIGURE = re.compile(r"(?P<number>[\d.,]*\d)\s*(?P<unit>\D*)")
_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class ExpectedFact:
    """What must be read from one figure of a sentence; exactly one of amount (yuan), rate (per cent), count is set."""

    topic: str
    measure: str
    line_code: str | None
    amount_yuan: Decimal | None
    rate_percent: Decimal | None
    count_value: Decimal | None
    reported_text: str


def printed_text(marked: str) -> str:
    """The paragraph as it stands on the page.

    >>> printed_text("收入总计[6.08万元|total_revenue final]。")
    '收入总计6.08万元。'
    """
    return _MARK.sub(lambda mark: mark[1], marked)


def expected_facts(paragraphs: Iterable[str]) -> tuple[ExpectedFact, ...]:
    """The facts of marked paragraphs, in printed order.

    >>> [fact.amount_yuan for fact in expected_facts(["共[6.08万元|total_revenue final]"])]
    [Decimal('60800.00')]
    """
    return tuple(
        _fact(mark[1], meaning.split())
        for text in paragraphs
        for mark in _MARK.finditer(text)
        for meaning in mark[2].split(";")
    )


def _fact(printed: str, words: list[str]) -> ExpectedFact:
    """One fact.

    Raises:
        ValueError: the mark holds no figure, or not a topic, a measure and at most a code.
    """
    figure = _FIGURE.fullmatch(printed)
    if figure is None or len(words) not in {2, 3}:
        raise ValueError(f"found [{printed}|{' '.join(words)}], expected a figure with its unit, topic, measure, code")
    number, unit = parse_number(figure["number"]), figure["unit"]
    measure = words[1].removeprefix("-")
    number = -number if words[1].startswith("-") else number
    is_amount, is_rate = unit in YUAN_PER_UNIT, unit == "%"
    return ExpectedFact(
        topic=words[0],
        measure=measure,
        line_code=words[2] if len(words) > 2 else None,
        amount_yuan=(number * YUAN_PER_UNIT[unit]).quantize(_CENT) if is_amount else None,
        rate_percent=number if is_rate else None,
        count_value=None if is_amount or is_rate else number,
        reported_text=figure["number"],
    )

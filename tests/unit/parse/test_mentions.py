"""Amounts named in running text."""

from __future__ import annotations

from decimal import Decimal

from pipeline.model.grid import Document, Page, TextLine
from pipeline.parse.mentions import read_mentions


def mentions(*lines: str) -> list[tuple[Decimal, str, int]]:
    page = Page(1, tuple(TextLine(text) for text in lines))
    found = read_mentions(Document("d", "d.txt", "text/plain", (page,), None))
    return [(item.amount_yuan, item.reported_unit, item.occurrences) for item in found]


def test_an_amount_broken_over_lines_is_one_mention() -> None:
    assert mentions("本年收入410.81万", "元，支出410.81 万元") == [(Decimal("4108100.00"), "万元", 2)]


def test_zeros_years_and_shares_are_no_mentions() -> None:
    assert mentions("2017年其他收入0万元，占比12.5%，共3辆") == []


def test_a_number_no_budget_can_hold_is_no_mention() -> None:
    assert mentions("编号123456789012345亿元", "收入5.00元") == [(Decimal("5.00"), "元", 1)]

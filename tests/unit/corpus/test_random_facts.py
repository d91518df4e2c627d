"""Random documents keep every sum they print."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal

import pytest

from tests.corpus.facts import ExpectedValue
from tests.corpus.random_facts import FAMILIES, random_facts
from tests.corpus.typeset import Format, Typeset, typeset

SEEDS = range(12)
CODED_BY_FUNCTION = ("revenue", "expenditure", "general_public_budget_expenditure", "government_fund_expenditure")
PARTS = {
    "revenue": ("fiscal_appropriation", "general_public_budget", "other_revenue", "own_funds"),
    "expenditure": ("basic", "project"),
    "general_public_budget_expenditure": ("basic", "project"),
    "government_fund_expenditure": ("basic", "project"),
}


def made(seed: int, family: str) -> Typeset:
    return typeset(random_facts(seed, family), Format.TABBED_TEXT)


def amounts(document: Typeset, form_id: str, measure: str, side: str | None = None) -> dict[str, Decimal]:
    found: dict[str, Decimal] = defaultdict(Decimal)
    for value in document.expected_numbers:
        if (value.form_id, value.measure, value.line_side) == (form_id, measure, side):
            assert value.amount_yuan is not None
            found[value.line_code or value.line_label] += value.amount_yuan
    return found


def measures_of(document: Typeset, form_id: str) -> set[str]:
    return {value.measure for value in document.expected_numbers if value.form_id == form_id}


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("seed", SEEDS)
def test_total_is_the_sum_of_each_level_of_the_function_tree(seed: int, family: str) -> None:
    document = made(seed, family)
    for form_id in CODED_BY_FUNCTION:
        for measure in measures_of(document, form_id):
            column = amounts(document, form_id, measure)
            for length in (3, 5, 7):
                level = sum(cents for code, cents in column.items() if len(code) == length and code.isdigit())
                assert level == column.get("TOTAL", 0), (form_id, measure, length)


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("seed", SEEDS)
def test_total_is_the_sum_of_its_parts_on_every_line(seed: int, family: str) -> None:
    document = made(seed, family)
    for form_id, parts in PARTS.items():
        columns = [amounts(document, form_id, part) for part in parts]
        for code, total in amounts(document, form_id, "total").items():
            assert sum(column.get(code, Decimal(0)) for column in columns) == total, (form_id, code)


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("seed", SEEDS)
def test_both_sides_of_the_summary_reach_the_same_total(seed: int, family: str) -> None:
    document = made(seed, family)
    for form_id in ("summary", "appropriation_summary"):
        ends = [max(amounts(document, form_id, "total", side).values()) for side in ("revenue", "expenditure")]
        assert ends[0] == ends[1], form_id


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("seed", SEEDS)
def test_summary_agrees_with_revenue_and_expenditure(seed: int, family: str) -> None:
    document = made(seed, family)
    income = amounts(document, "summary", "total", "revenue")["本年收入合计"]
    spending = amounts(document, "summary", "total", "expenditure")["本年支出合计"]
    assert income == amounts(document, "revenue", "total")["TOTAL"]
    assert spending == amounts(document, "expenditure", "total")["TOTAL"]


@pytest.mark.parametrize("family", [name for name in FAMILIES if name.startswith("final")])
@pytest.mark.parametrize("seed", SEEDS)
def test_personnel_and_public_costs_are_the_basic_expenditure(seed: int, family: str) -> None:
    document = made(seed, family)
    economic = amounts(document, "basic_expenditure_by_economic", "basic")
    basic = amounts(document, "general_public_budget_expenditure", "basic")["TOTAL"]
    assert economic["人员经费合计"] + economic["公用经费合计"] == basic
    for code in ("301", "302", "303", "310"):
        below = sum(cents for key, cents in economic.items() if len(key) == 5 and key.startswith(code))
        assert below == economic[code], code


@pytest.mark.parametrize("seed", SEEDS)
def test_budget_economic_form_and_projects_agree_with_the_function_form(seed: int) -> None:
    document = made(seed, "budget_shanxi")
    general = "general_public_budget_expenditure"
    economic = amounts(document, "basic_expenditure_by_economic", "total")
    assert economic["TOTAL"] == amounts(document, general, "basic")["TOTAL"]
    assert sum(v for code, v in economic.items() if len(code) == 5 and code.isdigit()) == economic["TOTAL"]
    projects = sum(amounts(document, "project_budget", "general_public_budget").values())
    assert projects == amounts(document, general, "project")["TOTAL"]


@pytest.mark.parametrize("family", FAMILIES)
def test_no_two_expected_numbers_share_a_key(family: str) -> None:
    for seed in SEEDS:
        keys = [key_of(value) for value in made(seed, family).expected_numbers]
        doubled = {key for key in keys if keys.count(key) > 1}
        assert {key for key in doubled if not is_blank_carry_over(key)} == set()


def key_of(value: ExpectedValue) -> tuple[str | None, ...]:
    return value.form_id, value.line_side, value.line_code, value.line_label, value.qualifier, value.measure


def is_blank_carry_over(key: tuple[str | None, ...]) -> bool:
    """财政拨款收支总表 of the budget prints 一、一般公共预算 twice: this year's, and the (empty) carry-over."""
    return key[0] == "appropriation_summary" and key[1] == "revenue"


def test_same_seed_gives_same_facts_and_another_seed_does_not() -> None:
    assert random_facts(5) == random_facts(5)
    assert random_facts(5) != random_facts(6)


def test_unknown_family_is_named_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match="final_2022"):
        random_facts(1, "final_1949")

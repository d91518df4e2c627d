"""Sums: what passes, what is rounding, what breaks, and what cannot be said."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.model.extract import CellKind, FormValue, Outcome, SumCheck
from pipeline.model.form import Phase
from pipeline.reconcile.engine import reconcile
from pipeline.reconcile.rule_file import rules
from tests.unit.builders import value_of


def checks(values: Sequence[FormValue], rule_id: str, phase: Phase | None = Phase.FINAL_ACCOUNTS) -> list[SumCheck]:
    return [check for check in reconcile(values, rules(), phase) if check.rule_id == rule_id]


def tree(unit: str = "元", **amounts: str) -> list[SumCheck]:
    """Checks of a form of functions: `tree(TOTAL="3.00", _201="1.00")`."""
    values = [
        value_of(text, code=code.strip("_"), unit=unit, row_no=row) for row, (code, text) in enumerate(amounts.items())
    ]
    return checks(values, "function_tree")


def test_a_total_that_is_the_sum_of_its_classes_passes() -> None:
    (check,) = tree(TOTAL="3.00", _201="1.00", _208="2.00")
    assert (check.outcome, check.left_yuan, check.right_yuan) == (Outcome.PASS, Decimal("3.00"), Decimal("3.00"))


def test_a_class_is_compared_with_the_nearest_printed_codes_below() -> None:
    found = tree(TOTAL="3.00", _201="3.00", _2010301="1.00", _20105="2.00")
    assert [(check.instance_label, check.outcome) for check in found] == [
        ("TOTAL", Outcome.PASS),
        ("201", Outcome.PASS),
    ]


@pytest.mark.parametrize(
    ("total", "outcome"),
    [
        ("3.00", Outcome.PASS),
        ("3.01", Outcome.ROUNDING),
        ("2.99", Outcome.ROUNDING),
        ("3.02", Outcome.BREAK),
        ("30.00", Outcome.BREAK),
    ],
)
def test_rounding_is_half_a_digit_for_each_number_the_total_included(total: str, outcome: Outcome) -> None:
    """Three numbers printed to 0.01 万元: 150 yuan are rounding, 200 are not."""
    (check,) = tree(unit="万元", TOTAL=total, _201="1.00", _208="2.00")
    assert (check.outcome, check.tolerance_yuan) == (outcome, Decimal(150))


@given(st.lists(st.integers(1, 10**9), min_size=2, max_size=8))
def test_rounding_each_number_alone_never_breaks_a_sum(yuan: list[int]) -> None:
    """Exact yuan printed in 万元 to two digits: whatever the parts, the sum is pass or rounding."""

    def printed(amount: int) -> str:
        return str((Decimal(amount) / 10_000).quantize(Decimal("0.01")))

    codes = {f"_{201 + n}": printed(amount) for n, amount in enumerate(yuan)}
    (check,) = tree(unit="万元", TOTAL=printed(sum(yuan)), **codes)
    assert check.outcome in (Outcome.PASS, Outcome.ROUNDING)


@given(st.lists(st.integers(0, 10**12), min_size=1, max_size=8), st.integers(1, 10**6))
def test_in_yuan_a_difference_of_a_jiao_and_more_breaks(cents: list[int], extra: int) -> None:
    codes = {f"_{201 + n}": f"{Decimal(amount) / 100:.2f}" for n, amount in enumerate(cents)}
    total = Decimal(sum(cents)) / 100 + Decimal(extra) / 10
    (check,) = tree(TOTAL=f"{total:.2f}", **codes)
    assert check.outcome is Outcome.BREAK


def test_an_unreadable_part_leaves_the_sum_open() -> None:
    values = [
        value_of("3.00", code="TOTAL"),
        value_of("1.00", code="201", row_no=2),
        value_of("■", code="208", row_no=3, kind=CellKind.UNREADABLE),
    ]
    assert [check.outcome for check in checks(values, "function_tree")] == [Outcome.UNREADABLE]


def test_a_number_whose_amount_is_not_known_leaves_the_sum_open() -> None:
    open_value = value_of("9.00", code="208", row_no=3)._replace(amount_yuan=None)
    values = [value_of("3.00", code="TOTAL"), value_of("1.00", code="201", row_no=2), open_value]
    assert [check.outcome for check in checks(values, "function_tree")] == [Outcome.UNREADABLE]


def test_a_total_over_blanks_is_insufficient() -> None:
    values = [value_of("3.00", code="TOTAL"), value_of("", code="201", row_no=2, kind=CellKind.BLANK)]
    assert [check.outcome for check in checks(values, "function_tree")] == [Outcome.INSUFFICIENT]


def test_a_zero_over_blanks_passes() -> None:
    values = [value_of("0.00", code="TOTAL"), value_of("", code="201", row_no=2, kind=CellKind.BLANK)]
    assert [check.outcome for check in checks(values, "function_tree")] == [Outcome.PASS]


def line(**measures: str) -> list[FormValue]:
    return [value_of(text, code="201", measure=measure) for measure, text in measures.items()]


@pytest.mark.parametrize(("project", "outcome"), [("2.00", Outcome.PASS), ("5.00", Outcome.BREAK)])
def test_total_is_basic_and_project(project: str, outcome: Outcome) -> None:
    assert [c.outcome for c in checks(line(total="3.00", basic="1.00", project=project), "expenditure_natures")] == [
        outcome
    ]


def test_procurement_below_its_services_breaks() -> None:
    """Seed 002 prints 75,425.00 over 130,652.46."""
    values = [
        value_of(text, form_id="disclosure_statistics", code=code, measure="final", unit="元", row_no=row)
        for row, (code, text) in enumerate([("procurement_total", "75425.00"), ("procurement_services", "130652.46")])
    ]
    (check,) = checks(values, "procurement_total")
    assert (check.outcome, check.difference_yuan) == (Outcome.BREAK, Decimal("-55227.46"))


def test_two_printings_of_a_form_are_summed_apart() -> None:
    values = [
        value_of(text, code=code, row_no=row, instance_no=printing)
        for printing in (1, 2)
        for row, (code, text) in enumerate([("TOTAL", "3.00"), ("201", "3.00")])
    ]
    assert [check.outcome for check in checks(values, "function_tree")] == [Outcome.PASS, Outcome.PASS]


def test_a_rule_of_budgets_is_left_out_of_final_accounts() -> None:
    values = [
        value_of("3.00", form_id="general_public_budget_expenditure", code="TOTAL", measure="project"),
        value_of("4.00", form_id="project_budget", label="遗属补助", measure="general_public_budget"),
    ]
    assert checks(values, "project_budget_general") == []
    assert [c.outcome for c in checks(values, "project_budget_general", Phase.BUDGET)] == [Outcome.BREAK]

"""Grades: how far the sums vouch for a value."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from pipeline.model.extract import COLUMNS_LOST, UNVOUCHED, Grade, Outcome, SumCheck
from pipeline.model.grid import GridKind
from pipeline.reconcile.grades import grade_values
from tests.unit.builders import finding_of, value_of

VALUE = value_of("1.00", code="201")


def sum_with(outcome: Outcome, *, right: tuple[str, ...] = ("other",)) -> SumCheck:
    zero = Decimal(0)
    return SumCheck("r", "f", 1, "", None, zero, zero, zero, zero, outcome, (VALUE.value_id,), right)


@pytest.mark.parametrize(
    ("outcomes", "grade"),
    [
        ([], Grade.UNPROVEN),
        ([Outcome.PASS], Grade.CONSISTENT),
        ([Outcome.ROUNDING], Grade.CONSISTENT),
        ([Outcome.PASS, Outcome.ROUNDING], Grade.PROVEN),
        ([Outcome.PASS, Outcome.PASS, Outcome.BREAK], Grade.CONTRADICTORY),
        ([Outcome.INSUFFICIENT, Outcome.UNREADABLE, Outcome.NOT_APPLICABLE], Grade.UNPROVEN),
    ],
)
def test_sums_give_the_grade(outcomes: list[Outcome], grade: Grade) -> None:
    sums = [sum_with(outcome, right=(f"other {number}",)) for number, outcome in enumerate(outcomes)]
    assert grade_values([VALUE], sums)[0].grade is grade


def test_two_sums_over_the_same_other_figure_prove_it_once() -> None:
    """支出表合计 against one figure of the summary, by two rules: one witness, not two."""
    sums = [sum_with(Outcome.PASS, right=("a", "b")), sum_with(Outcome.PASS, right=("a", "c"))]
    assert grade_values([VALUE], sums)[0].grade is Grade.CONSISTENT


def test_a_bound_vouches_for_nothing() -> None:
    bound = replace(sum_with(Outcome.PASS), relation="<=")
    assert grade_values([VALUE], [bound])[0].grade is Grade.UNPROVEN


@pytest.mark.parametrize(
    ("is_located", "grade"), [(True, Grade.PROVEN), (False, Grade.CONTRADICTORY)], ids=["located", "not located"]
)
def test_a_break_that_a_finding_explains_by_another_figure_does_not_count(is_located: bool, grade: Grade) -> None:
    sums = [
        sum_with(Outcome.PASS, right=("a",)),
        sum_with(Outcome.PASS, right=("b",)),
        sum_with(Outcome.BREAK, right=("wrong",)),
    ]
    finding = finding_of(checks=(2,), value_ids=("wrong",), is_located=is_located)
    assert grade_values([VALUE], sums, [finding])[0].grade is grade


def test_a_figure_that_a_finding_blames_is_contradictory() -> None:
    finding = finding_of(checks=(0,), value_ids=(VALUE.value_id,), is_located=True)
    assert grade_values([VALUE], [sum_with(Outcome.BREAK)], [finding])[0].grade is Grade.CONTRADICTORY


def test_a_sum_of_one_side_proves_nothing() -> None:
    assert grade_values([VALUE], [sum_with(Outcome.PASS, right=())])[0].grade is Grade.UNPROVEN


def sum_of(rule_id: str, other: str) -> SumCheck:
    return replace(sum_with(Outcome.PASS, right=(other,)), rule_id=rule_id)


@pytest.mark.parametrize(
    ("other_rule", "grade"), [("columns", Grade.PROVEN), ("tree", Grade.CONSISTENT)], ids=["two rules", "one rule"]
)
def test_a_figure_of_a_scan_is_proven_by_sums_of_two_rules(other_rule: str, grade: Grade) -> None:
    """A column read in another's place adds up like the true one."""
    scanned = VALUE._replace(method=GridKind.SCAN.value)
    assert grade_values([scanned], [sum_of("tree", "a"), sum_of(other_rule, "b")])[0].grade is grade


@pytest.mark.parametrize(
    ("reason", "grade"),
    [
        (f"{COLUMNS_LOST}: basic", Grade.CONSISTENT),
        *((f"{reason}: said so", Grade.UNPROVEN) for reason in UNVOUCHED),
        ("read by pdfplumber", Grade.PROVEN),
    ],
)
def test_a_figure_in_a_doubtful_place_is_not_proven_by_sums(reason: str, grade: Grade) -> None:
    doubted = VALUE._replace(method=GridKind.SCAN.value, method_reason=reason)
    assert grade_values([doubted], [sum_of("tree", "a"), sum_of("columns", "b")])[0].grade is grade

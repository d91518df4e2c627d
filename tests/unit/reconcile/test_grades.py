"""Grades: how far the sums vouch for a value."""

from __future__ import annotations

from decimal import Decimal

import pytest

from pipeline.model.extract import Grade, Outcome, SumCheck
from pipeline.reconcile.grades import grade_values
from tests.unit.builders import value_of

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
    assert grade_values([VALUE], map(sum_with, outcomes))[0].grade is grade


def test_a_sum_of_one_side_proves_nothing() -> None:
    assert grade_values([VALUE], [sum_with(Outcome.PASS, right=())])[0].grade is Grade.UNPROVEN

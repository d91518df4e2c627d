"""What the search for causes asks of the sums: who is vouched for, and which errors were copied."""

from __future__ import annotations

from decimal import Decimal

import pytest

from pipeline.model.extract import FormValue, Outcome, SumCheck
from pipeline.reconcile.evidence import Evidence
from tests.unit.builders import value_of

A, B, C = (
    value_of("50.00", form_id=form_id, code="201", unit="元")
    for form_id in ("expenditure", "general_public_budget_expenditure", "appropriation_expenditure")
)


def sum_of(
    left: tuple[FormValue, ...], right: tuple[FormValue, ...], difference: str = "0", sign: str = "="
) -> SumCheck:
    off = Decimal(difference)
    right_yuan = sum((value.amount_yuan or Decimal(0) for value in right), Decimal(0))
    outcome = Outcome.BREAK if off else Outcome.PASS
    ids = (tuple(value.value_id for value in left), tuple(value.value_id for value in right))
    return SumCheck(
        "r", left[0].form_id, 1, "201", "total", right_yuan + off, right_yuan, off, Decimal("0.01"), outcome, *ids, sign
    )


@pytest.mark.parametrize(
    ("checks", "expected"),
    [
        ([sum_of((A,), (B,))], True),
        ([sum_of((B,), (A,))], True),
        ([sum_of((A,), (A,))], False),
        ([sum_of((A,), (B,), "7.00")], False),
        ([sum_of((A,), (B,), sign="<=")], False),
        ([sum_of((B,), (C,))], False),
    ],
    ids=["confirmed", "the other way round", "by itself alone", "by a sum that breaks", "by a bound", "others alone"],
)
def test_a_form_agrees_with_another_where_a_sum_of_both_holds(checks: list[SumCheck], expected: bool) -> None:
    assert Evidence([A, B, C], checks).agrees_with_another_form(A) is expected


def test_two_forms_of_zeros_agree_about_no_unit() -> None:
    zeros = [value._replace(amount_yuan=Decimal(0)) for value in (A, B)]
    check = sum_of((zeros[0],), (zeros[1],))
    assert not Evidence(zeros, [check]).agrees_with_another_form(zeros[0])


def partner(value: FormValue) -> FormValue:
    return value_of("43.00", form_id=value.form_id, code="20101", row_no=2, unit="元")


def test_an_error_copied_to_a_third_form_is_one_blame() -> None:
    """A agrees with B and B with C, and all three are 7.00 too high in their own forms."""
    wrong = [A, B, C]
    values = [*wrong, *(partner(value) for value in wrong)]
    broken = [sum_of((value,), (partner(value),), "7.00") for value in wrong]
    blame = Evidence(values, [*broken, sum_of((A,), (B,)), sum_of((B,), (C,))]).blames()[0]
    assert {value.form_id for value in blame.values} == {value.form_id for value in wrong}
    assert (blame.error_yuan, blame.mended_yuan, len(blame.checks)) == (Decimal("7.00"), Decimal("43.00"), 3)


def test_a_figure_that_a_third_form_confirms_and_breaks_nothing_there_is_not_blamed() -> None:
    values = [A, B, C, partner(A), partner(B)]
    broken = [sum_of((value,), (partner(value),), "7.00") for value in (A, B)]
    blamed = {
        value.value_id
        for blame in Evidence(values, [*broken, sum_of((A,), (B,)), sum_of((B,), (C,))]).blames()
        for value in blame.values
    }
    assert blamed.isdisjoint({A.value_id, B.value_id, C.value_id})

"""Lines to codes, levels and leaves."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from pipeline.model.extract import FormValue
from pipeline.normalise.lines import normalise_lines
from tests.unit.builders import spec_of, value_of


def coded(*codes: str, form_id: str = "expenditure", amount: str = "1.00") -> list[FormValue]:
    return [value_of(amount, form_id=form_id, code=code, row_no=row) for row, code in enumerate(codes, 1)]


def leaves(values: Iterable[FormValue]) -> list[str | None]:
    return [value.line_code for value in values if value.is_leaf]


def test_a_code_with_nothing_below_it_is_a_leaf() -> None:
    values, _ = normalise_lines(coded("TOTAL", "201", "20103", "2010301", "208"), spec_of("expenditure"), 2022)
    assert leaves(values) == ["2010301", "208"]
    assert [value.class_level for value in values] == [0, 1, 2, 3, 1]


def test_totals_of_a_summary_are_no_leaves() -> None:
    labels = ("一、教育支出", "本年支出合计", "总计")
    values = [value_of("1.00", form_id="summary", label=label, row_no=row) for row, label in enumerate(labels)]
    found, _ = normalise_lines(values, spec_of("summary"), 2022)
    assert [value.is_leaf for value in found] == [True, False, False]


def test_a_vehicle_subtotal_is_a_leaf_only_where_its_parts_are_not_printed() -> None:
    with_parts = coded("total", "abroad", "vehicle_subtotal", "vehicle_operation", form_id="three_public")
    alone = coded("total", "abroad", "vehicle_subtotal", form_id="three_public")
    assert leaves(normalise_lines(with_parts, spec_of("three_public"), 2022)[0]) == ["abroad", "vehicle_operation"]
    assert leaves(normalise_lines(alone, spec_of("three_public"), 2022)[0]) == ["abroad", "vehicle_subtotal"]


def named(*labels: str) -> list[FormValue]:
    form_id = "basic_expenditure_by_economic"
    return [value_of("1.00", form_id=form_id, label=label, row_no=row) for row, label in enumerate(labels, 1)]


def test_printed_names_take_their_codes() -> None:
    values, issues = normalise_lines(named("工资福利支出", "基本工资"), spec_of("basic_expenditure_by_economic"), 2023)
    assert [value.line_code for value in values] == ["301", "30101"]
    assert issues == ()


def test_a_name_of_two_classes_takes_the_code_of_the_open_one() -> None:
    spec = spec_of("basic_expenditure_by_economic")
    values, _ = normalise_lines(named("资本性支出", "公务用车购置"), spec, 2023)
    assert values[-1].line_code == "31013"


def test_an_unknown_name_is_an_issue_and_keeps_its_amount() -> None:
    values, issues = normalise_lines(named("工资福利支出", "神秘支出"), spec_of("basic_expenditure_by_economic"), 2023)
    assert [issue.category for issue in issues] == ["economic_name_unknown"]
    assert values[-1].line_code is None
    assert values[-1].amount_yuan is not None


@pytest.mark.parametrize(
    ("form_id", "code"), [("general_public_budget_expenditure", "30201"), ("basic_expenditure_by_economic", "20229")]
)
def test_a_code_of_the_other_list_is_loaded_as_printed_and_reported(form_id: str, code: str) -> None:
    """定州 prints economic lines below the functions of 附表5; another prints 20229 where 30229 is meant."""
    line = coded(code, form_id=form_id)[0]
    values, issues = normalise_lines([line, line._replace(measure="basic")], spec_of(form_id), 2022)
    assert [value.line_code for value in values] == [code, code]
    assert [issue.category for issue in issues] == ["code_of_another_list"]


@pytest.mark.parametrize(
    ("form_id", "codes"),
    [
        ("expenditure", ("201", "20103", "2010301")),
        ("basic_expenditure_by_economic", ("301", "30101", "TOTAL", "50101")),
    ],
)
def test_codes_of_the_forms_own_list_are_no_problem(form_id: str, codes: tuple[str, ...]) -> None:
    assert normalise_lines(coded(*codes, form_id=form_id), spec_of(form_id), 2022)[1] == ()


def test_a_code_split_into_lines_of_itself_counts_once() -> None:
    amounts = [("15.47", "绩效工资"), ("10.82", "（1）基础"), ("4.65", "（2）奖励")]
    values = [
        value_of(amount, form_id="basic_expenditure_by_economic", code="30107", label=label, row_no=row)
        for row, (amount, label) in enumerate(amounts)
    ]
    found, _ = normalise_lines(values, spec_of("basic_expenditure_by_economic"), 2022)
    assert [value.is_leaf for value in found] == [False, True, True]


def test_lines_numbered_alike_are_siblings_even_where_one_is_the_sum_of_the_others() -> None:
    """定州市林业局2017: 1）燃料费 0.90, 2）维修费 0.45, 3）保险费 0.45."""
    labels = (("1）燃料费", "0.90"), ("2）维修费", "0.45"), ("3）保险费", "0.45"))
    form_id = "basic_expenditure_by_economic"
    values = [
        value_of(amount, form_id=form_id, code="30231", label=label, row_no=row)
        for row, (label, amount) in enumerate(labels, 1)
    ]
    found, _ = normalise_lines(values, spec_of(form_id), 2017)
    assert [value.is_leaf for value in found] == [True, True, True]

"""One wrong figure, row or unit is one finding: its cause, its place, and what would mend it."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.model.extract import FormValue
from pipeline.model.finding import Cause, Finding
from pipeline.model.form import Phase
from pipeline.model.grid import GridKind
from pipeline.reconcile.across import Disclosed
from pipeline.reconcile.causes import find_causes
from pipeline.reconcile.engine import reconcile
from pipeline.reconcile.new_findings import is_swapped
from pipeline.reconcile.rule_file import rules
from tests.unit.builders import lines_of

MEASURES = ("total", "basic", "project")
ROWS = (
    "TOTAL | 合计 | 100.00 | 60.00 | 40.00",
    "201 | 服务 | 70.00 | 45.00 | 25.00",
    "20103 | 办公厅 | 70.00 | 45.00 | 25.00",
    "2010301 | 行政运行 | 45.00 | 45.00 | ",
    "2010302 | 一般管理 | 25.00 | | 25.00",
    "208 | 社保 | 30.00 | 15.00 | 15.00",
    "20805 | 养老 | 30.00 | 15.00 | 15.00",
    "2080501 | 退休 | 12.00 | 12.00 | ",
    "2080505 | 保险 | 18.00 | 3.00 | 15.00",
)


def expenditure(*rows: str, form_id: str = "expenditure", unit: str = "元") -> list[FormValue]:
    return lines_of(form_id, *rows, measures=MEASURES, unit=unit)


def causes(values: Sequence[FormValue], phase: Phase = Phase.FINAL_ACCOUNTS) -> tuple[Finding, ...]:
    checks = reconcile(values, rules(), phase, None, Disclosed(class_codes={}))
    return find_causes(values, checks, rules(), {"expenditure": "支出决算表"})


def with_row(number: int, row: str) -> list[FormValue]:
    return expenditure(*ROWS[:number], row, *ROWS[number + 1 :])


def test_a_line_that_breaks_by_itself_is_not_explained_by_its_second_printing() -> None:
    """定州市林业2017: 30101 合计 210.45 beside 一般公共预算 325.35, and the sheet printed again."""
    row = "30101 | 1、基本工资 | 210.45 | 325.35"
    measures = ("total", "general_public_budget")
    found = causes(lines_of("basic_expenditure_by_economic", row, row, measures=measures), Phase.BUDGET)
    assert {finding.cause for finding in found} == {Cause.PUBLISHER_ARITHMETIC}


def test_sums_that_hold_are_no_finding() -> None:
    assert causes(expenditure(*ROWS)) == ()


def test_row_and_column_point_to_the_cell_and_say_what_it_should_be() -> None:
    (finding,) = causes(with_row(4, "2010302 | 一般管理 | 25.00 | | 52.00"))
    assert (finding.cause, finding.is_located, len(finding.checks)) == (Cause.PUBLISHER_ARITHMETIC, True, 2)
    assert (finding.line_code, finding.measure, finding.proposed_yuan) == ("2010302", "project", Decimal("25.00"))
    assert finding.sentence_zh == (
        "支出决算表第1页第5行“2010302 一般管理”印为52.00元，与2项勾稽关系不符；若为25.00元则全部成立。"
    )
    assert finding.sentence_en.startswith("expenditure, page 1, row 5: “2010302 一般管理” reads 52.00 yuan")


@given(st.integers(0, len(ROWS) - 1), st.sampled_from(MEASURES), st.integers(1, 99_999))
def test_any_one_cell_too_high_is_named_with_its_true_amount(row: int, measure: str, cents: int) -> None:
    values = expenditure(*ROWS)
    wrong = [value for value in values if value.row_no == row + 1 and value.measure == measure and value.amount_yuan]
    if not wrong:
        return
    amount = (wrong[0].amount_yuan or Decimal(0)) + Decimal(cents) / 100
    found = causes([value._replace(amount_yuan=amount) if value is wrong[0] else value for value in values])
    if cents <= 2:  # a cent or two over several figures is rounding
        return
    assert [finding.value_ids for finding in found] == [(wrong[0].value_id,)]
    assert found[0].proposed_yuan is not None
    assert abs(found[0].proposed_yuan - (wrong[0].amount_yuan or Decimal(0))) <= Decimal("0.02")


def test_a_wrong_figure_of_a_scan_may_be_our_reading() -> None:
    values = [value._replace(method=GridKind.SCAN.value) for value in with_row(4, "2010302 | 一般 | 25.00 | | 52.00")]
    (finding,) = causes(values)
    assert finding.cause is Cause.MISREAD
    assert "可能是识别错误" in finding.sentence_zh


def test_a_figure_off_by_the_factor_of_units_is_a_unit() -> None:
    (finding,) = causes(with_row(4, "2010302 | 一般管理 | 25.00 | | 250000.00"))
    assert (finding.cause, finding.proposed_yuan) == (Cause.UNIT, Decimal("25.00"))


def test_an_error_copied_to_another_form_is_one_finding() -> None:
    """普陀区司法局2026: 2040601 项目支出 is wrong in forms 3 and 5 alike, so the two forms agree about it."""
    rows = (*ROWS[:4], "2010302 | 一般管理 | 25.00 | | 52.00", *ROWS[5:])
    values = [*expenditure(*rows), *expenditure(*rows, form_id="general_public_budget_expenditure")]
    (finding,) = causes(values)
    assert (len(finding.value_ids), len(finding.checks), finding.is_located) == (2, 4, True)


def test_a_row_left_out_is_told_by_all_columns_lacking_it() -> None:
    (finding,) = causes(expenditure(*ROWS[:8], *ROWS[9:]))
    assert (finding.cause, finding.line_code) == (Cause.MISSING_ROW, "20805")
    assert (finding.difference_yuan, finding.value_ids) == (Decimal("18.00"), ())


def test_a_row_left_out_is_named_where_another_form_prints_it() -> None:
    other = expenditure(*ROWS, form_id="general_public_budget_expenditure")
    (finding,) = causes([*expenditure(*ROWS[:8], *ROWS[9:]), *other])
    assert (finding.cause, finding.form_id, finding.line_code) == (Cause.MISSING_ROW, "expenditure", "2080505")


def test_a_row_printed_twice_is_one_finding_at_its_second_printing() -> None:
    (finding,) = causes(expenditure(*ROWS[:5], ROWS[4], *ROWS[5:]))
    assert (finding.cause, finding.row_no, finding.line_code) == (Cause.DUPLICATE_ROW, 6, "2010302")


def test_a_row_under_another_parent_is_one_finding() -> None:
    (finding,) = causes(with_row(4, "2080506 | 一般管理 | 25.00 | | 25.00"))
    assert (finding.cause, finding.line_code, len(finding.checks)) == (Cause.CODE_NAME_CONFLICT, "2080506", 4)


def test_a_section_misprinted_beside_its_items_is_one_finding() -> None:
    """定州 001ec45f3a: 21005 医疗保障 printed above 2101101 and 2101102."""
    rows = (*ROWS[:6], "20806 | 养老 | 30.00 | 15.00 | 15.00", *ROWS[7:])
    found = causes(expenditure(*rows))
    assert [(finding.cause, finding.line_code) for finding in found] == [(Cause.CODE_NAME_CONFLICT, "20806")]


def test_a_form_in_another_unit_than_the_others_is_one_finding() -> None:
    small = [value._replace(amount_yuan=(value.amount_yuan or Decimal(0)) / 10_000) for value in expenditure(*ROWS)]
    general = expenditure(*ROWS, form_id="general_public_budget_expenditure")
    economic = lines_of("basic_expenditure_by_economic", "TOTAL | 合计 | 60.00", unit="元")
    found = causes([*small, *general, *economic], Phase.BUDGET)
    assert [finding.cause for finding in found] == [Cause.UNIT]


def test_where_one_sum_alone_breaks_the_figures_share_the_doubt() -> None:
    rows = ["procurement_total | 合计 | 10.00", "procurement_goods | 货物 | 4.00", "procurement_works | 工程 | 8.00"]
    rows.append("procurement_services | 服务 | 0.00")
    (finding,) = causes(lines_of("disclosure_statistics", *rows, measures=("final",)))
    assert (finding.is_located, finding.proposed_yuan, len(finding.value_ids)) == (False, None, 3)


def test_the_only_named_line_that_is_not_printed_is_the_missing_row() -> None:
    rows = ["procurement_total | 合计 | 10.00", "procurement_goods | 货物 | 4.00", "procurement_works | 工程 | 1.00"]
    (finding,) = causes(lines_of("disclosure_statistics", *rows, measures=("final",)))
    assert (finding.cause, finding.line_code) == (Cause.MISSING_ROW, "procurement_services")


def test_the_same_difference_in_several_forms_is_one_disagreement() -> None:
    """Seed 003: the summary says 26.79 million where the revenue form says 1.35 million, by two rules."""
    values = [
        *lines_of("summary", "| 一、一般公共预算 | 90.00", "| 收入总计 | 90.00", side="revenue"),
        *lines_of("revenue", "TOTAL | 合计 | 10.00 | 10.00", measures=("total", "general_public_budget")),
    ]
    (finding,) = causes(values, Phase.BUDGET)
    assert (finding.is_located, len(finding.checks)) == (False, 2)


def test_findings_come_worst_first() -> None:
    rows = (*ROWS[:4], "2010302 | 一般管理 | 25.00 | | 30.00", *ROWS[5:8], "2080505 | 保险 | 18.00 | 3.00 | 95.00")
    found = causes(expenditure(*rows))
    assert [finding.line_code for finding in found] == ["2080505", "2010302"]


def test_a_document_without_rules_for_it_has_no_findings() -> None:
    assert find_causes(expenditure(*ROWS), (), ()) == ()


@pytest.mark.parametrize(
    ("printed", "mended", "expected"),
    [("1243.56", "1234.56", True), ("1243.56", "1243.65", True), ("1.10", "1.20", False), ("99.00", "9.90", False)],
)
def test_swapped_neighbours_are_told_from_other_slips(printed: str, mended: str, expected: bool) -> None:
    assert is_swapped(Decimal(printed), Decimal(mended)) is expected


def test_of_siblings_in_doubt_the_one_with_swapped_digits_is_named() -> None:
    rows = ["301 | 工资福利 | 61.00", "30101 | 工资 | 43.00", "30102 | 津贴 | 27.00"]
    values = lines_of("basic_expenditure_by_economic", *rows, measures=("basic",))
    values += lines_of("basic_expenditure_by_economic", "| 人员经费合计 | 61.00", measures=("basic",))
    values = [as_subtotal(value, 9) if value.line_label == "人员经费合计" else value for value in values]
    (finding,) = causes(values)
    assert (finding.line_code, finding.proposed_yuan) == ("30101", Decimal("34.00"))


def as_subtotal(value: FormValue, row_no: int) -> FormValue:
    return value._replace(row_no=row_no, line_order=row_no, is_leaf=False)


WAGES = "30101 | 基本工资 | 1017685.00"
IN_THE_TEXT = Disclosed(class_codes={}, mentions=(Decimal(10_176_850_000),))


@pytest.mark.parametrize("is_vouched", [True, False], ids=["another form confirms the unit", "no other form does"])
def test_a_unit_the_text_denies_is_blamed_on_the_figure_unless_another_form_confirms_it(is_vouched: bool) -> None:
    """Seed 000: 基本工资 1017685万元 in the text, 1,017,685.00 元 in a form whose total another form repeats."""
    economic = "basic_expenditure_by_economic"
    values = lines_of(economic, "TOTAL | 合计 | 1017685.00", WAGES)
    if is_vouched:
        general = "general_public_budget_expenditure"
        values += lines_of(general, "TOTAL | 合计 | 1017685.00 | 1017685.00", measures=("total", "basic"))
    checks = reconcile(values, rules(), Phase.BUDGET, None, IN_THE_TEXT)
    (finding,) = find_causes(values, checks, rules())
    assert (finding.cause, finding.form_id, finding.is_located) == (Cause.UNIT, economic, not is_vouched)
    assert bool(finding.value_ids) is not is_vouched


def test_an_error_copied_to_a_third_form_is_one_finding() -> None:
    rows = (*ROWS[:4], "2010302 | 一般管理 | 52.00 | | 25.00", *ROWS[5:])
    forms = ("expenditure", "general_public_budget_expenditure", "appropriation_expenditure")
    (finding,) = causes([value for form_id in forms for value in expenditure(*rows, form_id=form_id)], Phase.BUDGET)
    assert {value_id.partition("/")[0] for value_id in finding.value_ids} == {*forms}
    assert (finding.line_code, finding.proposed_yuan, finding.is_located) == ("2010302", Decimal("25.00"), True)


def test_lines_that_another_form_alone_prints_are_missing_and_not_miscoded() -> None:
    """定州 653744214e: two lines of the same length missing from one form were paired as parent and orphan."""
    printed = [f"{code} | 类 | 10.00" for code in range(201, 207)]
    whole = lines_of("expenditure", "TOTAL | 合计 | 60.00", *printed)
    part = lines_of("general_public_budget_expenditure", "TOTAL | 合计 | 60.00", *printed[:4])
    found = causes([*part, *whole])
    assert [finding.line_code for finding in found if finding.cause is Cause.MISSING_ROW] == ["205", "206"]
    assert not [finding for finding in found if finding.cause is Cause.CODE_NAME_CONFLICT]


def test_a_column_of_another_version_is_one_finding() -> None:
    """定州市林业2017: in 19 lines the fund beside 合计 counts one of the department's units twice."""
    rows = [f"302{number:02} | 费用{number} | {number}.00 | {2 * number}.00" for number in range(1, 8)]
    rows += ["30211 | 差旅费 | 4.00 | 4.00", "30213 | 维修费 | 3.00 | 3.00"]
    values = lines_of("basic_expenditure_by_economic", *rows, measures=("total", "general_public_budget"))
    (finding,) = causes(values, Phase.BUDGET)
    assert (finding.cause, finding.is_located, len(finding.checks)) == (Cause.PUBLISHER_ARITHMETIC, False, 7)
    assert finding.sentence_zh.startswith("basic_expenditure_by_economic第1页第1行起共7行不符合栏间关系")

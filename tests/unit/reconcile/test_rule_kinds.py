"""Rules of every kind on the smallest forms that show them: what holds, what breaks, what is not asked."""

from __future__ import annotations

from decimal import Decimal

import pytest

from pipeline.model.extract import FormValue, Outcome, SumCheck
from pipeline.model.form import Phase
from pipeline.reconcile.across import Disclosed
from pipeline.reconcile.engine import reconcile
from pipeline.reconcile.rule_file import rules
from tests.unit.builders import lines_of

CLASS_CODES = {"一般公共服务支出": "201", "教育支出": "205"}


def checks(
    values: list[FormValue], rule_id: str, phase: Phase | None = Phase.FINAL_ACCOUNTS, **disclosed: object
) -> list[SumCheck]:
    facts = Disclosed(class_codes=CLASS_CODES, **disclosed)  # type: ignore[arg-type]  # fields by name
    return [check for check in reconcile(values, rules(), phase, None, facts) if check.rule_id == rule_id]


def outcomes(found: list[SumCheck]) -> list[tuple[str, str]]:
    return [(check.instance_label, check.outcome.value) for check in found]


def summary(*rows: str, side: str = "revenue") -> list[FormValue]:
    return lines_of("summary", *rows, side=side)


def test_where_a_grand_total_is_printed_the_other_total_is_the_year_s() -> None:
    rows = ["| 一、财政拨款收入 | 8", "| 二、其他收入 | 2", "| 收入合计 | 10", "| 上年结转 | 5", "| 收入总计 | 15"]
    found = [check for rule in ("revenue_lines", "revenue_total") for check in checks(summary(*rows), rule)]
    assert outcomes(found) == [("收入合计", "pass"), ("收入总计", "pass")]


def test_where_one_total_is_printed_the_items_add_up_to_it() -> None:
    rows = ["| 一、财政拨款收入 | 8", "| 二、其他收入 | 2", "| 上年结转 | 5", "| 收入总计 | 15"]
    assert outcomes(checks(summary(*rows), "revenue_lines_total")) == [("收入总计", "pass")]
    assert checks(summary(*rows), "revenue_lines") == []


def test_a_label_printed_again_below_the_balance_is_not_counted_twice() -> None:
    """普陀区财政局2024: 一、一般公共预算财政拨款 again below 年初财政拨款结转和结余."""
    forms = [
        *lines_of("summary", "| 一、一般公共预算财政拨款收入 | 8", "| 本年收入合计 | 8", side="revenue"),
        *lines_of(
            "appropriation_summary",
            "| 一、一般公共预算财政拨款 | 8",
            "| 本年收入合计 | 8",
            "| 年初财政拨款结转和结余 | 3",
            "| 一、一般公共预算财政拨款 | 3",
            side="revenue",
        ),
    ]
    assert outcomes(checks(forms, "summary_appropriation_general")) == [("一、一般公共预算财政拨款收入", "pass")]


def test_numbered_items_add_up_to_the_item_above_them() -> None:
    rows = [
        "| 一、财政拨款 | 9",
        "| 1.一般公共预算 | 6",
        "| 2.政府性基金 | 2",
        "| 二、其他资金 | 1",
        "| 其中：利息 | 1",
    ]
    (check,) = checks(summary(*rows), "numbered_items")
    assert (check.instance_label, check.difference_yuan, check.outcome) == ("一、财政拨款", Decimal(1), Outcome.BREAK)


def test_a_fund_s_opening_balance_and_revenue_are_its_expenditure_and_closing_balance() -> None:
    measures = ("opening_balance", "revenue", "total", "basic", "project", "closing_balance")
    fund = lines_of("government_fund_expenditure", "TOTAL | 合计 | 2 | 8 | 9 | | 9 | 1", measures=measures)
    assert outcomes(checks(fund, "fund_balance")) == [("TOTAL", "pass")]
    assert outcomes(checks(fund, "fund_natures")) == [("TOTAL", "pass")]


def test_a_class_line_equals_the_class_s_code_or_the_leaves_below_it() -> None:
    left = lines_of("summary", "| 一、一般公共服务支出 | 7", "| 五、教育支出 | 3", side="expenditure")
    right = lines_of("expenditure", "TOTAL | 合计 | 11", "201 | 一般公共服务支出 | 7", "2050201 | 学前 | 4")
    assert outcomes(checks(left + right, "summary_classes")) == [("201", "pass"), ("205", "break")]


def codes(part: str, whole: str, part_total: str, whole_total: str) -> list[SumCheck]:
    values = [
        *lines_of("general_public_budget_expenditure", f"TOTAL | 合计 | {part_total}", f"201 | 服务 | {part}"),
        *lines_of("expenditure", f"TOTAL | 合计 | {whole_total}", f"201 | 服务 | {whole}"),
    ]
    return checks(values, "general_within_expenditure")


@pytest.mark.parametrize(
    ("found", "relation", "outcome"),
    [
        (codes("7", "9", "7", "9"), "<=", "pass"),
        (codes("10", "9", "7", "9"), "<=", "break"),
        (codes("9", "9", "9", "9"), "=", "pass"),
        (codes("8", "9", "9", "9"), "=", "break"),
    ],
    ids=["a part", "a part above its whole", "the whole", "the whole, one code less"],
)
def test_a_part_is_at_most_its_whole_and_where_totals_agree_just_as_much(
    found: list[SumCheck], relation: str, outcome: str
) -> None:
    assert [(check.relation, check.outcome.value) for check in found] == [(relation, outcome)]


def test_of_two_forms_that_agree_the_code_that_one_lacks_is_a_gap() -> None:
    printed = ["TOTAL | 合计 | 9", "201 | 服务 | 4", "205 | 教育 | 3", "208 | 社保 | 2"]
    values = [*lines_of("general_public_budget_expenditure", *printed), *lines_of("expenditure", *printed[:3])]
    gap = next(c for c in checks(values, "general_within_expenditure") if c.instance_label == "208")
    assert (gap.outcome, gap.left_yuan, gap.right_yuan, gap.right_value_ids) == (Outcome.BREAK, Decimal(2), None, ())


CODES = ["TOTAL | 合计 | 9", "201 | 服务 | 9", "20103 | 办公厅 | 6", "2010301 | 运行 | 6", "20105 | 统计 | 3"]


def test_a_section_without_items_is_a_gap_where_the_others_have_items() -> None:
    rows = [*CODES, "20106 | 财政 | 1", "2010601 | 运行 | 1"]
    assert outcomes(checks(lines_of("expenditure", *rows), "function_levels")) == [("20105", "break")]


def test_an_item_without_its_section_is_a_gap_where_the_others_have_theirs() -> None:
    rows = ["201 | 服务 | 9", "20103 | 办公厅 | 6", "2010301 | 运行 | 6", "2010501 | 运行 | 2", "20106 | 财政 | 1"]
    rows.append("2010601 | 运行 | 1")
    assert outcomes(checks(lines_of("expenditure", *rows), "function_levels")) == [("20105", "break")]


@pytest.mark.parametrize("digits", [3, 7], ids=["classes alone", "items alone"])
def test_a_form_of_one_level_has_no_gap(digits: int) -> None:
    rows = [f"{f'20{n}0101'[:digits]} | 服务 | 1" for n in range(1, 8)]
    assert checks(lines_of("revenue", *rows), "function_levels") == []


@pytest.mark.parametrize(
    ("forms", "expected", "outcome"),
    [
        ({"government_fund_expenditure": ""}, frozenset(), "not_applicable"),
        ({}, frozenset(), "not_applicable"),
        ({}, frozenset({"government_fund_expenditure"}), "insufficient"),
        ({"government_fund_expenditure": "4"}, frozenset(), "break"),
    ],
    ids=["its form is empty", "the template has no such form", "its form was not disclosed", "its form says otherwise"],
)
def test_a_side_without_a_number(forms: dict[str, str], expected: frozenset[str], outcome: str) -> None:
    values = lines_of("appropriation_summary", "| 本年支出合计 | 5", measures=("government_fund",), side="expenditure")
    for form_id, text in forms.items():
        values += lines_of(form_id, f"TOTAL | 合计 | {text}")
    assert [c.outcome.value for c in checks(values, "appropriation_fund_form", expected=expected)] == [outcome]


def test_either_total_of_a_budget_s_summary_may_be_the_revenue_form_s() -> None:
    values = [
        *lines_of("summary", "| 本年收入合计 | 8", "| 上年结转 | 2", "| 收入总计 | 10", side="revenue"),
        *lines_of("revenue", "TOTAL | 合计 | 8"),
    ]
    assert outcomes(checks(values, "summary_revenue_form_budget", Phase.BUDGET)) == [("本年收入合计", "pass")]


def test_an_amount_of_the_text_in_another_unit_is_denied() -> None:
    """Seed 000: 基本工资 1017685万元 beside 1,017,685.00 元."""
    values = lines_of("basic_expenditure_by_economic", "30101 | 基本工资 | 1017685.00", measures=("basic",))
    (check,) = checks(values, "text_unit", mentions=(Decimal(10_176_850_000), Decimal(5_000_000)))
    assert (check.left_yuan, check.right_yuan) == (Decimal("1017685.00"), Decimal(10_176_850_000))


def test_an_amount_that_the_table_prints_too_is_not_denied() -> None:
    values = lines_of("expenditure", "201 | 服务 | 10176850000.00", "205 | 教育 | 1017685.00")
    assert checks(values, "text_unit", mentions=(Decimal(10_176_850_000),)) == []


def test_a_form_in_a_unit_of_its_own_with_figures_of_nothing_is_denied() -> None:
    values = lines_of("expenditure", "TOTAL | 合计 | 90000.00", unit="万元")
    values += lines_of("summary", "| 支出总计 | 90000.00", unit="万元", side="expenditure")
    values += lines_of("three_public", "total | 合计 | 12.50", measures=("final",))
    assert outcomes(checks(values, "form_unit")) == [("total", "break")]


@pytest.mark.parametrize(
    "rows",
    [
        [
            "| 一、财政拨款 | 9",
            "| 其中：1.一般公共预算 | 6",
            "| 2.政府性基金 | 2",
            "| 二、其他资金 | 1",
            "| 三、事业收入 | 4",
        ],
        ["| 一、财政拨款 | 9", "| 1.一般公共预算 | 7", "| 其中：专项 | 3", "| 2.政府性基金 | 2"],
        ["| 一、财政拨款 | 9", "| 1.其中：一般公共预算 | 6"],
        ["| 一、财政拨款 | 9", "| 其中：一般公共预算 | 6"],
        ["| 1.财政拨款 | 9", "| 一、其他资金 | 1"],
    ],
    ids=["a list of parts", "a part between the items", "a numbered part", "a part alone", "an outer item below"],
)
def test_parts_of_an_item_need_not_add_up_to_it(rows: list[str]) -> None:
    assert checks(summary(*rows), "numbered_items") == []


def test_operating_cost_is_not_counted_again_in_its_own_total() -> None:
    public = lines_of("basic_expenditure_by_economic", "| 公用经费合计 | 10", measures=("basic",))
    parts = ["operating_cost_administrative | 行政单位 | 7", "operating_cost_total | 合计 | 7"]
    statistics = lines_of("disclosure_statistics", *parts, measures=("final",))
    assert [c.outcome.value for c in checks(statistics + public, "operating_cost_public_final")] == ["pass"]
    assert [c.outcome.value for c in checks(statistics[1:] + public, "operating_cost_public_final")] == ["pass"]


def test_other_funds_of_a_summary_are_more_than_other_revenue() -> None:
    """江苏: 三、其他资金 takes in 事业收入 and 经营收入 too."""
    revenue = lines_of("revenue", "TOTAL | 合计 | 9 | 2", measures=("total", "other_revenue"))
    rule_id = "summary_other_revenue"
    assert not [c for c in checks(summary("| 三、其他资金 | 9") + revenue, rule_id) if c.outcome is Outcome.BREAK]
    assert [c.outcome for c in checks(summary("| 四、其他收入 | 9") + revenue, rule_id)] == [Outcome.BREAK]


def test_three_public_expenses_paid_by_government_funds_are_within_the_appropriation() -> None:
    values = lines_of("three_public", "total | 合计 | 5", measures=("final",))
    values += lines_of("general_public_budget_expenditure", "TOTAL | 合计 | 3")
    values += lines_of("appropriation_summary", "| 本年支出合计 | 8", side="expenditure")
    assert [c.outcome.value for c in checks(values, "three_public_within_appropriation")] == ["pass"]


def test_three_public_expenses_budgeted_from_other_funds_are_not_held_against_the_general_budget() -> None:
    """预算公开表10 prints a column for each fund; without such columns the whole is of the general public budget."""
    general = lines_of("general_public_budget_expenditure", "TOTAL | 合计 | 3")
    measures = ("budget", "general_public_budget", "government_fund")
    by_fund = lines_of("three_public", "total | 合计 | 5 | 2 | 3", measures=measures)
    alone = lines_of("three_public", "total | 合计 | 5", measures=("budget",))
    for three_public, outcome in ((by_fund, "pass"), (alone, "break")):
        found = checks(three_public + general, "three_public_within_general_budget", Phase.BUDGET)
        assert [check.outcome.value for check in found] == [outcome]


def test_revenue_by_funds_and_own_sources_adds_up_with_the_balance_brought_forward() -> None:
    measures = ("total", "general_public_budget", "institutional_revenue", "other_revenue", "prior_year_carryover")
    revenue = lines_of("revenue", "TOTAL | 合计 | 16 | 8 | 4 | 1 | 3", measures=measures)
    assert outcomes(checks(revenue, "revenue_funds_and_sources", Phase.BUDGET)) == [("TOTAL", "pass")]
    assert checks(revenue, "revenue_funds", Phase.BUDGET) == []


def test_three_public_expenses_add_up_with_the_vehicles_apart_or_together() -> None:
    rows = ["total | 合计 | 9", "abroad | 出国 | 2", "vehicle_purchase | 购置 | 3", "vehicle_operation | 运行 | 4"]
    apart = lines_of("three_public", *rows, measures=("final",))
    together = lines_of("three_public", *rows, "vehicle_subtotal | 公车 | 7", measures=("final",))
    short = lines_of("three_public", *rows[:3], measures=("final",))
    found = [outcomes(checks(values, "three_public_total")) for values in (apart, together, short)]
    assert found == [[("total", "pass")], [("total", "pass")], [("total", "break")]]


def of_unit(unit: str | None, values: list[FormValue]) -> list[FormValue]:
    return [value._replace(reporting_unit=unit, value_id=f"{unit}/{value.value_id}") for value in values]


def basic_and_units(whole: list[str], *units: list[str]) -> list[SumCheck]:
    values = of_unit(None, lines_of("basic_expenditure_by_economic", *whole))
    for number, rows in enumerate(units):
        values += of_unit(f"unit {number}", lines_of("personnel_expenditure", *rows))
    return checks(values, "units_basic_economic", Phase.BUDGET)


def test_a_department_is_the_sum_of_its_units_code_by_code() -> None:
    whole = ["TOTAL || 10", "30101 | 1、基本工资 | 7", "30102 | （1）津贴 | 2", "30102 | （2）补贴 | 1"]
    units = ["TOTAL || 6", "30101 || 4", "30102 || 2"], ["TOTAL || 4", "30101 || 3", "30102 || 1"]
    assert outcomes(basic_and_units(whole, *units)) == [("TOTAL", "pass"), ("30101", "pass"), ("30102", "pass")]
    units[1][1] = "30101 || 2"
    assert outcomes(basic_and_units(whole, *units)) == [("TOTAL", "pass"), ("30101", "break"), ("30102", "pass")]


def test_units_that_are_not_all_of_the_department_are_a_part_of_it() -> None:
    whole = ["TOTAL || 10", "30101 || 7"]
    assert [check.relation for check in basic_and_units(whole, ["TOTAL || 6", "30101 || 4"])] == ["<=", "<="]
    assert outcomes(basic_and_units(whole, ["TOTAL || 6", "30101 || 8"])) == [("TOTAL", "pass"), ("30101", "break")]


def test_lines_of_a_summary_meet_by_name_however_numbered() -> None:
    rows = ["| 预算支出 | 5", "| 1、基本支出 | 5", "| 其中：人员经费 | 4", "| 日常公用经费 | 1"]
    unit = ["| 预算支出 | 5", "| 1、人员经费 | 4", "| 2、日常公用经费 | 1"]
    values = of_unit(None, summary(*rows, side="expenditure")) + of_unit("县政府", summary(*unit, side="expenditure"))
    found = checks(values, "units_summary", Phase.BUDGET)
    assert outcomes(found) == [("预算支出", "pass"), ("人员经费", "pass"), ("日常公用经费", "pass")]


def test_a_unit_s_forms_are_held_to_the_rules_apart_from_its_department_s() -> None:
    rows = ["| 预算支出 | 5", "| 1、人员经费 | 4", "| 2、日常公用经费 | 1"]
    values = of_unit("甲", summary(*rows, side="expenditure")) + of_unit("乙", summary(*rows, side="expenditure"))
    values += of_unit("甲", lines_of("personnel_expenditure", "TOTAL || 4"))
    values += of_unit("乙", lines_of("personnel_expenditure", "TOTAL || 3"))
    found = checks(values, "summary_personnel_form", Phase.BUDGET)
    assert outcomes(found) == [("1、人员经费", "pass"), ("1、人员经费", "break")]


def test_a_section_left_out_is_a_gap_where_the_document_s_other_forms_print_theirs() -> None:
    """定州市2017 356fa3df55: 229 and 2296003 of the funds, and no 22960 between them."""
    funds = lines_of("government_fund_expenditure", "TOTAL || 5", "229 || 5", "2296003 || 5")
    whole = ["TOTAL || 9", "201 || 4", "20103 || 4", "2010301 || 4", "208 || 5", "20805 || 5", "2080505 || 5"]
    assert checks(funds, "function_levels") == []
    found = checks([*funds, *lines_of("expenditure", *whole)], "function_levels")
    assert outcomes(found) == [("22960", "break")]
    items = ["TOTAL || 9", "2010301 || 4", "2080505 || 5"]
    assert checks([*funds, *lines_of("expenditure", *items)], "function_levels") == []


def test_a_figure_is_not_held_to_itself() -> None:
    """定州市2017: 302 printed with the name 日常公用经费合计."""
    rows = ["TOTAL || 5", "302 | 日常公用经费合计 | 5", "30201 | 办公费 | 5"]
    values = lines_of("basic_expenditure_by_economic", *rows)
    assert checks([value._replace(is_leaf=value.line_code == "30201") for value in values], "public_subtotal") == []


def government_list(*rows: str) -> list[FormValue]:
    values = lines_of("government_fund_budget_revenue", *rows)
    parents = {"一、税收收入"}
    return [v._replace(is_leaf=v.is_leaf and v.line_label not in parents) for v in values]


def test_a_list_and_its_numbered_lines_are_the_sum_of_what_has_nothing_below_it() -> None:
    rows = [
        "101 | 一、税收收入 | 9",
        "10101 | 增值税 | 5",
        "| 营业外杂税 | 4",
        "103 | 二、非税收入 | 1",
        "TOTAL | 合计 | 10",
    ]
    assert outcomes(checks(government_list(*rows), "government_lists")) == [("TOTAL", "pass"), ("101", "pass")]


def test_a_list_with_lines_without_a_code_that_does_not_add_up_says_nothing() -> None:
    rows = ["101 | 一、税收收入 | 9", "10101 | 增值税 | 5", "| 其中中央 | 3", "TOTAL | 合计 | 20"]
    assert {outcome for _, outcome in outcomes(checks(government_list(*rows), "government_lists"))} == {"insufficient"}


def test_a_list_whose_lines_all_have_codes_breaks() -> None:
    rows = ["10101 | 增值税 | 5", "10119 | 契税 | 3", "TOTAL | 合计 | 20"]
    assert outcomes(checks(government_list(*rows), "government_lists")) == [("TOTAL", "break")]

"""Sentences held to the tables, and printed rates to the amounts they are of."""

from __future__ import annotations

from decimal import Decimal

import pytest

from pipeline.model.extract import FormValue, Outcome, SumCheck
from pipeline.model.finding import Cause, Finding
from pipeline.model.form import Phase
from pipeline.model.narrative import NarrativeFact
from pipeline.reconcile.across import Disclosed
from pipeline.reconcile.causes import find_causes
from pipeline.reconcile.engine import reconcile
from pipeline.reconcile.rule_file import rules
from pipeline.reconcile.sentence_values import sentence_values
from tests.unit.builders import fact_of, lines_of, value_of

GENERAL = "general_public_budget_expenditure"
LINES = ("TOTAL | 合计 | 100.00", "201 | 一般公共服务支出 | 60.00", "205 | 教育支出 | 40.00")
TABLE = lines_of(GENERAL, *LINES, unit="万元")


def checks_of(facts: list[NarrativeFact], values: list[FormValue], rule_id: str) -> list[SumCheck]:
    """The outcomes of one rule over these sentences and tables."""
    spoken = sentence_values(facts, 2023)
    disclosed = Disclosed(class_codes={}, facts=tuple(facts))
    found = reconcile([*values, *spoken], rules(), Phase.FINAL_ACCOUNTS, 2023, disclosed)
    return [check for check in found if check.rule_id == rule_id]


def findings_of(facts: list[NarrativeFact], values: list[FormValue]) -> tuple[Finding, ...]:
    spoken = sentence_values(facts, 2023)
    disclosed = Disclosed(class_codes={}, facts=tuple(facts))
    found = reconcile([*values, *spoken], rules(), Phase.FINAL_ACCOUNTS, 2023, disclosed)
    return find_causes([*values, *spoken], found, rules())


@pytest.mark.parametrize(
    ("printed", "outcome"),
    [("60.00", Outcome.PASS), ("60.01", Outcome.ROUNDING), ("61.00", Outcome.BREAK)],
)
def test_a_class_of_the_text_is_held_to_its_line(printed: str, outcome: Outcome) -> None:
    fact = fact_of("function", line_code="201", amount=printed)
    (check,) = checks_of([fact], TABLE, "text_function")
    assert check.outcome is outcome
    assert check.left_value_ids == (fact.fact_id,)


def test_a_class_no_table_prints_is_held_to_nothing() -> None:
    assert checks_of([fact_of("function", line_code="213", amount="5.00")], TABLE, "text_function") == []


def test_a_figure_of_last_year_is_held_to_nothing() -> None:
    fact = fact_of("function", line_code="201", amount="61.00", year=2022)
    assert checks_of([fact], TABLE, "text_function") == []


def test_a_figure_said_twice_is_compared_once() -> None:
    facts = [fact_of("general_public_budget", amount="100.00", offset=offset) for offset in (1, 50)]
    assert len(checks_of(facts, TABLE, "text_general_public_budget")) == 1


def test_of_a_form_printed_twice_nobody_knows_which_is_meant() -> None:
    again = [value._replace(instance_no=2, value_id=value.value_id + "/2") for value in TABLE]
    fact = fact_of("function", line_code="201", amount="61.00")
    assert checks_of([fact], [*TABLE, *again], "text_function") == []


def test_the_sentence_is_wrong_where_the_sums_of_the_table_hold() -> None:
    (finding,) = findings_of([fact_of("function", line_code="201", label="一般公共服务支出", amount="61.00")], TABLE)
    assert (finding.form_id, finding.proposed_yuan) == ("narrative", Decimal("600000.00"))
    assert finding.cause is Cause.PUBLISHER_ARITHMETIC


def test_an_amount_of_the_text_ten_thousand_times_the_tables_is_a_unit() -> None:
    table = lines_of(GENERAL, "TOTAL | 合计 | 1234567.89", "201 | 一般公共服务支出 | 1234567.89", unit="元")
    (finding,) = findings_of([fact_of("function", line_code="201", amount="1234567.89")], table)
    assert finding.cause is Cause.UNIT


@pytest.mark.parametrize(
    ("printed", "outcome"),
    [("60.00", Outcome.PASS), ("59.99", Outcome.ROUNDING), ("60.02", Outcome.BREAK), ("6.00", Outcome.BREAK)],
)
def test_a_share_is_the_part_over_the_whole(printed: str, outcome: Outcome) -> None:
    facts = [
        fact_of("general_public_budget", amount="100.00", offset=1),
        fact_of("function", line_code="201", amount="60.00", offset=20),
        fact_of("function", "share", line_code="201", rate=printed, offset=30),
    ]
    (check,) = checks_of(facts, [], "text_share")
    assert check.outcome is outcome


def test_a_rate_cut_off_instead_of_rounded_is_rounding() -> None:
    facts = [
        fact_of("basic", "initial_budget", amount="10210.34", offset=1),
        fact_of("basic", amount="9746.50", offset=20),
        fact_of("basic", "completion_rate", rate="95.45", basis="initial_budget", offset=30),
    ]
    (check,) = checks_of(facts, [], "text_completion")
    assert check.outcome is Outcome.ROUNDING


def test_a_wrong_rate_is_named_with_what_its_amounts_give() -> None:
    facts = [
        fact_of("basic", "initial_budget", amount="200.00", offset=1),
        fact_of("basic", amount="100.00", label="基本支出", offset=20),
        fact_of("basic", "completion_rate", rate="96.4", label="基本支出", basis="initial_budget", offset=30),
    ]
    (finding,) = findings_of(facts, [])
    assert finding.sentence_zh.endswith("“基本支出”的比率印为96.4%，按所列金额计算为50.00%。")
    assert finding.severity == "warning"


def test_a_wrong_amount_explains_its_rate_too() -> None:
    """The text misprints the amount: table and rate both deny it, and one finding says so."""
    facts = [
        fact_of("function", "initial_budget", line_code="201", amount="60.00", offset=1),
        fact_of("function", line_code="201", amount="45.00", offset=20),
        fact_of("function", "completion_rate", line_code="201", rate="100.00", basis="initial_budget", offset=30),
    ]
    (finding,) = findings_of(facts, TABLE)
    assert len(finding.checks) == 2
    assert finding.proposed_yuan == Decimal("600000.00")


def test_growth_is_the_change_over_last_years_figure() -> None:
    facts = [
        fact_of("operating_cost", amount="110.00", offset=1),
        fact_of("operating_cost", "prior_year_change", amount="10.00", basis="prior_year", offset=20),
        fact_of("operating_cost", amount="100.00", year=2022, offset=20, is_derived=True),
        fact_of("operating_cost", "prior_year_change_rate", rate="10.00", basis="prior_year", offset=30),
    ]
    (check,) = checks_of(facts, [], "text_growth")
    assert check.outcome is Outcome.PASS


def test_a_sentence_vouches_for_the_figure_it_repeats() -> None:
    value = value_of("60.00", form_id=GENERAL, code="201", label="一般公共服务支出")
    (check,) = checks_of([fact_of("function", line_code="201", amount="60.00")], [value], "text_function")
    assert (check.outcome, check.right_value_ids) == (Outcome.PASS, (value.value_id,))


@pytest.mark.parametrize(("printed", "outcome"), [("65.00", "pass"), ("60.00", "pass"), ("66.00", "break")])
def test_a_class_of_the_overview_is_of_all_funds_or_of_the_general_public_budget(printed: str, outcome: str) -> None:
    """江苏省政协办公厅2019: the overview's 201 is the summary's, 80 万元 more than the general public budget's."""
    facts = [fact_of("function", "budget", section="overview", line_code="201", amount=printed)]
    summary = lines_of(
        "summary", "| 一、一般公共服务支出 | 65.00", "| 二、教育支出 | 40.00", side="expenditure", unit="万元"
    )
    disclosed = Disclosed(class_codes={"一般公共服务支出": "201", "教育支出": "205"}, facts=tuple(facts))
    values = [*TABLE, *summary, *sentence_values(facts, 2023)]
    found = reconcile(values, rules(), Phase.BUDGET, 2023, disclosed)
    assert [check.outcome.value for check in found if check.rule_id == "text_function_overview"] == [outcome]
    assert not any(check.rule_id == "text_function_budget" for check in found)

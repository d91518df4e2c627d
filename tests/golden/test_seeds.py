"""The five seed documents: every number found, none wrong, none extra; who and when; which sums do not hold."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from pipeline.model.extract import CellKind, Extract, Grade, Outcome, SumCheck
from pipeline.model.finding import Cause
from tests.golden.reading import (
    assert_same_numbers,
    checks_with,
    numbers_of_truth,
    numbers_read,
    only,
    problems_of,
    read_file,
    read_once,
    truth_rows,
)

TRUTH = "seed_expected.csv"
SEED_FILES = tuple(sorted({row["file_name"] for row in truth_rows(TRUTH)}))
#: file: region code, department, year, phase, scope, date of publication
IDENTITIES = {
    "000": ("140431", "沁源县人民政府办公室", 2022, "final_accounts", "department", None),
    "001": ("140522", "阳城县人民政府办公室", 2024, "final_accounts", "unit", None),
    "002": ("140500", "晋城市政务服务中心", 2022, "final_accounts", "unit", None),
    "003": ("140431", "沁源县直属机关事务服务中心", 2023, "budget", "department", None),
    "004": ("411200", "三门峡市人民政府办公室", 2023, "final_accounts", "department", "2024-09-01"),
}
#: file: the sums that break as printed (rule, difference in yuan)
BREAKS = {
    "000": [
        ("text_completion", Decimal("-5000.00")),
        ("text_completion", Decimal("-5000.00")),
        ("text_completion", Decimal("-27.81")),
        ("text_completion", Decimal("39000.00")),
        ("text_completion", Decimal("39000.00")),
        ("text_economic", Decimal("300000.00")),
        ("text_economic", Decimal("5891140827.00")),
        ("text_economic", Decimal("10175832315.00")),
        ("text_function", Decimal("33422.99")),
        ("text_function", Decimal("733576.50")),
    ],
    "001": [
        ("project_balance", Decimal("70.00")),
        ("project_balance", Decimal("70.00")),
        ("text_completion", Decimal("-3760317.75")),
        ("text_function", Decimal("-3760700.00")),
        ("text_share", Decimal("-91353.30")),
        ("text_share", Decimal("91353.30")),
    ],
    "002": [("procurement_total", Decimal("-55227.46"))],
    "003": [
        ("appropriation_classes_general", Decimal("-23842700.00")),
        ("appropriation_general_form", Decimal("-25440800.00")),
        ("summary_general_fund", Decimal("25440800.00")),
        ("summary_revenue_form_budget", Decimal("25440800.00")),
        ("text_expenditure_budget", Decimal("-26792700.00")),
    ],
    "004": [],
}

#: file: the causes of these breaks and how many each explains, all looked at in the files.
#: 000: 基本工资 and 津贴补贴 in 万元 in the text; 印刷费 626074 for 326,074.00; the text gives items the figures of
#: their classes (行政运行 5487301.9, 行政单位医疗 112972.34); rates that their amounts deny (100 % of 50000 for 89000,
#: 96.4 % for 86.4, 111.55 % for 111.52; the projects' ones are printed twice).
#: 001: 1045.52万元 for 1,421.59; 682.76 and 81.09万元 are not 90.58 and 9.42 % of 763.85; a project with
#: 134.919 万元, 129.712 spent and 5.200 left, printed for the project and for its only fund.
#: 002: procurement below its services. 003: a summary of 2,679.27 万元 beside a revenue form of 135.19; the text's
#: 支出预算0万元.
FINDINGS = {
    "000": [(Cause.UNIT, 1), (Cause.UNIT, 1), *[(Cause.PUBLISHER_ARITHMETIC, 1)] * 8],
    "001": [(Cause.PUBLISHER_ARITHMETIC, 2), (Cause.PUBLISHER_ARITHMETIC, 2), *[(Cause.PUBLISHER_ARITHMETIC, 1)] * 2],
    "002": [(Cause.PUBLISHER_ARITHMETIC, 1)],
    "003": [(Cause.PUBLISHER_ARITHMETIC, 1), (Cause.PUBLISHER_ARITHMETIC, 4)],
    "004": [],
}


def statutory(extract: Extract) -> Extract:
    """An extract without its performance attachments: their truth is told in test_performance.py."""
    values = tuple(value for value in extract.values if not value.form_id.startswith("performance"))
    issues = tuple(issue for issue in extract.issues if not (issue.form_id or "").startswith("performance"))
    return replace(extract, values=values, issues=issues)


def the_check(extract: Extract, rule_id: str, label: str, measure: str) -> SumCheck:
    found = [c for c in extract.checks if (c.rule_id, c.instance_label, c.measure) == (rule_id, label, measure)]
    assert len(found) == 1, found
    return found[0]


@pytest.mark.parametrize("file_name", SEED_FILES)
def test_every_printed_number_is_read_and_no_other(file_name: str, seeds_dir: Path) -> None:
    assert_same_numbers(numbers_read(statutory(read_once(seeds_dir / file_name))), numbers_of_truth(TRUTH, file_name))


@pytest.mark.parametrize("file_name", SEED_FILES)
def test_texts_and_units_are_kept_as_printed(file_name: str, seeds_dir: Path) -> None:
    found = [
        v
        for v in statutory(read_once(seeds_dir / file_name)).values
        if v.cell_kind is CellKind.NUMBER and v.amount_yuan is not None
    ]
    rows = [row for row in truth_rows(TRUTH) if row["file_name"] == file_name and row["amount_yuan"]]
    expected = Counter((row["reported_text"], row["reported_unit"]) for row in rows)
    assert Counter((value.reported_text, value.reported_unit) for value in found) == expected


@pytest.mark.parametrize("seed", IDENTITIES, indirect=True)
def test_no_seed_leaves_a_problem_in_its_statutory_forms(seed: Extract) -> None:
    assert problems_of(statutory(seed)) == []
    assert seed.record.status == ("partial" if problems_of(seed) else "loaded")


@pytest.mark.parametrize(("seed", "identity"), IDENTITIES.items(), indirect=["seed"], ids=IDENTITIES)
def test_who_and_when_are_told(seed: Extract, identity: tuple[object, ...]) -> None:
    record = seed.record
    found = (record.region_code, record.department_name, record.fiscal_year, record.phase, record.reporting_scope)
    assert (*found, record.published_on) == identity


@pytest.mark.parametrize(("seed", "expected"), BREAKS.items(), indirect=["seed"], ids=BREAKS)
def test_only_the_known_sums_break(seed: Extract, expected: list[tuple[str, Decimal]]) -> None:
    broken = checks_with(seed, Outcome.BREAK)
    assert sorted((check.rule_id, check.difference_yuan) for check in broken) == expected


@pytest.mark.parametrize(("seed", "expected"), FINDINGS.items(), indirect=["seed"], ids=FINDINGS)
def test_the_known_disagreements_are_one_finding_each(seed: Extract, expected: list[tuple[Cause, int]]) -> None:
    assert [(finding.cause, len(finding.checks)) for finding in seed.findings] == expected


@only("000")
def test_a_unit_slip_in_the_text_leaves_the_table_consistent(seed: Extract) -> None:
    """基本工资 1017685万元 in the text is 1,017,685.00 元 in the table, whose form agrees with the others."""
    salary = [value for value in seed.values if value.line_code == "30101" and value.amount_yuan]
    assert {value.amount_yuan for value in salary} == {Decimal("1017685.00")}
    assert Grade.CONTRADICTORY not in {value.grade for value in salary}


@only("002")
def test_procurement_total_below_its_services_breaks(seed: Extract) -> None:
    check = next(c for c in seed.checks if c.rule_id == "procurement_total")
    assert (check.left_yuan, check.right_yuan) == (Decimal("75425.00"), Decimal("130652.46"))
    grades = {value.grade for value in seed.values if value.value_id in check.left_value_ids + check.right_value_ids}
    assert grades == {Grade.CONTRADICTORY}


@only("003")
def test_summary_beside_another_revenue_breaks(seed: Extract) -> None:
    check = the_check(seed, "summary_revenue_form_budget", "收入总计", "total")
    assert (check.left_yuan, check.right_yuan) == (Decimal("26792700.00"), Decimal("1351900.00"))
    assert check.outcome is Outcome.BREAK


@only("001")
def test_a_last_digit_of_public_expenditure_is_rounding(seed: Extract) -> None:
    """81.09 万元 beside 81.04 + 0.06."""
    check = the_check(seed, "public_subtotal", "公用经费合计", "basic")
    assert (check.left_yuan, check.right_yuan) == (Decimal("810900.00"), Decimal("811000.00"))
    assert (check.outcome, check.tolerance_yuan) == (Outcome.ROUNDING, Decimal("150.000"))


@only("004")
def test_classes_one_digit_below_their_total_are_rounding(seed: Extract) -> None:
    """Classes that add to 2,678.09 under a printed 2,678.10."""
    check = next(
        c for c in seed.checks if c.form_id == "expenditure" and c.instance_label == "TOTAL" and c.measure == "basic"
    )
    assert (check.left_yuan, check.right_yuan) == (Decimal("26781000.00"), Decimal("26780900.00"))
    assert check.outcome is Outcome.ROUNDING


@only("000")
def test_amounts_glued_to_codes_are_told_apart(seed: Extract) -> None:
    """公开06表 prints 2585077.58302: the amount 2585077.58 and the code 302."""
    amounts = {
        v.line_code: v.amount_yuan
        for v in seed.values
        if v.form_id == "basic_expenditure_by_economic" and v.measure == "total"
    }
    assert (amounts["301"], amounts["30101"]) == (Decimal("2585077.58"), Decimal("1017685.00"))


@only("000")
def test_reading_again_gives_the_same_extract(seed: Extract, seeds_dir: Path) -> None:
    assert read_file(next(seeds_dir.glob("000*.txt"))) == seed

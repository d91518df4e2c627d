"""Every cause is said in one sentence of Chinese and one of English."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from pipeline.model.extract import Outcome, SumCheck
from pipeline.model.finding import Cause, Finding
from pipeline.reconcile.evidence import Evidence
from pipeline.reconcile.rule_file import rules
from pipeline.reconcile.wording import worded
from tests.unit.builders import finding_of, value_of

VALUE = value_of("21.00", code="2010301", label="行政运行", measure="basic", unit="元", row_no=7)
NAMES = {"expenditure": "支出决算表"}
NINE = Decimal("9.00")


def said(finding: Finding, right: str | None = "12.00", rule_id: str = "function_tree", sign: str = "=") -> Finding:
    """The finding over checks of 21.00 against `right`: no second side has no figures."""
    right_yuan = None if right is None else Decimal(right)
    ids = (VALUE.value_id,)
    difference = Decimal(21) - (right_yuan or 0)
    check = SumCheck(
        rule_id, "expenditure", 1, "", "basic", Decimal(21), right_yuan, difference, NINE, Outcome.BREAK, ids, ids, sign
    )
    evidence = Evidence([VALUE], [check, check])
    return worded(finding, evidence, {rule.id: rule for rule in rules()}, NAMES)


def finding(cause: Cause, proposed: str | None = None, **changed: object) -> Finding:
    proposed_yuan = None if proposed is None else Decimal(proposed)
    found = finding_of(value_ids=(VALUE.value_id,), is_located=True)
    return replace(found, cause=cause, difference_yuan=NINE, proposed_yuan=proposed_yuan, **changed)  # type: ignore[arg-type]  # fields by name


TREE = next(rule for rule in rules() if rule.id == "function_tree")
PLACE_ZH, PLACE_EN = "支出决算表第3页第7行", "expenditure, page 3, row 7: "
LINE = "“2010301 行政运行”"


@pytest.mark.parametrize(
    ("found", "chinese", "english"),
    [
        (
            finding(Cause.PUBLISHER_ARITHMETIC, "12.00", checks=(0, 1)),
            f"{LINE}印为21.00元，与2项勾稽关系不符；若为12.00元则全部成立。",
            f"{LINE} reads 21.00 yuan and breaks 2 sums; 12.00 would mend them all.",
        ),
        (
            finding(Cause.MISREAD, "12.00"),
            f"{LINE}印为21.00元，与1项勾稽关系不符；若为12.00元则成立（可能是识别错误）。",
            f"{LINE} reads 21.00 yuan and breaks 1 sum; 12.00 would mend it (perhaps our reading).",
        ),
        (
            finding(Cause.UNIT, "0.0021"),
            f"{LINE}印为21.00元，与1项勾稽关系不符；若为0.00元则成立。",
            f"{LINE} reads 21.00 yuan and breaks 1 sum; 0.00 would mend it.",
        ),
        (
            finding(Cause.PUBLISHER_ARITHMETIC, checks=(0, 1)),
            f"{LINE}：勾稽关系“{TREE.name_zh}”不成立（21.00 ≠ 12.00），相差9.00元，共涉及2项勾稽关系。",
            f"{LINE}: the rule “{TREE.name_en}” does not hold (21.00 ≠ 12.00), 9.00 yuan apart, in 2 sums.",
        ),
        (
            finding(Cause.UNIT),
            "起的金额与其他表相差整单位倍数（21.00 ≠ 12.00），单位印错或读错，不可直接比较。",
            "from here on, amounts differ from another form's by a factor of units (21.00 ≠ 12.00).",
        ),
        (
            finding(Cause.DUPLICATE_ROW),
            f"{LINE}重复列示，合计多出9.00元。",
            f"{LINE} is printed twice, 9.00 yuan too much.",
        ),
        (
            finding(Cause.CODE_NAME_CONFLICT),
            f"{LINE}的编码与所属科目不符：一处少计、另一处多计9.00元。",
            f"{LINE} is coded under the wrong parent: one is 9.00 yuan short, another as much over.",
        ),
        (
            finding(Cause.MISSING_ROW),
            f"{LINE}之下缺少明细行，金额9.00元。",
            f"lines are missing below {LINE}, 9.00 yuan.",
        ),
        (
            finding(Cause.MISSING_ROW, line_code="208", line_label=""),
            "附近缺少“208”一行，金额9.00元。",
            "the line “208” is missing hereabouts, 9.00 yuan.",
        ),
    ],
    ids=lambda case: case.cause.value if isinstance(case, Finding) else "",
)
def test_every_cause_has_its_sentence(found: Finding, chinese: str, english: str) -> None:
    worded_finding = said(found)
    assert worded_finding.sentence_zh == PLACE_ZH + chinese
    assert worded_finding.sentence_en == PLACE_EN + english


def denied(right: str | None) -> Finding:
    check = SumCheck(
        "text_unit", "expenditure", 1, "", "basic", Decimal(21), right and Decimal(right), None, NINE, Outcome.BREAK,
        (VALUE.value_id,), (),
    )  # fmt: skip
    return worded(finding(Cause.UNIT), Evidence([VALUE], [check]), {}, NAMES)


def test_a_unit_that_the_text_denies_names_both_amounts() -> None:
    found = denied("210000.00")
    assert found.sentence_zh.endswith("为21.00元，文字说明为210,000.00元，相差整单位倍数，其中一处单位有误。")
    assert found.sentence_en.endswith("is 21.00 yuan, the text says 210,000.00: one of the two units is wrong.")


def test_a_unit_that_the_other_forms_deny_says_that_the_figure_is_too_small() -> None:
    found = denied(None)
    assert found.sentence_zh.endswith("仅21.00元，单位与其他表不同，金额过小，单位可能印错。")
    assert found.sentence_en.endswith("is 21.00 yuan in a unit no other form uses: too small to be so.")


def test_quotes_within_a_rule_s_name_become_inner_ones_and_a_bound_is_broken_by_more() -> None:
    found = said(finding(Cause.PUBLISHER_ARITHMETIC), rule_id="three_public_total", sign="<=")
    assert "勾稽关系“‘三公’经费合计=" in found.sentence_zh
    assert "（21.00 > 12.00）" in found.sentence_zh


def test_a_line_missing_from_a_form_without_a_line_near_it_has_no_row() -> None:
    found = said(finding(Cause.MISSING_ROW, row_no=None, page_no=None, line_code="208", line_label="社保"))
    assert found.sentence_zh == "支出决算表缺少“208 社保”一行，金额9.00元。"
    assert found.sentence_en == "expenditure: the line “208 社保” is missing, 9.00 yuan."


def test_text_files_have_no_page() -> None:
    assert said(finding(Cause.DUPLICATE_ROW, page_no=None)).sentence_zh.startswith("支出决算表第7行“")


def test_a_rule_without_a_name_is_called_by_its_id() -> None:
    found = said(finding(Cause.PUBLISHER_ARITHMETIC), rule_id="unheard_of")
    assert "勾稽关系“unheard_of”不成立" in found.sentence_zh
    assert "the rule “unheard_of”" in found.sentence_en

"""Findings in one plain sentence of Chinese and one of English."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from pipeline.model.finding import Cause, Finding
from pipeline.reconcile.compare import ZERO
from pipeline.reconcile.evidence import Evidence
from pipeline.reconcile.rule_file import Rule

_MOST_NAMED = 4


def worded(finding: Finding, evidence: Evidence, rules: Mapping[str, Rule], form_names: Mapping[str, str]) -> Finding:
    """Returns the finding with its sentences."""
    words = _Words(finding, evidence, rules, form_names)
    chinese, english = words.sentences()
    return replace(finding, sentence_zh=chinese, sentence_en=english)


class _Words:
    def __init__(
        self, finding: Finding, evidence: Evidence, rules: Mapping[str, Rule], form_names: Mapping[str, str]
    ) -> None:
        self.finding = finding
        self.values = [evidence.values[value_id] for value_id in finding.value_ids]
        self.check = max(
            (evidence.checks[number] for number in finding.checks), key=lambda check: abs(check.difference_yuan or ZERO)
        )
        self.rule = rules.get(self.check.rule_id)
        name = form_names.get(finding.form_id, finding.form_id)
        page = f"第{finding.page_no}页" if finding.page_no else ""
        self.place_zh = f"{name}{page}第{finding.row_no}行"
        self.place_en = f"{finding.form_id}, " + (f"page {finding.page_no}, " if finding.page_no else "")
        self.place_en += f"row {finding.row_no}"
        code = finding.line_code if (finding.line_code or "").isdigit() else ""
        self.line = f"“{code}{' ' if code else ''}{finding.line_label}”"

    def sentences(self) -> tuple[str, str]:
        """Chinese and English."""
        finding = self.finding
        off = yuan(abs(finding.difference_yuan or ZERO))
        sums = len(finding.checks)
        if finding.cause is Cause.UNIT and not self.check.right_value_ids and self.check.left_yuan is not None:
            return self._denied_unit()
        if finding.cause is Cause.UNIT and not finding.proposed_yuan:
            return (
                f"{self.place_zh}起的金额与其他表相差整单位倍数（{self._sides()}），单位印错或读错，不可直接比较。",
                f"{self.place_en}: amounts differ from another form's by a factor of units ({self._sides()}).",
            )
        if finding.cause is Cause.DUPLICATE_ROW:
            return (
                f"{self.place_zh}{self.line}重复列示，合计多出{off}元。",
                f"{self.place_en}: {self.line} is printed twice, {off} yuan too much.",
            )
        if finding.cause is Cause.CODE_NAME_CONFLICT:
            return (
                f"{self.place_zh}{self.line}的编码与所属科目不符：一处少、另一处多{off}元。",
                f"{self.place_en}: {self.line} stands under another code: {off} yuan lack here and exceed there.",
            )
        if finding.cause is Cause.MISSING_ROW:
            return (
                f"{self.place_zh}{self.line}缺少一行，下级合计少{off}元。",
                f"{self.place_en}: a line is missing at {self.line}, {off} yuan.",
            )
        if finding.proposed_yuan is not None:
            printed = yuan(self.values[0].amount_yuan or ZERO)
            proposed = yuan(finding.proposed_yuan)
            ours = ("（可能是识别错误）", " (perhaps our reading)") if finding.cause is Cause.MISREAD else ("", "")
            broken_zh = f"印为{printed}元，与{sums}项勾稽关系不符；若为{proposed}元则全部成立{ours[0]}。"
            broken_en = f"reads {printed} yuan and breaks {_sums(sums)}; {proposed} would mend them all{ours[1]}."
            return f"{self.place_zh}{self.line}{broken_zh}", f"{self.place_en}: {self.line} {broken_en}"
        rule_zh, rule_en = (self.rule.name_zh, self.rule.name_en) if self.rule else (self.check.rule_id,) * 2
        return (
            f"{self.place_zh}{self.line}：{rule_zh}不成立（{self._sides()}），相差{off}元，涉及{sums}项勾稽关系。",
            f"{self.place_en}: {self.line}: not so: {rule_en} ({self._sides()}), {off} yuan apart, {_sums(sums)}.",
        )

    def _denied_unit(self) -> tuple[str, str]:
        printed = yuan(self.check.left_yuan or ZERO)
        if self.check.right_yuan is None:
            return (
                f"{self.place_zh}{self.line}仅{printed}元，单位与其他表不同，金额过小，单位可能印错。",
                f"{self.place_en}: {self.line} is {printed} yuan in a unit no other form uses: too small to be so.",
            )
        text = yuan(self.check.right_yuan)
        return (
            f"{self.place_zh}{self.line}为{printed}元，文字说明为{text}元，相差整单位倍数，其一单位有误。",
            f"{self.place_en}: {self.line} is {printed} yuan, the text says {text}: one of the two units is wrong.",
        )

    def _sides(self) -> str:
        left, right = self.check.left_yuan, self.check.right_yuan
        sign = "≠" if self.check.relation == "=" else ">"
        return f"{yuan(left or ZERO)} {sign} {yuan(right or ZERO)}"


def yuan(amount: Decimal) -> str:
    """An amount as it is read: 1,234,500.00."""
    return f"{amount:,.2f}"


def _sums(count: int) -> str:
    return "1 sum" if count == 1 else f"{count} sums"

"""Findings in one plain sentence of Chinese and one of English."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from pipeline.model.extract import SumCheck
from pipeline.model.finding import Cause, Finding
from pipeline.reconcile.cause_columns import MIN_LINES
from pipeline.reconcile.compare import ZERO
from pipeline.reconcile.evidence import Evidence
from pipeline.reconcile.rule_file import RATES, Rule

#: Chinese and English.
_Pair = tuple[str, str]
_INNER_QUOTES = str.maketrans("“”", "‘’")


def worded(finding: Finding, evidence: Evidence, rules: Mapping[str, Rule], form_names: Mapping[str, str]) -> Finding:
    """Returns the finding with its sentences.

    Args:
        finding: What was found.
        evidence: The values and checks of its document.
        rules: The rules by id, for their names.
        form_names: The forms' Chinese names by id; an unnamed form is called by its id.
    """
    check = max((evidence.checks[n] for n in finding.checks), key=lambda one: abs(one.difference_yuan or ZERO))
    chinese, english = _said(finding, check, evidence, rules.get(check.rule_id))
    at_zh, at_en = _place(finding, form_names.get(finding.form_id, finding.form_id))
    return replace(finding, sentence_zh=at_zh + chinese, sentence_en=f"{at_en}: {english}")


def _said(finding: Finding, check: SumCheck, evidence: Evidence, rule: Rule | None) -> _Pair:
    """What follows the place."""
    line, off = _line(finding), yuan(abs(finding.difference_yuan or ZERO))
    if finding.cause is Cause.UNIT and finding.proposed_yuan is None:
        return _wrong_unit(check) if check.right_value_ids else _denied_unit(line, check)
    if rule is not None and rule.kind in RATES:
        return _wrong_rate(finding, check, evidence)
    if finding.cause is Cause.DUPLICATE_ROW:
        return f"{line}重复列示，合计多出{off}元。", f"{line} is printed twice, {off} yuan too much."
    if finding.cause is Cause.CODE_NAME_CONFLICT:
        return (
            f"{line}的编码与所属科目不符：一处少计、另一处多计{off}元。",
            f"{line} is coded under the wrong parent: one is {off} yuan short, another as much over.",
        )
    if finding.cause is Cause.MISSING_ROW:
        return _missing_row(finding, evidence)
    if finding.proposed_yuan is not None:
        return _wrong_figure(finding, evidence, finding.proposed_yuan)
    lines = len({evidence.checks[number].left_value_ids for number in finding.checks})
    if rule is not None and rule.kind == "parts" and lines >= MIN_LINES:
        return _column_apart(lines, check, rule)
    return _disagreement(finding, check, rule)


def _place(finding: Finding, form_name: str) -> _Pair:
    if finding.row_no is None:
        return form_name, finding.form_id
    page_zh, page_en = (f"第{finding.page_no}页", f", page {finding.page_no}") if finding.page_no else ("", "")
    return f"{form_name}{page_zh}第{finding.row_no}行", f"{finding.form_id}{page_en}, row {finding.row_no}"


def _line(finding: Finding) -> str:
    """The line as it is printed, code before name.

    A line with neither is quoted empty.
    """
    code = finding.line_code or ""
    label = "" if finding.line_label == code else finding.line_label
    return f"“{' '.join(part for part in (code if code.isdigit() or not label else '', label) if part)}”"


def _missing_row(finding: Finding, evidence: Evidence) -> _Pair:
    line, off = _line(finding), yuan(abs(finding.difference_yuan or ZERO))
    if _is_printed(finding, evidence):
        return (
            f"{line}之下缺少明细行，金额{off}元。",
            f"lines are missing below {line}, {off} yuan.",
        )
    near_zh, near_en = ("附近", " hereabouts") if finding.row_no else ("", "")
    return f"{near_zh}缺少{line}一行，金额{off}元。", f"the line {line} is missing{near_en}, {off} yuan."


def _is_printed(finding: Finding, evidence: Evidence) -> bool:
    """Whether the line named stands in the form: then it is lines below it that are missing."""
    form = finding.form_id, finding.instance_no
    return any(
        (value.form_id, value.instance_no) == form
        and (value.line_code, value.line_label) == (finding.line_code, finding.line_label)
        for value in evidence.values.values()
    )


def _wrong_figure(finding: Finding, evidence: Evidence, proposed: Decimal) -> _Pair:
    printed = yuan(evidence.values[finding.value_ids[0]].amount_yuan or ZERO)
    line, sums = _line(finding), len(finding.checks)
    ours = ("（可能是识别错误）", " (perhaps our reading)") if finding.cause is Cause.MISREAD else ("", "")
    all_zh, all_en = ("全部成立", "them all") if sums > 1 else ("成立", "it")
    return (
        f"{line}印为{printed}元，与{sums}项勾稽关系不符；若为{yuan(proposed)}元则{all_zh}{ours[0]}。",
        f"{line} reads {printed} yuan and breaks {_sums(sums)}; {yuan(proposed)} would mend {all_en}{ours[1]}.",
    )


def _wrong_rate(finding: Finding, check: SumCheck, evidence: Evidence) -> _Pair:
    rate = evidence.values[check.right_value_ids[0]]
    printed, line = rate.count_value or ZERO, _line(finding)
    if not check.right_yuan or not printed:
        return (
            f"{line}的比率印为{printed}%，与所列金额不符。",
            f"the rate of {line} reads {printed}%, against its amounts.",
        )
    computed = ((check.left_yuan or ZERO) / check.right_yuan * printed).quantize(Decimal("0.01"))
    return (
        f"{line}的比率印为{printed}%，按所列金额计算为{computed}%。",
        f"the rate of {line} reads {printed}%; its amounts give {computed}%.",
    )


def _disagreement(finding: Finding, check: SumCheck, rule: Rule | None) -> _Pair:
    line, off, sums = _line(finding), yuan(abs(finding.difference_yuan or ZERO)), len(finding.checks)
    name_zh, name_en = (rule.name_zh.translate(_INNER_QUOTES), rule.name_en) if rule else (check.rule_id,) * 2
    more_zh, more_en = (f"，共涉及{sums}项勾稽关系", f", in {_sums(sums)}") if sums > 1 else ("", "")
    return (
        f"{line}：勾稽关系“{name_zh}”不成立（{_sides(check)}），相差{off}元{more_zh}。",
        f"{line}: the rule “{name_en}” does not hold ({_sides(check)}), {off} yuan apart{more_en}.",
    )


def _column_apart(lines: int, check: SumCheck, rule: Rule) -> _Pair:
    name_zh = rule.name_zh.translate(_INNER_QUOTES)
    english = f"{lines} lines break the rule “{rule.name_en}” (the largest {_sides(check)})"
    return (
        f"起共{lines}行不符合栏间关系“{name_zh}”（其中最大的一行{_sides(check)}）：整栏与其他栏不是同一口径或版本。",
        f"from here on {english}: not all columns are of one scope or version.",
    )


def _wrong_unit(check: SumCheck) -> _Pair:
    return (
        f"起的金额与其他表相差整单位倍数（{_sides(check)}），单位印错或读错，不可直接比较。",
        f"from here on, amounts differ from another form's by a factor of units ({_sides(check)}).",
    )


def _denied_unit(line: str, check: SumCheck) -> _Pair:
    printed = yuan(check.left_yuan or ZERO)
    if check.right_yuan is None:
        return (
            f"{line}仅{printed}元，单位与其他表不同，金额过小，单位可能印错。",
            f"{line} is {printed} yuan in a unit no other form uses: too small to be so.",
        )
    text = yuan(check.right_yuan)
    return (
        f"{line}为{printed}元，文字说明为{text}元，相差整单位倍数，其中一处单位有误。",
        f"{line} is {printed} yuan, the text says {text}: one of the two units is wrong.",
    )


def _sides(check: SumCheck) -> str:
    sign = "≠" if check.relation == "=" else ">"
    return f"{yuan(check.left_yuan or ZERO)} {sign} {yuan(check.right_yuan or ZERO)}"


def yuan(amount: Decimal) -> str:
    """Returns an amount as it is read.

    >>> yuan(Decimal("1234500"))
    '1,234,500.00'
    """
    return f"{amount:,.2f}"


def _sums(count: int) -> str:
    return "1 sum" if count == 1 else f"{count} sums"

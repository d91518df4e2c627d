"""Findings as the published file lists them: one per cause, worst first, with their file, place and rules."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from pipeline.published.figures import PRINTED_FIGURES
from pipeline.published.warehouse import Connection, fetch


class Language(StrEnum):
    """In which language a finding says what is wrong."""

    BOTH = "both"
    CHINESE = "zh"
    ENGLISH = "en"


#: What a cause is called, in Chinese and in English; one not listed goes by its identifier.
CAUSES: dict[str, tuple[str, str]] = {
    "misread": ("识读存疑", "perhaps our reading"),
    "publisher_arithmetic": ("公布数不平", "the published figures do not add up"),
    "unit": ("金额单位", "unit printed or read wrongly"),
    "missing_row": ("缺行", "a line is missing"),
    "duplicate_row": ("重复行", "a line is printed twice"),
    "stale_copy": ("沿用旧数", "a figure of another year or form left in"),
    "code_name_conflict": ("编码与名称不符", "code and name disagree"),
}


@dataclass(frozen=True, slots=True)
class FindingLine:
    """One row of `fct_finding`, with its file, its form's name, the blamed figure as printed, and its rules.

    `rule_ids` and `rule_names` are those of the broken sums, that of the largest difference first.
    """

    finding_id: str
    document_id: str
    file_name: str
    relative_path: str
    media_type: str | None
    department_name: str | None
    fiscal_year: int | None
    phase: str | None
    cause: str
    severity: str
    form_id: str
    form_name: str | None
    instance_no: int
    page_no: int | None
    row_no: int | None
    col_no: int | None
    line_code: str | None
    line_label: str
    measure: str | None
    is_located: bool
    difference_yuan: Decimal | None
    proposed_yuan: Decimal | None
    printed_text: str | None
    printed_unit: str | None
    printed_yuan: Decimal | None
    value_ids: tuple[str, ...]
    check_ids: tuple[str, ...]
    rule_ids: tuple[str, ...]
    rule_names: tuple[str, ...]
    sentence_zh: str
    sentence_en: str

    @property
    def form(self) -> str:
        """The form's identifier and name, and which printing of it."""
        repeat = f" #{self.instance_no}" if self.instance_no > 1 else ""
        return f"{self.form_id}{repeat} {self.form_name or ''}".rstrip()

    @property
    def rules(self) -> tuple[tuple[str, str], ...]:
        """Each rule once: its id, for queries, and its Chinese name."""
        return tuple(dict(zip(self.rule_ids, self.rule_names, strict=True)).items())

    def sentences(self, language: Language) -> tuple[str, ...]:
        """What is wrong, in Chinese first where both are asked for."""
        wanted = {Language.CHINESE: (self.sentence_zh,), Language.ENGLISH: (self.sentence_en,)}
        return wanted.get(language, (self.sentence_zh, self.sentence_en))


def cause_name(cause: str) -> tuple[str, str]:
    """A cause in Chinese and in English.

    >>> cause_name("missing_row")
    ('缺行', 'a line is missing')
    """
    return CAUSES.get(cause, (cause, cause))


# A document may stand under several paths: the one that is no duplicate is named, else the first.
# What a located finding blames is one expression: with `is_located` beside the other conditions DuckDB compares every
# finding with every figure (a minute for 5,000 documents).
_FINDINGS = f"""
    with files as (
        select
            document_id,
            arg_min(file_name, (status = 'duplicate', relative_path)) as file_name,
            arg_min(relative_path, (status = 'duplicate', relative_path)) as relative_path,
            any_value(media_type) as media_type,
            any_value(department_name) as department_name
        from marts.dim_document
        group by document_id
    ),

    broken as (
        select finding_id, unnest(check_ids) as check_id
        from marts.fct_finding
    ),

    printed as ({PRINTED_FIGURES}),

    ruled as (
        select
            broken.finding_id,
            list(outcome.rule_id order by abs(outcome.difference_yuan) desc, outcome.check_id) as rule_ids,
            list(
                coalesce(rule.name_zh, outcome.rule_id) order by abs(outcome.difference_yuan) desc, outcome.check_id
            ) as rule_names
        from broken
        inner join marts.fct_reconciliation as outcome on broken.check_id = outcome.check_id
        left join marts.dim_rule as rule on outcome.rule_id = rule.rule_id
        group by broken.finding_id
    )

    select
        finding.*,
        files.file_name,
        files.relative_path,
        files.media_type,
        files.department_name,
        form.name_zh as form_name,
        blamed.reported_text as printed_text,
        blamed.reported_unit as printed_unit,
        blamed.amount_yuan as printed_yuan,
        coalesce(ruled.rule_ids, []) as rule_ids,
        coalesce(ruled.rule_names, []) as rule_names
    from marts.fct_finding as finding
    inner join files on finding.document_id = files.document_id
    left join ruled on finding.finding_id = ruled.finding_id
    left join marts.dim_form as form on finding.form_id = form.form_id
    left join printed as blamed
        on
            finding.document_id = blamed.document_id
            and case when finding.is_located then finding.value_ids[1] end = blamed.value_id
    where finding.document_id in (select unnest(?))
    order by
        case finding.severity when 'error' then 0 when 'warning' then 1 else 2 end,
        abs(finding.difference_yuan) desc nulls last,
        files.relative_path,
        finding.finding_id
"""  # noqa: S608 (a constant of ours)


def list_findings(connection: Connection, document_ids: Iterable[str]) -> list[FindingLine]:
    """The findings of these documents, worst first: errors before warnings, then the largest difference."""
    return fetch(connection, FindingLine, _FINDINGS, [sorted(set(document_ids))])

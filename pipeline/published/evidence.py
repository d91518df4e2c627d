"""What stands behind a document's findings: broken sums with both sides, and the figures of the forms they touch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from pipeline.published.figures import PRINTED_FIGURES
from pipeline.published.findings import FindingLine
from pipeline.published.warehouse import Connection, fetch


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of a form: what is printed, what it means, where it stands (`bbox` as in `fct_form_value`).

    `other_file` names its file where that is not the document of the finding.
    """

    value_id: str
    document_id: str
    other_file: str | None
    form_id: str
    form_name: str | None
    instance_no: int
    line_side: str | None
    line_code: str | None
    line_label: str
    qualifier: str | None
    measure: str
    reported_text: str
    reported_unit: str | None
    amount_yuan: Decimal | None
    count_value: Decimal | None
    page_no: int | None
    row_no: int
    col_no: int
    bbox: tuple[float, ...] | None
    method: str

    @property
    def form_key(self) -> tuple[str, str, int]:
        """Which printing of which form of which document it belongs to."""
        return self.document_id, self.form_id, self.instance_no


@dataclass(frozen=True, slots=True)
class Withheld:
    """A place where personal data stood in the document; `bbox` as in `fct_form_value`, `None` where it has none."""

    page_no: int | None
    bbox: tuple[float, ...] | None


@dataclass(frozen=True, slots=True)
class SumSides:
    """A sum that a finding explains: its rule with formula and source, both sides, and the figures on them."""

    check_id: str
    rule_id: str
    name_zh: str
    name_en: str
    formula: str | None
    source: str | None
    form_id: str
    instance_label: str
    measure: str | None
    relation: str
    left_yuan: Decimal | None
    right_yuan: Decimal | None
    difference_yuan: Decimal | None
    tolerance_yuan: Decimal | None
    left_value_ids: tuple[str, ...]
    right_value_ids: tuple[str, ...]

    @property
    def value_ids(self) -> tuple[str, ...]:
        """The figures of both sides."""
        return self.left_value_ids + self.right_value_ids


@dataclass(frozen=True, slots=True)
class Evidence:
    """Everything one document's findings rest on.

    Attributes:
        findings: worst first.
        sums: the broken sums by `check_id`.
        figures: all numbers of every form that a finding touches, by `value_id`, in the order of the page; also
            those of another document, where a sum compares two.
        withheld: where persons stand on the document's own pages: no picture of them may show it.
    """

    findings: tuple[FindingLine, ...]
    sums: Mapping[str, SumSides]
    figures: Mapping[str, Figure]
    withheld: tuple[Withheld, ...] = ()

    def sums_of(self, finding: FindingLine) -> list[SumSides]:
        """The sums a finding explains, the largest difference first."""
        found = [self.sums[check_id] for check_id in finding.check_ids if check_id in self.sums]
        return sorted(found, key=lambda one: (-abs(one.difference_yuan or Decimal(0)), one.check_id))

    def blamed_by(self, finding: FindingLine) -> list[Figure]:
        """The figures a finding blames; where it blames a row and names no figure, those of that row."""
        named = [self.figures[value_id] for value_id in finding.value_ids if value_id in self.figures]
        form = (finding.document_id, finding.form_id, finding.instance_no)
        return named or [
            figure
            for figure in self.figures.values()
            if figure.form_key == form and (figure.page_no, figure.row_no) == (finding.page_no, finding.row_no)
        ]


_SUMS = """
    select
        outcome.*,
        coalesce(rule.name_zh, outcome.rule_id) as name_zh,
        coalesce(rule.name_en, outcome.rule_id) as name_en,
        rule.formula,
        rule.source
    from marts.fct_reconciliation as outcome
    left join marts.dim_rule as rule on outcome.rule_id = rule.rule_id
    where outcome.check_id in (select unnest(?))
"""

# Of a form all its figures are shown; of the sentences only those a sum takes: they are no table.
_FIGURES = f"""
    with wanted as (
        select unnest(?) as value_id
    ),

    printed as (
        select * from ({PRINTED_FIGURES})
        where form_id <> 'narrative' or value_id in (select value_id from wanted)
    ),

    touched as (
        select distinct
            document_id,
            form_id,
            instance_no
        from printed
        where value_id in (select value_id from wanted)
    )

    select
        number.*,
        form.name_zh as form_name,
        case
            when number.document_id <> ? then (
                select min(file_name) from marts.dim_document as document
                where document.document_id = number.document_id and document.status <> 'duplicate'
            )
        end as other_file
    from printed as number
    inner join touched
        on
            number.document_id = touched.document_id
            and number.form_id = touched.form_id
            and number.instance_no = touched.instance_no
    left join marts.dim_form as form on number.form_id = form.form_id
    order by
        number.document_id, number.page_no, number.form_id, number.instance_no,
        number.row_no, number.col_no, number.value_id
"""  # noqa: S608 (a constant of ours)


_WITHHELD = """
    select
        page_no,
        bbox
    from marts.fct_withheld
    where document_id = ? and page_no is not null
    order by place_no
"""


def load_evidence(connection: Connection, findings: Sequence[FindingLine]) -> Evidence:
    """Reads what the findings of one document rest on.

    Args:
        connection: The published file.
        findings: Of one document, at least one.
    """
    document_id = findings[0].document_id
    check_ids = sorted({check_id for finding in findings for check_id in finding.check_ids})
    sums = fetch(connection, SumSides, _SUMS, [check_ids])
    value_ids = {value_id for finding in findings for value_id in finding.value_ids}
    value_ids |= {value_id for one in sums for value_id in one.value_ids}
    figures = fetch(connection, Figure, _FIGURES, [sorted(value_ids), document_id])
    return Evidence(
        tuple(findings),
        {one.check_id: one for one in sums},
        {figure.value_id: figure for figure in figures},
        tuple(fetch(connection, Withheld, _WITHHELD, [document_id])),
    )

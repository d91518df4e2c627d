"""A value_id -> where the number stands, why it has this unit, and the sums it takes part in."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from pipeline.errors import UnknownValue
from pipeline.published.figures import PRINTED_FIGURES
from pipeline.published.warehouse import Connection, fetch

#: Fewer characters of an id are as good as none.
MIN_PREFIX = 4
_SHOWN_CANDIDATES = 5


@dataclass(frozen=True, slots=True)
class TracedValue:
    """One figure of a form or of a sentence with its file and form."""

    value_id: str
    document_id: str
    file_name: str
    relative_path: str
    source_url: str | None
    department_name: str | None
    fiscal_year: int | None
    phase: str | None
    form_id: str
    form_name: str | None
    form_title: str | None
    instance_no: int
    line_side: str | None
    line_code: str | None
    line_label: str
    qualifier: str | None
    measure: str
    amount_yuan: Decimal | None
    count_value: Decimal | None
    reported_text: str
    stored_text: str | None
    reported_line: str
    reported_unit: str | None
    unit_evidence: str
    precision_yuan: Decimal | None
    page_no: int | None
    row_no: int
    col_no: int
    method: str
    method_reason: str | None
    grade: str


@dataclass(frozen=True, slots=True)
class SumOfValue:
    """One sum the value takes part in; `side` says on which side of it."""

    rule_id: str
    rule_name: str | None
    formula: str | None
    side: str
    form_id: str
    instance_label: str
    measure: str | None
    left_yuan: Decimal | None
    right_yuan: Decimal | None
    difference_yuan: Decimal | None
    outcome: str


_CANDIDATES = f"select value_id from ({PRINTED_FIGURES}) where starts_with(value_id, ?) order by value_id limit ?"  # noqa: S608 (a constant of ours)

_VALUE = f"""
    select
        number.*,
        document.file_name,
        document.relative_path,
        document.source_url,
        document.department_name,
        form.name_zh as form_name
    from ({PRINTED_FIGURES}) as number
    inner join marts.dim_document as document
        on number.document_id = document.document_id and document.status <> 'duplicate'
    left join marts.dim_form as form on number.form_id = form.form_id
    where number.value_id = ?
    limit 1
"""  # noqa: S608 (a constant of ours)

_SUMS = """
    select
        outcome.*,
        rule.name_zh as rule_name,
        rule.formula,
        case when list_contains(outcome.left_value_ids, ?) then 'left' else 'right' end as side
    from marts.fct_reconciliation as outcome
    left join marts.dim_rule as rule on outcome.rule_id = rule.rule_id
    where
        outcome.document_id = ?
        and (list_contains(outcome.left_value_ids, ?) or list_contains(outcome.right_value_ids, ?))
    order by outcome.rule_id, outcome.instance_label
"""


def trace_value(connection: Connection, wanted: str) -> tuple[TracedValue, list[SumOfValue]]:
    """Finds one value by its id, or by the beginning of it if only one begins so.

    Raises:
        UnknownValue: None does, or several do.
    """
    value_id = _resolve(connection, wanted.strip())
    value = fetch(connection, TracedValue, _VALUE, [value_id])[0]
    sums = fetch(connection, SumOfValue, _SUMS, [value_id, value.document_id, value_id, value_id])
    return value, sums


def _resolve(connection: Connection, wanted: str) -> str:
    too_short = len(wanted) < MIN_PREFIX
    rows = [] if too_short else connection.execute(_CANDIDATES, [wanted, _SHOWN_CANDIDATES]).fetchall()
    candidates = [str(row[0]) for row in rows]
    if wanted in candidates or len(candidates) == 1:
        return wanted if wanted in candidates else candidates[0]
    if candidates:
        raise UnknownValue(
            f"several value ids begin with {wanted}: {', '.join(candidates)}, …",
            expected="the id of one value",
            remedy="give more of it",
        )
    raise UnknownValue(
        f"no value_id is or begins with {wanted!r}",
        expected="an id from marts.fct_form_value or fct_narrative_amount, or at least its first "
        f"{MIN_PREFIX} characters",
        remedy="`gongkai query 'select value_id, line_label from marts.fct_form_value'` shows some",
    )

"""What stands in the published file: documents, numbers and grades by region and year, by form and by rule."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pipeline.published.warehouse import Connection, fetch

COVERAGE_SQL = """\
select
    region.region_name,
    document.fiscal_year,
    document.phase,
    count(distinct document.department_id) as departments,
    count(*) filter (document.status = 'loaded') as loaded,
    count(*) filter (document.status = 'partial') as partial,
    count(*) filter (document.status = 'superseded') as superseded,
    count(*) filter (document.status = 'duplicate') as duplicate,
    count(*) filter (document.status = 'quarantined') as quarantined,
    coalesce(sum(document.number_count), 0)::bigint as numbers,
    coalesce(sum(document.proven_count), 0)::bigint as proven,
    coalesce(sum(document.consistent_count), 0)::bigint as consistent,
    coalesce(sum(document.unproven_count), 0)::bigint as unproven,
    coalesce(sum(document.contradictory_count), 0)::bigint as contradictory,
    coalesce(sum(document.token_count), 0)::bigint as printed,
    coalesce(sum(document.explained_count), 0)::bigint as explained
from marts.dim_document as document
left join marts.dim_region as region
    on document.region_code = region.region_code and region.is_current
group by all
order by region.region_name nulls last, document.fiscal_year nulls last, document.phase nulls last"""

FORMS_SQL = """\
select
    form.form_id,
    count(*) as printings,
    count(distinct form.document_id) as documents,
    count(*) filter (form.status = 'empty') as empty,
    coalesce(sum(form.number_count), 0)::bigint as numbers,
    coalesce(sum(form.proven_count + form.consistent_count), 0)::bigint as vouched_for,
    coalesce(sum(form.contradictory_count), 0)::bigint as contradictory
from marts.fct_form as form
group by all
order by form.form_id"""

RULES_SQL = """\
select
    rule_id,
    count(*) filter (outcome = 'pass') as passed,
    count(*) filter (outcome = 'rounding') as rounding,
    count(*) filter (outcome = 'break') as broken,
    count(*) filter (outcome not in ('pass', 'rounding', 'break')) as not_asked
from marts.fct_reconciliation
group by all
order by rule_id"""

ISSUES_SQL = """\
select
    category,
    severity,
    count(*) as issues,
    count(distinct document_id) as documents
from marts.fct_issue
group by all
order by issues desc, category, severity"""

KINDS_SQL = """\
select
    number_kind,
    coalesce(sum(token_count), 0)::bigint as printed
from marts.fct_number_account
group by all
order by printed desc, number_kind"""

_ROWS_SQL = """
    select schema_name || '.' || table_name as name, estimated_size as row_count
    from duckdb_tables() where schema_name in ('marts', 'ref')
"""


@dataclass(frozen=True, slots=True)
class Covered:
    """A region, year and phase: its documents by status, its numbers by grade, how many printed ones are explained."""

    region_name: str | None
    fiscal_year: int | None
    phase: str | None
    departments: int
    loaded: int
    partial: int
    superseded: int
    duplicate: int
    quarantined: int
    numbers: int
    proven: int
    consistent: int
    unproven: int
    contradictory: int
    printed: int
    explained: int


@dataclass(frozen=True, slots=True)
class FormCount:
    """How often a form is printed, and what stands in it."""

    form_id: str
    printings: int
    documents: int
    empty: int
    numbers: int
    vouched_for: int
    contradictory: int


@dataclass(frozen=True, slots=True)
class RuleCount:
    """How often a rule was asked, and what came of it."""

    rule_id: str
    passed: int
    rounding: int
    broken: int
    not_asked: int


@dataclass(frozen=True, slots=True)
class IssueCount:
    """How often a problem was met."""

    category: str
    severity: str
    issues: int
    documents: int


@dataclass(frozen=True, slots=True)
class KindCount:
    """How many printed numbers are of a kind."""

    number_kind: str
    printed: int


@dataclass(frozen=True, slots=True)
class _RowCount:
    name: str
    row_count: int


@dataclass(frozen=True, slots=True)
class Counts:
    """All of it, as the published file has it now."""

    covered: tuple[Covered, ...]
    forms: dict[str, FormCount]
    rules: dict[str, RuleCount]
    issues: tuple[IssueCount, ...]
    kinds: tuple[KindCount, ...]
    rows: dict[str, int]


def count_warehouse(connection: Connection) -> Counts:
    """Counts what the published file holds.

    Raises:
        NoWarehouse: It lacks a table or a column: another version of this program has published it.
    """
    return Counts(
        covered=tuple(fetch(connection, Covered, COVERAGE_SQL)),
        forms={row.form_id: row for row in fetch(connection, FormCount, FORMS_SQL)},
        rules={row.rule_id: row for row in fetch(connection, RuleCount, RULES_SQL)},
        issues=tuple(fetch(connection, IssueCount, ISSUES_SQL)),
        kinds=tuple(fetch(connection, KindCount, KINDS_SQL)),
        rows={row.name: row.row_count for row in fetch(connection, _RowCount, _ROWS_SQL)},
    )


def total_of(covered: Iterable[Covered], column: str) -> int:
    """One column of the coverage, added up."""
    return sum(int(getattr(row, column)) for row in covered)


def share(part: int, whole: int) -> str:
    """A part in per cent; empty where there is no whole.

    >>> share(1, 3), share(0, 0)
    ('33.3 %', '')
    """
    return f"{100 * part / whole:.1f} %" if whole else ""

"""What may be compared, region by region: the groups with their guard, their figures, and the numbers printed for them.

What lives here: the queries of the comparison site. What must not: words, addresses, pages.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from pipeline.published.figures import PRINTED_FIGURES
from pipeline.published.warehouse import Connection, fetch


@dataclass(frozen=True, slots=True)
class Group:
    """One row of `mart_comparison_basis`: the departments of one type, region, year and phase put together."""

    region_code: str
    region_name: str
    region_level: str | None
    fiscal_year: int
    phase: str
    department_type: str
    departments: int
    departments_known: int | None
    departments_known_basis: str | None
    coverage: Decimal | None
    documents: int
    document_ids: tuple[str, ...]
    reporting_scope: str | None
    grade: str | None
    precision_yuan: Decimal | None
    is_county_total: bool
    is_comparable: bool
    incomparable_reasons: tuple[str, ...]
    warnings: tuple[str, ...]
    population: int | None
    population_year: int | None
    headcount: int | None
    headcount_departments: int
    published_total_yuan: Decimal | None

    @property
    def key(self) -> tuple[str, int, str, str]:
        """Region, year, phase, department type."""
        return self.region_code, self.fiscal_year, self.phase, self.department_type


@dataclass(frozen=True, slots=True)
class Figure:
    """One row of a comparison mart: an amount of a group, with what it may be compared by.

    `subject` names the mart (`function`, `economic`, `three_public`, `operating_cost`, `project`), `variant` what must
    not be mixed within it: a fund; classification and coverage; a stage.
    """

    region_code: str
    fiscal_year: int
    phase: str
    department_type: str
    subject: str
    variant: str
    code: str
    name: str | None
    class_level: int
    parent_code: str | None
    amount_yuan: Decimal | None
    share: Decimal | None
    amount_per_capita_yuan: Decimal | None
    amount_per_head_yuan: Decimal | None
    prior_year_amount_yuan: Decimal | None
    growth_rate: Decimal | None
    comparable_rank: int | None
    comparable_count: int | None
    published_total_yuan: Decimal | None
    executed_yuan: Decimal | None
    execution_rate: Decimal | None
    average_score: Decimal | None
    project_count: int | None
    grade: str | None
    is_comparable: bool
    incomparable_reasons: tuple[str, ...]
    warnings: tuple[str, ...]
    value_ids: tuple[str, ...]

    @property
    def group_key(self) -> tuple[str, int, str, str]:
        """The key of the group it belongs to."""
        return self.region_code, self.fiscal_year, self.phase, self.department_type


@dataclass(frozen=True, slots=True)
class PrintedValue:
    """One number behind a figure: what stands on which page of which document."""

    value_id: str
    document_id: str
    form_id: str
    form_name: str | None
    line_side: str | None
    line_code: str | None
    line_label: str
    qualifier: str | None
    measure: str
    amount_yuan: Decimal | None
    reported_text: str
    reported_unit: str | None
    page_no: int | None
    row_no: int
    col_no: int
    grade: str


@dataclass(frozen=True, slots=True)
class PublishedTotal:
    """What the government's own budget or accounts print for its own level: one amount, everywhere it stands."""

    fiscal_year: int
    phase: str
    fund: str
    code: str
    amount_yuan: Decimal | None
    value_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ComparedDocument:
    """A document of a region, and whether it counts in comparisons; `not_counted_because` where it does not."""

    document_id: str
    file_name: str
    department_name: str | None
    department_type: str | None
    fiscal_year: int | None
    phase: str | None
    reporting_scope: str | None
    status: str
    source_url: str | None
    published_on: str | None
    is_counted: bool
    not_counted_because: str | None


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something may not be compared, or is to be read with care, in words."""

    reason_id: str
    is_excluding: bool
    name_zh: str
    name_en: str
    what_to_do_zh: str
    what_to_do_en: str


@dataclass(frozen=True, slots=True)
class DepartmentType:
    """A canonical type of department and its English name."""

    department_type: str
    name_en: str


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One row of `mart_disclosure_ledger`: what a department should have published, and what came of it."""

    region_code: str
    department_name: str | None
    fiscal_year: int
    phase: str
    status: str
    is_late: bool | None


_REGIONS = "select distinct region_code from marts.mart_comparison_basis order by region_code"

_GROUPS = """
    select * from marts.mart_comparison_basis
    where region_code = ?
    order by fiscal_year, phase, department_type = '全部', department_type
"""

# The columns that only some marts have are empty in the others.
_FIGURES = """
    with empty_columns as (
        select
            null::decimal(20, 2) as published_total_yuan, null::decimal(20, 2) as executed_yuan,
            null::decimal(20, 6) as execution_rate, null::decimal(9, 2) as average_score,
            null::integer as project_count
        where false
    ),

    stacked as (
        select *, 'function' as subject, fund as variant, function_code as code, function_name as name
        from marts.mart_county_function where region_code = $1
        union all by name
        select
            *, 'economic' as subject, concat(classification, '.', coverage_kind) as variant, economic_code as code,
            economic_name as name
        from marts.mart_county_economic where region_code = $1
        union all by name
        select *, 'three_public' as subject, stage as variant, category as code, 1 as class_level
        from marts.mart_county_three_public where region_code = $1
        union all by name
        select *, 'operating_cost' as subject, stage as variant, category as code, 1 as class_level
        from marts.mart_county_operating_cost where region_code = $1
        union all by name
        select
            *, 'project' as subject, 'annual' as variant, project_kind as code, 1 as class_level,
            annual_budget_yuan as amount_yuan
        from marts.mart_county_project where region_code = $1
        union all by name
        select * from empty_columns
    )

    select * from stacked
    order by fiscal_year, phase, department_type, subject, variant, class_level, code
"""

_VALUES = f"""
    with wanted as (
        select unnest(value_ids) as value_id from marts.mart_county_function where region_code = $1
        union select unnest(value_ids) from marts.mart_county_economic where region_code = $1
        union select unnest(value_ids) from marts.mart_county_three_public where region_code = $1
        union select unnest(value_ids) from marts.mart_county_operating_cost where region_code = $1
        union select unnest(value_ids) from marts.mart_county_project where region_code = $1
        union select unnest(value_ids) from marts.fct_government_budget where region_code = $1
    )

    select
        number.*,
        form.name_zh as form_name
    from ({PRINTED_FIGURES}) as number
    left join marts.dim_form as form on number.form_id = form.form_id
    where
        number.value_id in (select value_id from wanted)
        and number.document_id in (select document_id from marts.mart_counted_document where region_code = $1)
    order by number.document_id, number.page_no, number.form_id, number.row_no, number.col_no, number.value_id
"""  # noqa: S608 (a constant of ours)

_DOCUMENTS = """
    select
        document.document_id,
        document.file_name,
        document.department_name,
        counted.department_type,
        document.fiscal_year,
        document.phase,
        document.reporting_scope,
        document.status,
        document.source_url,
        document.published_on::varchar as published_on,
        counted.is_counted,
        counted.not_counted_because
    from marts.mart_counted_document as counted
    inner join marts.dim_document as document
        on counted.document_id = document.document_id and document.status <> 'duplicate'
    where counted.region_code = ?
    order by document.fiscal_year, document.phase, document.department_name, document.file_name, document.document_id
"""

_PUBLISHED = """
    select
        fiscal_year,
        phase,
        fund,
        line_code as code,
        amount_yuan,
        list_sort(flatten(list(value_ids))) as value_ids
    from marts.fct_government_budget
    where region_code = ? and area_scope = 'own_level' and line_side = 'expenditure' and line_code is not null
    group by all
"""

_REASONS = "select * from ref.ref_comparability_reason order by is_excluding desc, reason_id"
_TYPES = "select department_type, name_en from ref.ref_department_type order by match_order"
_HAS_LEDGER = """
    select count(*) from duckdb_tables() where schema_name = 'marts' and table_name = 'mart_disclosure_ledger'
"""
_LEDGER = """
    select * from marts.mart_disclosure_ledger
    where region_code = ? and is_expected
    order by fiscal_year desc, phase, department_name
"""


def list_regions(connection: Connection) -> list[str]:
    """The codes of all regions of which anything can be compared."""
    return [str(row[0]) for row in connection.execute(_REGIONS).fetchall()]


def list_groups(connection: Connection, region_code: str) -> list[Group]:
    """The groups of a region by year and phase, all departments together (全部) last."""
    return fetch(connection, Group, _GROUPS, [region_code])


def list_figures(connection: Connection, region_code: str) -> list[Figure]:
    """All figures of a region's groups."""
    return fetch(connection, Figure, _FIGURES, [region_code])


def list_values(connection: Connection, region_code: str) -> dict[str, PrintedValue]:
    """The numbers behind them, by `value_id`, in the order of their documents and pages."""
    return {value.value_id: value for value in fetch(connection, PrintedValue, _VALUES, [region_code])}


def list_published_totals(connection: Connection, region_code: str) -> list[PublishedTotal]:
    """What the government itself published, by fund and class of function."""
    return fetch(connection, PublishedTotal, _PUBLISHED, [region_code])


def list_compared_documents(connection: Connection, region_code: str) -> list[ComparedDocument]:
    """The documents of a region, counted or not."""
    return fetch(connection, ComparedDocument, _DOCUMENTS, [region_code])


def list_reasons(connection: Connection) -> list[Reason]:
    """Every reason and warning in words, those that exclude first."""
    return fetch(connection, Reason, _REASONS)


def list_department_types(connection: Connection) -> list[DepartmentType]:
    """The canonical types in their order."""
    return fetch(connection, DepartmentType, _TYPES)


def list_ledger(connection: Connection, region_code: str) -> list[LedgerLine] | None:
    """What a region's departments should have published, newest year first; `None` where no ledger is published."""
    found = connection.execute(_HAS_LEDGER).fetchone()
    return fetch(connection, LedgerLine, _LEDGER, [region_code]) if found and found[0] else None

"""Documents, their issues and the sums that break, as the published file lists them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from pipeline.errors import UnknownDocument
from pipeline.published.warehouse import Connection, fetch


@dataclass(frozen=True, slots=True)
class DocumentLine:
    """One row of `dim_document`, with the names of its region and department."""

    document_id: str
    file_name: str
    relative_path: str
    department_name: str | None
    region_name: str | None
    fiscal_year: int | None
    phase: str | None
    reporting_scope: str | None
    reported_unit: str | None
    published_on: date | None
    status: str
    status_reason: str | None
    forms_found: int | None
    forms_expected: int | None
    missing_forms: tuple[str, ...] | None
    number_count: int
    issue_count: int
    break_count: int


@dataclass(frozen=True, slots=True)
class IssueLine:
    """One row of `fct_issue`."""

    document_id: str
    category: str
    severity: str
    form_id: str | None
    page_no: int | None
    row_no: int | None
    col_no: int | None
    raw_text: str
    message: str
    remedy: str


@dataclass(frozen=True, slots=True)
class BrokenSum:
    """One row of `fct_reconciliation` whose outcome is a break."""

    document_id: str
    file_name: str
    rule_id: str
    rule_name: str | None
    form_id: str
    instance_no: int
    instance_label: str
    measure: str | None
    left_yuan: Decimal | None
    right_yuan: Decimal | None
    difference_yuan: Decimal | None
    tolerance_yuan: Decimal | None
    relation: str


_DOCUMENTS = """
    select
        document.*,
        coalesce(department.region_name, region.region_name) as region_name
    from marts.dim_document as document
    left join marts.dim_department as department on document.department_id = department.department_id
    left join marts.dim_region as region on document.region_code = region.region_code and region.is_current
    order by document.relative_path, document.document_id
"""

_ISSUES = """
    select * from marts.fct_issue
    where document_id in (select unnest(?)) and category <> 'unexplained_number'
    order by document_id, severity, category, page_no, row_no, col_no
"""

_BREAKS = """
    select
        broken.*,
        (
            select min(document.file_name) from marts.dim_document as document
            where document.document_id = broken.document_id and document.status <> 'duplicate'
        ) as file_name,
        rule.name_zh as rule_name
    from marts.fct_reconciliation as broken
    left join marts.dim_rule as rule on broken.rule_id = rule.rule_id
    where broken.outcome = 'break'
    order by abs(broken.difference_yuan) desc nulls last, broken.document_id, broken.check_id
"""


def list_documents(connection: Connection) -> list[DocumentLine]:
    """Every file ever seen, in the order of its path."""
    return fetch(connection, DocumentLine, _DOCUMENTS)


def list_issues(connection: Connection, documents: list[DocumentLine]) -> list[IssueLine]:
    """The issues of these documents; lines with unexplained numbers belong to `published/account.py`."""
    return fetch(connection, IssueLine, _ISSUES, [sorted({document.document_id for document in documents})])


def list_breaks(connection: Connection) -> list[BrokenSum]:
    """All sums that break, the largest difference first."""
    return fetch(connection, BrokenSum, _BREAKS)


def find_documents(documents: list[DocumentLine], wanted: str) -> list[DocumentLine]:
    """The documents whose file name, path or id is `wanted`; else those whose name holds it or whose id begins with it.

    Raises:
        UnknownDocument: None does.
    """
    exact = [line for line in documents if wanted in (line.file_name, line.relative_path, line.document_id)]
    near = exact or [line for line in documents if wanted in line.file_name or line.document_id.startswith(wanted)]
    if not near:
        names = ", ".join(sorted({line.file_name for line in documents})[:5])
        raise UnknownDocument(
            f"no document is called {wanted}",
            expected=f"a file name, a part of one, or the beginning of a document_id; there are {names or 'none'}, …",
            remedy="`gongkai status` lists them",
        )
    return near

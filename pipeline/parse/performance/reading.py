"""One performance attachment to what it says: the entry of this package."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.model.account import NumberKind, ReadText
from pipeline.model.extract import FormRecord, FormValue, Issue, Severity
from pipeline.model.form import FormRegion
from pipeline.model.performance import AttachmentKind, IndicatorRecord, ProjectRecord
from pipeline.model.text import match_key
from pipeline.parse.amounts import YUAN_PER_UNIT
from pipeline.parse.form_issues import form_issue
from pipeline.parse.performance.checks import AMOUNTS, check_project
from pipeline.parse.performance.drafts import Figure, Project, Reading, Remark
from pipeline.parse.performance.duties import duty_header, headless_columns, read_duties
from pipeline.parse.performance.lists import list_header, read_list
from pipeline.parse.performance.records import form_values, indicator_records, project_records
from pipeline.parse.performance.report import name_in_lines, read_report
from pipeline.parse.performance.rows import PrintedCell, PrintedRow, region_rows
from pipeline.parse.performance.side_by_side import is_side_by_side, read_side_by_side
from pipeline.parse.performance.tables import TableReader

_DEPARTMENT = re.compile(r"整体|部门(\(单位\))?(支出)?自评")
#: What follows the project's name in a title.
_BEHIND_NAME = re.compile(r"(项目)?(支出)?(预算)?绩效(自评|目标|评价).*$")


@dataclass(frozen=True, slots=True)
class AttachmentReading:
    """An attachment as read: its form record, values, projects, indicators, issues and the texts used."""

    record: FormRecord
    values: tuple[FormValue, ...]
    issues: tuple[Issue, ...]
    projects: tuple[ProjectRecord, ...]
    indicators: tuple[IndicatorRecord, ...]
    read_texts: tuple[ReadText, ...]


def read_attachment(region: FormRegion, document_id: str) -> AttachmentReading:
    """Reads a target or evaluation form of any layout.

    Args:
        region: The attachment where it stands.
        document_id: For stable ids.
    """
    reading = _read(region)
    projects = [project for project in reading.projects if project.figures or project.indicators]
    issues = [*_unnamed(region, projects)]
    for project in projects:
        reading.remarks += check_project(project)
    issues += [_issue(region, remark) for remark in (*reading.remarks, *_units(projects))]
    values = form_values(region, projects, document_id)
    records = project_records(region, projects, values, document_id)
    indicators = tuple(indicator_records(region, projects, records))
    if not projects:
        issues.append(_not_read(region))
    cells = [_read_text(cell) for cell in reading.read_cells]
    cells += [_read_text(cell)._replace(kind=NumberKind.LABEL) for cell in reading.labels]
    texts = dict.fromkeys([ReadText(region.page_no, region.line_no or 1, region.title), *cells])
    return AttachmentReading(
        _record(region, values, projects), tuple(values), tuple(issues), tuple(records), indicators, tuple(texts)
    )


def _read_text(cell: PrintedCell) -> ReadText:
    """A cell that went into a record; its column tells it from a cell with the same text in its row."""
    return ReadText(cell.page_no, cell.row_no, cell.text.strip(), col_no=cell.col_index + 1)


def _read(region: FormRegion) -> Reading:
    if is_side_by_side(region):
        return read_side_by_side(region)
    rows = region_rows(region)
    lost = headless_columns(rows, region.title)
    if lost or any(duty_header(row) for row in rows):
        return read_duties(rows, region, lost)
    if any(list_header(row) for row in rows):
        return read_list(rows, region)
    if region.title.endswith("报告"):
        return read_report(region)
    is_department = bool(_DEPARTMENT.search(region.title)) or _names_a_department(rows)
    kind = AttachmentKind.DEPARTMENT if is_department else AttachmentKind.TABLE
    named = name_in_lines(region) if region.grids else None
    return TableReader(region, kind, named.name if named else None).read(rows)


def _names_a_department(rows: Sequence[PrintedRow]) -> bool:
    """Whether the first row names a department, not a project."""
    first = next((row for row in rows if row.filled), None)
    key = first.filled[0].key if first else ""
    return bool(re.match(r"(预算)?(部门|单位|部门\(单位\)|部门单位)名称", key))


def _unnamed(region: FormRegion, projects: list[Project]) -> Iterator[Issue]:
    """Names a project without a printed name after the title, and says so."""
    for project in projects:
        if project.name:
            continue
        project.name = _BEHIND_NAME.sub("", match_key(region.title)).strip("|") or region.title or "?"
        yield form_issue(
            region,
            "project_without_name",
            f"no name of a project is printed in this table; it is called after its title: {project.name}",
            "look at the page for 项目名称",
            project.row_no,
        )


def _units(projects: list[Project]) -> Iterator[Remark]:
    """One remark a project whose amounts have no unit."""
    for project in projects:
        bare = [f for f in project.figures if f.measure in AMOUNTS and f.unit not in YUAN_PER_UNIT]
        if bare:
            yield _unit_remark(project, bare)


def _unit_remark(project: Project, bare: list[Figure]) -> Remark:
    cell = bare[0].cell
    return Remark(
        "ambiguous_unit",
        f"{project.name}: {len(bare)} amount(s) without a unit, the first is {cell.text.strip()}",
        "look at the page for 单位：元 or 万元; the amounts stay empty until the unit is known",
        cell.page_no,
        cell.row_no,
        cell.col_index + 1,
        cell.text.strip(),
    )


def _issue(region: FormRegion, remark: Remark) -> Issue:
    return Issue(
        category=remark.category,
        severity=Severity.INFO if remark.is_info else Severity.WARNING,
        message=remark.message,
        remedy=remark.remedy,
        form_id=region.spec.form_id,
        instance_no=region.instance_no,
        page_no=remark.page_no or region.page_no,
        row_no=remark.row_no or region.line_no,
        col_no=remark.col_no,
        raw_text=remark.raw_text,
    )


def _not_read(region: FormRegion) -> Issue:
    return form_issue(
        region,
        "attachment_not_read",
        f"{region.title or region.spec.name_zh}: neither amounts nor indicators were found in it",
        "look at the page; add its header words to pipeline/parse/performance/words.yaml",
    )


def _record(region: FormRegion, values: list[FormValue], projects: list[Project]) -> FormRecord:
    unit = next((v.reported_unit for v in values if v.measure in AMOUNTS and v.reported_unit), region.unit.unit)
    return FormRecord(
        form_id=region.spec.form_id,
        instance_no=region.instance_no,
        title=region.title or region.spec.name_zh,
        form_no=None,
        status="filled" if projects else "not_read",
        reported_unit=unit,
        unit_evidence=region.unit.evidence,
        method=projects[0].method if projects else None,
        page_no=region.page_no,
        line_no=region.line_no,
        number_count=len(values),
    )

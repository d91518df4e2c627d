"""Projects over the forms of one document: lines of project budgets as projects, and names that are nearly the same."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import combinations

from pipeline.model.extract import CellKind, FormValue, Issue, Severity
from pipeline.model.performance import AttachmentKind, ProjectRecord
from pipeline.parse.form import ParsedForm
from pipeline.parse.performance.names import is_near, project_key
from pipeline.parse.value_ids import short_hash

_BUDGETS = frozenset({"project_budget", "project_budget_carryover"})
_TOTAL = "TOTAL"


def budget_projects(form: ParsedForm) -> Iterator[ProjectRecord]:
    """Yields one record a line of a project budget; its amount is the printed 合计, `None` without one."""
    if form.record.form_id not in _BUDGETS:
        return
    lines: dict[tuple[int | None, int, str, str | None], list[FormValue]] = defaultdict(list)
    for value in form.values:
        if value.cell_kind is CellKind.NUMBER and value.is_leaf and value.line_code != _TOTAL and value.line_label:
            lines[value.page_no, value.row_no, value.line_label, value.qualifier].append(value)
    for values in lines.values():
        yield _budget_line(values)


def _budget_line(values: list[FormValue]) -> ProjectRecord:
    first = values[0]
    total = next((value for value in values if value.measure == "total"), None)
    is_of_year = first.form_id == "project_budget"
    amount = total.amount_yuan if total else None
    text = total.reported_text if total else None
    return ProjectRecord(
        project_id=short_hash(first.value_id, "project"),
        form_id=first.form_id,
        instance_no=first.instance_no,
        kind=AttachmentKind.BUDGET_LINE,
        project_name=first.line_label,
        project_key=project_key(first.line_label),
        implementing_unit=first.qualifier,
        initial_budget_yuan=amount if is_of_year else None,
        initial_budget_text=text if is_of_year else None,
        annual_budget_yuan=amount,
        annual_budget_text=text,
        executed_yuan=None,
        executed_text=None,
        reported_unit=first.reported_unit,
        unit_evidence=first.unit_evidence,
        precision_yuan=total.precision_yuan if total else None,
        execution_rate=None,
        execution_rate_text=None,
        score=None,
        score_text=None,
        grade=None,
        value_ids=tuple(value.value_id for value in values),
        page_no=first.page_no,
        row_no=first.row_no,
        method=first.method,
        method_reason=None,
    )


def name_issues(projects: Sequence[ProjectRecord]) -> Iterator[Issue]:
    """Yields names of two forms that are nearly the same, and figures that two printings of a project disagree on."""
    by_form: dict[str, dict[str, ProjectRecord]] = defaultdict(dict)
    for project in projects:
        if project.kind not in (AttachmentKind.DEPARTMENT, AttachmentKind.DUTIES):
            by_form[project.form_id].setdefault(project.project_key, project)
    for (_, left), (_, right) in combinations(by_form.items(), 2):
        yield from _near(left, right)
    yield from _conflicts(projects)


def _near(left: dict[str, ProjectRecord], right: dict[str, ProjectRecord]) -> Iterator[Issue]:
    for key, project in left.items():
        if key in right:
            continue
        for other_key, other in right.items():
            if other_key not in left and is_near(key, other_key):
                yield _issue_at(
                    project,
                    "project_name_near",
                    Severity.INFO,
                    f"“{project.project_name}” in {project.form_id} is nearly “{other.project_name}” in "
                    f"{other.form_id}; they are kept as two projects",
                    "look at both pages: if they are one project, the publisher wrote its name in two ways",
                )


#: What the printings of one project must agree on.
_AGREED = ("initial_budget_yuan", "annual_budget_yuan", "executed_yuan", "score")


def _conflicts(projects: Sequence[ProjectRecord]) -> Iterator[Issue]:
    groups: dict[tuple[str, bool], list[ProjectRecord]] = defaultdict(list)
    for project in projects:
        if project.kind is not AttachmentKind.DUTIES:
            groups[project.project_key, project.form_id == "project_budget_carryover"].append(project)
    for printed in groups.values():
        for measure in _AGREED:
            found: dict[Decimal, ProjectRecord] = {}
            for project in printed:
                amount = getattr(project, measure)
                if amount is not None:
                    found.setdefault(amount, project)
            if len(found) > 1 and len({project.form_id for project in printed}) > 1:
                yield _conflict(measure, found)


def _conflict(measure: str, found: dict[Decimal, ProjectRecord]) -> Issue:
    said = ", ".join(f"{amount} in {project.form_id} (row {project.row_no})" for amount, project in found.items())
    first = next(iter(found.values()))
    return _issue_at(
        first,
        "project_figures_conflict",
        Severity.WARNING,
        f"{measure} of “{first.project_name}” is printed differently: {said}",
        "look at both pages; both stand in fct_form_value, fct_project leaves the figure empty",
    )


def _issue_at(project: ProjectRecord, category: str, severity: Severity, message: str, remedy: str) -> Issue:
    return Issue(
        category,
        severity,
        message,
        remedy,
        form_id=project.form_id,
        instance_no=project.instance_no,
        page_no=project.page_no,
        row_no=project.row_no,
        raw_text=project.project_name,
    )

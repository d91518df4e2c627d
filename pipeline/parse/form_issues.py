"""Problems met in the cells of a form, each with its place, what was found and what to do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from pipeline.model.extract import COLUMNS_LOST, CellKind, FormValue, Issue, Severity
from pipeline.model.form import FormRegion, RowKind
from pipeline.model.grid import Cell, GridKind
from pipeline.model.text import one_line
from pipeline.parse.lines import Line
from pipeline.parse.table import Column, Segment


def form_issue(
    region: FormRegion,
    category: str,
    message: str,
    remedy: str,
    row_no: int | None = None,
    raw_text: str = "",
    *,
    severity: Severity = Severity.WARNING,
) -> Issue:
    """Returns a problem of a form as a whole, or of one of its rows; it stands where the form begins."""
    return Issue(
        category=category,
        severity=severity,
        message=message,
        remedy=remedy,
        form_id=region.spec.form_id,
        instance_no=region.instance_no,
        page_no=region.page_no,
        row_no=row_no or region.line_no,
        raw_text=raw_text,
    )


def foreign_issue(region: FormRegion, segment: Segment) -> Issue:
    """A table of another kind below the form's own."""
    return form_issue(
        region,
        "table_not_recognised",
        f"a table of {len(segment.rows)} rows below {region.title} has its own header and belongs to no known form",
        "an attachment or a list; add its title to the catalogue if it is a statutory form",
        segment.rows[0].row_no if segment.rows else None,
        "/".join(sorted(segment.header))[:80],
        severity=Severity.INFO,
    )


def misfit_issue(region: FormRegion, segment: Segment) -> Issue:
    """A table whose header does not lie over its columns."""
    return form_issue(
        region,
        "header_misfit",
        f"{segment.doubt}: figures may stand in a neighbouring column",
        "look at the page: a cell is missing or spans too many columns; the figures are loaded, no sum vouches",
        segment.rows[0].row_no if segment.rows else None,
        "/".join(sorted(segment.header))[:80],
    )


def cell_issue(region: FormRegion, line: Line, column: Column, cell: Cell) -> Issue:
    """An amount cell that is no amount."""
    return _at_cell(
        region,
        line,
        cell,
        "unreadable_cell",
        f"“{one_line(cell.text)[:40]}” in column {column.measure} is not a number",
        "look at the page; correct the reading or add the mark to pipeline/parse/amounts.py",
        raw_text=cell.text,
    )


def cut_issue(region: FormRegion, line: Line, cell: Cell) -> Issue:
    """A cell that holds a piece of a figure."""
    return _at_cell(
        region,
        line,
        cell,
        "figure_cut",
        f"“{one_line(cell.text)[:40]}” is part of a figure that runs over the rule between two cells",
        "look at the page: the whole figure is in neither cell, and no sum vouches for the pieces",
        raw_text=cell.text,
    )


def unlabelled_issue(region: FormRegion, line: Line, cell: Cell) -> Issue:
    """An amount nobody can tell the meaning of."""
    return _at_cell(
        region,
        line,
        cell,
        "number_without_label",
        f"{cell.text.strip()} stands in a row without a label",
        "look at the page; the number is not loaded",
    )


def unit_issue(region: FormRegion, line: Line, cell: Cell) -> Issue:
    """An amount whose unit is not known."""
    return _at_cell(
        region,
        line,
        cell,
        "ambiguous_unit",
        f"{cell.text.strip()}: neither the form nor the other forms print one unit",
        "look at the page for 单位：元 or 万元; the amount stays empty until the unit is known",
    )


def too_large_issue(region: FormRegion, line: Line, cell: Cell) -> Issue:
    """An amount that is more than the country has."""
    return _at_cell(
        region,
        line,
        cell,
        "amount_too_large",
        f"{one_line(cell.text)[:40]} is more than any budget holds",
        "look at the page: a serial number, or two cells in one; the amount stays empty",
    )


def below_cent_issue(region: FormRegion, line: Line, cell: Cell) -> Issue:
    """An amount finer than the warehouse keeps."""
    return _at_cell(
        region,
        line,
        cell,
        "amount_below_cent",
        f"{cell.text.strip()} {region.unit.unit} is finer than a cent and was rounded",
        "nothing: the printed text is kept in reported_text",
        severity=Severity.INFO,
    )


def _at_cell(
    region: FormRegion,
    line: Line,
    cell: Cell,
    category: str,
    message: str,
    remedy: str,
    *,
    raw_text: str | None = None,
    severity: Severity = Severity.WARNING,
) -> Issue:
    return Issue(
        category=category,
        severity=severity,
        message=message,
        remedy=remedy,
        form_id=region.spec.form_id,
        instance_no=region.instance_no,
        page_no=line.row.page_no,
        row_no=line.row.row_no,
        col_no=cell.col_index + 1,
        raw_text=line.row.text if raw_text is None else raw_text,
    )


def unknown_categories(region: FormRegion, values: Iterable[FormValue]) -> Iterator[Issue]:
    """Figures of a form of fixed lines (“三公”, 采购, 车辆) whose label is none of them."""
    if region.spec.row_kind is not RowKind.CATEGORIES:
        return
    for value in values:
        if value.cell_kind is CellKind.NUMBER and value.line_code is None:
            yield Issue(
                category="unknown_category",
                severity=Severity.WARNING,
                message=f"“{value.line_label}” is no line of this form; its figure is loaded without a category",
                remedy=f"look at the page; add the label to catalogue/{region.spec.form_id}.yaml if it is printed so",
                form_id=region.spec.form_id,
                instance_no=region.instance_no,
                page_no=value.page_no,
                row_no=value.row_no,
                col_no=value.col_no,
                raw_text=value.reported_line,
            )


def doubtful_pages(region: FormRegion, values: Iterable[FormValue]) -> Iterator[Issue]:
    """Scanned pages that lost a column, then those on which some cell could not be read, each in printed order.

    What harmed one cell may have harmed its neighbours: a seal over a rule can shift a whole column, and then the
    figures of the column still add up.
    """
    scanned = [value for value in values if value.method == GridKind.SCAN.value]
    cells = Counter(value.page_no for value in scanned if value.cell_kind is not CellKind.BLANK)
    unread = Counter(value.page_no for value in scanned if value.cell_kind is CellKind.UNREADABLE)
    shifted = {v.page_no: v.method_reason for v in scanned if (v.method_reason or "").startswith(COLUMNS_LOST)}
    for page_no, reason in shifted.items():
        yield _scan_in_doubt(region, page_no, f"{reason}: figures may stand in a neighbouring column")
    for page_no, count in unread.items():
        message = f"{count} of {cells[page_no]} filled cells could not be read: others may be harmed too"
        yield _scan_in_doubt(region, page_no, message)


def _scan_in_doubt(region: FormRegion, page_no: int | None, message: str) -> Issue:
    return Issue(
        category="scan_in_doubt",
        severity=Severity.WARNING,
        message=message,
        remedy="compare the page's figures with its picture, or use the publisher's file of characters",
        form_id=region.spec.form_id,
        instance_no=region.instance_no,
        page_no=page_no,
    )

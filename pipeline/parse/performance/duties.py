"""部门职责-工作活动绩效目标 (Hebei): duties with their activities, money of the year, indicators and standards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pipeline.model.extract import CellKind
from pipeline.model.form import FormRegion
from pipeline.model.performance import AttachmentKind
from pipeline.model.text import squeeze
from pipeline.parse.amounts import read_amount
from pipeline.parse.performance.align import HeaderColumn
from pipeline.parse.performance.drafts import Indicator, Project, Reading, remark_at
from pipeline.parse.performance.indicator_values import read_indicator_value
from pipeline.parse.performance.money import make_figure, unit_evidence
from pipeline.parse.performance.rows import PrintedCell, PrintedRow
from pipeline.parse.performance.words import performance_words

_STANDARDS = "优良中差"
_SHIFTED = "standards_shifted"
#: Some tables print one level alone: a first row with an indicator is no heading of the rows below it.
_FLAT = "duties and activities are not told apart: every row has its indicators"


def duty_header(row: PrintedRow) -> tuple[HeaderColumn, ...]:
    """Returns the columns of a duty table's header, empty where the row is none."""
    words = performance_words().duty_columns
    columns = []
    for cell in row.cells:
        role = next((entry.role for entry in words if entry.pattern.search(cell.key)), None)
        if role:
            columns.append(HeaderColumn(f"{role}{cell.key}" if role == "standard" else role, cell.col_index, cell.span))
    roles = {column.role for column in columns}
    return tuple(columns) if "duty" in roles and roles & {"indicator", "amount"} else ()


def headless_columns(rows: Sequence[PrintedRow], title: str) -> tuple[HeaderColumn, ...]:
    """Returns the form's own columns for a table titled 部门职责-工作活动 that lost its header, else nothing.

    Its rows must be as wide as the form and their columns certain: no other table below that title has nine columns.
    """
    words = performance_words()
    if not words.headless_duties.search(title) or any(duty_header(row) for row in rows):
        return ()
    is_form = bool(rows) and all(row.is_exact and row.width == len(words.duty_order) for row in rows)
    return tuple(HeaderColumn(role, index) for index, role in enumerate(words.duty_order)) if is_form else ()


def standards_header(row: PrintedRow) -> tuple[HeaderColumn, ...]:
    """Returns the columns 优, 良, 中, 差, empty where the row is not their header."""
    own = [cell for cell in row.cells if cell.key in _STANDARDS and cell.key]
    if [cell.key for cell in own] != list(_STANDARDS):
        return ()
    return tuple(HeaderColumn(f"standard{cell.key}", cell.col_index, cell.span) for cell in own)


def read_duties(rows: Sequence[PrintedRow], region: FormRegion, columns: tuple[HeaderColumn, ...] = ()) -> Reading:
    """Reads a duty table. A row without an indicator above rows with one is a duty, the others are its activities.

    Args:
        rows: The table's rows.
        region: The attachment.
        columns: The columns before any header is printed: those of `headless_columns`.
    """
    reading = Reading()
    duty: Project | None = None
    activity: str | None = None
    for row in rows:
        header = duty_header(row)
        standards = standards_header(row)
        if header or standards:
            kept = [c for c in columns if not c.role.startswith("standard")] if standards else []
            columns = header or (*kept, *standards)
            continue
        cells = _cells(row, columns)
        if not cells:
            continue
        duty, activity = _read_row(row, cells, duty, activity, region, reading)
    shifted = [remark for remark in reading.remarks if remark.category == _SHIFTED]
    reading.remarks = [remark for remark in reading.remarks if remark.category != _SHIFTED]
    if shifted:
        more = f"; {len(shifted)} rows of the table are printed so"
        reading.remarks.append(replace(shifted[0], message=shifted[0].message + more))
    return reading


def _cells(row: PrintedRow, columns: tuple[HeaderColumn, ...]) -> dict[str, PrintedCell]:
    cells: dict[str, PrintedCell] = {}
    for cell in row.cells:
        column = next((c for c in columns if c.col_index <= cell.col_index < c.col_index + c.span), None)
        if column and cell.text.strip():
            cells.setdefault(column.role, cell)
    return cells


def _read_row(
    row: PrintedRow,
    cells: dict[str, PrintedCell],
    duty: Project | None,
    activity: str | None,
    region: FormRegion,
    reading: Reading,
) -> tuple[Project | None, str | None]:
    name, indicator = cells.get("duty"), cells.get("indicator")
    is_new = name is not None and not name.is_above
    names_both = "activity" in cells
    is_flat = duty is not None and duty.reason == _FLAT
    opens = is_new and name is not None and (not indicator or duty is None or names_both or is_flat)
    opens = opens and not (duty and not indicator and not names_both and _repeats_amount(cells, duty))
    if opens and name is not None and (duty is None or duty.name != squeeze(name.text) or not names_both):
        duty = Project(AttachmentKind.DUTIES, squeeze(name.text), row.page_no, name.row_no, row.kind.value)
        duty.reason = _FLAT if indicator and not names_both else None
        reading.projects.append(duty)
        reading.read_cells.append(name)
        activity = None
    if names_both:
        activity = squeeze(cells["activity"].text)
    elif is_new and not opens and name is not None:
        activity = squeeze(name.text)
        reading.read_cells.append(name)
    if duty is None:
        return duty, activity
    _read_amount(cells.get("amount"), duty, activity, region, reading)
    if indicator and not indicator.is_above:
        duty.indicators.append(_indicator(cells, indicator, duty.name, activity, reading))
    return duty, activity


def _repeats_amount(cells: dict[str, PrintedCell], duty: Project) -> bool:
    """Whether a row without an indicator has the amount of the duty right above it: its one activity."""
    amount = cells.get("amount")
    own = [figure.number for figure in duty.figures]
    return amount is not None and not duty.indicators and len(own) == 1 and read_amount(amount.text).number == own[0]


def _read_amount(
    cell: PrintedCell | None, duty: Project, activity: str | None, region: FormRegion, reading: Reading
) -> None:
    if cell is None or cell.is_above or read_amount(cell.text).kind is not CellKind.NUMBER:
        return
    unit = (region.unit.unit, unit_evidence(region.unit))
    duty.figures.append(make_figure(cell, "annual_budget", activity, unit, None))
    reading.read_cells.append(cell)


def _indicator(
    cells: dict[str, PrintedCell], name: PrintedCell, duty: str, activity: str | None, reading: Reading
) -> Indicator:
    indicator = Indicator(duty, activity, name)
    standards = {role.removeprefix("standard"): cell for role, cell in cells.items() if role.startswith("standard")}
    indicator.cells = dict(cells)
    indicator.standards = tuple(f"{grade}:{squeeze(cell.text)}" for grade, cell in standards.items())
    best = standards.get("优")
    others = [cell for grade, cell in standards.items() if grade != "优"]
    if best and not _has_digit(best) and any(_has_digit(cell) for cell in others):
        if performance_words().level1_of(name.key):
            indicator.level3_text = squeeze(best.text)
        reading.remarks.append(
            remark_at(
                best,
                _SHIFTED,
                f"“{best.text.strip()[:30]}” stands below 优: the standards of this row are one column to the right",
                "look at the page; the standards are kept as text, no target is read from them",
            )
        )
    elif best:
        indicator.cells["target"] = best
        indicator.values["target"] = read_indicator_value(best.text)
    explanation = cells.get("explanation")
    if explanation and performance_words().unnamed_indicators.search(name.key):
        indicator.level3_text = squeeze(explanation.text)
        reading.read_cells.append(explanation)
    reading.read_cells += [name, *standards.values()]
    return indicator


def _has_digit(cell: PrintedCell) -> bool:
    return any(char.isdigit() for char in cell.text)

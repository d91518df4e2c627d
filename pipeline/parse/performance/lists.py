"""Lists with one project a row: 项目单位自评汇总表."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipeline.model.extract import CellKind
from pipeline.model.form import FormRegion
from pipeline.model.performance import AttachmentKind
from pipeline.model.text import squeeze
from pipeline.parse.amounts import read_amount
from pipeline.parse.performance.align import HeaderColumn
from pipeline.parse.performance.drafts import Project, Reading, Remark, remark_at
from pipeline.parse.performance.money import header_units, make_figure, unit_evidence
from pipeline.parse.performance.rows import PrintedCell, PrintedRow
from pipeline.parse.performance.words import performance_words

_MIN_MEASURES = 2


def list_header(row: PrintedRow) -> tuple[HeaderColumn, ...]:
    """Returns the columns of a list of projects: the name, the unit, the measures; empty where the row heads none."""
    words = performance_words()
    columns: list[HeaderColumn] = []
    for cell in row.filled:
        entry = words.measure_of(cell.key)
        if words.name_labels.fullmatch(cell.key) and "项目" in cell.key:
            columns.append(HeaderColumn("project", cell.col_index, cell.span))
        elif words.unit_labels.fullmatch(cell.key):
            columns.append(HeaderColumn("unit", cell.col_index, cell.span))
        elif entry:
            columns.append(HeaderColumn(entry.measure, cell.col_index, cell.span))
    roles = {column.role for column in columns}
    is_list = "project" in roles and len(roles - {"project", "unit"}) >= _MIN_MEASURES
    return tuple(columns) if is_list else ()


def read_list(rows: Sequence[PrintedRow], region: FormRegion) -> Reading:
    """Reads every project below the header; a row whose cells do not stand below the header is remarked on."""
    reading = Reading()
    columns: tuple[HeaderColumn, ...] = ()
    units: dict[int, str] = {}
    width = 0
    for row in rows:
        header = list_header(row)
        if header:
            columns, units, width = header, header_units(row), len(row.cells)
        elif columns and row.filled and not row.is_exact and len(row.cells) != width:
            reading.remarks += _lost_cells(row, width)
        elif columns and row.filled:
            _read_row(row, columns, units, region, reading)
    return reading


def _lost_cells(row: PrintedRow, width: int) -> Iterator[Remark]:
    """A row of text with other columns than its header: which cell is lost cannot be told."""
    if any(read_amount(cell.text).kind is CellKind.NUMBER for cell in row.filled):
        yield remark_at(
            row.filled[0],
            "row_not_read",
            f"a row of {len(row.cells)} cells below a header of {width}: its figures may stand in other columns",
            "look at the page; the row is not loaded",
            row.text,
        )


def _read_row(
    row: PrintedRow, columns: tuple[HeaderColumn, ...], units: dict[int, str], region: FormRegion, reading: Reading
) -> None:
    cells = {
        column.role: cell
        for cell in row.cells
        if cell.text.strip() and (column := _column_at(cell, columns)) is not None
    }
    name = cells.get("project")
    numbers = {role: cell for role, cell in cells.items() if role not in ("project", "unit")}
    if name is None or read_amount(name.text).number is not None or not numbers:
        if name is not None and numbers:
            reading.remarks.append(
                remark_at(
                    name,
                    "row_not_read",
                    f"“{name.text.strip()}” stands where a project's name is expected",
                    "look at the page: a cell of the row may be lost",
                    row.text,
                )
            )
        return
    unit = cells.get("unit")
    project = Project(AttachmentKind.LIST, squeeze(name.text), row.page_no, name.row_no, row.kind.value)
    project.unit_name = squeeze(unit.text) if unit else None
    for measure, cell in numbers.items():
        own = units.get(next(column.col_index for column in columns if column.role == measure))
        evidence = (own, "printed in the header") if own else (region.unit.unit, unit_evidence(region.unit))
        figure = make_figure(cell, measure, None, evidence, None)
        if figure.kind is CellKind.NUMBER:
            project.figures.append(figure)
    reading.read_cells += list(cells.values())
    reading.projects.append(project)


def _column_at(cell: PrintedCell, columns: tuple[HeaderColumn, ...]) -> HeaderColumn | None:
    return next((c for c in columns if c.col_index <= cell.col_index < c.col_index + c.span), None)

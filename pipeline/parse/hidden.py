"""Figures in hidden rows and columns of a sheet: not read, because nobody sees them, but counted and placed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from pipeline.model.extract import CellKind, Issue, Severity
from pipeline.model.form import FormRegion, RowKind
from pipeline.model.grid import Cell, Grid
from pipeline.parse.amounts import read_amount
from pipeline.parse.table import code_of


def hidden_issues(hidden: Iterable[Grid], regions: Sequence[FormRegion]) -> Iterator[Issue]:
    """Yields an issue for every sheet's hidden figures: a warning for each form they would belong to, else said only.

    A figure belongs to the form that begins above it and whose columns it stands among; zeros and codes are no figures.
    A sheet whose hidden cells hold none has nothing to say.

    Args:
        hidden: The hidden cells, one grid a sheet.
        regions: The forms recognised in the document.
    """
    for grid in hidden:
        by_form: dict[int | None, list[Cell]] = {}
        for figure in _figures(grid):
            by_form.setdefault(_form_over(figure, grid, regions), []).append(figure)
        for number, figures in by_form.items():
            yield _issue(grid, None if number is None else regions[number], figures)


def _figures(grid: Grid) -> Iterator[Cell]:
    """Yields the numbers that may be amounts; the first of a row that looks like a code is one."""
    for row in grid.rows():
        may_be_code = True
        for cell in row.values():
            reading = read_amount(cell.text)
            if reading.kind is not CellKind.NUMBER or not reading.number:
                continue
            is_code = may_be_code and code_of(cell.text) is not None
            may_be_code = False
            if not is_code:
                yield cell


def _form_over(figure: Cell, grid: Grid, regions: Sequence[FormRegion]) -> int | None:
    """The last form that begins above a figure, as its position among `regions`."""
    found = [
        (part.cells[0].row_index, number)
        for number, region in enumerate(regions)
        for part in region.grids
        if part.page_no == grid.page_no and part.cells and region.spec.row_kind is not RowKind.ATTACHMENT
        if part.cells[0].row_index <= figure.row_index and _is_among_columns(figure, part)
    ]
    return max(found)[1] if found else None


def _is_among_columns(figure: Cell, grid: Grid) -> bool:
    """Whether a cell stands below the table's header, or right beside it."""
    left = min(cell.col_index for cell in grid.cells)
    right = max(cell.col_index + cell.col_span for cell in grid.cells)
    return left - 1 <= figure.col_index <= right


def _issue(grid: Grid, region: FormRegion | None, figures: Sequence[Cell]) -> Issue:
    count = f"{len(figures)} figure{'' if len(figures) == 1 else 's'}"
    place = f"rows {_ranges(cell.row_index + 1 for cell in figures)}"
    place += f", columns {_ranges(cell.col_index + 1 for cell in figures)}"
    of_form = f" of {region.title}" if region else ", in no known form"
    return Issue(
        "hidden_figures",
        Severity.WARNING if region else Severity.INFO,
        f"{count} in hidden rows or columns of the sheet {grid.sheet_name} are kept out: {place}{of_form}",
        "unhide them in Excel: are they part of the form, or was something left behind?",
        form_id=region.spec.form_id if region else None,
        instance_no=region.instance_no if region else None,
        page_no=grid.page_no,
        row_no=figures[0].row_index + 1,
        col_no=figures[0].col_index + 1,
        raw_text=" ".join(cell.text for cell in figures[:6])[:80],
    )


def _ranges(numbers: Iterable[int]) -> str:
    """Writes numbers down with runs folded: 3-5, 9."""
    runs: list[tuple[int, int]] = []
    for number in sorted(set(numbers)):
        if runs and number == runs[-1][1] + 1:
            runs[-1] = runs[-1][0], number
        else:
            runs.append((number, number))
    return ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in runs)

"""A region's tables and lines as rows of cells: one shape for ruled, tabbed and whitespace layouts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.model.form import FormRegion
from pipeline.model.grid import KINDS_WITH_SPANS, BBox, Cell, Grid, GridKind
from pipeline.model.text import match_key

_PARTS = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class PrintedCell:
    """A cell where it stands: `col_index` 0-based, `span` columns wide; `row_no`/`page_no` as in values.

    `is_above` says it belongs to a row above and reaches down into this one.
    """

    col_index: int
    span: int
    text: str
    page_no: int | None
    row_no: int
    bbox: BBox | None = None
    is_above: bool = False

    @property
    def key(self) -> str:
        """The text folded for matching."""
        return match_key(self.text)


@dataclass(frozen=True, slots=True)
class PrintedRow:
    """One row. `is_exact`: its columns are those of the header, as spans are known; else cells may be shifted."""

    cells: tuple[PrintedCell, ...]
    page_no: int | None
    row_no: int
    kind: GridKind
    is_exact: bool
    width: int

    @property
    def filled(self) -> tuple[PrintedCell, ...]:
        """The row's own cells that are not blank."""
        return tuple(cell for cell in self.cells if not cell.is_above and cell.text.strip())

    @property
    def text(self) -> str:
        """The row as printed, cells set apart by blanks."""
        return " ".join(cell.text.strip() for cell in self.filled)


def region_rows(region: FormRegion) -> tuple[PrintedRow, ...]:
    """Returns the rows of a region: of its grids, or of its lines where it has none."""
    if region.grids:
        return tuple(row for grid in region.grids for row in _grid_rows(grid))
    return tuple(_line_rows(region))


def _grid_rows(grid: Grid) -> Iterator[PrintedRow]:
    rows: dict[int, list[PrintedCell]] = {}
    for cell in grid.cells:
        for offset in range(cell.row_span):
            rows.setdefault(cell.row_index + offset, []).append(_printed(cell, grid, is_above=offset > 0))
    own = {cell.row_index for cell in grid.cells}
    for row_index in sorted(own):
        cells = tuple(sorted(rows[row_index], key=lambda cell: cell.col_index))
        first = next(cell for cell in cells if not cell.is_above)
        is_exact = grid.kind in KINDS_WITH_SPANS
        yield PrintedRow(cells, grid.page_no, first.row_no, grid.kind, is_exact, grid.col_count)


def _printed(cell: Cell, grid: Grid, *, is_above: bool) -> PrintedCell:
    row_no = cell.line_no or cell.row_index + 1
    return PrintedCell(cell.col_index, cell.col_span, cell.text, grid.page_no, row_no, cell.bbox, is_above)


def _line_rows(region: FormRegion) -> Iterator[PrintedRow]:
    for number, line in enumerate(region.lines, 1):
        row_no = line.line_no or number
        cells = tuple(
            PrintedCell(index, 1, part, line.page_no, row_no, line.bbox)
            for index, part in enumerate(_PARTS.findall(line.text))
        )
        if cells:
            yield PrintedRow(cells, line.page_no, row_no, GridKind.LAID_OUT, is_exact=False, width=len(cells))

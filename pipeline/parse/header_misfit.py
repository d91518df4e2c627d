"""Whether a header, as its file spans it, lies over the columns of its table: a lost cell moves all behind it."""

from __future__ import annotations

from pipeline.model.extract import HEADER_MISFIT
from pipeline.model.grid import Cell, Grid, GridKind
from pipeline.parse.amounts import is_number_like

#: Where the file itself says how many columns a cell spans, cell after cell: one wrong span moves the others. Blank
#: cells are written too, so each row of a whole header covers every column.
_SPANNED_BY_FILE = frozenset({GridKind.HTML, GridKind.WORD})
#: A row of one cell above a header is a caption.
_MIN_COVERED = 2


def misfit(grid: Grid, header_rows: list[int], body: list[dict[int, Cell]]) -> str | None:
    """Says how a table's header does not lie over its body, `None` where it does.

    Args:
        grid: The table.
        header_rows: The indices of the rows of its header.
        body: Its other rows, by column.
    """
    if grid.kind not in _SPANNED_BY_FILE or not header_rows:
        return None
    widths = {row: _covered(grid, row) for row in header_rows}
    filled = {index for row in body for index, cell in row.items() if is_number_like(cell.text)}
    widest = max((index + cell.col_span for row in body for index, cell in row.items()), default=0)
    if not filled:
        return None
    bare = {index for index in filled if not any(index in covered for covered in widths.values())}
    if bare:
        return f"{HEADER_MISFIT}: column {min(bare) + 1} holds numbers and has no header"
    if any(max(covered, default=0) >= widest for covered in widths.values()):
        return f"{HEADER_MISFIT}: the header is wider than the {widest} columns of the table"
    if any(len(covered) >= _MIN_COVERED and not filled <= covered for covered in widths.values()):
        return f"{HEADER_MISFIT}: a row of the header ends before column {max(filled) + 1}"
    return None


def _covered(grid: Grid, row: int) -> set[int]:
    """The columns that the cells of a row lie over, those reaching down into it among them."""
    return {
        col
        for cell in grid.cells
        if cell.row_index <= row < cell.row_index + cell.row_span
        for col in range(cell.col_index, cell.col_index + cell.col_span)
    }

"""Rows and columns put back together where rules split or joined them: shading boxes, continuation pages."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import replace

from pipeline.model.grid import Cell, Grid

#: A cell's edge may stand this far inside the neighbouring column before it counts as that column's.
_SLACK_PT = 3.0


def merge_bands(rows: list[dict[int, Cell]]) -> list[dict[int, Cell]]:
    """Joins rows that a label cell spans and that print at most one text per column.

    A shading box around an amount splits its row in three; the label beside it still spans all three. A real
    vertical merge (one heading over several amounts) prints several texts in a column and is left alone.
    """
    merged: list[dict[int, Cell]] = []
    position = 0
    while position < len(rows):
        band = _band(rows, position)
        if len(band) > 1 and _prints_once_per_column(band):
            merged.append(_joined(band))
            position += len(band)
        else:
            merged.append(rows[position])
            position += 1
    return merged


def _band(rows: list[dict[int, Cell]], start: int) -> list[dict[int, Cell]]:
    """Returns the rows from `start` that the tallest printed cell of the first row spans; rows come in order."""
    end = max((cell.row_index + cell.row_span for cell in rows[start].values() if cell.text.strip()), default=0)
    stop = start + 1
    while stop < len(rows) and min(cell.row_index for cell in rows[stop].values()) < end:
        stop += 1
    return rows[start:stop]


def _prints_once_per_column(band: list[dict[int, Cell]]) -> bool:
    seen: set[int] = set()
    for row in band:
        for index, cell in row.items():
            if cell.text.strip():
                columns = set(range(index, index + cell.col_span))
                if seen & columns:
                    return False
                seen |= columns
    return True


def _joined(band: list[dict[int, Cell]]) -> dict[int, Cell]:
    joined: dict[int, Cell] = {}
    for row in band:
        for index, cell in row.items():
            if index not in joined or cell.text.strip():
                joined[index] = cell
    return dict(sorted(joined.items()))


def paths_over_wide_cells(paths: list[tuple[Cell, ...]], body: list[dict[int, Cell]]) -> list[tuple[Cell, ...]]:
    """Gives a column of the body the header that a shading box set into the middle of it.

    The header's cell then begins right of the cells below, which span it and its margins: it is theirs where it is
    the only one they span and no printed cell begins under it.
    """
    printed = [cell for row in body for cell in row.values() if cell.text.strip()]
    taken = {cell.col_index for cell in printed}
    moved = list(paths)
    for cell in printed:
        if cell.col_span == 1 or cell.col_index >= len(moved) or moved[cell.col_index]:
            continue
        inner = [index for index in range(cell.col_index + 1, cell.col_index + cell.col_span) if paths[index]]
        if len(inner) == 1 and inner[0] not in taken:
            moved[cell.col_index], moved[inner[0]] = paths[inner[0]], ()
    return moved


def move_to_columns(row: dict[int, Cell], grid: Grid, edges: tuple[float, ...] | None) -> dict[int, Cell]:
    """Puts the cells of a continuation page into the columns of the page before, by where they stand.

    Without geometry on both sides the columns are taken over by number, as text and sheets print them.
    """
    if edges is None or grid.col_edges is None:
        return row
    moved: dict[int, Cell] = {}
    for cell in row.values():
        if cell.bbox is None:
            return row
        first = max(0, bisect_right(edges, cell.bbox.x0 + _SLACK_PT) - 1)
        last = max(first, bisect_right(edges, cell.bbox.x1 - _SLACK_PT) - 1)
        if first not in moved or cell.text.strip():
            moved[first] = replace(cell, col_index=first, col_span=last - first + 1)
    return dict(sorted(moved.items()))

"""Cells of a row to the columns of its header where text lost cells: the cheapest order-preserving assignment.

Tabbed text of scanned attachments loses and gains cells, so that a row stands one or two columns beside its header.
What a cell says (a class of indicators, a quantity, points) tells its column; that neighbours keep their distance tells
the rest.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from pipeline.model.text import match_key
from pipeline.parse.performance.indicator_values import is_quantity
from pipeline.parse.performance.words import performance_words

_PLAIN = re.compile(r"-?\d{1,3}(\.\d+)?")
_PERCENT = re.compile(r"-?\d+(\.\d+)?%")
#: What leaving a cell out costs: more than any doubtful column, less than a wrong one.
_SKIPPED, _SKIPPED_NUMBER = 6.0, 14.0
_MOVED, _PER_COLUMN, _OFF_HEADER = 0.5, 0.4, 0.1
_NEVER = 15.0
#: Of two names in a row the one beside the values is the indicator's.
_BEHIND_NAME = 0.5
_LONG = 14
#: The class of plain numbers, in the order of `_COSTS`.
_NUMBER = 2
#: No header has so many columns: a longer row is none of its rows, and its numbers are listed as unexplained.
_MOST_CELLS = 60


@dataclass(frozen=True, slots=True)
class HeaderColumn:
    """One column of a header: what it holds (`role`), where it begins, how wide it is, and its block side by side."""

    role: str
    col_index: int
    span: int = 1
    block: int = 0


#: Costs by role: class of level 1, class of level 2, plain number, percentage, quantity, short text, long text, result.
_COSTS: dict[str, tuple[float, ...]] = {
    "level1": (-3, 2, _NEVER, 12, 8, 4.5, 8, 8),
    "level2": (3, -3, _NEVER, 12, 8, 2.2, 6, 8),
    "level3": (5, 2.5, 8, 8, 4, 0, 0.5, 5),
    "target": (7, 6, 1, 0, 0, 0.5, 2.5, 4),
    "adjusted": (7, 6, 1, 0, 0, 0.5, 2.5, 3),
    "actual": (7, 6, 1, 0, 0, 0.5, 1.5, -1),
    "operator": (8, 8, 8, 8, 3, 2, 8, 8),
    "unit": (8, 8, 8, 2, 3, 0, 8, 8),
    "note": (7, 7, 5, 5, 7, 1, 0, 1),
    "weight": (_NEVER, _NEVER, 0, 6, 9, _NEVER, _NEVER, _NEVER),
    "score": (_NEVER, _NEVER, 0, 6, 9, _NEVER, _NEVER, _NEVER),
    "deviation": (_NEVER, _NEVER, 2, 0, 8, 8, _NEVER, 8),
    "reason": (7, 7, 4, 4, 4, 0, 0, 1),
    "project": (6, 6, 8, 8, 8, 1, 1, 8),
}


@cache
def _class_of(text: str) -> int:
    key = match_key(text)
    words = performance_words()
    if words.level1_of(key) and not words.level2_of(key):
        return 0
    if words.level2_of(key):
        return 1
    if _PLAIN.fullmatch(key):
        return 2
    if _PERCENT.fullmatch(key):
        return 3
    if is_quantity(key):
        return 4
    if words.results.search(key):
        return 7
    return 5 if len(key) <= _LONG else 6


def align(cells: Sequence[tuple[int, str]], columns: Sequence[HeaderColumn]) -> tuple[int | None, ...]:
    """Assigns the filled cells of a row to header columns, in order.

    Args:
        cells: Index in the row and text of each filled cell.
        columns: The header's columns, left to right.

    Returns:
        For each cell the index of its column in `columns`, `None` where it fits none.
    """
    if len(cells) > _MOST_CELLS:
        return (None,) * len(cells)
    return _Best(cells, columns).columns_of()


class _Best:
    """The search: remembers the cheapest way on from each state (cell, column, offset)."""

    def __init__(self, cells: Sequence[tuple[int, str]], columns: Sequence[HeaderColumn]) -> None:
        self._indices = [index for index, _ in cells]
        self._kinds = [_class_of(text) for _, text in cells]
        self._is_band = bool(cells) and bool(performance_words().band_labels.search(match_key(cells[0][1])))
        self._columns = columns
        self._costs = [_COSTS.get(column.role, _COSTS["note"]) for column in columns]
        self._known: dict[tuple[int, int, int], tuple[float, int | None, int]] = {}

    def columns_of(self) -> tuple[int | None, ...]:
        """Returns the columns of the cheapest way from the first cell to the last."""
        found: list[int | None] = []
        column_no = offset = 0
        for cell_no in range(len(self._indices)):
            _, number, offset = self._cheapest(cell_no, column_no, offset)
            column_no = column_no if number is None else number + 1
            found.append(number)
        return tuple(found)

    def _cheapest(self, cell_no: int, column_no: int, offset: int) -> tuple[float, int | None, int]:
        """Returns cost, column and offset of a cell on the cheapest way, with the columns from `column_no` on free."""
        if cell_no == len(self._indices):
            return 0.0, None, offset
        state = (cell_no, column_no, offset)
        known = self._known.get(state)
        if known is None:
            known = self._known[state] = self._chosen(cell_no, column_no, offset)
        return known

    def _chosen(self, cell_no: int, column_no: int, offset: int) -> tuple[float, int | None, int]:
        """Of equally cheap columns the first, and none before any."""
        index, kind = self._indices[cell_no], self._kinds[cell_no]
        best: tuple[float, int | None, int] = (
            self._skipped(cell_no, column_no) + self._cheapest(cell_no + 1, column_no, offset)[0],
            None,
            offset,
        )
        for number in range(column_no, len(self._columns)):
            here = index - self._columns[number].col_index
            moved = 0.0 if here == offset else _MOVED + _PER_COLUMN * abs(here - offset)
            own = self._costs[number][kind] + moved + _OFF_HEADER * abs(here)
            cost = own + self._cheapest(cell_no + 1, number + 1, here)[0]
            if cost < best[0]:
                best = cost, number, here
        return best

    def _skipped(self, cell_no: int, column_no: int) -> float:
        if self._is_band and cell_no == 0:
            return 0.0
        cost = _SKIPPED_NUMBER if self._kinds[cell_no] == _NUMBER else _SKIPPED
        is_behind_name = column_no > 0 and self._columns[column_no - 1].role == "level3"
        return cost + _BEHIND_NAME if is_behind_name else cost

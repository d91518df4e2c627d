"""The rules of a table to its cells, with spans. Pure geometry: no pixels, no text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from pipeline.readers.scan_rules import SAME_RULE_PX, Rule, RuledTable

#: A border stands where rules cover this share of it.
_COVERED = 0.6
#: In a shape that is no rectangle, borders count from this share on: the rest was lost in scanning.
_PARTLY_COVERED = 0.15
#: Broken shapes are mended at most so often; each time at least one border is added.
_MOST_REPAIRS = 50

_Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Box:
    """A cell's place: 0-based row and column, spans, and its inside in pixels (between the middles of its rules)."""

    row_index: int
    col_index: int
    row_span: int
    col_span: int
    x0: float
    top: float
    x1: float
    bottom: float


@dataclass(slots=True)
class _Borders:
    """How far each border is covered: `below[r][c]` under a place, `right[r][c]` right of it, 0 to 1."""

    below: list[list[float]]
    right: list[list[float]]


def table_to_boxes(table: RuledTable) -> tuple[list[Box], int, int]:
    """Rebuilds the cells that a table's rules enclose.

    Places of the finest grid grow together where no rule divides them. The outer frame counts as closed.

    Returns:
        The cells in row-major order, the number of rows, the number of columns.

    >>> level = (Rule(0, 0, 100), Rule(20, 50, 100), Rule(40, 0, 100))
    >>> upright = (Rule(0, 0, 40), Rule(50, 0, 40), Rule(100, 0, 40))
    >>> [(box.row_index, box.col_index, box.row_span) for box in table_to_boxes(RuledTable(level, upright))[0]]
    [(0, 0, 2), (0, 1, 1), (1, 1, 1)]
    """
    ys, xs = edges([rule.at for rule in table.level]), edges([rule.at for rule in table.upright])
    borders = _borders(table, ys, xs)
    shapes = _shapes(borders, _COVERED)
    for _ in range(_MOST_REPAIRS):
        broken = [shape for shape in shapes if not _is_rectangle(shape)]
        if not broken:
            break
        for shape in broken:
            _mend(shape, borders)
        shapes = _shapes(borders, _COVERED)
    boxes = [_box(shape, ys, xs) for shape in shapes if _is_rectangle(shape)]
    boxes += [_box([place], ys, xs) for shape in shapes if not _is_rectangle(shape) for place in shape]
    boxes.sort(key=lambda box: (box.row_index, box.col_index))
    return boxes, len(ys) - 1, len(xs) - 1


def edges(positions: Iterable[float]) -> list[float]:
    """Merges positions of one rule found twice.

    >>> edges([100.0, 50.0, 52.0, 101.0])
    [51.0, 100.5]
    """
    groups: list[list[float]] = []
    for position in sorted(positions):
        if groups and position - groups[-1][-1] <= SAME_RULE_PX:
            groups[-1].append(position)
        else:
            groups.append([position])
    return [sum(group) / len(group) for group in groups]


def _borders(table: RuledTable, ys: list[float], xs: list[float]) -> _Borders:
    level = [[rule for rule in table.level if abs(rule.at - y) <= SAME_RULE_PX] for y in ys]
    upright = [[rule for rule in table.upright if abs(rule.at - x) <= SAME_RULE_PX] for x in xs]
    below = [[_cover(rules, x0, x1) for x0, x1 in pairwise(xs)] for rules in level[1:]]
    right = [[_cover(rules, y0, y1) for rules in upright[1:]] for y0, y1 in pairwise(ys)]
    below[-1] = [1.0] * len(below[-1])
    for row in right:
        row[-1] = 1.0
    return _Borders(below, right)


def _cover(rules: Sequence[Rule], start: float, end: float) -> float:
    """Which share of a border the rules on its line cover."""
    covered, reached = 0.0, start
    for rule in sorted(rules, key=lambda rule: rule.start):
        first, last = max(rule.start, reached), min(rule.end, end)
        if last > first:
            covered += last - first
            reached = last
    return covered / (end - start)


def _shapes(borders: _Borders, needed: float) -> list[list[_Place]]:
    """Groups places that no border divides."""
    height, width = len(borders.below), len(borders.right[0])
    seen: set[_Place] = set()
    shapes = []
    for start in ((row, col) for row in range(height) for col in range(width)):
        if start in seen:
            continue
        shape, waiting = [], [start]
        seen.add(start)
        while waiting:
            place = waiting.pop()
            shape.append(place)
            fresh = [other for other in _open_neighbours(place, borders, needed) if other not in seen]
            seen.update(fresh)
            waiting += fresh
        shapes.append(sorted(shape))
    return shapes


def _open_neighbours(place: _Place, borders: _Borders, needed: float) -> list[_Place]:
    row, col = place
    found = []
    if borders.below[row][col] < needed:
        found.append((row + 1, col))
    if row and borders.below[row - 1][col] < needed:
        found.append((row - 1, col))
    if borders.right[row][col] < needed:
        found.append((row, col + 1))
    if col and borders.right[row][col - 1] < needed:
        found.append((row, col - 1))
    return found


def _is_rectangle(shape: list[_Place]) -> bool:
    rows, cols = {row for row, _ in shape}, {col for _, col in shape}
    return len(shape) == len(rows) * len(cols)


def _mend(shape: list[_Place], borders: _Borders) -> None:
    """Closes borders inside a shape that is no rectangle: those partly drawn, else those in line with a drawn one."""
    inside = set(shape)
    partly = 0
    for row, col in shape:
        if (row + 1, col) in inside and _PARTLY_COVERED <= borders.below[row][col] < _COVERED:
            borders.below[row][col] = 1.0
            partly += 1
        if (row, col + 1) in inside and _PARTLY_COVERED <= borders.right[row][col] < _COVERED:
            borders.right[row][col] = 1.0
            partly += 1
    if partly:
        return
    _cut_at_corner(inside, borders)


def _cut_at_corner(inside: set[_Place], borders: _Borders) -> None:
    """Cuts a shape along the row in which its outline steps."""
    rows = sorted({row for row, _ in inside})
    for upper, lower in pairwise(rows):
        above, under = ({col for row, col in inside if row == wanted} for wanted in (upper, lower))
        if above != under:
            for col in above & under:
                borders.below[upper][col] = 1.0
            return
    cols = sorted({col for _, col in inside})
    for left, right in pairwise(cols):
        before, after = ({row for row, col in inside if col == wanted} for wanted in (left, right))
        if before != after:
            for row in before & after:
                borders.right[row][left] = 1.0
            return


def _box(shape: list[_Place], ys: list[float], xs: list[float]) -> Box:
    row, col = min(place[0] for place in shape), min(place[1] for place in shape)
    last_row, last_col = max(place[0] for place in shape), max(place[1] for place in shape)
    return Box(
        row,
        col,
        last_row - row + 1,
        last_col - col + 1,
        xs[col],
        ys[row],
        xs[last_col + 1],
        ys[last_row + 1],
    )

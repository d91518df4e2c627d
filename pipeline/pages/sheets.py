"""A form set again as a table from the numbers read: for files that have no pages to draw.

Rows are the lines of the form in their order, columns its measures from left to right, one part per side.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from pipeline.published.evidence import Figure

#: Of a longer form only the lines around the marked figures are shown.
WHOLE_FORM_LINES = 80
_LINES_AROUND = 3
SIDES = {"revenue": "收入 revenue", "expenditure": "支出 expenditure"}


@dataclass(frozen=True, slots=True)
class SheetLine:
    """One line of a form: its place, its labels, and per column the figures standing there (mostly one).

    `left_out` counts the lines between it and the line before that are not shown.
    """

    page_no: int | None
    row_no: int
    code: str | None
    label: str
    qualifier: str | None
    cells: tuple[tuple[Figure, ...], ...]
    left_out: int


@dataclass(frozen=True, slots=True)
class SheetPart:
    """One side of a form, or the whole of it: the names of its columns, its lines, how many are left out at its end."""

    side: str | None
    measures: tuple[str, ...]
    lines: tuple[SheetLine, ...]
    left_out: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """One printing of a form; `other_file` names its file where that is not the page's document."""

    other_file: str | None
    form_id: str
    form_name: str | None
    instance_no: int
    parts: tuple[SheetPart, ...]


def set_again(figures: Iterable[Figure], marked: Collection[str]) -> Sheet:
    """Sets one form.

    Args:
        figures: All numbers of one printing of a form, at least one.
        marked: The `value_id`s that must be seen.
    """
    found = list(figures)
    order = (None, *SIDES)
    sides = sorted(
        {figure.line_side for figure in found}, key=lambda side: order.index(side) if side in order else len(order)
    )
    parts = [_part(side, [figure for figure in found if figure.line_side == side], marked) for side in sides]
    first = found[0]
    return Sheet(
        first.other_file, first.form_id, first.form_name, first.instance_no, tuple(part for part in parts if part.lines)
    )


def _part(side: str | None, figures: Sequence[Figure], marked: Collection[str]) -> SheetPart:
    first_column: dict[str, int] = {}
    lines: dict[tuple[object, ...], list[Figure]] = {}
    for figure in sorted(figures, key=lambda one: (one.page_no or 0, one.row_no, one.col_no)):
        first_column[figure.measure] = min(figure.col_no, first_column.get(figure.measure, figure.col_no))
        key = (figure.page_no, figure.row_no, figure.line_code, figure.line_label, figure.qualifier)
        lines.setdefault(key, []).append(figure)
    measures = tuple(sorted(first_column, key=lambda measure: (first_column[measure], measure)))
    is_marked = [any(figure.value_id in marked for figure in line) for line in lines.values()]
    kept, left_out = [], 0
    for shown, line in zip(_shown(is_marked), lines.values(), strict=True):
        if shown:
            kept.append(_line(line, measures, left_out))
            left_out = 0
        else:
            left_out += 1
    return SheetPart(side, measures, tuple(kept), left_out)


def _shown(is_marked: Sequence[bool]) -> list[bool]:
    """Which lines are shown: all of a short form, of a long one those near a mark.

    >>> sum(_shown([number == 50 for number in range(100)]))
    7
    """
    if len(is_marked) <= WHOLE_FORM_LINES:
        return [True] * len(is_marked)
    return [any(is_marked[max(0, n - _LINES_AROUND) : n + _LINES_AROUND + 1]) for n in range(len(is_marked))]


def _line(figures: Sequence[Figure], measures: Sequence[str], left_out: int) -> SheetLine:
    first = figures[0]
    cells = tuple(tuple(figure for figure in figures if figure.measure == measure) for measure in measures)
    return SheetLine(first.page_no, first.row_no, first.line_code, first.line_label, first.qualifier, cells, left_out)

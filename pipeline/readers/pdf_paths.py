"""Rules from the path objects of a page in pdfium: lines, sides of rectangles and of any other outline.

Filled rectangles as thin as a line give both long sides, which `pdf_tables` puts on one position.
"""

from __future__ import annotations

from functools import partial
from itertools import chain, repeat

import pypdfium2.raw as pdfium_c

from pipeline.readers.pdf_calls import (
    Matrix,
    Slots,
    drain,
    matrices_of,
    objects_of_form,
    objects_of_page,
    pdfium_calls,
)
from pipeline.readers.pdf_glyphs import SHORTEST_PIECE_PT, Rule, rule_between

#: More points of lines than this on one page are a drawing: 200,000 are 10,000 cells drawn with four boxes each.
MOST_PATH_POINTS = 200_000
#: Forms within forms deeper than this are a loop or an attack.
DEEPEST_FORM = 12

_PATH, _FORM = pdfium_c.FPDF_PAGEOBJ_PATH, pdfium_c.FPDF_PAGEOBJ_FORM
_MOVE, _CURVE = pdfium_c.FPDF_SEGMENT_MOVETO, pdfium_c.FPDF_SEGMENT_BEZIERTO
_LINE = pdfium_c.FPDF_SEGMENT_LINETO
#: A path of two points is one line, or nothing.
_LINE_POINTS = 2
_BOX = [_MOVE, _LINE, _LINE, _LINE, _LINE]

Point = tuple[float, float]


class TooManyPoints(Exception):
    """A page's paths have more than `MOST_PATH_POINTS` points."""


def rules_of_page(page: int, left: float, top: float, slots: Slots) -> tuple[Rule, ...]:
    """Returns the rules of a page.

    Args:
        page: pdfium's handle.
        left: x of the page's left edge in pdfium's coordinates, in points.
        top: y of its upper edge there.
        slots: room for pdfium's answers.

    Raises:
        TooManyPoints: The page is a drawing.
    """
    paths = _Paths(slots)
    paths.add(objects_of_page(page), (1.0, 0.0, 0.0, -1.0, -left, top), 0)
    return tuple(map(partial(tuple.__new__, Rule), paths.rules))


class _Paths:
    """Collects rules from objects and from the forms among them."""

    def __init__(self, slots: Slots) -> None:
        self._slots = slots
        self._point_count = 0
        self.rules: list[tuple[float, float, float, float]] = []

    def add(self, objects: list[int], outer: Matrix, depth: int) -> None:
        """Adds the rules of objects; `outer` takes their coordinates to the page as seen."""
        kinds = list(map(pdfium_calls().object_type, objects))
        self._add_paths([item for item, kind in zip(objects, kinds, strict=True) if kind == _PATH], outer)
        if depth == DEEPEST_FORM or _FORM not in kinds:
            return
        forms = [item for item, kind in zip(objects, kinds, strict=True) if kind == _FORM]
        for form, matrix in zip(forms, matrices_of(forms, self._slots), strict=True):
            self.add(objects_of_form(form), _combine(matrix, outer), depth + 1)

    def _add_paths(self, paths: list[int], outer: Matrix) -> None:
        calls = pdfium_calls()
        counts = list(map(calls.segment_count, paths))
        self._point_count += sum(counts)
        if self._point_count > MOST_PATH_POINTS:
            raise TooManyPoints
        each_path, each_number = map(repeat, paths, counts), map(range, counts)
        segments = list(map(calls.get_segment, chain.from_iterable(each_path), chain.from_iterable(each_number)))
        xs, ys = _points(segments, self._slots)
        kinds = list(map(calls.segment_type, segments))
        seen_by: dict[Matrix, Matrix] = {}
        start = 0
        for count, matrix in zip(counts, matrices_of(paths, self._slots), strict=True):
            end = start + count
            seen = seen_by.get(matrix) or seen_by.setdefault(matrix, _combine(matrix, outer))
            if kinds[start:end] != _BOX or not self._add_box(xs[start:end], ys[start:end], seen):
                points = _transformed(xs[start:end], ys[start:end], seen)
                if count == _LINE_POINTS:
                    self._add_side(*points)
                else:
                    closes = list(map(calls.segment_closes, segments[start:end]))
                    self._add_sides(points, kinds[start:end], closes)
            start = end

    def _add_box(self, xs: list[float], ys: list[float], matrix: Matrix) -> bool:
        """Adds the sides of a rectangle, the most frequent path by far; returns whether it is one.

        `_add_sides` would add the same: only two corners need be placed on the page here.
        """
        x0, x1, x2, x3, x4 = xs
        y0, y1, y2, y3, y4 = ys
        a, b, c, d, e, f = matrix
        is_box = (
            x0 == x4
            and y0 == y4
            and ((x0 == x1 and y1 == y2 and x2 == x3 and y3 == y0) or (y0 == y1 and x1 == x2 and y2 == y3 and x3 == x0))
        )
        if not is_box or not (b == c == 0.0 or a == d == 0.0):
            return False
        left, right = a * x0 + c * y0 + e, a * x2 + c * y2 + e
        top, bottom = b * x0 + d * y0 + f, b * x2 + d * y2 + f
        if left > right:
            left, right = right, left
        if top > bottom:
            top, bottom = bottom, top
        if right - left >= SHORTEST_PIECE_PT:
            self.rules += ((left, top, right, top), (left, bottom, right, bottom))
        if bottom - top >= SHORTEST_PIECE_PT:
            self.rules += ((left, top, left, bottom), (right, top, right, bottom))
        return True

    def _add_sides(self, points: list[Point], kinds: list[int], closes: list[int]) -> None:
        """Adds the level and upright sides of one path; of a curve only the ends count."""
        start = last = (0.0, 0.0)
        curve_points = 0
        for point, kind, is_closing in zip(points, kinds, closes, strict=True):
            if kind == _MOVE:
                start = last = point
                continue
            if kind == _CURVE:
                curve_points = (curve_points + 1) % 3
                if curve_points:
                    continue
            self._add_side(last, point)
            last = point
            if is_closing and point != start:
                self._add_side(point, start)
                last = start

    def _add_side(self, begin: Point, end: Point) -> None:
        rule = rule_between(*begin, *end)
        if rule:
            self.rules.append(rule)


def _points(segments: list[int], slots: Slots) -> tuple[list[float], list[float]]:
    count = len(segments)
    drain(map(pdfium_calls().segment_point, segments, slots.places(count), slots.second_places(count)))
    return slots.column(0, count), slots.column(1, count)


def _transformed(xs: list[float], ys: list[float], matrix: Matrix) -> list[Point]:
    a, b, c, d, e, f = matrix
    if b == c == 0.0:
        return [(a * x + e, d * y + f) for x, y in zip(xs, ys, strict=True)]
    return [(a * x + c * y + e, b * x + d * y + f) for x, y in zip(xs, ys, strict=True)]


def _combine(inner: Matrix, outer: Matrix) -> Matrix:
    """The matrix that applies `inner`, then `outer`.

    >>> _combine((1.0, 0.0, 0.0, 1.0, 0.0, 0.0), (2.0, 0.0, 0.0, 2.0, 5.0, 7.0))
    (2.0, 0.0, 0.0, 2.0, 5.0, 7.0)
    """
    a, b, c, d, e, f = inner
    oa, ob, oc, od, oe, of = outer
    return (
        a * oa + b * oc,
        a * ob + b * od,
        c * oa + d * oc,
        c * ob + d * od,
        e * oa + f * oc + oe,
        e * ob + f * od + of,
    )

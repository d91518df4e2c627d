"""Rules from the path objects of a page in pdfium: lines, sides of rectangles and of any other outline.

Filled rectangles as thin as a line give both long sides, which `pdf_tables` puts on one position.
"""

from __future__ import annotations

import ctypes
from functools import partial
from itertools import repeat

import pypdfium2.raw as pdfium_c

from pipeline.readers.pdf_calls import (
    FLOAT_BYTES,
    Matrix,
    drain,
    matrices_of,
    objects_of_form,
    objects_of_page,
    pdfium_calls,
    reals,
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


def rules_of_page(page: int, left: float, top: float) -> tuple[Rule, ...]:
    """Returns the rules of a page.

    Args:
        page: pdfium's handle.
        left: x of the page's left edge in pdfium's coordinates, in points.
        top: y of its upper edge there.

    Raises:
        TooManyPoints: The page is a drawing.
    """
    paths = _Paths()
    paths.add(objects_of_page(page), (1.0, 0.0, 0.0, -1.0, -left, top), 0)
    return tuple(map(partial(tuple.__new__, Rule), paths.rules))


class _Paths:
    """Collects rules from objects and from the forms among them."""

    def __init__(self) -> None:
        self._point_count = 0
        self.rules: list[tuple[float, float, float, float]] = []

    def add(self, objects: list[int], outer: Matrix, depth: int) -> None:
        """Adds the rules of objects; `outer` takes their coordinates to the page as seen."""
        kinds = list(map(pdfium_calls().object_type, objects))
        self._add_paths([item for item, kind in zip(objects, kinds, strict=True) if kind == _PATH], outer)
        if depth == DEEPEST_FORM or _FORM not in kinds:
            return
        forms = [item for item, kind in zip(objects, kinds, strict=True) if kind == _FORM]
        for form, matrix in zip(forms, matrices_of(forms), strict=True):
            self.add(objects_of_form(form), _combine(matrix, outer), depth + 1)

    def _add_paths(self, paths: list[int], outer: Matrix) -> None:
        calls = pdfium_calls()
        counts = list(map(calls.segment_count, paths))
        self._point_count += sum(counts)
        if self._point_count > MOST_PATH_POINTS:
            raise TooManyPoints
        segments: list[int] = []
        for path, count in zip(paths, counts, strict=True):
            segments.extend(map(calls.get_segment, repeat(path, count), range(count)))
        xs, ys = _points(segments)
        kinds = list(map(calls.segment_type, segments))
        seen_by: dict[Matrix, Matrix] = {}
        start = 0
        for count, matrix in zip(counts, matrices_of(paths), strict=True):
            end = start + count
            seen = seen_by.get(matrix) or seen_by.setdefault(matrix, _combine(matrix, outer))
            points = _transformed(xs[start:end], ys[start:end], seen)
            if count == _LINE_POINTS:
                self._add_side(*points)
            elif kinds[start:end] != _BOX or not self._add_box(points):
                closes = list(map(calls.segment_closes, segments[start:end]))
                self._add_sides(points, kinds[start:end], closes)
            start = end

    def _add_box(self, points: list[Point]) -> bool:
        """Adds the sides of a rectangle, the most frequent path by far; returns whether it is one."""
        (x0, y0), (x1, y1), (x2, y2), (x3, y3), last = points
        if last != points[0] or not (
            (x0 == x1 and y1 == y2 and x2 == x3 and y3 == y0) or (y0 == y1 and x1 == x2 and y2 == y3 and x3 == x0)
        ):
            return False
        left, right = (x0, x2) if x0 < x2 else (x2, x0)
        top, bottom = (y0, y2) if y0 < y2 else (y2, y0)
        if right - left >= SHORTEST_PIECE_PT:
            self.rules.append((left, top, right, top))
            self.rules.append((left, bottom, right, bottom))
        if bottom - top >= SHORTEST_PIECE_PT:
            self.rules.append((left, top, left, bottom))
            self.rules.append((right, top, right, bottom))
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


def _points(segments: list[int]) -> tuple[list[float], list[float]]:
    count = len(segments)
    buffer = (ctypes.c_float * (2 * count))()
    at, step = ctypes.addressof(buffer), 2 * FLOAT_BYTES
    xs_at = range(at, at + step * count, step)
    ys_at = range(at + FLOAT_BYTES, at + FLOAT_BYTES + step * count, step)
    drain(map(pdfium_calls().segment_point, segments, xs_at, ys_at))
    flat = reals(buffer, "f")
    return flat[0::2], flat[1::2]


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

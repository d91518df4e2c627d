"""One page of an OFD file -> glyphs and rules in points, as a page of a PDF gives them.

What lives here: matrices, text runs, paths (GB/T 33190-2016, chapters 8, 9 and 11). What must not: zip, tables,
text lines.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from lxml import etree

from pipeline.readers.limits import MAX_PAGE_GLYPHS, refuse_above
from pipeline.readers.ofd_package import PagePart
from pipeline.readers.pdf_glyphs import Glyph, PageGlyphs, Rule, rule_between, seen_glyphs

#: OFD counts in millimetres, we in points.
POINTS_PER_MM = 72 / 25.4
#: A4, where neither page nor document says its size.
_DEFAULT_BOX = (0.0, 0.0, 210.0, 297.0)
#: How a glyph stands on its line, as parts of its size: Chinese fonts differ little.
_ASCENT, _DESCENT = 0.86, 0.14
_WIDE, _NARROW = 1.0, 0.5
#: An advance within these parts of a glyph's own width is its width; others are gaps or overprints.
_TIGHT, _LOOSE = 0.5, 1.2
#: A drawing that places itself would never end.
_MAX_DEPTH = 8
_PATH_TOKEN = re.compile(r"[A-Za-z]|[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
#: How many numbers each path operator takes; its last two are where the pen stands after it.
_PATH_NUMBERS = {"S": 2, "M": 2, "L": 2, "Q": 4, "B": 6, "A": 7, "C": 0}


class Matrix(NamedTuple):
    """`x' = a x + c y + e`, `y' = b x + d y + f`."""

    a: float = 1.0
    b: float = 0.0
    c: float = 0.0
    d: float = 1.0
    e: float = 0.0
    f: float = 0.0

    def at(self, x: float, y: float) -> tuple[float, float]:
        """Returns where a point comes to lie."""
        return self.a * x + self.c * y + self.e, self.b * x + self.d * y + self.f

    def then(self, outer: Matrix) -> Matrix:
        """Returns this matrix followed by another."""
        a, b = outer.a * self.a + outer.c * self.b, outer.b * self.a + outer.d * self.b
        c, d = outer.a * self.c + outer.c * self.d, outer.b * self.c + outer.d * self.d
        return Matrix(a, b, c, d, *outer.at(self.e, self.f))


@dataclass(frozen=True, slots=True)
class PlacedPicture:
    """A picture on a page: where its file lies, and the matrix from its unit square to points on the page."""

    media_path: str
    matrix: Matrix

    @property
    def area_pt(self) -> float:
        """How much of the page it covers, in square points."""
        return abs(self.matrix.a * self.matrix.d - self.matrix.b * self.matrix.c)


@dataclass(slots=True)
class _Found:
    """What the objects of a page gave so far. `leaning` sums which way sideways text runs: down is positive."""

    glyphs: list[Glyph] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    pictures: list[PlacedPicture] = field(default_factory=list)
    leaning: int = 0
    objects: int = 0


def read_ofd_page(part: PagePart, page_no: int) -> PageGlyphs:
    """Places every character and straight line of a page, its templates included.

    A page whose text runs mostly up or down is turned, so that it is upright as it is read.

    Raises:
        ValueError: A number of the page is none.
    """
    found = _found_on(part)
    width_pt, height_pt = page_size_pt(part)
    if 2 * abs(found.leaning) > len(found.glyphs):
        found = _turned(found, width_pt, height_pt)
        width_pt, height_pt = height_pt, width_pt
    glyphs = seen_glyphs(found.glyphs, width_pt, height_pt)
    return PageGlyphs(page_no, width_pt, height_pt, glyphs, tuple(found.rules))


def pictures_of_page(part: PagePart) -> list[PlacedPicture]:
    """Places the pictures of a page, its templates included, in the order they are drawn.

    Raises:
        ValueError: A number of the page is none.
    """
    return _found_on(part).pictures


def page_size_pt(part: PagePart) -> tuple[float, float]:
    """Returns width and height of a page as it is stored.

    Raises:
        ValueError: A number of its box is none.
    """
    _, _, width, height = _box(part.box)
    return width * POINTS_PER_MM, height * POINTS_PER_MM


def _found_on(part: PagePart) -> _Found:
    x, y, _, _ = _box(part.box)
    to_points = Matrix(POINTS_PER_MM, 0.0, 0.0, POINTS_PER_MM, -x * POINTS_PER_MM, -y * POINTS_PER_MM)
    found = _Found()
    for root in (*part.below, part.root, *part.above):
        for content in root.iterfind("{*}Content"):
            _read_objects(content, to_points, part, found, depth=0)
    return found


def _number(text: str | float) -> float:
    """Raises ValueError for what is no number a page can hold, `NaN` and `inf` among it."""
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"could not place {text!r}")
    return number


def _box(text: str | None) -> tuple[float, float, float, float]:
    numbers = [_number(number) for number in (text or "").split()]
    if len(numbers) != len(_DEFAULT_BOX):
        return _DEFAULT_BOX
    return numbers[0], numbers[1], numbers[2], numbers[3]


def _read_objects(parent: etree._Element, outer: Matrix, part: PagePart, found: _Found, depth: int) -> None:
    """Reads the objects below a layer, a block or a drawing, in printed order."""
    stack = list(reversed(parent))
    while stack:
        element = stack.pop()
        found.objects += 1
        refuse_above(found.objects, MAX_PAGE_GLYPHS, "objects on one page")
        refuse_above(len(found.glyphs), MAX_PAGE_GLYPHS, "characters on one page")
        name = etree.QName(element).localname if isinstance(element.tag, str) else ""
        if element.get("Visible") == "false":
            continue
        if name in ("Layer", "PageBlock", "Content"):
            stack.extend(reversed(element))
        elif name == "TextObject":
            _read_text(element, _matrix_of(element).then(outer), found)
        elif name == "PathObject":
            found.rules.extend(_rules_of(element, _matrix_of(element).then(outer)))
        elif name == "ImageObject":
            found.pictures.append(_placed(element, outer, part))
        elif name == "CompositeObject" and depth < _MAX_DEPTH:
            unit = part.units.get(element.get("ResourceID", ""))
            if unit is not None:
                _read_objects(unit, _matrix_of(element).then(outer), part, found, depth + 1)


def _placed(element: etree._Element, outer: Matrix, part: PagePart) -> PlacedPicture:
    """A picture is a unit square; one without a matrix fills its boundary."""
    matrix = _matrix_of(element)
    if not element.get("CTM"):
        _, _, width, height = _box(element.get("Boundary"))
        matrix = Matrix(a=width, d=height).then(matrix)
    return PlacedPicture(part.media.get(element.get("ResourceID", ""), ""), matrix.then(outer))


def _matrix_of(element: etree._Element) -> Matrix:
    """The object's own matrix, then its place on the page."""
    numbers = [_number(number) for number in (element.get("CTM") or "").split()]
    own = Matrix(*numbers) if len(numbers) == len(Matrix._fields) else Matrix()
    x, y, *_ = (_number(number) for number in (element.get("Boundary") or "0 0").split())
    return own.then(Matrix(e=x, f=y))


def _read_text(element: etree._Element, matrix: Matrix, found: _Found) -> None:
    size = _number(element.get("Size") or 0.0)
    scale = _number(element.get("HScale") or 1.0)
    is_upright = abs(matrix.b) <= abs(matrix.a)
    x = y = 0.0
    for code in element.iterfind("{*}TextCode"):
        x, y = _number(code.get("X") or x), _number(code.get("Y") or y)
        text = code.text or ""
        for char, at_x, at_y, width in _run(text, x, y, size * scale, code):
            if unicodedata.category(char) == "Cc":
                continue
            left, right = at_x, at_x + width
            corners = [
                matrix.at(cx, cy) for cx in (left, right) for cy in (at_y - _ASCENT * size, at_y + _DESCENT * size)
            ]
            xs, ys = [corner[0] for corner in corners], [corner[1] for corner in corners]
            found.glyphs.append(Glyph(char, min(xs), min(ys), max(xs), max(ys), is_upright))
            if not is_upright:
                found.leaning += 1 if matrix.b > 0 else -1


def _run(text: str, x: float, y: float, em: float, code: etree._Element) -> Iterator[tuple[str, float, float, float]]:
    """Yields each character with the start of its base line and its width, in the object's own measure."""
    across, down = parse_deltas(code.get("DeltaX"), len(text)), parse_deltas(code.get("DeltaY"), len(text))
    for index, char in enumerate(text):
        width = em * (_WIDE if unicodedata.east_asian_width(char) in "WFA" else _NARROW)
        step = _step(across, index)
        if step is None and not down:
            step = width  # a run without advances: viewers take the font's own
        elif step is not None and _TIGHT * width <= step <= _LOOSE * width:
            width = step
        yield char, x, y, width
        x += step or 0.0
        y += _step(down, index) or 0.0


def _step(deltas: list[float], index: int) -> float | None:
    """The advance after a character; a list that is too short goes on with its last one."""
    return deltas[min(index, len(deltas) - 1)] if deltas else None


def parse_deltas(text: str | None, count: int) -> list[float]:
    """Reads a list of advances, in which `g n v` stands for `n` times `v`; at most `count` are needed.

    >>> parse_deltas("3.5 g 3 1.75 2", 9)
    [3.5, 1.75, 1.75, 1.75, 2.0]
    """
    deltas: list[float] = []
    words = iter((text or "").split())
    for word in words:
        if len(deltas) >= count:
            break
        if word == "g":
            times, value = int(next(words, "0")), _number(next(words, "0"))
            deltas += [value] * min(times, count)
        else:
            deltas.append(_number(word))
    return deltas


def _rules_of(element: etree._Element, matrix: Matrix) -> Iterator[Rule]:
    """The straight pieces of a path that run along or across the page; an unpainted path has none."""
    if element.get("Stroke") == "false" and element.get("Fill") != "true":
        return
    for start, end in path_pieces(element.findtext("{*}AbbreviatedData") or ""):
        rule = rule_between(*matrix.at(*start), *matrix.at(*end))
        if rule is not None:
            yield rule


def path_pieces(data: str) -> Iterator[tuple[tuple[float, float], tuple[float, float]]]:
    """Yields the straight pieces of a path: lines, and the closing of a figure.

    >>> list(path_pieces("M 0 0 L 5 0 Q 6 0 6 1 C"))
    [((0.0, 0.0), (5.0, 0.0)), ((6.0, 1.0), (0.0, 0.0))]
    """
    first = pen = (0.0, 0.0)
    for operator, numbers in _operators(data):
        target = first if operator == "C" else (numbers[-2], numbers[-1])
        if operator in "LC" and target != pen:
            yield pen, target
        pen = target
        if operator in "SM":
            first = target


def _operators(data: str) -> Iterator[tuple[str, list[float]]]:
    """Splits a path into operators with their numbers; one may be followed by the numbers of several."""
    operator = ""
    numbers: list[float] = []
    for token in _PATH_TOKEN.findall(data):
        if token.isalpha():
            operator, numbers = token.upper(), []
            if operator == "C":
                yield operator, []
            continue
        numbers.append(_number(token))
        if len(numbers) == _PATH_NUMBERS.get(operator, 0):
            yield operator, numbers
            numbers = []


def _turned(found: _Found, width_pt: float, height_pt: float) -> _Found:
    """Turns a page by a quarter so that its text runs from left to right."""
    runs_down = found.leaning > 0
    turn = Matrix(0.0, -1.0, 1.0, 0.0, 0.0, width_pt) if runs_down else Matrix(0.0, 1.0, -1.0, 0.0, height_pt, 0.0)
    turned = _Found(pictures=found.pictures)
    for text, x0, top, x1, bottom, is_upright in found.glyphs:
        (ax, ay), (bx, by) = turn.at(x0, top), turn.at(x1, bottom)
        turned.glyphs.append(Glyph(text, min(ax, bx), min(ay, by), max(ax, bx), max(ay, by), not is_upright))
    for x0, top, x1, bottom in found.rules:
        rule = rule_between(*turn.at(x0, top), *turn.at(x1, bottom))
        if rule is not None:
            turned.rules.append(rule)
    return turned

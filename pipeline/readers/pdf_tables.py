"""Rules to tables of cells, and cells with glyphs to a grid.

Finding follows pdfplumber's `lines` strategy step for step (snap, join, cross, smallest closed cells, cells that
share a corner are one table) with indexes where pdfplumber compares every pair; a test holds both to the same cells.
Two things are done otherwise: a frame drawn around cells is no cell, and glyphs in no cell are given back, not lost.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from itertools import pairwise

from pipeline.model.extract import FIGURE_CUT
from pipeline.model.grid import BBox, Cell, Grid, GridKind
from pipeline.readers.pdf_glyphs import ROUNDING_PT, Glyph, Rule
from pipeline.readers.pdf_text import glyphs_to_text

#: What a figure is made of, and how near its characters stand, as part of their height; figures of two cells never do.
_OF_FIGURES = frozenset("0123456789.,")
_TOUCHING = 0.1

#: pdfplumber's defaults: rules this near are one rule; pieces this near on one line are one piece; a rule
#: reaches another that ends this short of it.
SNAP_PT = JOIN_PT = CROSS_PT = 3.0 + ROUNDING_PT
#: Shorter rules are none, after joining.
SHORTEST_RULE_PT = 3.0
#: A page whose rules could cross more often is a drawing, not a table (500 rows of 500 columns).
MOST_CROSSINGS = 250_000

#: Where a rule stands (x of an upright, y of a level one), where it begins and ends.
Piece = tuple[float, float, float]
#: Per crossing, the upright and the level pieces that meet there, as bits among the pieces of their line.
Crossings = dict[tuple[float, float], tuple[int, int]]


class TooManyRules(ValueError):
    """The rules of a page could cross more often than `MOST_CROSSINGS`."""


def find_tables(rules: Iterable[Rule]) -> list[list[BBox]]:
    """Returns the tables of a page from the top, each as the boxes of its cells.

    Raises:
        TooManyRules: The page is a drawing.

    >>> lines = [Rule(x, 0.0, x, 20.0) for x in (0.0, 50.0, 90.0)] + [Rule(0.0, y, 90.0, y) for y in (0.0, 20.0)]
    >>> [[cell.x1 for cell in table] for table in find_tables(lines)]
    [[50.0, 90.0]]
    """
    upright: list[Piece] = []
    level: list[Piece] = []
    for x0, top, x1, bottom in rules:
        if top == bottom:
            level.append((top, x0, x1))
        else:
            upright.append((x0, top, bottom))
    upright, level = _merge(upright), _merge(level)
    if len(upright) * len(level) > MOST_CROSSINGS:
        raise TooManyRules(f"{len(upright)} upright and {len(level)} level rules")
    return _tables_of(_cells_of(_crossings(upright, level)))


def _merge(pieces: list[Piece]) -> list[Piece]:
    """Puts neighbouring parallel pieces on their mean position, joins pieces in one line, drops short ones."""
    spans_at: dict[float, list[tuple[float, float]]] = {}
    for position, begin, end in pieces:
        spans_at.setdefault(position, []).append((begin, end))
    merged: list[Piece] = []
    for near in _neighbours(sorted(spans_at)):
        spans = [span for position in near for span in spans_at[position]]
        mean = near[0]
        if len(near) > 1:
            mean = sum(position * len(spans_at[position]) for position in near) / len(spans)
        merged += _join(mean, sorted(spans))
    return merged


def _neighbours(positions: list[float]) -> list[list[float]]:
    """Positions in order, those near to the one before with it."""
    groups: list[list[float]] = []
    for position in positions:
        if groups and position <= groups[-1][-1] + SNAP_PT:
            groups[-1].append(position)
        else:
            groups.append([position])
    return groups


def _join(position: float, spans: list[tuple[float, float]]) -> list[Piece]:
    joined: list[Piece] = []
    first, last = spans[0]
    for begin, end in spans:
        if begin > last + JOIN_PT:
            joined.append((position, first, last))
            first, last = begin, end
        elif end > last:
            last = end
    joined.append((position, first, last))
    return [piece for piece in joined if piece[2] - piece[1] >= SHORTEST_RULE_PT]


def _crossings(upright: list[Piece], level: list[Piece]) -> Crossings:
    found: Crossings = {}
    ys = [piece[0] for piece in level]
    reaches = [(y, x0 - CROSS_PT, x1 + CROSS_PT, bit) for (y, x0, x1), bit in zip(level, _bits(level), strict=True)]
    for (x, top, bottom), bit in zip(upright, _bits(upright), strict=True):
        for y, left, right, level_bit in reaches[bisect_left(ys, top - CROSS_PT) : bisect_right(ys, bottom + CROSS_PT)]:
            if left <= x <= right:
                spot = (x, y)
                met = found.get(spot)
                found[spot] = (met[0] | bit, met[1] | level_bit) if met else (bit, level_bit)
    return found


def _bits(pieces: list[Piece]) -> list[int]:
    """One bit per piece, counted anew on every line."""
    bits: list[int] = []
    last = None
    for position, _, _ in pieces:
        bits.append(bits[-1] << 1 if position == last else 1)
        last = position
    return bits


def _cells_of(crossings: Crossings) -> list[BBox]:
    """The smallest closed rectangle to the lower right of each crossing, where there is one."""
    columns: dict[float, list[float]] = {}
    lines: dict[float, list[float]] = {}
    for x, y in sorted(crossings):
        columns.setdefault(x, []).append(y)
        lines.setdefault(y, []).append(x)
    right_of = {(x, y): x1 for y, xs in lines.items() for x, x1 in pairwise(xs)}
    cells = []
    for x, ys in columns.items():
        for y, y1 in pairwise(ys):
            x1 = right_of.get((x, y))
            if x1 is None:
                continue
            box = BBox(x, y, x1, y1)
            if _is_closed(crossings, box):
                cells.append(box)
                continue
            rights = lines[y][bisect_right(lines[y], x) :]
            belows = ys[bisect_right(ys, y) :]
            merged = _first_closed(crossings, x, y, rights, belows)
            if merged:
                cells.append(merged)
    xs = list(columns)
    next_to = dict(pairwise(xs))
    return [cell for cell in cells if next_to[cell[0]] == cell[2] or not _is_frame(cell, cells, xs, columns)]


def _is_frame(cell: BBox, cells: list[BBox], xs: list[float], columns: dict[float, list[float]]) -> bool:
    """Whether a box is drawn around other cells: no cell itself, though pdfplumber takes it for one."""
    x0, top, x1, bottom = cell
    between = xs[bisect_right(xs, x0) : bisect_left(xs, x1)]
    if not any(bisect_right(columns[x], top) < bisect_left(columns[x], bottom) for x in between):
        return False  # nothing crosses inside
    return any(
        other is not cell and x0 <= other[0] and top <= other[1] and other[2] <= x1 and other[3] <= bottom
        for other in cells
    )


def _is_closed(crossings: Crossings, box: BBox) -> bool:
    """Whether one piece joins each two neighbouring corners; the two corners on the left and above exist."""
    x0, top, x1, bottom = box
    last = crossings.get((x1, bottom))
    if last is None:
        return False
    upright, level = crossings[x0, top]
    right, below = crossings[x1, top], crossings[x0, bottom]
    return bool(right[1] & level and below[0] & upright and last[0] & right[0] and last[1] & below[1])


def _first_closed(crossings: Crossings, x: float, y: float, rights: list[float], belows: list[float]) -> BBox | None:
    """The first closed rectangle, those of less height before those of less width."""
    upright, level = crossings[x, y]
    rights = [x1 for x1 in rights if crossings[x1, y][1] & level]
    for y1 in belows:
        if crossings[x, y1][0] & upright:
            for x1 in rights:
                box = BBox(x, y, x1, y1)
                if _is_closed(crossings, box):
                    return box
    return None


def _tables_of(cells: list[BBox]) -> list[list[BBox]]:
    """Cells that share a corner, directly or through others, are one table; a lone cell is a frame."""
    group_of = list(range(len(cells)))

    def root(number: int) -> int:
        while group_of[number] != number:
            group_of[number] = group_of[group_of[number]]
            number = group_of[number]
        return number

    at_corner: dict[tuple[float, float], int] = {}
    for number, (x0, top, x1, bottom) in enumerate(cells):
        mine = number
        for corner in ((x0, top), (x0, bottom), (x1, top), (x1, bottom)):
            other = at_corner.setdefault(corner, mine)
            if other != mine:
                other = root(other)
                group_of[mine] = other
                mine = other
    tables: dict[int, list[BBox]] = {}
    for number, cell in enumerate(cells):
        tables.setdefault(root(number), []).append(cell)
    found = [table for table in tables.values() if len(table) > 1]
    return sorted(found, key=lambda table: min((cell[1], cell[0]) for cell in table))


def table_box(cells: Sequence[BBox]) -> BBox:
    """Returns the box around the cells of a table."""
    return BBox(
        min(cell[0] for cell in cells),
        min(cell[1] for cell in cells),
        max(cell[2] for cell in cells),
        max(cell[3] for cell in cells),
    )


#: A cell's place in the grid: row, column, row after it, column after it, and its box.
_Place = tuple[int, int, int, int, BBox]


def _owners(places: Sequence[_Place], inside: Sequence[list[Glyph]]) -> dict[tuple[int, int], list[Glyph]]:
    """Returns for each square of the grid the glyphs of its cell: of cells drawn over each other the smallest."""
    owner: dict[tuple[int, int], list[Glyph]] = {}
    sizes = [(row_end - row) * (col_end - col) for row, col, row_end, col_end, _ in places]
    for number in sorted(range(len(places)), key=sizes.__getitem__, reverse=True):
        row, col, row_end, col_end, _ = places[number]
        held = inside[number]
        for covered_row in range(row, row_end):
            for covered_col in range(col, col_end):
                owner[covered_row, covered_col] = held
    return owner


def table_to_grid(cells: Sequence[BBox], glyphs: Iterable[Glyph], page_no: int) -> tuple[Grid, list[Glyph]]:
    """Turns boxes into a grid with row and column spans; each glyph goes to the cell its centre stands in.

    Returns with the grid the glyphs that stand outside the table, and after them those that stand in none of its
    cells, as where a rule is missing.
    """
    xs = sorted({x for cell in cells for x in (cell[0], cell[2])})
    ys = sorted({y for cell in cells for y in (cell[1], cell[3])})
    col_of = {x: number for number, x in enumerate(xs)}
    row_of = {y: number for number, y in enumerate(ys)}
    places = sorted((row_of[box[1]], col_of[box[0]], row_of[box[3]], col_of[box[2]], box) for box in cells)
    inside: list[list[Glyph]] = [[] for _ in places]
    others, cut = _place_glyphs(glyphs, xs, ys, _owners(places, inside))
    grid = Grid(
        GridKind.RULED,
        tuple(
            Cell(
                row,
                col,
                glyphs_to_text(held),
                row_end - row,
                col_end - col,
                bbox=box,
                note=FIGURE_CUT if id(held) in cut else None,
            )
            for (row, col, row_end, col_end, box), held in zip(places, inside, strict=True)
        ),
        row_count=max(1, len(ys) - 1),
        col_count=max(1, len(xs) - 1),
        page_no=page_no,
        bbox=BBox(xs[0], ys[0], xs[-1], ys[-1]),
        col_edges=tuple(xs),
    )
    return grid, others


def _place_glyphs(
    glyphs: Iterable[Glyph], xs: list[float], ys: list[float], owner: dict[tuple[int, int], list[Glyph]]
) -> tuple[list[Glyph], set[int]]:
    """Puts each glyph to those of the square of the grid its centre stands in; returns those left over.

    A glyph mostly stands in the square of the one before it, so that one is tried first. Returned with them are the
    cells (by the `id` of their list) that hold a piece of a figure which goes on in the next.
    """
    outside: list[Glyph] = []
    homeless: list[Glyph] = []
    cut: set[int] = set()
    held = homeless
    left = right = above = below = 0.0
    for glyph in glyphs:
        x, y = (glyph[1] + glyph[3]) / 2, (glyph[2] + glyph[4]) / 2
        if not (left <= x < right and above <= y < below):
            if not (xs[0] <= x <= xs[-1] and ys[0] <= y <= ys[-1]):
                outside.append(glyph)
                continue
            col, row = bisect_right(xs, x), bisect_right(ys, y)
            before, held = held, owner.get((row - 1, col - 1), homeless)
            if before and before is not held and _goes_on(before[-1], glyph):
                cut |= {id(before), id(held)}
            left, right = (xs[col - 1], xs[col]) if col < len(xs) else (x, x)
            above, below = (ys[row - 1], ys[row]) if row < len(ys) else (y, y)
        held.append(glyph)
    return outside + homeless, cut


def _goes_on(before: Glyph, glyph: Glyph) -> bool:
    """Whether a glyph continues the figure that the one before it is part of."""
    return (
        glyph[0] in _OF_FIGURES
        and before[0] in _OF_FIGURES
        and abs(glyph[1] - before[3]) < _TOUCHING * (glyph[4] - glyph[2])
        and before[2] < (glyph[2] + glyph[4]) / 2 < before[4]
    )

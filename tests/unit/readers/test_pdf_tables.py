"""Tables and texts found here are those pdfplumber finds, on random rules and random glyphs."""

from __future__ import annotations

import random
from itertools import pairwise
from typing import Any

import pytest
from pdfplumber.table import cells_to_tables, edges_to_intersections, intersections_to_cells, merge_edges
from pdfplumber.utils.geometry import filter_edges
from pdfplumber.utils.text import chars_to_textmap, dedupe_chars, extract_text

from pipeline.model.extract import FIGURE_CUT
from pipeline.model.grid import BBox
from pipeline.readers.pdf_glyphs import Glyph, Rule, seen_glyphs
from pipeline.readers.pdf_tables import MOST_CROSSINGS, TooManyRules, find_tables, table_to_grid
from pipeline.readers.pdf_text import glyphs_to_lines, glyphs_to_text


def random_rules(seed: int) -> list[Rule]:
    """Two tables side by side with merged cells, pieces missing, drawn in short pieces a little off their line."""
    rng = random.Random(seed)
    rules = []
    for left in (20.0, 400.0):
        xs = [left + 40 * number for number in range(rng.randint(2, 8))]
        ys = [30.0 + 15 * number for number in range(rng.randint(2, 12))]
        keep = rng.choice((1.0, 0.95, 0.7))

        def near(position: float) -> float:
            return position + rng.choice((0.0, 0.0, 0.5, -0.5, 1.2))

        for x in xs:
            rules += [Rule(n, y0, n, y1) for y0, y1 in pairwise(ys) if rng.random() < keep for n in (near(x),)]
        for y in ys:
            rules += [Rule(x0, n, x1, n) for x0, x1 in pairwise(xs) if rng.random() < keep for n in (near(y),)]
    rng.shuffle(rules)
    return rules


def tables_by_pdfplumber(rules: list[Rule]) -> list[list[tuple[float, ...]]]:
    """The same rules through pdfplumber's own functions, with its default tolerances."""
    edges: list[dict[str, Any]] = [
        {
            "x0": rule.x0,
            "x1": rule.x1,
            "top": rule.top,
            "bottom": rule.bottom,
            "doctop": rule.top,
            "width": rule.x1 - rule.x0,
            "height": rule.bottom - rule.top,
            "orientation": "h" if rule.top == rule.bottom else "v",
            "object_type": "line",
        }
        for rule in rules
    ]
    merged = filter_edges(merge_edges(edges, 3, 3, 3, 3), min_length=3)
    cells = intersections_to_cells(edges_to_intersections(merged, 3, 3))
    whole = [cell for cell in cells if not any(is_around(cell, other) for other in cells)]
    return [sorted(table) for table in cells_to_tables(whole)]


def is_around(cell: tuple[float, ...], other: tuple[float, ...]) -> bool:
    """Whether pdfplumber made a cell of a box around another cell: the one thing we do otherwise."""
    inside = cell[0] <= other[0] and cell[1] <= other[1] and other[2] <= cell[2] and other[3] <= cell[3]
    return inside and cell != other


@pytest.mark.parametrize("seed", range(150))
def test_tables_are_those_of_pdfplumber(seed: int) -> None:
    rules = random_rules(seed)
    expected = tables_by_pdfplumber(rules)
    found = find_tables(rules)
    assert [len(table) for table in found] == [len(table) for table in expected]
    for ours, theirs in zip(found, expected, strict=True):
        for cell, box in zip(sorted(ours), theirs, strict=True):
            assert cell == pytest.approx(box, abs=1e-6)


def random_glyphs(seed: int) -> list[Glyph]:
    """A few uneven lines with blanks, gaps, raised glyphs and doubles."""
    rng = random.Random(seed)
    glyphs = []
    for line in range(rng.randint(1, 4)):
        x = 10.0 + rng.random() * 5
        for _ in range(rng.randint(1, 12)):
            top = 20 + line * rng.choice((4, 11)) + rng.choice((0, 0, 0, 2, -2))
            glyph = Glyph(rng.choice("万元合计1.,ﬁ  "), x, top, x + 9, top + 9, True)
            glyphs.append(glyph)
            if rng.random() < 0.1:
                glyphs.append(glyph._replace(x0=x + 0.4, x1=x + 9.4))
            x += 9 + rng.choice((0, 0, 0.5, 2.9, 3.5, 30))
    rng.shuffle(glyphs)
    return glyphs


def as_chars(glyphs: list[Glyph]) -> list[dict[str, Any]]:
    """Glyphs as pdfplumber holds them."""
    return [
        glyph._asdict()
        | {"doctop": glyph.top, "upright": True, "width": glyph.x1 - glyph.x0, "height": glyph.bottom - glyph.top}
        for glyph in glyphs
    ]


@pytest.mark.parametrize("seed", range(200))
def test_texts_are_those_of_pdfplumber(seed: int) -> None:
    glyphs = random_glyphs(seed)
    single = dedupe_chars(as_chars(glyphs), tolerance=1, extra_attrs=())
    ours = list(seen_glyphs(glyphs, 900, 900))
    assert [(glyph.text, glyph.x0, glyph.top) for glyph in ours] == [(c["text"], c["x0"], c["top"]) for c in single]
    assert glyphs_to_text(ours) == extract_text(single)
    lines = chars_to_textmap(single).extract_text_lines(return_chars=False)
    assert [(line.text, line.bbox) for line in glyphs_to_lines(ours, 1)] == [
        (line["text"], BBox(line["x0"], line["top"], line["x1"], line["bottom"])) for line in lines
    ]


def test_merged_cells_have_spans_and_each_glyph_one_cell() -> None:
    cells = [BBox(0, 0, 20, 10), BBox(0, 10, 10, 20), BBox(10, 10, 20, 20)]
    glyphs = [Glyph("合", 6, 1, 15, 9, True), Glyph("一", 0, 11, 9, 19, True), Glyph("二", 10, 11, 19, 19, True)]
    lost = Glyph("丢", 30, 1, 39, 9, True)
    grid, homeless = table_to_grid(cells, [*glyphs, lost], page_no=3)
    assert homeless == [lost]
    assert [(cell.text, cell.row_index, cell.col_index, cell.col_span) for cell in grid.cells] == [
        ("合", 0, 0, 2),
        ("一", 1, 0, 1),
        ("二", 1, 1, 1),
    ]
    assert (grid.row_count, grid.col_count, grid.page_no, grid.col_edges) == (2, 2, 3, (0, 10, 20))


def test_glyphs_outside_a_table_come_before_those_in_none_of_its_cells() -> None:
    cells = [BBox(0, 0, 10, 10), BBox(10, 10, 20, 20)]
    on_edge, in_gap = Glyph("边", 16, 12, 24, 18, True), Glyph("缺", 11, 1, 19, 9, True)
    above, below = Glyph("上", 1, -9, 9, -1, True), Glyph("下", 1, 21, 9, 29, True)
    inside = [Glyph("一", 1, 1, 9, 9, True), Glyph("二", 11, 11, 19, 19, True), Glyph("三", 0.5, 1, 1, 9, True)]
    grid, others = table_to_grid(cells, [above, inside[0], in_gap, inside[1], on_edge, below, inside[2]], page_no=1)
    assert others == [above, below, in_gap, on_edge]
    assert [cell.text for cell in grid.cells] == ["三一", "二"]


def test_a_frame_around_a_table_is_no_cell() -> None:
    frame = [Rule(0, 0, 100, 0), Rule(0, 60, 100, 60), Rule(0, 0, 0, 60), Rule(100, 0, 100, 60)]
    inside = [Rule(20, 20, 100, 20), Rule(20, 40, 100, 40), Rule(20, 20, 20, 60), Rule(60, 20, 60, 60)]
    (table,) = find_tables(frame + inside)
    assert sorted(table) == [(20, 20, 60, 40), (20, 40, 60, 60), (60, 20, 100, 40), (60, 40, 100, 60)]


def test_a_drawing_of_many_lines_is_no_table() -> None:
    side = round(MOST_CROSSINGS**0.5) + 1
    rules = [Rule(4.0 * n, 0, 4.0 * n, 9999) for n in range(side)] + [
        Rule(0, 4.0 * n, 9999, 4.0 * n) for n in range(side)
    ]
    with pytest.raises(TooManyRules):
        find_tables(rules)


@pytest.mark.parametrize(("start", "is_cut"), [(14.0, True), (22.0, False)], ids=["over the rule", "behind it"])
def test_a_figure_that_runs_over_a_rule_is_marked_in_both_cells(start: float, *, is_cut: bool) -> None:
    cells = [(0.0, 0.0, 20.0, 10.0), (20.0, 0.0, 40.0, 10.0)]
    figure = [Glyph(text, start + 4 * at, 1, start + 4 * at + 4, 9, True) for at, text in enumerate("52.6")]
    grid, _others = table_to_grid([BBox(*cell) for cell in cells], [Glyph("9", 2, 1, 6, 9, True), *figure], 1)
    assert [cell.note for cell in grid.cells] == [FIGURE_CUT if is_cut else None] * 2


def test_a_figure_that_runs_through_the_squares_of_a_wide_cell_is_whole() -> None:
    cells = [BBox(0, 0, 40, 10), BBox(0, 10, 20, 20), BBox(20, 10, 40, 20)]
    figure = [Glyph(text, 14.0 + 4 * at, 1, 18.0 + 4 * at, 9, True) for at, text in enumerate("52.6")]
    grid, _others = table_to_grid(cells, figure, 1)
    assert [(cell.text, cell.note) for cell in grid.cells] == [("52.6", None), ("", None), ("", None)]

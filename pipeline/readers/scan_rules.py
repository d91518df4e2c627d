"""The ruled lines of a page: found as segments, grouped into tables, taken off the picture.

Pixels in, geometry out. What the lines enclose is `scan_grid`'s work. Sizes are in pixels at 200 dpi.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Picture = NDArray[np.uint8]

#: Text of 9 points has strokes up to 22 px; a rule is longer, or ends on rules.
_SHORTEST_PX = 22
#: Standing free, only a stroke longer than any character's is a rule.
_FREE_PX = 60
#: Holes that grain leaves in a rule.
_PIN_HOLE_PX = 5
#: Pieces of one rule, broken by the scanner, lie in one line and this near.
_GAP_PX = 24
#: Rules closer than this are one: a double rule, or the two edges of a thick one.
SAME_RULE_PX = 6.0
#: A rule's end reaches the rule it ends on within this.
_TOUCH_PX = 9.0
#: No line of characters runs together over this length.
_SURELY_PX = 300
#: Nor, without a gap and with its neighbourhood white, over this one.
_LIKELY_PX = 100
#: Ink covers at least this share of a rule's length.
_SOLID = 0.95
#: Paper begins this far from a rule's edge; a free rule has paper for so many pixels, one between rules for fewer,
#: because figures stand close to the rules of their cell.
_RIM_PX = 2
_FAR_PX = 5
_NEAR_PX = 2
#: Paper along a rule is lighter than this on average.
_PAPER = 215
_PAPER_NEARBY = 190
#: Text never comes so near to a rule: its cell has padding.
_MEET_PX = 2.5
#: Thicker than this is a picture or a black bar.
_THICKEST_PX = 12
#: A seal hides no more of a rule than this.
_LONGEST_BLOT_PX = 200
#: Rules are searched below this grey: thinner than a pixel, they never become black.
_RULE_INK = 190
_SMALLEST_TABLE_PX = (120, 40)


@dataclass(frozen=True, slots=True)
class Rule:
    """A level or upright line: `at` is its y (or x), `start` and `end` its reach along the other axis."""

    at: float
    start: float
    end: float
    thickness: float = 1.0

    @property
    def length(self) -> float:
        """How far it reaches."""
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class RuledTable:
    """The rules of one table."""

    level: tuple[Rule, ...]
    upright: tuple[Rule, ...]

    @property
    def box(self) -> tuple[float, float, float, float]:
        """x0, top, x1, bottom over all its rules."""
        xs = [rule.at for rule in self.upright] + [end for rule in self.level for end in (rule.start, rule.end)]
        ys = [rule.at for rule in self.level] + [end for rule in self.upright for end in (rule.start, rule.end)]
        return min(xs), min(ys), max(xs), max(ys)


def find_rules(grey: Picture) -> tuple[list[Rule], list[Rule]]:
    """Finds level and upright rules on a straightened page (paper 255, ink 0).

    A long run of ink is a rule; a short one only where both its ends stand on long rules.
    """
    turned = np.ascontiguousarray(grey.T)
    level_runs, upright_runs = _bridged(grey, _runs(grey)), _bridged(turned, _runs(turned))
    level = join_pieces(rule for rule in level_runs if _is_surely_rule(grey, rule))
    upright = join_pieces(rule for rule in upright_runs if _is_surely_rule(turned, rule))
    short_level = [r for r in level_runs if _ends_on(r, upright) and _stands_alone(grey, r, _NEAR_PX)]
    short_upright = [r for r in upright_runs if _ends_on(r, level) and _stands_alone(turned, r, _NEAR_PX)]
    return join_pieces([*level, *short_level]), join_pieces([*upright, *short_upright])


def _bridged(grey: Picture, rules: Sequence[Rule]) -> list[Rule]:
    """Joins pieces of a rule between which all is ink: a blot or a seal's rim lies on the rule there."""
    joined: list[Rule] = []
    for rule in sorted(rules, key=lambda rule: (round(rule.at / SAME_RULE_PX), rule.start)):
        before = joined[-1] if joined else None
        if before and abs(before.at - rule.at) <= SAME_RULE_PX and 0 < rule.start - before.end <= _LONGEST_BLOT_PX:
            gap = Rule((before.at + rule.at) / 2, before.end, rule.start)
            if _is_solid(grey[:, int(gap.start) : int(gap.end) + 1], gap):
                joined[-1] = _joined(before, rule)
                continue
        joined.append(rule)
    return joined


def _runs(grey: Picture) -> list[Rule]:
    """Finds level runs of ink no thicker than a rule: rules, and strokes of characters run together."""
    # Along a rule the grain averages out and its pin-holes close; across it nothing is smoothed.
    ink = (cv2.blur(grey, (3, 1)) < _RULE_INK).astype(np.uint8)
    runs = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((1, _PIN_HOLE_PX), np.uint8))
    runs = cv2.morphologyEx(runs, cv2.MORPH_OPEN, np.ones((1, _SHORTEST_PX), np.uint8))
    # Where a blot or a seal's rim lies on a rule, the run is thick: that stretch is cut out, the rest stays.
    thick = cv2.morphologyEx(runs, cv2.MORPH_OPEN, np.ones((_THICKEST_PX + 1, 1), np.uint8))
    runs = cv2.morphologyEx(cv2.subtract(runs, thick), cv2.MORPH_OPEN, np.ones((1, _SHORTEST_PX), np.uint8))
    count, _, stats, centres = cv2.connectedComponentsWithStats(runs)
    return [
        Rule(float(y), float(x), float(x + width), area / width)
        for (x, _, width, height, area), (_, y) in zip(stats[1:count].tolist(), centres[1:count].tolist(), strict=True)
        if height <= _THICKEST_PX
    ]


def _is_surely_rule(grey: Picture, rule: Rule) -> bool:
    if rule.length >= _SURELY_PX:
        return _is_solid(grey[:, int(rule.start) : int(rule.end)], rule)
    reach = _NEAR_PX if rule.length >= _LIKELY_PX else _FAR_PX
    return rule.length >= _FREE_PX and _stands_alone(grey, rule, reach)


def _stands_alone(grey: Picture, rule: Rule, reach: int) -> bool:
    """Whether paper lies along both sides: strokes of characters, run together, have other strokes beside them."""
    edge = rule.thickness / 2 + _RIM_PX
    rows = [round(rule.at + side * (edge + step)) for side in (-1, 1) for step in range(reach)]
    inside = grey[:, int(rule.start) : int(rule.end)]
    if not _is_solid(inside, rule):
        return False
    paper = _PAPER if reach == _FAR_PX else _PAPER_NEARBY
    return all(float(inside[row].mean()) > paper for row in rows if 0 <= row < len(grey))


def _is_solid(inside: Picture, rule: Rule) -> bool:
    """Whether ink covers a run from end to end: between characters there is paper, in a rule only pin-holes."""
    middle = inside[max(0, round(rule.at) - 1) : round(rule.at) + 2].min(axis=0)
    return float(np.mean(middle < _RULE_INK)) >= _SOLID


def join_pieces(rules: Iterable[Rule]) -> list[Rule]:
    """Joins pieces that lie in one line with small gaps; a double rule becomes one.

    >>> join_pieces([Rule(10, 0, 50), Rule(11, 60, 90), Rule(40, 0, 90)])
    [Rule(at=10.375, start=0, end=90, thickness=1.0), Rule(at=40, start=0, end=90, thickness=1.0)]
    """
    joined: list[Rule] = []
    for rule in sorted(rules, key=lambda rule: (rule.start, rule.at)):
        near = [
            number
            for number, other in enumerate(joined)
            if abs(other.at - rule.at) <= SAME_RULE_PX and other.end + _GAP_PX >= rule.start
        ]
        if near:
            joined[near[-1]] = _joined(joined[near[-1]], rule)
        else:
            joined.append(rule)
    return joined


def _joined(first: Rule, second: Rule) -> Rule:
    weight = second.length / (first.length + second.length)
    at = first.at * (1 - weight) + second.at * weight
    return Rule(at, min(first.start, second.start), max(first.end, second.end), max(first.thickness, second.thickness))


def _ends_on(rule: Rule, crossing: Sequence[Rule]) -> bool:
    """Whether both ends reach rules of the other direction, overshooting a little at most."""
    starts = any(_meets(rule.at, rule.start, other, 1) for other in crossing)
    return starts and any(_meets(rule.at, rule.end, other, -1) for other in crossing)


def _meets(across: float, end: float, other: Rule, inwards: int) -> bool:
    gap = (end - other.at) * inwards
    return (
        -_TOUCH_PX <= gap <= other.thickness / 2 + _MEET_PX
        and other.start - _TOUCH_PX <= across <= other.end + _TOUCH_PX
    )


def group_tables(level: Sequence[Rule], upright: Sequence[Rule]) -> list[RuledTable]:
    """Groups rules that meet into tables, from top to bottom; lines that meet too few others are left out."""
    groups: list[tuple[list[Rule], list[Rule]]] = []
    left_level, left_upright = set(range(len(level))), set(range(len(upright)))
    while left_level:
        rows, cols = {left_level.pop()}, set[int]()
        fresh = set(rows)
        while fresh:
            new_cols = {c for c in left_upright if any(_cross(level[r], upright[c]) for r in fresh)}
            left_upright -= new_cols
            cols |= new_cols
            fresh = {r for r in left_level if any(_cross(level[r], upright[c]) for c in new_cols)}
            left_level -= fresh
            rows |= fresh
        groups.append(([level[r] for r in sorted(rows)], [upright[c] for c in sorted(cols)]))
    tables = [RuledTable(tuple(rows), tuple(cols)) for rows, cols in groups if len(rows) > 1 and len(cols) > 1]
    return sorted((table for table in tables if _is_large(table)), key=lambda table: table.box[1])


def _cross(row: Rule, col: Rule) -> bool:
    return (
        row.start - _TOUCH_PX <= col.at <= row.end + _TOUCH_PX
        and col.start - _TOUCH_PX <= row.at <= col.end + _TOUCH_PX
    )


def _is_large(table: RuledTable) -> bool:
    x0, top, x1, bottom = table.box
    return x1 - x0 >= _SMALLEST_TABLE_PX[0] and bottom - top >= _SMALLEST_TABLE_PX[1]


def without_rules(grey: Picture, level: Sequence[Rule], upright: Sequence[Rule]) -> Picture:
    """Returns the page with its rules painted white; a character that touches one loses no more than its rim."""
    page = grey.copy()
    for rule in level:
        _whiten(page, rule)
    turned = page.T
    for rule in upright:
        _whiten(turned, rule)
    return page


def _whiten(page: Picture, rule: Rule) -> None:
    """Follows the rule, which may lean by a pixel or two, and paints the ink nearest to its middle."""
    start, end = max(0, int(rule.start) - 2), min(page.shape[1], int(rule.end) + 3)
    reach = int(rule.thickness / 2) + 3
    top, bottom = max(0, round(rule.at) - reach), min(page.shape[0], round(rule.at) + reach + 1)
    strip = page[top:bottom, start:end]
    if not strip.size:
        return
    smooth = cv2.blur(np.ascontiguousarray(strip), (31, 1))
    middles = smooth.argmin(axis=0)
    half = int(rule.thickness / 2) + 2
    rows = np.arange(bottom - top)[:, None]
    strip[np.abs(rows - middles[None, :]) <= half] = 255

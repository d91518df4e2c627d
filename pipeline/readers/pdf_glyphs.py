"""What a page of a PDF holds before anything is understood: glyphs and straight rules, and their cleaning.

Both engines (`pdf_pdfium`, `pdf_plumber`) end here; tables (`pdf_tables`) and text (`pdf_text`) begin here.
No engine and no table is known in this module.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from operator import itemgetter, sub
from typing import NamedTuple

#: pdfium's positions are of single precision: a distance of exactly three points must not come out as more.
ROUNDING_PT = 0.001
#: Fake bold prints a glyph twice, at most this far apart.
DOUBLED_GLYPH_PT = 1.0
#: Shorter straight pieces are no rule, such as the ends of a filled rectangle as thin as a line.
SHORTEST_PIECE_PT = 1.0
#: Lines of text laid end to end, this far apart: wider than any page.
_BAND_PT = 1e6
#: A line leaning less than this over its whole length is a rule: files round their coordinates.
LEANING_RULE_PT = 0.1

_x0, _top = itemgetter(1), itemgetter(2)


class Glyph(NamedTuple):
    """One printed character; a blank is one too. Points, origin at the top left of the page as it is seen.

    The box is that of pdfplumber: from the font's descent up by the font's size, as wide as the glyph advances.
    `is_upright` is false for text running up or down the page.
    """

    text: str
    x0: float
    top: float
    x1: float
    bottom: float
    is_upright: bool


class Rule(NamedTuple):
    """One straight line or one side of a rectangle, upright (`x0 == x1`) or level (`top == bottom`), in points."""

    x0: float
    top: float
    x1: float
    bottom: float


@dataclass(frozen=True, slots=True)
class PageGlyphs:
    """One page: glyphs in the order the file prints them, without doubles, and rules.

    `rules` is `None` where the page holds too many objects to look for rules; `notes` then says so.
    """

    page_no: int
    width_pt: float
    height_pt: float
    glyphs: tuple[Glyph, ...]
    rules: tuple[Rule, ...] | None
    notes: tuple[str, ...] = ()


def rule_between(x0: float, y0: float, x1: float, y1: float) -> Rule | None:
    """Returns the rule between two points in any order; `None` if it is short, or neither level nor upright.

    >>> rule_between(300.0, 80.0, 50.0, 80.0625)
    Rule(x0=50.0, top=80.03125, x1=300.0, bottom=80.03125)
    """
    across, down = abs(x1 - x0), abs(y1 - y0)
    if max(across, down) < SHORTEST_PIECE_PT or min(across, down) > LEANING_RULE_PT:
        return None
    if across > down:
        y = y0 if y0 == y1 else (y0 + y1) / 2
        return Rule(min(x0, x1), y, max(x0, x1), y)
    x = x0 if x0 == x1 else (x0 + x1) / 2
    return Rule(x, min(y0, y1), x, max(y0, y1))


def seen_glyphs(glyphs: Iterable[Glyph], width_pt: float, height_pt: float) -> tuple[Glyph, ...]:
    """Drops glyphs of no height, glyphs parked more than a page away from the page, and the doubles of fake bold.

    Glyphs just beyond the page's edge stay: real files lose the ends of their lines there.
    """
    left, right, above, below = -width_pt, 2.0 * width_pt, -height_pt, 2.0 * height_pt
    kept = [
        glyph for glyph in glyphs if left <= glyph[1] <= right and above <= glyph[2] <= below and glyph[4] > glyph[2]
    ]
    if not may_overlap(list(map(_top, kept)), list(map(_x0, kept))):
        return tuple(kept)
    doubled = doubled_glyphs(kept)
    return tuple(glyph for number, glyph in enumerate(kept) if number not in doubled)


def may_overlap(tops: Sequence[float], x0s: Sequence[float]) -> bool:
    """Whether any two glyphs, whatever they print, stand near enough to be doubles: the quick question first.

    >>> may_overlap([5.0, 5.0, 80.0], [10.0, 10.3, 10.0])
    True
    """
    band_of: dict[float, float] = {}
    band, last = 0.0, None
    for top in sorted(set(tops)):
        if last is not None and top > last + DOUBLED_GLYPH_PT:
            band += _BAND_PT
        band_of[top] = band
        last = top
    spots = [band_of[top] + x0 for top, x0 in zip(tops, x0s, strict=True)]
    spots.sort()
    return len(spots) > 1 and min(map(sub, islice(spots, 1, None), spots)) <= DOUBLED_GLYPH_PT


def doubled_glyphs(glyphs: list[Glyph]) -> set[int]:
    """Returns the indices of glyphs that print the same character again on the same spot.

    >>> doubled_glyphs([Glyph("元", 10.0, 5.0, 19.0, 14.0, True), Glyph("元", 10.3, 5.0, 19.3, 14.0, True)])
    {1}
    """
    doubled: set[int] = set()
    level: list[tuple[str, float, float, int]] = []
    last_text, last_top = "", 0.0
    for item in sorted((glyph[0], glyph[2], glyph[1], number) for number, glyph in enumerate(glyphs)):
        if item[0] != last_text or item[1] - last_top > DOUBLED_GLYPH_PT:
            if len(level) > 1:
                doubled.update(_doubled_on_level(level))
            level = []
        level.append(item)
        last_text, last_top = item[0], item[1]
    if len(level) > 1:
        doubled.update(_doubled_on_level(level))
    return doubled


def _doubled_on_level(level: list[tuple[str, float, float, int]]) -> list[int]:
    """Of the same characters at about the same height, those that follow another within the tolerance."""
    level.sort(key=lambda item: item[2])
    doubled = []
    first = level[0]
    last_x0 = first[2]
    for item in level[1:]:
        if item[2] - last_x0 > DOUBLED_GLYPH_PT:
            first = item
        elif item[1:3] < first[1:3]:
            doubled.append(first[3])
            first = item
        else:
            doubled.append(item[3])
        last_x0 = item[2]
    return doubled

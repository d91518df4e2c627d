"""Glyphs to text as pdfplumber's `extract_text` and `extract_text_lines` give it, without their per-call cost.

A blank glyph or a gap ends a word, words of one level make a line. The two tolerances are pdfplumber's defaults.
`tests/golden/test_pdf_differential.py` holds both to the same text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, groupby
from operator import itemgetter

from pdfplumber.utils.text import extract_text, extract_words

from pipeline.model.grid import BBox, TextLine
from pipeline.readers.pdf_glyphs import ROUNDING_PT, Glyph

#: A gap wider than this ends a word (pdfplumber's `x_tolerance`).
WORD_GAP_PT = 3.0 + ROUNDING_PT
#: Tops closer than this stand on one line (pdfplumber's `y_tolerance`).
LINE_GAP_PT = 3.0 + ROUNDING_PT

_LIGATURE = re.compile("[ﬀ-ﬆ]")
_LIGATURES = str.maketrans({"ﬀ": "ff", "ﬃ": "ffi", "ﬄ": "ffl", "ﬁ": "fi", "ﬂ": "fl", "ﬆ": "st", "ﬅ": "st"})
_print_of = itemgetter(0)
_by_x0 = itemgetter(1)
_top_of = itemgetter(2)
_is_upright = itemgetter(5)


def glyphs_to_text(glyphs: Sequence[Glyph]) -> str:
    """Returns the text of one cell, its lines apart by line breaks, words by single spaces.

    >>> glyphs_to_text([Glyph("元", 20.0, 5.0, 29.0, 14.0, True), Glyph("万", 11.0, 5.0, 20.0, 14.0, True)])
    '万元'
    """
    if not glyphs:
        return ""
    if not all(map(_is_upright, glyphs)):
        return _without_ligatures(str(extract_text([_as_char(glyph) for glyph in glyphs])))
    tops = list(map(_top_of, glyphs))
    if max(tops) - min(tops) <= LINE_GAP_PT:
        text = _join_words(sorted(glyphs, key=_by_x0))
    else:
        words = [word for line in _levels(glyphs) for word in _words(line)]
        text = "\n".join(" ".join(_text_of(word) for word in line) for line in _word_levels(words))
    return _without_ligatures(text)


def glyphs_to_lines(glyphs: Sequence[Glyph], page_no: int) -> Iterator[TextLine]:
    """Yields the lines of running text, top down, each with its box."""
    words: list[list[Glyph]] = []
    for is_upright, run in groupby(glyphs, key=_is_upright):
        if is_upright:
            words += [word for line in _levels(run) for word in _words(line)]
        else:
            words += _sideways_words(run)
    for line in _consecutive_levels(words):
        text = _without_ligatures(" ".join(_text_of(word) for word in line))
        _, x0s, tops, x1s, bottoms, _ = zip(*chain.from_iterable(line), strict=True)
        box = BBox(min(x0s), min(tops), max(x1s), max(bottoms))
        spans = tuple((word[0][1], word[-1][3]) for word in line)
        yield TextLine(text, page_no=page_no, bbox=box, word_spans=spans)


def _without_ligatures(text: str) -> str:
    return text.translate(_LIGATURES) if _LIGATURE.search(text) else text


def _join_words(line: list[Glyph]) -> str:
    """One line of glyphs from left to right, all on one level, as text."""
    parts: list[str] = []
    end, is_apart = 0.0, False
    for text, x0, _, x1, _, _ in line:
        if text.isspace():
            is_apart = True
            continue
        if parts and (is_apart or x0 > end + WORD_GAP_PT):
            parts.append(" ")
        parts.append(text)
        end, is_apart = x1, False
    return "".join(parts)


def _words(line: Iterable[Glyph]) -> list[list[Glyph]]:
    words: list[list[Glyph]] = []
    end, level, is_apart = 0.0, 0.0, True
    for glyph in line:
        text, x0, top, x1, _, _ = glyph
        if text.isspace():
            is_apart = True
        elif is_apart or x0 > end + WORD_GAP_PT or not -LINE_GAP_PT <= top - level <= LINE_GAP_PT:
            words.append([glyph])
            end, level, is_apart = x1, top, False
        else:
            words[-1].append(glyph)
            end, level = x1, top
    return words


def _text_of(word: list[Glyph]) -> str:
    return "".join(map(_print_of, word))


def _levels(glyphs: Iterable[Glyph]) -> list[list[Glyph]]:
    """Glyphs by line, lines top down, glyphs from left to right."""
    by_top: dict[float, list[Glyph]] = {}
    for top, run in groupby(glyphs, key=_top_of):
        by_top.setdefault(top, []).extend(run)
    level_of = _level_numbers(by_top)
    levels: list[list[Glyph]] = [[] for _ in range(max(level_of.values()) + 1)]
    for top, same_top in by_top.items():
        levels[level_of[top]] += same_top
    for level in levels:
        level.sort(key=_by_x0)
    return levels


def _level_numbers(tops: Iterable[float]) -> dict[float, int]:
    """Numbers the tops so that neighbours within the tolerance share a number.

    >>> _level_numbers([20.0, 5.0, 7.5])
    {5.0: 0, 7.5: 0, 20.0: 1}
    """
    numbers: dict[float, int] = {}
    number, last = 0, None
    for top in sorted(set(tops)):
        if last is not None and top > last + LINE_GAP_PT:
            number += 1
        numbers[top] = number
        last = top
    return numbers


def _word_tops(words: list[list[Glyph]]) -> list[float]:
    return [min(map(_top_of, word)) for word in words]


def _word_levels(words: list[list[Glyph]]) -> Iterator[list[list[Glyph]]]:
    """Words by line, as a cell's text is put together: all words of one level, in the order met."""
    tops = _word_tops(words)
    level_of = _level_numbers(tops)
    levels: dict[int, list[list[Glyph]]] = {}
    for word, top in zip(words, tops, strict=True):
        levels.setdefault(level_of[top], []).append(word)
    for number in sorted(levels):
        yield levels[number]


def _consecutive_levels(words: list[list[Glyph]]) -> Iterator[list[list[Glyph]]]:
    """Words by line, as running text is put together: a line ends where the level changes."""
    tops = _word_tops(words)
    level_of = _level_numbers(tops)
    pairs = zip(words, (level_of[top] for top in tops), strict=True)
    for _, run in groupby(pairs, key=itemgetter(1)):
        yield [word for word, _ in run]


def _sideways_words(glyphs: Iterable[Glyph]) -> list[list[Glyph]]:
    """Words of text running up or down the page, by pdfplumber itself: rare."""
    chars = [_as_char(glyph) for glyph in glyphs]
    found = extract_words(chars, return_chars=True)
    return [[char["glyph"] for char in word["chars"]] for word in found]


def _as_char(glyph: Glyph) -> dict[str, object]:
    """A glyph as pdfplumber's functions take it."""
    return {
        "text": glyph.text,
        "x0": glyph.x0,
        "x1": glyph.x1,
        "top": glyph.top,
        "bottom": glyph.bottom,
        "doctop": glyph.top,
        "upright": glyph.is_upright,
        "height": glyph.bottom - glyph.top,
        "width": glyph.x1 - glyph.x0,
        "glyph": glyph,
    }

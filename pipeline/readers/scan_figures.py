"""What to believe of several readings of one line: figures need two that agree, words do not.

A figure on which the readings do not agree is left unreadable, never guessed: its text ends in a question mark, which
no parser takes for a number, and the cell's note names the readings.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.model.text import match_key
from pipeline.readers.scan_engine import LineReading

UNREADABLE_MARK = "?"
#: Below this, the score of a line's least certain character is kept in the cell's note.
LOW_SCORE = 0.9
#: A figure is believed when two readings agree and one of them is this sure of every character.
_SURE = 0.8
_AGREEING = 2
#: What the recogniser takes digits for. Only between digits is the figure meant without doubt.
_LOOKALIKES = str.maketrans({"O": "0", "o": "0", "〇": "0", "l": "1", "I": "1", "|": "1", "。": ".", "、": ","})
_FIGURE_LIKE = re.compile(r"[-−–—+△▲(]?[\dOo〇lI|.,。、]*\d[\dOo〇lI|.,。、]*[)%]?")
_FIGURE = re.compile(r"[-−–+△▲]?\(?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?\)?%?")
_DASHES = frozenset("一-—–―─_ー")


@dataclass(frozen=True, slots=True)
class Settled:
    """The text to keep and, where there is something to know about it, a note."""

    text: str
    note: str | None = None


def is_figure_like(text: str) -> bool:
    """Whether a line is a figure, perhaps with a character mistaken.

    >>> [is_figure_like(text) for text in ("1,234.5O", "2023年度", "1.234.56", "合计")]
    [True, False, True, False]
    """
    return bool(_FIGURE_LIKE.fullmatch(match_key(text)))


def tidy_figure(text: str) -> str:
    """Writes a figure with half-width digits, look-alikes of digits replaced.

    >>> tidy_figure("1，234.5O"), tidy_figure("1.234.56")
    ('1,234.50', '1.234.56')
    """
    return match_key(text).translate(_LOOKALIKES)


def needs_second_look(reading: LineReading, *, is_flat: bool) -> bool:
    """Whether one reading is not enough: figures, and ink that says nothing."""
    if is_flat:
        return False
    return not reading.text or is_figure_like(reading.text)


def settle(readings: Sequence[LineReading], *, is_flat: bool = False) -> Settled | None:
    """Decides what a line says, or returns `None` where another reading may decide.

    Args:
        readings: One to three readings of the same ink.
        is_flat: The ink is a single flat stroke: a dash, which readers take for 一.

    >>> settle([LineReading("1,234.56", 0.99), LineReading("1,234.56", 0.97)]).text
    '1,234.56'
    >>> settle([LineReading("1,234.56", 0.9), LineReading("1,284.56", 0.8), LineReading("1,234.5", 0.7)]).text
    '1,234.56?'
    """
    first = readings[0]
    if is_flat and set(match_key(first.text)) <= _DASHES:
        return Settled("—")
    if not needs_second_look(first, is_flat=is_flat):
        return Settled(first.text, _score_note(first.score))
    figures = Counter(tidy_figure(reading.text) for reading in readings)
    figure, votes = figures.most_common(1)[0]
    score = max((reading.score for reading in readings if tidy_figure(reading.text) == figure), default=0.0)
    if votes >= _AGREEING and _FIGURE.fullmatch(figure) and score >= _SURE:
        differing = f"; another reading: {_listed(readings, figure)}" if len(figures) > 1 else ""
        note = _score_note(min(score, first.score)) or ("ocr readings differ" if differing else None)
        return Settled(figure, f"{note}{differing}" if note else None)
    if len(readings) <= _AGREEING:
        return None
    if not any(is_figure_like(reading.text) for reading in readings):
        best = max(readings, key=lambda reading: reading.score)
        return Settled(best.text or UNREADABLE_MARK, _score_note(best.score))
    return Settled(first.text + UNREADABLE_MARK, f"ocr readings differ: {_listed(readings)}")


def _listed(readings: Sequence[LineReading], agreed: str | None = None) -> str:
    return ", ".join(
        f"{reading.text} ({reading.score:.2f})" for reading in readings if tidy_figure(reading.text) != agreed
    )


def _score_note(score: float) -> str | None:
    return f"ocr score {score:.2f}" if score < LOW_SCORE else None

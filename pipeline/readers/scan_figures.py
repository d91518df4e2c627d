"""What to believe of several readings of one line: figures need two that agree, words do not.

A figure on which the readings do not agree is left unreadable, never guessed: its text ends in a question mark, which
no parser takes for a number, and the cell's note names the readings.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from pipeline.model.grid import Cell, Grid, GridKind, Page
from pipeline.model.text import match_key
from pipeline.readers.scan_engine import LineReading

UNREADABLE_MARK = "?"
#: Below this, the score of a line's least certain character is kept in the cell's note.
LOW_SCORE = 0.9
#: Below this, one figure in some hundred is misread in the same way each time (measured at 100 dpi; at 150 none is).
COARSE_DPI = 130
#: A figure is believed when two readings agree and one of them is this sure of every character, or when three readings
#: hold no other figure and one of them is at least half sure.
_SURE = 0.9
_HALF_SURE = 0.6
_AGREEING = 2
#: What the recogniser takes digits for. Only between digits is the figure meant without doubt.
_LOOKALIKES = str.maketrans({"O": "0", "o": "0", "〇": "0", "l": "1", "I": "1", "|": "1", "。": ".", "、": ","})
_FIGURE_LIKE = re.compile(r"[-−–—+△▲(]?[\dOo〇lI|.,。、]*\d[\dOo〇lI|.,。、]*[)%]?")
_FIGURE = re.compile(r"[-−–+△▲]?\(?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?\)?%?")
#: A comma before the last two digits is a decimal point: groups have three. It confirms a figure, it makes none.
_COMMA_FOR_POINT = re.compile(r",(\d\d)$")
#: Words that do not exist, read for words of every form: the characters differ by one stroke.
_MISREAD_WORDS = (
    (re.compile(r"收人(?!员)"), "收入"),
    (re.compile(r"注人(?!员)"), "注入"),
    (re.compile(r"部内(?!设|部|控)"), "部门"),
    (re.compile(r"拔款"), "拨款"),
)
_WITH_POINT = re.compile(r"\d\.(\d+)\)?$")
_WITH_DECIMALS = re.compile(r"\d\.\d\d\)?$")
_WITHOUT_POINT = re.compile(r"[-−–+△▲(]*[\d,]*\d{3}\)?")
#: So many figures with two decimals, and none with another number of them, say how a table prints its amounts.
_ENOUGH_FIGURES = 5
_DECIMALS = 2
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


def correct_words(text: str) -> str:
    """Puts the word where a misreading stands that is none.

    >>> correct_words("财政拔款收人"), correct_words("征收人员")
    ('财政拨款收入', '征收人员')
    """
    for pattern, word in _MISREAD_WORDS:
        text = pattern.sub(word, text)
    return text


def settle(readings: Sequence[LineReading], *, is_flat: bool = False) -> Settled | None:
    """Decides what a line says, or returns `None` where another reading may decide.

    Args:
        readings: One to three readings of the same ink.
        is_flat: The ink is a single flat stroke: a dash, which readers take for 一.

    >>> settle([LineReading("1,234.56", 0.99), LineReading("1,234.56", 0.97)]).text
    '1,234.56'
    >>> settle([LineReading("9.93", 0.9), LineReading("993", 0.8), LineReading("9.93", 0.7)]).text
    '9.93?'
    """
    first = readings[0]
    if is_flat and set(match_key(first.text)) <= _DASHES:
        return Settled("—")
    if first.text and not any(is_figure_like(reading.text) for reading in readings):
        return _settle_words(readings)
    return _settle_figure(readings)


def _settle_words(readings: Sequence[LineReading]) -> Settled | None:
    """Takes the surest reading; a sure first one needs no other."""
    best = max(readings, key=lambda reading: reading.score)
    if best.score < LOW_SCORE and len(readings) <= _AGREEING:
        return None
    text = correct_words(best.text)
    note = f"ocr read {best.text}" if text != best.text else None
    return Settled(text, "; ".join(part for part in (_score_note(best.score), note) if part) or None)


def _settle_figure(readings: Sequence[LineReading]) -> Settled | None:
    """Takes the figure that two readings give, where no reading gives another."""
    clean = Counter(figure for reading in readings if _FIGURE.fullmatch(figure := tidy_figure(reading.text)))
    figure = clean.most_common(1)[0][0] if clean else ""
    agreeing = [reading for reading in readings if figure and _confirms(reading.text, figure)]
    score = max((reading.score for reading in agreeing), default=0.0)
    needed = _SURE if len(readings) <= _AGREEING else _HALF_SURE
    if len(agreeing) >= _AGREEING and len(clean) == 1 and score >= needed:
        return Settled(figure, _score_note(score))
    if len(readings) <= _AGREEING:
        return None
    if not any(reading.text for reading in readings):
        return Settled(UNREADABLE_MARK, "ink that no reading makes out")
    return Settled(readings[0].text + UNREADABLE_MARK, f"ocr readings differ: {_listed(readings)}")


def _confirms(text: str, figure: str) -> bool:
    tidy = tidy_figure(text)
    return tidy == figure or _COMMA_FOR_POINT.sub(r".\1", tidy) == figure


def _listed(readings: Sequence[LineReading]) -> str:
    return ", ".join(f"{reading.text} ({reading.score:.2f})" for reading in readings)


def _score_note(score: float) -> str | None:
    return f"ocr score {score:.2f}" if score < LOW_SCORE else None


def join_lines(lines: Sequence[Settled]) -> Settled:
    r"""Joins the lines of a cell; a figure that is whole in its first line goes on in none: the cell is doubted.

    >>> join_lines([Settled("80,096.29"), Settled("1")]).text
    '80,096.29\n1?'
    >>> join_lines([Settled("1,080,0"), Settled("96.29")]).text
    '1,080,0\n96.29'
    """
    text = "\n".join(line.text for line in lines)
    note = "; ".join(line.note for line in lines if line.note) or None
    if len(lines) > 1 and is_figure_like(text) and _WITH_DECIMALS.search(match_key(lines[0].text)):
        return Settled(text + UNREADABLE_MARK, "; ".join(filter(None, (note, "two figures in one cell"))))
    return Settled(text, note)


def mark_lost_points(cells: Sequence[Cell]) -> tuple[Cell, ...]:
    """Marks figures as unreadable that seem to have lost their decimal point: the smallest ink on the page.

    A figure of three and more digits without a point is doubted where its table prints amounts with two decimals
    throughout and its own column does, above or below.

    Args:
        cells: The cells of one table.
    """
    decimals = {cell: len(match.group(1)) for cell in cells if (match := _WITH_POINT.search(match_key(cell.text)))}
    if len(decimals) < _ENOUGH_FIGURES or set(decimals.values()) != {_DECIMALS}:
        return tuple(cells)
    first_row: dict[int, int] = {}
    for cell in decimals:
        first_row[cell.col_index] = min(cell.row_index, first_row.get(cell.col_index, cell.row_index))
    return tuple(
        _doubted(cell)
        if cell.col_index in first_row
        and cell.row_index >= first_row[cell.col_index]
        and _WITHOUT_POINT.fullmatch(match_key(cell.text))
        else cell
        for cell in cells
    )


def _doubted(cell: Cell) -> Cell:
    reason = "no decimal point read where the column prints two decimals"
    return replace(cell, text=cell.text + UNREADABLE_MARK, note="; ".join(filter(None, (cell.note, reason))))


def unreadable_notes(page: Page) -> list[str]:
    """Says in one line which figures of a page were left unreadable, codes among them; nothing where none was."""
    texts = [
        cell.text.replace("\n", " ")
        for block in page.blocks
        if isinstance(block, Grid) and block.kind is GridKind.SCAN
        for cell in block.cells
        if cell.note and UNREADABLE_MARK in cell.text
    ]
    return [f"page {page.page_no}: figures on which OCR could not decide: {', '.join(texts)}"] if texts else []


def resolution_notes(page_no: int, dpi: float) -> list[str]:
    """Warns of a page scanned too coarsely for its figures to be sure; nothing for one that is fine."""
    if dpi >= COARSE_DPI:
        return []
    return [f"page {page_no}: scanned at about {dpi:.0f} dpi; a figure that no sum vouches for may be misread"]

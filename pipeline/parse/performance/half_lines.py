"""Lines of a target form printed side by side -> its rows of one or two halves, wrapped cells put together again.

Where the columns are narrow, a class stands in lines of its own (`服务对象满意`, `度指标`), its indicator in the next
one, and the right half below the left one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from pipeline.model.grid import TextLine
from pipeline.model.text import match_key, squeeze
from pipeline.parse.performance.words import performance_words

_MOST_HALVES = 2
#: A class is wrapped over so many lines at most.
_MOST_LINES = 3


class Half(NamedTuple):
    """One half of a row: its class of the second level as printed, the indicator's name and value, their line."""

    level2: str
    text: str
    line: TextLine
    is_wrapped: bool = False


class HalfRow(NamedTuple):
    """One row: the class of the first level at hand and its halves, left to right."""

    level1: str | None
    halves: tuple[Half, ...]


def half_rows(lines: Sequence[TextLine]) -> Iterator[HalfRow]:
    """Yields the rows of the lines below a header, up to what follows the indicators.

    The right half of a wrapped row repeats the class of the left one, which no class of two indicators does.
    """
    row: HalfRow | None = None
    for found in _rows(lines):
        if row is not None and _is_right_half(row, found):
            row = HalfRow(row.level1, row.halves + found.halves)
            continue
        if row is not None:
            yield row
        row = found
    if row is not None:
        yield row


def _is_right_half(row: HalfRow, found: HalfRow) -> bool:
    halves = row.halves + found.halves
    is_pair = len(halves) == _MOST_HALVES and len(row.halves) == 1 and row.level1 == found.level1
    return is_pair and all(half.is_wrapped for half in halves) and halves[0].level2 == halves[1].level2


def _rows(lines: Sequence[TextLine]) -> Iterator[HalfRow]:
    words = performance_words()
    level1: str | None = None
    alone: str | None = None
    for line in _with_classes_joined(lines):
        if words.after_indicators.search(match_key(line.text)):
            return
        level1 = _level1(line, level1)
        text = line.text.strip()
        starts = list(words.level2_in_lines.finditer(text))
        if not starts:
            if alone:
                yield HalfRow(level1, (Half(alone, text, line, is_wrapped=True),))
            alone = None
            continue
        ends = [*(start.start() for start in starts[1:]), len(text)]
        halves = [
            Half(start.group(), text[start.end() : end].strip(), line) for start, end in zip(starts, ends, strict=True)
        ]
        alone = halves[-1].level2 if len(halves) == 1 and not halves[0].text else None
        if len(halves) <= _MOST_HALVES and any(half.text for half in halves):
            yield HalfRow(level1, tuple(halves))


def _with_classes_joined(lines: Sequence[TextLine]) -> Iterator[TextLine]:
    """Yields the lines; those that make up the name of one class are one line."""
    index = 0
    while index < len(lines):
        count = next((n for n in range(_MOST_LINES, 1, -1) if _is_one_class(lines[index : index + n])), 1)
        joined = "".join(squeeze(line.text) for line in lines[index : index + count])
        yield replace(lines[index], text=joined) if count > 1 else lines[index]
        index += count


def _is_one_class(lines: Sequence[TextLine]) -> bool:
    """Whether lines name a class together, and none of the later ones does alone."""
    parts = [squeeze(line.text) for line in lines]
    return len(parts) > 1 and _is_class("".join(parts)) and not any(_is_class(part) for part in parts[1:])


def _is_class(text: str) -> bool:
    key = match_key(text)
    words = performance_words()
    return words.level1_of(key) is not None or words.level2_of(key) is not None


def _level1(line: TextLine, level1: str | None) -> str | None:
    """The class of the first level: alone in its line, or before a class of the second that is not the same word."""
    words = performance_words()
    parts = line.text.split()
    first = match_key(parts[0]) if parts else ""
    is_second = len(parts) > 1 and words.level2_of(first)
    return level1 if is_second else words.level1_of(first) or level1

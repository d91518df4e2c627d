"""Where persons stand by what is beside or above them: the cell right of a label, the column below one, the next line.

What lives here: places within a grid and between two lines. What must not: what a text says itself (`recognise.py`).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence

from pipeline.model.grid import Cell
from pipeline.model.personal import PersonalData
from pipeline.privacy.numbers import BARE_MOBILE
from pipeline.privacy.recognise import NUMBER_AFTER, Span, label_of_cell, labels_in, names_at
from pipeline.privacy.words import PERSON_LABELS, LabelKind, Words

_BETWEEN_NUMBERS = re.compile(r"[\s、，,/;；或及和转()（）-]*")
#: A spreadsheet stores a number as a float: 13800000000.0.
_FLOAT_END = re.compile(r"\.0*$")
_FIGURE = re.compile(r"-?\d[\d,，]*(?:\.\d+)?%?")
_SHORTEST_FIGURE = 4
_MOBILE_LENGTH = 11
#: Digits of a number broken over two lines.
_DIGITS_AT_END = re.compile(r"[：:\s](1[3-9]\d{0,8}-?)\s*$")
_DIGITS_AT_START = re.compile(r"\s*(\d{1,9})(?![\d.,])")

#: The folded texts of a grid's cells by their place in it, those without text left out.
Texts = Mapping[int, str]


def find_beside_labels(
    cells: Sequence[Cell], texts: Texts, likely: Sequence[int], words: Words
) -> Iterator[tuple[int, Span]]:
    """What stands right of the label cells of a grid and below them.

    Args:
        cells: In row-major order.
        texts: Of all cells.
        likely: Places of the cells that may be labels.
        words: What tells persons.

    Yields:
        The place of a cell and a span of its text.
    """
    labels = {place: kind for place in likely if (kind := label_of_cell(texts[place], words))}
    columns = _by_column(cells, texts) if labels else {}
    for place, kind in labels.items():
        below = list(_below(cells, texts, columns, place, kind, words))
        yield from below
        right = _right_of(cells, texts, place)
        if right is not None and right not in labels:
            is_head = bool(below)  # then what stands beside it is the head of another column
            spans = spans_of_value(texts[right], kind, words, takes_any=not is_head)
            yield from ((right, span) for span in spans)


def spans_of_value(text: str, kind: LabelKind, words: Words, *, takes_any: bool = True) -> list[Span]:
    """What a text that is the value of a label holds of a person; empty where it is none.

    Numbers must fill it; names must begin it, and need a known surname unless the label and `takes_any` say otherwise.
    """
    begin = len(text) - len(text.lstrip())
    if kind in PERSON_LABELS:
        return list(names_at(text, begin, len(text), words, takes_any=takes_any and kind is LabelKind.ANY_NAME))
    if kind not in NUMBER_AFTER:
        return []
    pattern, data = NUMBER_AFTER[kind]
    spans: list[Span] = []
    body = _FLOAT_END.sub("", text)
    while found := pattern.match(body, begin):
        spans.append(Span(*found.span(), data))
        between = _BETWEEN_NUMBERS.match(body, found.end())
        begin = between.end() if between else found.end()
    if not spans or begin < len(body.rstrip()):
        return [Span(*found.span(), data) for found in BARE_MOBILE.finditer(body)]
    return [*spans[:-1], spans[-1]._replace(end=len(text.rstrip()))]


def is_figure_of_its_column(cells: Sequence[Cell], texts: Texts, place: int) -> bool:
    """Whether a cell that is only an eleven-digit number stands in a column of other figures: then it is one too."""
    col = cells[place].col_index
    others = (
        text.strip()
        for other, text in texts.items()
        if cells[other].col_index == col
        and other != place
        and not BARE_MOBILE.fullmatch(_FLOAT_END.sub("", text.strip()))
    )
    return any(len(text) >= _SHORTEST_FIGURE and _FIGURE.fullmatch(text) for text in others)


def find_on_next_line(line: str, following: str, words: Words) -> tuple[list[Span], list[Span]]:
    """What a label at the end of a line speaks of at the beginning of the next.

    Returns:
        The spans on this line (the first digits of a broken number) and those on the next.
    """
    labels = labels_in(line, words)
    if not labels:
        return [], []
    rest = line[labels[-1].end :].strip()
    if rest in (":", "：", "﹕"):
        return [], _leading(following, labels[-1].kind, words)
    if labels[-1].kind in (LabelKind.TELEPHONE, LabelKind.UNCLEAR_TELEPHONE, LabelKind.OFFICE_TELEPHONE):
        return _broken_mobile(line, following)
    return [], []


def _broken_mobile(line: str, following: str) -> tuple[list[Span], list[Span]]:
    head, tail = _DIGITS_AT_END.search(line), _DIGITS_AT_START.match(following)
    if not head or not tail or len(head.group(1).rstrip("-")) + len(tail.group(1)) != _MOBILE_LENGTH:
        return [], []
    return [Span(*head.span(1), PersonalData.TELEPHONE)], [Span(*tail.span(1), PersonalData.TELEPHONE)]


def _leading(text: str, kind: LabelKind, words: Words) -> list[Span]:
    """The value at the head of a line: names up to the next label, or one number."""
    begin = len(text) - len(text.lstrip())
    labels = labels_in(text, words)
    until = labels[0].start if labels else len(text)
    if kind in PERSON_LABELS:
        return list(names_at(text, begin, until, words, takes_any=False))
    if kind not in NUMBER_AFTER:
        return []
    pattern, data = NUMBER_AFTER[kind]
    found = pattern.match(text, begin)
    return [Span(*found.span(), data)] if found else []


def _right_of(cells: Sequence[Cell], texts: Texts, place: int) -> int | None:
    """The next cell of the row that holds text; `None` at its end."""
    label = cells[place]
    for other in range(place + 1, len(cells)):
        if cells[other].row_index != label.row_index:
            return None
        if other in texts:
            return other
    return None


def _by_column(cells: Sequence[Cell], texts: Texts) -> dict[int, list[int]]:
    columns: dict[int, list[int]] = {}
    for place in texts:
        columns.setdefault(cells[place].col_index, []).append(place)
    return columns


def _below(
    cells: Sequence[Cell],
    texts: Texts,
    columns: Mapping[int, list[int]],
    place: int,
    kind: LabelKind,
    words: Words,
) -> Iterator[tuple[int, Span]]:
    """The column below a label, down to the first cell that is no such value."""
    column = columns.get(cells[place].col_index, [])
    for other in column[bisect_right(column, place) :]:
        spans = spans_of_value(texts[other], kind, words)
        if not spans:
            return
        yield from ((other, span) for span in spans)

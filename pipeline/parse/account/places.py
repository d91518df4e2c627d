"""What was read, set beside what is printed: each text the parser took explains one number at its place."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from pipeline.model.account import NumberKind, NumberToken, ReadText
from pipeline.model.extract import CellKind, FormValue
from pipeline.parse.account.tokens import has_number, numbers_in_cell

#: A place, from the exact to the coarse: page, row, column; page and row; page.
_Place = tuple[object, ...]


@dataclass(slots=True)
class _Read:
    """One number that was read; it explains one printed number, then it is spent."""

    kind: NumberKind
    is_spent: bool = False


@dataclass(slots=True)
class Supply:
    """All numbers read from a document, found by place and text."""

    by_place: dict[_Place, list[_Read]] = field(default_factory=dict)

    def take(self, place: _Place) -> NumberKind | None:
        """Spends a number read at a place, `None` where none is left."""
        reads = self.by_place.get(place)
        while reads:
            read = reads.pop()
            if not read.is_spent:
                read.is_spent = True
                return read.kind
        return None


def texts_of_values(values: Iterable[FormValue]) -> Iterable[ReadText]:
    """Yields the printed text of every number among the values, with its place."""
    for value in values:
        if value.cell_kind is CellKind.NUMBER:
            yield ReadText(value.page_no, value.row_no, value.reported_text, NumberKind.VALUE, value.col_no)


def supply_of(reads: Iterable[ReadText]) -> Supply:
    """Indexes what was read; a value is spent before a code or a label with the same digits in the same row."""
    by_place: dict[_Place, list[_Read]] = {}
    ordered = sorted(reads, key=lambda read: read.kind is NumberKind.VALUE)
    for text in ordered:
        if not has_number(text.text):
            continue
        for _, _, number in numbers_in_cell(text.text):
            read = _Read(text.kind)
            row = text.page_no, text.row_no
            if text.form:
                by_place.setdefault((text.form, *row, text.col_no, number), []).append(read)
            if text.col_no is not None:
                by_place.setdefault((*row, text.col_no, number), []).append(read)
            by_place.setdefault((*row, number), []).append(read)
            by_place.setdefault((text.page_no, number), []).append(read)
    return Supply(by_place)


def kinds_by_place(
    tokens: Sequence[NumberToken], supply: Supply, forms: Sequence[tuple[str, int] | None]
) -> list[NumberKind | None]:
    """Explains the numbers that were read: first where form, row and column agree, then without the form, then less.

    The row or the column of a figure moves where the page was read a second way or a row was put together again;
    a page's figures explain numbers only inside its forms. In a text file every line has its own number. Where tables
    without pages count their rows alike, a table that is no form takes nothing from one that is.

    Args:
        tokens: The document's numbers.
        supply: What was read.
        forms: For each number the form it stands in, by id and number, `None` outside all forms.
    """
    kinds: list[NumberKind | None] = [None] * len(tokens)
    for index, (token, form) in enumerate(zip(tokens, forms, strict=True)):
        col_no = token.col_index + 1 if token.col_index >= 0 else None
        if form:
            kinds[index] = supply.take((form, token.page_no, token.row_no, col_no, token.text))
    forms_first = sorted(range(len(tokens)), key=lambda index: forms[index] is None)
    for level in range(3):
        for index in forms_first:
            token = tokens[index]
            if kinds[index] is None and _may_be_at(token, level, is_in_form=forms[index] is not None):
                kinds[index] = supply.take(_place(token, level))
    return kinds


def _may_be_at(token: NumberToken, level: int, *, is_in_form: bool) -> bool:
    is_own_row = token.row_index >= 0 or token.page_no is None
    return level == 0 or (is_in_form and token.page_no is not None) or (level == 1 and is_own_row)


def _place(token: NumberToken, level: int) -> _Place:
    if level == 0 and token.col_index >= 0:
        return token.page_no, token.row_no, token.col_index + 1, token.text
    if level <= 1:
        return token.page_no, token.row_no, token.text
    return token.page_no, token.text

"""What all writers take: forms as tables of cells with spans, each amount cell carrying its truth."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from tests.corpus.facts import ExpectedForm, ExpectedValue
from tests.corpus.sentences import ExpectedFact


class CellRole(StrEnum):
    """What a cell is for; writers choose alignment and number format by it."""

    HEADER = "header"
    SECTION = "section"
    LABEL = "label"
    TOTAL_LABEL = "total_label"
    CODE = "code"
    LINE_NO = "line_no"
    AMOUNT = "amount"


@dataclass(frozen=True, slots=True)
class TableCell:
    """One cell; `begins_block` marks the first cell of the second and later blocks side by side."""

    text: str
    role: CellRole
    col_span: int = 1
    row_span: int = 1
    begins_block: bool = False
    truth: ExpectedValue | None = None


Row = tuple[TableCell, ...]


@dataclass(frozen=True, slots=True)
class PlacedCell:
    """A cell with its 0-based place in the table."""

    row_index: int
    col_index: int
    cell: TableCell


@dataclass(frozen=True, slots=True)
class Table:
    """A table; rows list only the cells that begin in them, as in HTML. Weights are relative column widths."""

    column_weights: tuple[float, ...]
    header: tuple[Row, ...]
    body: tuple[Row, ...]

    @property
    def rows(self) -> tuple[Row, ...]:
        """Header and body together."""
        return self.header + self.body

    def placed(self) -> tuple[PlacedCell, ...]:
        """Every cell with its place, in row-major order.

        Raises:
            ValueError: the cells of a row do not fill the table's width exactly.
        """
        return tuple(_place(self.rows, len(self.column_weights)))

    def matrix(self) -> list[list[TableCell | None]]:
        """One list per row, one entry per column; `None` where a merged cell covers the place."""
        grid: list[list[TableCell | None]] = [[None] * len(self.column_weights) for _ in self.rows]
        for placed in self.placed():
            grid[placed.row_index][placed.col_index] = placed.cell
        return grid


@dataclass(frozen=True, slots=True)
class FormPage:
    """One form as it stands on the page: lines above the table, the table, notes below.

    `heading` holds the lines above in printed order: (part, text), part as in the template's `heading`.
    `note_truths` and `note_facts` are what the notes print, as values and as sentences.
    """

    form: ExpectedForm
    heading: tuple[tuple[str, str], ...]
    table: Table
    notes: tuple[str, ...]
    note_truths: tuple[ExpectedValue, ...] = ()
    note_facts: tuple[ExpectedFact, ...] = ()

    @property
    def title(self) -> str:
        """The printed title."""
        return self.form.title


@dataclass(frozen=True, slots=True)
class Prose:
    """Running text: headings and paragraphs, each a line of its own until it is wrapped."""

    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TypesetDocument:
    """A document ready to be written: cover, disclaimer, forms, running text before and behind them, attachments."""

    cover: tuple[str, ...]
    disclaimer: tuple[str, ...]
    running_header: str
    forms: tuple[FormPage, ...]
    about: tuple[str, ...] = ()
    sentences: tuple[str, ...] = ()
    attachments: tuple[FormPage, ...] = ()

    @property
    def parts(self) -> tuple[FormPage | Prose, ...]:
        """What stands behind the cover, in printed order; each part begins a page or a sheet."""
        prose = [Prose(text) if text else None for text in (self.about, self.sentences)]
        parts = (prose[0], *self.forms, prose[1], *self.attachments)
        return tuple(part for part in parts if part is not None)

    @property
    def expected_values(self) -> tuple[ExpectedValue, ...]:
        """The truth of every labelled amount cell, blanks and dashes included, in printed order."""
        pages = (*self.forms, *self.attachments)
        return tuple(truth for form in pages for truth in (*_truths(form.table), *form.note_truths))


def _truths(table: Table) -> Iterator[ExpectedValue]:
    return (placed.cell.truth for placed in table.placed() if placed.cell.truth is not None)


def _place(rows: tuple[Row, ...], col_count: int) -> Iterator[PlacedCell]:
    taken: set[tuple[int, int]] = set()
    for row_index, row in enumerate(rows):
        col_index = 0
        for cell in row:
            while (row_index, col_index) in taken:
                col_index += 1
            yield PlacedCell(row_index, col_index, cell)
            taken.update((row_index + r, col_index + c) for r in range(cell.row_span) for c in range(cell.col_span))
            col_index += cell.col_span
        width = sum(1 for r, _ in taken if r == row_index)
        if width != col_count or any(c >= col_count for r, c in taken if r == row_index):
            raise ValueError(f"row {row_index} fills {width} of {col_count} columns: {[c.text for c in row]}")

"""Writes a document as the text a PDF gives up without its lines: one space between cells, nothing for a ruling.

As in seeds 000 and 003: a blank cell is one extra space, a wrapped cell stands on lines of its own, a right-aligned
number runs into the left-aligned cell after it (`2585077.58302`), every row is followed by an empty line, and a page
may end inside a table.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from tests.corpus.table import CellRole, FormPage, Prose, Row, Table, TableCell, TypesetDocument
from tests.corpus.wrapping import wrap_text

_ONE_LINE_PARTS = frozenset({"organisation", "period", "unit"})
_RUNS = re.compile(r" {2,}")


@dataclass(frozen=True, slots=True)
class WhitespaceTextStyle:
    """How the dump looks.

    Attributes:
        line_width: columns of the page in half-width characters; decides where labels wrap.
        rows_per_page: rows after which a page ends inside a table; `None` never ends one.
        is_glued: let a number run into the cell of the next block.
        collapse_blanks: blank cells are gone entirely, every run of spaces is one.
    """

    line_width: int = 100
    rows_per_page: int | None = 40
    is_glued: bool = True
    collapse_blanks: bool = False


def write_whitespace_text(document: TypesetDocument, style: WhitespaceTextStyle | None = None) -> bytes:
    """Sets the document as UTF-8 text."""
    return _Dump(document, style or WhitespaceTextStyle()).render().encode()


class _Dump:
    """Collects the lines of one document; knows the page it is on."""

    def __init__(self, document: TypesetDocument, style: WhitespaceTextStyle) -> None:
        self.document = document
        self.style = style
        self.page_no = 0

    def render(self) -> str:
        cover = [*self.document.cover, *self.document.disclaimer]
        parts = ["\n".join(f"{line}\n" for line in cover), self._page_break()]
        for part in self.document.parts:
            parts.append(self._form(part) if isinstance(part, FormPage) else self._prose(part))
            parts.append(self._page_break())
        text = "".join(parts)
        if self.style.collapse_blanks:
            text = "\n".join(_RUNS.sub(" ", line).strip(" ") for line in text.split("\n"))
        return text

    def _page_break(self) -> str:
        self.page_no += 1
        running = f"{self.document.running_header}\n\n" if self.document.running_header else ""
        return f"-{self.page_no}-\n\n{running}\n\n"

    def _prose(self, prose: Prose) -> str:
        """Every wrapped line is followed by an empty one, as in seed 000."""
        lines = (line for text in prose.paragraphs for line in wrap_text(text, self.style.line_width))
        return "".join(f"{line}\n\n" for line in lines)

    def _form(self, form: FormPage) -> str:
        above = [text for part, text in form.heading if part not in _ONE_LINE_PARTS]
        line = " ".join(text for part, text in form.heading if part in _ONE_LINE_PARTS)
        notes = [wrapped for note in form.notes for wrapped in _note_lines(note, self.style.line_width)]
        return "".join(f" {text}\n\n" for text in above) + f"{line}\n\n" + self._table(form.table) + "".join(notes)

    def _table(self, table: Table) -> str:
        widths = _column_widths(table, self.style.line_width)
        out = []
        for row_index, row in enumerate(table.rows):
            body_index = row_index - len(table.header)
            rows_per_page = self.style.rows_per_page
            if rows_per_page and body_index > 0 and body_index % rows_per_page == 0:
                out.append(self._page_break())
            out.append(f"{self._row(row, _row_widths(table, row_index, widths))}\n\n")
        return "".join(out)

    def _row(self, row: Row, widths: list[int]) -> str:
        text = ""
        is_after_text = False
        previous: TableCell | None = None
        for cell, width in zip(row, widths, strict=True):
            lines = wrap_text(cell.text, width)
            if len(lines) > 1:
                start = "" if not text or text.endswith("\n") else "\n"
                text, is_after_text = text + start + "\n".join(lines) + "\n\n", False
            elif not cell.text:
                text, is_after_text = text + (" " if is_after_text else "") + " ", False
            else:
                gap = " " if is_after_text and not self._is_glued_to(previous, cell) else ""
                text, is_after_text = text + gap + cell.text, True
            previous = cell
        return text.removesuffix("\n\n")

    def _is_glued_to(self, previous: TableCell | None, cell: TableCell) -> bool:
        return (
            self.style.is_glued
            and previous is not None
            and previous.role is CellRole.AMOUNT
            and previous.text[-1:].isdigit()
            and cell.begins_block
            and cell.role is not CellRole.TOTAL_LABEL
        )


def _note_lines(note: str, width: int) -> list[str]:
    return ["\n".join(wrap_text(note, width)) + "\n\n"]


def _column_widths(table: Table, line_width: int) -> list[int]:
    """Widths in half-width characters: by weight, but never too narrow for the column's numbers."""
    total = sum(table.column_weights)
    widths = [max(2, int(line_width * weight / total)) for weight in table.column_weights]
    for placed in table.placed():
        cell = placed.cell
        if cell.col_span == 1 and cell.role in {CellRole.AMOUNT, CellRole.CODE, CellRole.LINE_NO}:
            widths[placed.col_index] = max(widths[placed.col_index], len(cell.text))
    return widths


def _row_widths(table: Table, row_index: int, widths: list[int]) -> list[int]:
    places = (p for p in table.placed() if p.row_index == row_index)
    return [sum(widths[p.col_index : p.col_index + p.cell.col_span]) for p in places]

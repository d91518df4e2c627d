"""Writes a document as text with tab-separated tables, as converters from Word make it (seeds 001, 002, 004).

A merged cell stands in its first place and leaves the others empty; every line above a table is a paragraph of
its own; a page may end inside a table, which leaves one empty line between two rows.
"""

from __future__ import annotations

from dataclasses import dataclass

from tests.corpus.table import CellRole, FormPage, Prose, Table, TypesetDocument
from tests.corpus.wrapping import wrap_text


@dataclass(frozen=True, slots=True)
class TabbedTextStyle:
    """How the text looks.

    Attributes:
        rows_per_page: rows after which an empty line breaks the table; `None` never does.
        wrap_width: half-width columns after which a label was broken on the page; the break is left as a space.
            `None` leaves labels whole.
    """

    rows_per_page: int | None = 24
    wrap_width: int | None = None


def write_tabbed_text(document: TypesetDocument, style: TabbedTextStyle | None = None) -> bytes:
    """Sets the document as UTF-8 text."""
    style = style or TabbedTextStyle()
    cover = "\n".join(document.cover)
    parts = [f"\n\n{cover}\n", *(f"\n{line}\n" for line in document.disclaimer)]
    parts.extend(_form(part, style) if isinstance(part, FormPage) else _prose(part) for part in document.parts)
    return "".join(parts).encode()


def _prose(prose: Prose) -> str:
    return "".join(f"\n{text}\n" for text in prose.paragraphs)


def _form(form: FormPage, style: TabbedTextStyle) -> str:
    above = "".join(f"\n{text}\n" for _, text in form.heading)
    below = "".join(f"\n{note}\n" for note in form.notes)
    return f"{above}\n{_table(form.table, style)}{below}"


def _table(table: Table, style: TabbedTextStyle) -> str:
    lines = []
    for row_index, row in enumerate(table.matrix()):
        body_index = row_index - len(table.header)
        if style.rows_per_page and body_index > 0 and body_index % style.rows_per_page == 0:
            lines.append("")
        lines.append("\t".join("" if cell is None else _text(cell.text, cell.role, style) for cell in row))
    return "".join(f"{line}\n" for line in lines)


def _text(text: str, role: CellRole, style: TabbedTextStyle) -> str:
    if style.wrap_width is None or role not in {CellRole.LABEL, CellRole.HEADER}:
        return text
    return " ".join(wrap_text(text, style.wrap_width))

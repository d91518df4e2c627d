"""Writes a document as PDF: ruled tables, wrapped cells, repeated headers, rotated pages, page numbers.

Chinese is set in STSong-Light, which every PDF reader knows, so no font file is needed. Sizes are in points.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import partial
from html import escape

from reportlab.lib import colors
from reportlab.lib.enums import TA_CENTER, TA_LEFT, TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, PageBreak, PageTemplate, Paragraph, Spacer
from reportlab.platypus import Table as PdfTable

from tests.corpus.table import CellRole, FormPage, Table, TypesetDocument

FONT_NAME = "STSong-Light"
_MARGIN_PT = 36.0
_PADDING_PT = 2.0
_RULE_WIDTH_PT = 0.5
_BODY_SIZE_PT = 9.0
_SMALL_SIZE_PT = 6.0
_PROSE_SIZE_PT = 12.0
_NARROW_COLUMN_COUNT = 9
_SHORT_SIDE_PT, _LONG_SIDE_PT = A4
_ALIGN = {
    CellRole.AMOUNT: TA_RIGHT,
    CellRole.LABEL: TA_LEFT,
    CellRole.SECTION: TA_LEFT,
    CellRole.CODE: TA_LEFT,
}
_PART_ALIGN = {"title": TA_CENTER, "organisation": TA_LEFT, "period": TA_CENTER}


@dataclass(frozen=True, slots=True)
class PdfStyle:
    """How the PDF looks.

    Attributes:
        is_landscape: pages wider than high.
        is_rotated: the page is stored upright and turned by its /Rotate entry, as some office programs do.
        repeats_header: print the header rows again on continuation pages.
        has_page_numbers: number the pages below, as in -3-.
        has_rules: draw the lines of the tables.
        is_compressed: compress the page contents (the bytes then depend on the zlib in use).
    """

    is_landscape: bool = True
    is_rotated: bool = False
    repeats_header: bool = True
    has_page_numbers: bool = True
    has_rules: bool = True
    is_compressed: bool = True


def write_pdf(document: TypesetDocument, style: PdfStyle | None = None) -> bytes:
    """Sets the document as PDF; the same document and style give the same bytes."""
    style = style or PdfStyle()
    pdfmetrics.registerFont(UnicodeCIDFont(FONT_NAME))
    width, height = _seen_size(style)
    out = io.BytesIO()
    template = BaseDocTemplate(
        out,
        pagesize=(width, height),
        rotation=90 if style.is_rotated else 0,  # reportlab then stores the sides exchanged
        invariant=1,
        pageCompression=1 if style.is_compressed else 0,
        title=" ".join(document.cover),
    )
    frame = Frame(_MARGIN_PT, _MARGIN_PT, width - 2 * _MARGIN_PT, height - 2 * _MARGIN_PT, 0, 0, 0, 0)
    on_page = partial(_begin_page, running_header=document.running_header, style=style)
    template.addPageTemplates(PageTemplate(frames=[frame], onPage=on_page, pagesize=template.pagesize))
    template.build(_story(document, width - 2 * _MARGIN_PT, style))
    return out.getvalue()


def _seen_size(style: PdfStyle) -> tuple[float, float]:
    return (_LONG_SIDE_PT, _SHORT_SIDE_PT) if style.is_landscape else (_SHORT_SIDE_PT, _LONG_SIDE_PT)


def _begin_page(canvas: Canvas, _template: BaseDocTemplate, *, running_header: str, style: PdfStyle) -> None:
    """Turns the page if asked, then sets the running header and the page number."""
    width, height = _seen_size(style)
    if style.is_rotated:
        canvas.translate(height, 0)
        canvas.rotate(90)
    canvas.setFont(FONT_NAME, _BODY_SIZE_PT)
    if running_header:
        canvas.drawCentredString(width / 2, height - _MARGIN_PT + 12, running_header)
    if style.has_page_numbers:
        canvas.drawCentredString(width / 2, _MARGIN_PT - 16, f"-{canvas.getPageNumber()}-")


def _story(document: TypesetDocument, width: float, style: PdfStyle) -> list[Flowable]:
    story: list[Flowable] = [Spacer(1, 120)]
    story.extend(_paragraph(line, 22, TA_CENTER) for line in document.cover)
    story.append(Spacer(1, 60))
    story.extend(_paragraph(line, 10, TA_CENTER) for line in document.disclaimer)
    for part in document.parts:
        story.append(PageBreak())
        if isinstance(part, FormPage):
            story.extend(_form(part, width, style))
        else:
            story.extend(_paragraph(text, _PROSE_SIZE_PT, TA_LEFT) for text in part.paragraphs)
    return story


def _form(form: FormPage, width: float, style: PdfStyle) -> list[Flowable]:
    story: list[Flowable] = [
        _paragraph(text, 15 if part == "title" else _BODY_SIZE_PT, _PART_ALIGN.get(part, TA_RIGHT))
        for part, text in form.heading
    ]
    story += [Spacer(1, 4), _table(form.table, width, style), Spacer(1, 4)]
    story.extend(_paragraph(note, _BODY_SIZE_PT, TA_LEFT) for note in form.notes)
    return story


def _paragraph(text: str, size_pt: float, align: int) -> Paragraph:
    style = ParagraphStyle(
        f"s{size_pt}a{align}",
        fontName=FONT_NAME,
        fontSize=size_pt,
        leading=size_pt * 1.3,
        alignment=align,
        wordWrap="CJK",
    )
    return Paragraph(escape(text, quote=False), style)


def _table(table: Table, width: float, style: PdfStyle) -> PdfTable:
    size_pt = _BODY_SIZE_PT if len(table.column_weights) <= _NARROW_COLUMN_COUNT else _SMALL_SIZE_PT
    rows: list[list[Paragraph | str]] = [[""] * len(table.column_weights) for _ in table.rows]
    commands: list[tuple[object, ...]] = [
        ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
        *((f"{side}PADDING", (0, 0), (-1, -1), _PADDING_PT) for side in ("LEFT", "RIGHT", "TOP", "BOTTOM")),
    ]
    if style.has_rules:
        commands.append(("GRID", (0, 0), (-1, -1), _RULE_WIDTH_PT, colors.black))
    for placed in table.placed():
        cell, row, col = placed.cell, placed.row_index, placed.col_index
        if cell.text:
            rows[row][col] = _paragraph(cell.text, size_pt, _ALIGN.get(cell.role, TA_CENTER))
        if cell.col_span > 1 or cell.row_span > 1:
            commands.append(("SPAN", (col, row), (col + cell.col_span - 1, row + cell.row_span - 1)))
    total = sum(table.column_weights)
    widths = [width * weight / total for weight in table.column_weights]
    repeat = len(table.header) if style.repeats_header else 0
    return PdfTable(rows, colWidths=widths, style=commands, repeatRows=repeat)

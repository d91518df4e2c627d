"""Writes a document as .docx: landscape pages, one Word table per form with merged header cells, page numbers below."""

from __future__ import annotations

import io
from dataclasses import dataclass

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt
from docx.table import Table as WordTable
from docx.table import _Cell
from docx.text.paragraph import Paragraph

from tests.corpus.table import CellRole, FormPage, TypesetDocument
from tests.corpus.zip_bytes import pack_again

_ALIGN = {
    CellRole.AMOUNT: WD_ALIGN_PARAGRAPH.RIGHT,
    CellRole.LABEL: WD_ALIGN_PARAGRAPH.LEFT,
    CellRole.SECTION: WD_ALIGN_PARAGRAPH.LEFT,
    CellRole.CODE: WD_ALIGN_PARAGRAPH.LEFT,
}
_NARROW_COLUMN_COUNT = 9


@dataclass(frozen=True, slots=True)
class DocxStyle:
    """How the Word file looks.

    Attributes:
        repeats_header: mark the header rows to be repeated on every page.
        has_page_numbers: number the pages in the footer.
    """

    repeats_header: bool = True
    has_page_numbers: bool = True


def write_docx(document: TypesetDocument, style: DocxStyle | None = None) -> bytes:
    """Sets the document as .docx."""
    style = style or DocxStyle()
    word = Document()
    _set_page(word)
    if style.has_page_numbers:
        _add_page_number(word.sections[0].footer.paragraphs[0])
    for line in (*document.cover, *document.disclaimer):
        _add_paragraph(word, line, WD_ALIGN_PARAGRAPH.CENTER, 16)
    for part in document.parts:
        word.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
        if isinstance(part, FormPage):
            _add_form(word, part, style)
        else:
            for text in part.paragraphs:
                _add_paragraph(word, text, WD_ALIGN_PARAGRAPH.LEFT, 12)
    out = io.BytesIO()
    word.save(out)
    return pack_again(out.getvalue())


def _set_page(word: WordDocument) -> None:
    section = word.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = section.page_height, section.page_width
    section.left_margin = section.right_margin = Pt(36)
    normal = word.styles["Normal"]
    normal.font.name = "宋体"
    normal.font.size = Pt(9)
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), "宋体")
    normal.paragraph_format.space_after = Pt(0)


def _add_page_number(paragraph: Paragraph) -> None:
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    paragraph._p.append(field)


def _add_paragraph(word: WordDocument, text: str, align: WD_ALIGN_PARAGRAPH, size_pt: int) -> None:
    paragraph = word.add_paragraph()
    paragraph.alignment = align
    paragraph.add_run(text).font.size = Pt(size_pt)


def _add_form(word: WordDocument, form: FormPage, style: DocxStyle) -> None:
    for part, text in form.heading:
        if part == "title":
            _add_paragraph(word, text, WD_ALIGN_PARAGRAPH.CENTER, 16)
        else:
            align = WD_ALIGN_PARAGRAPH.LEFT if part == "organisation" else WD_ALIGN_PARAGRAPH.RIGHT
            _add_paragraph(word, text, align, 9)
    _add_table(word, form, style)
    for note in form.notes:
        _add_paragraph(word, note, WD_ALIGN_PARAGRAPH.LEFT, 9)


def _add_table(word: WordDocument, form: FormPage, style: DocxStyle) -> None:
    table = form.table
    col_count = len(table.column_weights)
    size_pt = 9 if col_count <= _NARROW_COLUMN_COUNT else 7
    word_table = word.add_table(rows=len(table.rows), cols=col_count)
    word_table.style = "Table Grid"
    cells = list(word_table._cells)  # table.cell() walks the whole table each time
    for placed in table.placed():
        first = cells[placed.row_index * col_count + placed.col_index]
        last_row = placed.row_index + placed.cell.row_span - 1
        last = cells[last_row * col_count + placed.col_index + placed.cell.col_span - 1]
        target = first if last is first else first.merge(last)
        _fill(target, placed.cell.text, _ALIGN.get(placed.cell.role, WD_ALIGN_PARAGRAPH.CENTER), size_pt)
    if style.repeats_header:
        _repeat_header(word_table, len(table.header))


def _fill(cell: _Cell, text: str, align: WD_ALIGN_PARAGRAPH, size_pt: int) -> None:
    for extra in cell.paragraphs[1:]:
        extra._p.getparent().remove(extra._p)
    paragraph = cell.paragraphs[0]
    paragraph.alignment = align
    if text:
        paragraph.add_run(text).font.size = Pt(size_pt)


def _repeat_header(word_table: WordTable, row_count: int) -> None:
    for row in word_table.rows[:row_count]:
        mark = OxmlElement("w:tblHeader")
        mark.set(qn("w:val"), "true")
        row._tr.get_or_add_trPr().append(mark)

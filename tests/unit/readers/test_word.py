"""Word files: paragraphs and tables in the order of the document, merged cells as spans."""

from __future__ import annotations

import io
from pathlib import Path

import docx
import pytest
from docx.document import Document as WordDocument

from pipeline.errors import EmptyFile
from pipeline.model.grid import Document, Grid, TextLine
from pipeline.model.source import SourceFile
from pipeline.readers.word import read_docx


def read(word: WordDocument) -> Document:
    out = io.BytesIO()
    word.save(out)
    data = out.getvalue()
    return read_docx(SourceFile("d", "f.docx", "f.docx", Path("f.docx"), len(data)), data)


def grid_in(document: Document) -> Grid:
    return next(block for block in document.pages[0].blocks if isinstance(block, Grid))


def test_paragraphs_and_tables_keep_their_order() -> None:
    word = docx.Document()
    word.add_paragraph("支出决算表")
    word.add_table(1, 1).cell(0, 0).text = "201"
    word.add_paragraph("注：本表反映支出")
    kinds = [type(block) for block in read(word).pages[0].blocks]
    assert kinds == [TextLine, Grid, TextLine]


def test_merged_cells_have_spans() -> None:
    word = docx.Document()
    table = word.add_table(3, 3)
    table.cell(0, 0).merge(table.cell(0, 1)).text = "项目"
    table.cell(0, 2).merge(table.cell(1, 2)).text = "合计"
    table.cell(2, 2).text = "1.00"
    spans = {
        cell.text: (cell.row_index, cell.col_index, cell.row_span, cell.col_span) for cell in grid_in(read(word)).cells
    }
    assert spans["项目"] == (0, 0, 1, 2)
    assert spans["合计"] == (0, 2, 2, 1)
    assert spans["1.00"] == (2, 2, 1, 1)


def test_a_cell_of_two_paragraphs_keeps_its_line_break() -> None:
    word = docx.Document()
    cell = word.add_table(1, 1).cell(0, 0)
    cell.text = "一般公共预算"
    cell.add_paragraph("财政拨款")
    assert grid_in(read(word)).cells[0].text == "一般公共预算\n财政拨款"


def test_an_empty_word_file_says_so() -> None:
    with pytest.raises(EmptyFile):
        read(docx.Document())

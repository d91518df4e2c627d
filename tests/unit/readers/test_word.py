"""Word files: paragraphs and tables in the order of the document, merged cells as spans."""

from __future__ import annotations

import io
from pathlib import Path

import docx
import pytest
from docx.document import Document as WordDocument
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.oxml.xmlchemy import BaseOxmlElement

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


def element(xml: str) -> BaseOxmlElement:
    """An element of Word's main namespace."""
    return parse_xml(xml.replace(">", f" {nsdecls('w')}>", 1))


def wrap(inside: BaseOxmlElement, *wrappers: str) -> None:
    """Puts an element into others where it stands, the outermost first."""
    outer = element(
        "".join(f"<w:{name}>" for name in wrappers) + "".join(f"</w:{name}>" for name in reversed(wrappers))
    )
    inside.addprevious(outer)
    next(item for item in outer.iter() if len(item) == 0).append(inside)


@pytest.mark.parametrize("wrappers", [("sdt", "sdtContent"), ("customXml",), ("ins",)])
def test_what_is_wrapped_is_read_as_if_it_were_not(wrappers: tuple[str, ...]) -> None:
    word = docx.Document()
    line = word.add_paragraph("总计 12")
    line.add_run("5.00")
    table = word.add_table(2, 3)
    for number, cell in enumerate(table._cells):
        cell.text = str(number)
    plain = read(word).pages
    wrap(line.runs[1]._r, *wrappers)
    wrap(table.cell(0, 1)._tc, *wrappers)
    wrap(table.rows[1]._tr, *wrappers)
    wrap(table._tbl, *wrappers)
    assert read(word).pages == plain


def test_what_was_struck_out_is_not_read() -> None:
    word = docx.Document()
    line = word.add_paragraph("总计 12")
    line.add_run("5.00")
    line.add_run("6.00")
    wrap(line.runs[1]._r, "del")
    assert [block.text for block in read(word).pages[0].blocks if isinstance(block, TextLine)] == ["总计 126.00"]


def test_text_boxes_and_inner_tables_follow_what_holds_them() -> None:
    word = docx.Document()
    anchor = word.add_paragraph("标题")
    box = element("<w:pict><w:txbxContent><w:p><w:r><w:t>单位：万元</w:t></w:r></w:p></w:txbxContent></w:pict>")
    anchor.runs[0]._r.append(box)
    cell = word.add_table(1, 1).cell(0, 0)
    cell.text = "外"
    cell.add_table(1, 1).cell(0, 0).text = "内"
    blocks = read(word).pages[0].blocks
    assert [block.text for block in blocks if isinstance(block, TextLine)] == ["标题", "单位：万元"]
    assert [block.cells[0].text.strip() for block in blocks if isinstance(block, Grid)] == ["外", "内"]


def test_text_where_a_cell_should_be_is_told_and_keeps_its_column() -> None:
    word = docx.Document()
    table = word.add_table(1, 3)
    for number, cell in enumerate(table._cells):
        cell.text = str(number)
    table.cell(0, 1)._tc.tag = table.cell(0, 1)._tc.tag.replace("}tc", "}jc")
    document = read(word)
    assert [(cell.col_index, cell.text) for cell in grid_in(document).cells] == [(0, "0"), (2, "2")]
    assert "outside its cells" in document.damage[0]

"""Pages of HTML become lines and grids as a browser shows them, in every encoding Chinese publishers use."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.errors import DamagedFile, EmptyFile
from pipeline.model.grid import Document, Grid, GridKind, TextLine
from pipeline.model.source import SourceFile
from pipeline.readers.html import read_html
from pipeline.readers.registry import read_document

TWO_BY_TWO = "<table><tr><td>项目<td>决算数<tr><td>合计<td>12.50</table>"


def read(page: str | bytes) -> Document:
    data = page.encode() if isinstance(page, str) else page
    return read_html(SourceFile("0" * 64, "page.html", "page.html", Path("page.html"), len(data)), data)


def read_by_content(folder: Path, name: str, data: bytes) -> Document:
    (folder / name).write_bytes(data)
    return read_document(SourceFile("0" * 64, name, name, folder / name, len(data)))


def blocks(page: str | bytes) -> list[object]:
    """Lines as text, grids as {(row, col, row_span, col_span): text}."""
    return [
        block.text
        if isinstance(block, TextLine)
        else {(c.row_index, c.col_index, c.row_span, c.col_span): c.text for c in block.cells}
        for block in read(page).pages[0].blocks
    ]


def grid(page: str | bytes) -> Grid:
    (found,) = (block for block in read(page).pages[0].blocks if isinstance(block, Grid))
    return found


def test_lines_and_tables_stand_in_the_order_of_the_page() -> None:
    table = {(0, 0, 1, 1): "项目", (0, 1, 1, 1): "决算数", (1, 0, 1, 1): "合计", (1, 1, 1, 1): "12.50"}
    assert blocks(f"<h1>决算表</h1>单位：<b>万元</b><br>部门{TWO_BY_TWO}<div>注：无</div>") == [
        "决算表",
        "单位：万元",
        "部门",
        table,
        "注：无",
    ]
    assert grid(TWO_BY_TWO).kind is GridKind.HTML


def test_rowspan_and_colspan_become_spans() -> None:
    page = "<table><tr><th rowspan=2>科目<th colspan='2'>支出<tr><th>基本<th>项目<tr><td>合计<td>1<td>2</table>"
    assert set(blocks(page)[0]) == {  # type: ignore[call-overload]
        (0, 0, 2, 1),
        (0, 1, 1, 2),
        (1, 1, 1, 1),
        (1, 2, 1, 1),
        (2, 0, 1, 1),
        (2, 1, 1, 1),
        (2, 2, 1, 1),
    }


@pytest.mark.parametrize(("span", "rows"), [("0", 2), ("99", 2), ("x", 1), ("2px", 2), ("", 1), ("-1", 1)])
def test_a_senseless_span_ends_at_the_table_or_is_one(span: str, rows: int) -> None:
    assert grid(f"<table><tr><td rowspan='{span}'>a<td>b<tr><td>c</table>").cells[0].row_span == rows


def test_head_and_foot_are_shown_first_and_last() -> None:
    page = "<table><tfoot><tr><td>总计<td>3</tfoot><thead><tr><td>项目<td>数</thead><tr><td>甲<td>3</table>"
    assert [cell.text for cell in grid(page).cells] == ["项目", "数", "甲", "3", "总计", "3"]


def test_a_table_that_places_tables_is_taken_apart() -> None:
    page = f"<table><tr><td>首页<br>政务公开<td><p>收入决算表</p>{TWO_BY_TWO}相关链接</td></tr></table>"
    found = blocks(page)
    assert found[:3] == ["首页", "政务公开", "收入决算表"]
    assert len(found[3]) == 4  # type: ignore[arg-type]
    assert found[4:] == ["相关链接"]


def test_tables_side_by_side_in_a_frame_are_two_grids() -> None:
    page = f"<table><tr><td>{TWO_BY_TWO}<td>{TWO_BY_TWO}</table>"
    assert [type(block) for block in blocks(page)] == [dict, dict]


def test_a_frame_around_an_article_is_no_table() -> None:
    article = "".join(f"<p>第{number}段</p>" for number in range(40))
    assert blocks(f"<table><tr><td>目录<td>{article}</table>") == ["目录", *(f"第{number}段" for number in range(40))]


def test_a_table_of_one_column_is_lines() -> None:
    assert blocks("<table><tr><td colspan=3>收入决算表<tr><td>单位：元</table>") == ["收入决算表", "单位：元"]


def test_a_cell_split_by_a_table_gives_its_parts_their_own_columns() -> None:
    page = (
        "<table><tr><td>科目<td><table><tr><td>基本<td>项目</table><td>合计"
        "<tr><td>教育<td colspan=1>7<td>8<tr><td>卫生<td>1<td>2</table>"
    )
    (cells,) = blocks(page)
    assert cells == {
        (0, 0, 1, 1): "科目",
        (0, 1, 1, 1): "基本",
        (0, 2, 1, 1): "项目",
        (0, 3, 1, 1): "合计",
        (1, 0, 1, 1): "教育",
        (1, 1, 1, 2): "7",
        (1, 3, 1, 1): "8",
        (2, 0, 1, 1): "卫生",
        (2, 1, 1, 2): "1",
        (2, 3, 1, 1): "2",
    }


def test_a_cell_split_into_lines_gives_its_parts_their_own_rows() -> None:
    page = "<table><tr><td>甲<td><table><tr><td>1<tr><td>2</table><tr><td>乙<td>3<tr><td>丙<td>4</table>"
    (cells,) = blocks(page)
    assert cells[0, 0, 2, 1] == "甲"  # type: ignore[index]
    assert (cells[0, 1, 1, 1], cells[1, 1, 1, 1], cells[2, 1, 1, 1]) == ("1", "2", "3")  # type: ignore[index]


def test_breaks_and_paragraphs_in_a_cell_are_line_breaks() -> None:
    page = "<table><tr><td>一般公共<br>预算<td><p>12,935</p><p>.11</p><tr><td>a &nbsp; b<td>\n 2 \n</table>"
    assert [cell.text for cell in grid(page).cells] == ["一般公共\n预算", "12,935\n.11", "a   b", "2"]


@pytest.mark.parametrize(
    "hidden",
    [
        "<script>document.write('99')</script>",
        "<style>td {width: 99px}</style>",
        "<!-- 99 -->",
        "<span style='color:red;display: none'>99</span>",
        "<textarea>99</textarea><select><option>99</select>",
        "<noscript>99</noscript>",
    ],
)
def test_what_is_not_shown_is_not_read(hidden: str) -> None:
    assert "99" not in str(blocks(f"{hidden}<p>{hidden}x</p><table><tr><td>{hidden}a<td>b<tr><td>c<td>d</table>"))


def test_hidden_rows_and_columns_are_left_out_and_noted() -> None:
    page = (
        "<table><col><col style='display:none' span=1><col><tr><td>甲<td>秘<td>1"
        "<tr style='display:none'><td>x<td>y<td>z<tr><td>乙<td>密<td>2</table>"
    )
    found = read(page)
    assert [cell.text for cell in grid(page).cells] == ["甲", "1", "乙", "2"]
    assert found.notes == ("5 hidden cells left out of the page's tables",)


def test_the_number_excel_stores_is_kept_beside_the_one_it_shows() -> None:
    page = "<table><tr><td>合计<td x:num='12935.109999999999'>12,935.11<tr><td>a<td x:num>5</table>"
    cells = grid(page).cells
    assert (cells[1].text, cells[1].stored_text) == ("12,935.11", "12935.109999999999")
    assert cells[3].stored_text is None


@pytest.mark.parametrize(
    ("declared", "encoding"),
    [
        ("utf-8", "utf-8"),
        ("gb2312", "gbk"),
        ("GBK", "gb18030"),
        ("big5", "big5"),
        ("utf-8", "gb18030"),
        ("iso-8859-1", "gb18030"),
        ("gb2312", "utf-8"),
        ("", "gb18030"),
        ("unicode", "utf-16"),
        ("utf-8", "utf-8-sig"),
        ("hz-gb-2312", "hz"),
    ],
)
def test_the_encoding_is_found_even_where_the_page_lies(declared: str, encoding: str) -> None:
    page = f'<html><head><meta http-equiv="Content-Type" content="text/html; charset={declared}"></head><p>基本工作'
    assert blocks(page.encode(encoding)) == ["基本工作"]


def test_a_page_cut_inside_a_character_is_read() -> None:
    data = ('<meta charset="utf-8">' + "<p>部门决算</p>" * 500).encode()[:-6]
    assert blocks(data)[0] == "部门决算"


def test_an_xml_declaration_does_not_disturb() -> None:
    assert blocks('<?xml version="1.0" encoding="gb2312"?>\n<html><p>决算</p></html>'.encode("gb18030")) == ["决算"]


def test_a_line_knows_its_line_in_the_source() -> None:
    (line,) = read("<html>\n<body>\n<p>\n决算</p>").pages[0].blocks
    assert isinstance(line, TextLine)
    assert line.line_no == 3


@pytest.mark.parametrize(
    "page", ["<html></html>", "<html><script>load()</script><table><tr><td></table>", "<!-- a -->"]
)
def test_a_page_that_shows_nothing_is_an_empty_file(page: str) -> None:
    with pytest.raises(EmptyFile):
        read(page)


def test_a_page_nested_too_deeply_is_refused_not_cut_off() -> None:
    assert blocks("<div>" * 1500 + "决算") == ["决算"]
    with pytest.raises(DamagedFile, match="too deeply"):
        read("<div>" * 5000 + "决算")


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
def test_a_workbook_saved_as_html_is_read_whatever_its_name(tmp_path: Path, encoding: str) -> None:
    page = f'<html xmlns:x="urn:schemas-microsoft-com:office:excel"><head></head><body>{TWO_BY_TWO}</body></html>'
    found = read_by_content(tmp_path, "决算.xls", page.encode(encoding))
    assert found.media_type == "text/html"


def test_a_web_archive_gives_one_page_per_sheet(tmp_path: Path) -> None:
    part = '--B\r\nContent-Type: text/html; charset="gb2312"\r\nContent-Transfer-Encoding: 8bit\r\n\r\n'
    text = f'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="B"\r\n\r\n{part}<p>一表{part}<p>二表--B--'
    text = text.replace("<p>一表--B", "<p>一表\r\n--B").replace("--B--", "\r\n--B--")
    found = read_by_content(tmp_path, "决算.doc", text.encode("gb18030"))
    assert [block.text for page in found.pages for block in page.blocks if isinstance(block, TextLine)] == [
        "一表",
        "二表",
    ]

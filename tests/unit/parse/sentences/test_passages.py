"""Lines to paragraphs: wrapped lines joined, headings alone, page furniture left out, every sign's place kept."""

from __future__ import annotations

from pipeline.model.grid import BBox, Cell, Document, Grid, GridKind, Page, TextLine
from pipeline.parse.sentences.passages import Paragraph, paragraphs_of


def paragraphs(*pages: tuple[str, ...]) -> list[Paragraph]:
    made = tuple(
        Page(number, tuple(TextLine(line, page_no=number) for line in lines)) for number, lines in enumerate(pages, 1)
    )
    return paragraphs_of(Document("d", "d.pdf", "application/pdf", made, len(made)), ())


def test_a_sentence_goes_on_over_lines_and_pages() -> None:
    (paragraph,) = paragraphs(("本年收入合计1,2", "- 4 -"), ("34.50 万元，其中财政拨款收入", "5万元。"))
    assert paragraph.text == "本年收入合计1,234.50万元，其中财政拨款收入5万元。"
    assert paragraph.line_of(0)[:2] == (1, 1)
    assert paragraph.line_of(len(paragraph.text) - 1)[:2] == (2, 2)


def test_a_heading_is_a_paragraph_of_its_own() -> None:
    found = paragraphs(("一、收入决算情况", "本年收入合计5万元", "二、支出决算情况", "本年支出合计5万元。"))
    assert [(p.text, p.is_heading) for p in found] == [
        ("一、收入决算情况", True),
        ("本年收入合计5万元", False),
        ("二、支出决算情况", True),
        ("本年支出合计5万元。", False),
    ]


def test_a_full_line_with_an_ordinal_goes_on_in_the_next_one() -> None:
    def line(text: str, right: float) -> TextLine:
        return TextLine(text, page_no=1, bbox=BBox(70, 100, right, 112), word_spans=((70, right),))

    lines = (
        line("1、社会保障和就业支出（类）行政事业单位养老支出（款）行政", 520),
        line("单位离退休（项）年初预算为54.53万元，支出决算为54.53万元。", 515),
        line("2、教育支出（类）", 200),
    )
    found = paragraphs_of(Document("d", "d.pdf", "application/pdf", (Page(1, lines),), 1), ())
    assert len(found) == 2
    assert "养老支出(款)行政单位离退休(项)" in found[0].text


def test_running_headers_and_contents_are_left_out() -> None:
    header = "某某局2023年部门决算公开报告"
    found = paragraphs((header, "一、收入决算情况........5"), (header, "本年收入合计"), (header, "5万元。"))
    assert [p.text for p in found] == ["本年收入合计5万元。"]


def test_prose_in_a_table_cell_is_read_and_its_place_kept() -> None:
    text = "一、收支总体情况\n本年收入合计924.92万元，其中财政拨款收入924.92万元，其他收入0万元。"
    grid = Grid(GridKind.WORD, (Cell(0, 0, text),), 1, 1)
    found = paragraphs_of(Document("d", "d.docx", "x", (Page(1, (grid,)),), 1), ())
    place = found[-1].position_of(found[-1].text.index("924.92"))
    assert (place.block_index, place.cell_index) == (0, 0)
    assert text[place.offset :].startswith("924.92万元")


def test_a_worksheet_with_one_text_a_row_is_prose_with_its_headings() -> None:
    texts = ("一、机构设置情况", "核定编制10名。")
    grid = Grid(GridKind.SHEET, tuple(Cell(row, 0, text) for row, text in enumerate(texts)), 2, 1)
    found = paragraphs_of(Document("d", "d.xlsx", "x", (Page(1, (grid,)),), 1), ())
    assert [(p.text, p.is_heading) for p in found] == [(texts[0], True), (texts[1], False)]


def test_short_cells_of_a_table_are_no_prose() -> None:
    grid = Grid(GridKind.WORD, (Cell(0, 0, "合计"), Cell(0, 1, "100万元。")), 1, 2)
    assert paragraphs_of(Document("d", "d.docx", "x", (Page(1, (grid,)),), 1), ()) == []


def test_a_very_long_paragraph_is_read_in_parts_where_sentences_end() -> None:
    sentence = "本年支出合计950万元，比上年增加5万元。"
    found = paragraphs((sentence * 400,))
    assert len(found) > 1
    assert "".join(part.text for part in found) == sentence * 400
    assert all(part.text.endswith("。") and len(part.text) <= 3000 for part in found)
    assert found[1].position_of(0).offset == len(found[0].text)


def test_thousands_of_signs_without_a_stop_are_no_sentence() -> None:
    (run, rest) = paragraphs(("支出1万元，" * 600 + "。收入总计5万元。",))
    assert (run.is_overlong, rest.is_overlong, rest.text) == (True, False, "收入总计5万元。")

"""Plain text: encodings, line numbers as an editor shows them, tabs as tables."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from pipeline.errors import DamagedFile, FileTooLarge, UnsupportedFormat
from pipeline.model.grid import Grid, TextLine
from pipeline.model.source import SourceFile
from pipeline.readers.html import decode_html
from pipeline.readers.sniff import MediaType, sniff_media_type
from pipeline.readers.text import MAX_LINE_CHARS, MAX_LINE_COLS, decode_text, lines_to_blocks, read_text

TEXT = "沁源县人民政府办公室2022年度部门决算，金额单位：万元。"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"])
def test_chinese_encodings_are_told(encoding: str) -> None:
    assert decode_text(TEXT.encode(encoding)).lstrip("\ufeff") == TEXT


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("text", [TEXT, TEXT + "\n201\t1.00\n", TEXT * 5000], ids=["no digits", "table", "long"])
def test_utf_16_without_a_mark_is_told_by_its_words(encoding: str, text: str) -> None:
    assert sniff_media_type(text.encode(encoding)) is MediaType.TEXT
    assert decode_text(text.encode(encoding)) == text
    assert decode_text(text.encode("gb18030")) == text


def test_a_page_in_utf_16_without_a_mark_is_a_page() -> None:
    page = f"<html><body><p>{TEXT}</p></body></html>".encode("utf-16-le")
    assert sniff_media_type(page) is MediaType.HTML
    assert TEXT in decode_html(page)


def test_big5_is_refused_by_its_name() -> None:
    with pytest.raises(UnsupportedFormat, match="Big5"):
        decode_text("二零二四年度部門決算，金額單位：萬元。本年收入合計".encode("big5"))


def test_noise_is_no_text() -> None:
    with pytest.raises(DamagedFile):
        decode_text(random.Random(1).randbytes(4000))


def test_lines_keep_the_number_an_editor_shows() -> None:
    blocks = list(lines_to_blocks(["封面", "", "", "单位：元"]))
    assert [(b.text, b.line_no) for b in blocks if isinstance(b, TextLine)] == [("封面", 1), ("单位：元", 4)]


def test_lines_with_tabs_are_a_table() -> None:
    line, grid = lines_to_blocks(["支出决算表", "科目\t金额", "201\t1.00"])
    assert isinstance(line, TextLine)
    assert isinstance(grid, Grid)
    assert [(cell.row_index, cell.col_index, cell.text, cell.line_no) for cell in grid.cells][-1] == (1, 1, "1.00", 3)


def test_an_empty_line_ends_a_table() -> None:
    assert [type(block) for block in lines_to_blocks(["a\tb", "", "c\td"])] == [Grid, Grid]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("封面\n" + "元" * (MAX_LINE_CHARS + 1), "200,001 characters in line 2"),
        ("\t" * (MAX_LINE_COLS + 1) + "1", "501 columns in line 1"),
        ("\t\t\t\t\t1\n" * 100_001, "500,005 cells"),
        ("1\n" * 200_001, "200,001 lines"),
    ],
    ids=["characters", "columns", "cells", "lines"],
)
def test_what_no_disclosure_can_be_is_refused_at_once(text: str, found: str) -> None:
    source = SourceFile("d", "f.txt", "f.txt", Path("f.txt"), len(text))
    with pytest.raises(FileTooLarge, match=found) as error:
        read_text(source, text.encode())
    assert error.value.expected
    assert error.value.remedy

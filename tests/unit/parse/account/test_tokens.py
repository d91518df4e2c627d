"""What a number is, and that none is lost or counted twice."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.model.grid import Document, Page, TextLine
from pipeline.parse.account.tokens import number_tokens, numbers_in, numbers_in_cell


def document_of(*blocks: object) -> Document:
    return Document("d", "a.pdf", "pdf", (Page(1, tuple(blocks)),), page_count=1)  # type: ignore[arg-type]


def line(text: str) -> TextLine:
    return TextLine(text, page_no=1)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("2,939.71万元", ["2,939.71"]),
        ("-12.5%", ["12.5"]),
        ("１，２３４．５６", ["1,234.56"]),
        ("①二〇二四", []),
        ("8．2025年部门预算", ["8", "2025"]),
        ("2585077.58302 商品和服务", ["2585077.58", "302"]),
        ("12.0313.04", ["12.03", "13.04"]),
        ("2023-05-01", ["2023", "05", "01"]),
        ("1,2、3", ["1", "2", "3"]),
    ],
)
def test_numbers_are_cut_as_they_are_read(text: str, numbers: list[str]) -> None:
    assert [number for _, _, number in numbers_in(text)] == numbers


def test_a_number_over_two_lines_of_a_cell_is_one() -> None:
    assert [number for _, _, number in numbers_in_cell("1,234,\n567.00")] == ["1,234,567.00"]


def test_a_number_that_a_line_break_cuts_in_prose_is_one() -> None:
    first = line("2024年度本单位收入总计较上年有较大幅度的增加，主要原因是项目支出1,2")
    tokens = list(number_tokens(document_of(first, line("34.5万元，其中基本支出10万元"))))
    assert [token.text for token in tokens] == ["2024", "1,2", "10"]


def test_lines_of_a_table_are_never_joined() -> None:
    tokens = list(number_tokens(document_of(line("2010301 行政运行 12"), line("34.50 8.00"))))
    assert [token.text for token in tokens] == ["2010301", "12", "34.50", "8.00"]


@given(st.text(alphabet="0123456789,.，．１２ 年元一\n-%", max_size=40))
def test_every_digit_stands_in_exactly_one_number(text: str) -> None:
    spans = [(start, end) for start, end, _ in numbers_in(text)]
    covered = [index for start, end in spans for index in range(start, end)]
    assert len(covered) == len(set(covered))
    assert {index for index, mark in enumerate(text) if mark.isdigit()} <= set(covered)

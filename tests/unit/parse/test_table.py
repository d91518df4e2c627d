"""Codes and column numbers: what looks like a figure and is none."""

from __future__ import annotations

import pytest

from pipeline.parse.table import code_of, is_sequence


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("201", "201"),
        ("2010301", "2010301"),
        (" 201 03 01 ", "2010301"),
        ("30101.0", "30101"),
        ("３０１０１", "30101"),
        ("合计", None),
        ("2023年", None),
        ("20", None),
        ("2010", None),
        ("12.03", None),
        ("", None),
    ],
)
def test_a_code_has_three_five_or_seven_digits(text: str, code: str | None) -> None:
    assert code_of(text) == code


@pytest.mark.parametrize(
    "row",
    [
        "栏次|1|2|3",
        "栏次||1|2|3",
        "栏次|1.00|2.00",
        "行次|1|2|3",
        "甲|乙|1|2|3",
        "**|**|1|2|3",
        "1|2|3|4",
        "栏次|1|栏次|2",
        "栏次|1=2+3|2|3",
        "栏次",
    ],
)
def test_column_numbers_are_known(row: str) -> None:
    assert is_sequence(row.split("|"))


@pytest.mark.parametrize("row", ["栏次|1|2|4", "栏次|3|4|5", "栏次|1|2||4|5", "栏次|5=6+7|6|7"])
def test_misnumbered_columns_are_no_amounts(row: str) -> None:
    assert is_sequence(row.split("|"))


def test_column_numbers_may_follow_header_words() -> None:
    """A workbook of 定州 prints 类, 款, 项 and 科目名称 in the row of the column numbers."""
    assert is_sequence(["类", "款", "项", "科目名称", "栏次", "1", "2", "3", "4", "5"])


@pytest.mark.parametrize(
    "row", ["项目|行次|金额", "12|5", "合计|1|2", "一、教育支出|3|5.00", "栏次|合计|基本支出", "201|1|2", "栏次|1|2.50"]
)
def test_a_row_of_figures_is_no_column_numbers(row: str) -> None:
    assert not is_sequence(row.split("|"))


@pytest.mark.parametrize("row", ["栏次|1|Z|3", "栏次|l|2|3|4", "栏次|1|一|3"])
def test_behind_column_number_words_a_scan_may_spoil_some_numbers(row: str) -> None:
    assert is_sequence(row.split("|"))


@pytest.mark.parametrize("row", ["栏次|Z|l|3", "栏次|1|Z|2.50", "1|Z|3"])
def test_a_row_with_most_numbers_spoiled_or_a_figure_is_no_column_numbers(row: str) -> None:
    assert not is_sequence(row.split("|"))


def test_column_numbers_with_one_misprint_are_no_amounts() -> None:
    """Of a mutated form: 7 and 8 were read as the amounts of 合计 and 因公出国, and added up."""
    assert is_sequence(["1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "4", "12"])
    assert not is_sequence(["1", "2", "3", "9", "5", "7", "7", "8"])

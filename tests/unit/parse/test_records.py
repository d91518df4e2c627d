"""Tokens to records: where a printed line of whitespace text begins, and which number is its 行次."""

from __future__ import annotations

import pytest

from pipeline.model.grid import TextLine
from pipeline.parse.records import Record, coded_records, numbered_records, ordinal_of, sided_records
from pipeline.parse.tokens import Token, lines_to_tokens


def tokens_of(*texts: str, code_starts: str = "") -> list[Token]:
    return lines_to_tokens([TextLine(text, line_no=number) for number, text in enumerate(texts, 1)], code_starts)


def shown(records: list[Record]) -> list[tuple[int, str, list[str]]]:
    return [(record.block, record.label, [token.text for token in record.amounts]) for record in records]


def opens_no_line(text: str) -> bool:
    return False


@pytest.mark.parametrize(
    ("label", "number"),
    [
        ("一、教育支出", 1),
        ("十、节能环保支出", 10),
        ("十一、城乡", 11),
        ("二十、住房", 20),
        ("二十三、其他支出", 23),
        ("总计", None),
        ("(一)工资", None),
    ],
)
def test_ordinals_are_counted(label: str, number: int | None) -> None:
    assert ordinal_of(label) == number


def test_a_code_opens_a_line() -> None:
    records = coded_records(
        tokens_of("201 一般公共服务支出 10.00", "20103 政府办公厅 8.00", code_starts="2"), False, opens_no_line
    )
    assert [(record.code, *shown([record])[0][1:]) for record in records] == [
        ("201", "一般公共服务支出", ["10.00"]),
        ("20103", "政府办公厅", ["8.00"]),
    ]


def test_a_label_broken_over_lines_is_joined() -> None:
    records = coded_records(
        tokens_of("2010301 政府办公厅（室）及", "相关机构事务 8.00", code_starts="2"), False, opens_no_line
    )
    assert shown(records) == [(0, "政府办公厅（室）及相关机构事务", ["8.00"])]


def test_the_run_of_line_numbers_tells_the_side() -> None:
    records = numbered_records(
        tokens_of("一、财政拨款收入 1 5.00 一、一般公共服务支出 4 3.00", "二、事业收入 2  二、外交支出 5"), 2, True
    )
    assert [(block, label) for block, label, _ in shown(records)] == [
        (0, "一、财政拨款收入"),
        (1, "一、一般公共服务支出"),
        (0, "二、事业收入"),
        (1, "二、外交支出"),
    ]


def test_a_line_number_opens_a_line_without_label() -> None:
    records = numbered_records(tokens_of("一、收入 1 5.00 一、支出 4 3.00", " 2  二、外交支出 5 1.00"), 2, True)
    assert shown(records)[2:] == [(0, "", []), (1, "二、外交支出", ["1.00"])]


def test_an_amount_equal_to_the_next_line_number_stays_an_amount() -> None:
    """行次 is printed 1, 2, 3: a 2.00 is money, even where no blank says that a new line begins."""
    records = numbered_records(
        tokens_of("一、收入 1 5.00 一、支出 4 2.00", "二、收入 2 7.00 二、支出 5 1.00"), 2, False
    )
    assert shown(records) == [
        (0, "一、收入", ["5.00"]),
        (1, "一、支出", ["2.00"]),
        (0, "二、收入", ["7.00"]),
        (1, "二、支出", ["1.00"]),
    ]


def test_without_line_numbers_blanks_tell_the_side() -> None:
    records = sided_records(tokens_of("一、收入 5.00 一、支出 3.00", "  二、支出 2.00"), [2, 2], True)
    assert [(block, label) for block, label, _ in shown(records)] == [(0, "一、收入"), (1, "一、支出"), (1, "二、支出")]


def test_without_blanks_ordinals_tell_the_side() -> None:
    records = sided_records(tokens_of("一、收入 5.00 一、支出 3.00", "二、支出 2.00 二、收入 4.00"), [2, 2], False)
    assert [block for block, _, _ in shown(records)] == [0, 1, 1, 0]

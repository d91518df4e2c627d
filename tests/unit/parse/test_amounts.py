"""Printed cells to numbers, units to yuan: exact for every spelling a publisher uses."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.model.extract import CellKind
from pipeline.parse.amounts import YUAN_PER_UNIT, is_number_like, precision_yuan, read_amount, to_yuan

AMOUNTS = st.decimals(min_value=-(10**13), max_value=10**13, allow_nan=False, allow_infinity=False, places=2)
SIZES = {"元": 1, "千元": 10**3, "万元": 10**4, "百万元": 10**6, "亿元": 10**8}
FULL_WIDTH = str.maketrans("0123456789.,-()", "０１２３４５６７８９．，－（）")


def grouped(amount: Decimal) -> str:
    return f"{amount:,.2f}"


def plain(amount: Decimal) -> str:
    return f"{amount:.2f}"


def in_parentheses(amount: Decimal) -> str:
    return f"({-amount:,.2f})" if amount < 0 else f"{amount:,.2f}"


def full_width(amount: Decimal) -> str:
    return grouped(amount).translate(FULL_WIDTH)


def with_mark(amount: Decimal) -> str:
    return f"△{-amount:.2f}" if amount < 0 else f"￥{amount:.2f}"


def broken_over_lines(amount: Decimal) -> str:
    text = grouped(amount)
    return f"　{text[:3]}\n{text[3:]} "


SPELLINGS = [grouped, plain, in_parentheses, full_width, with_mark, broken_over_lines]


@pytest.mark.parametrize("spell", SPELLINGS, ids=lambda spell: spell.__name__)
@given(amount=AMOUNTS)
def test_a_printed_amount_is_read_back(spell: object, amount: Decimal) -> None:
    reading = read_amount(spell(amount))  # type: ignore[operator]
    assert (reading.kind, reading.number, reading.decimals) == (CellKind.NUMBER, amount, 2)


@pytest.mark.parametrize("unit", YUAN_PER_UNIT)
@given(amount=AMOUNTS)
def test_an_amount_in_any_unit_becomes_exact_yuan(unit: str, amount: Decimal) -> None:
    yuan, is_exact = to_yuan(amount, unit)
    assert (yuan, is_exact) == (amount * SIZES[unit], True)
    assert yuan.as_tuple().exponent == -2


@given(amount=AMOUNTS, unit=st.sampled_from(sorted(SIZES)))
def test_a_unit_printed_in_the_cell_is_read(amount: Decimal, unit: str) -> None:
    reading = read_amount(f"{amount:,.2f}{unit}")
    assert (reading.number, reading.unit) == (amount, unit)


@given(st.text(alphabet="0123456789,.-()（）-—△元万无 \n合计", max_size=12))
def test_no_text_makes_the_reader_fail(text: str) -> None:
    reading = read_amount(text)
    assert (reading.number is not None) == (reading.kind is CellKind.NUMBER)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("", CellKind.BLANK),
        ("　 \n", CellKind.BLANK),
        ("0", CellKind.NUMBER),
        ("0.00", CellKind.NUMBER),
        ("—", CellKind.DASH),
        ("────", CellKind.DASH),
        ("-", CellKind.DASH),
        ("－", CellKind.DASH),
        ("/", CellKind.DASH),
        ("无", CellKind.NONE_WORD),
        ("不适用", CellKind.NONE_WORD),
        ("■■", CellKind.UNREADABLE),
        ("#REF!", CellKind.UNREADABLE),
    ],
)
def test_blank_zero_dash_none_and_unreadable_are_five_things(text: str, kind: CellKind) -> None:
    assert read_amount(text).kind is kind


@pytest.mark.parametrize(
    "text", ["49,90", "1,2345", ",123", "1.2.3", "12.03%", "(12.03", "12.03)", "1e5", "12-03", "2023年", "."]
)
def test_what_is_no_amount_is_not_guessed(text: str) -> None:
    assert read_amount(text).kind is CellKind.UNREADABLE


@pytest.mark.parametrize("text", ["12.", "0 51", "67 0.", "0.00 30399", "051", "0,123.00", "12 3.4", "1 2345.6"])
def test_pieces_of_figures_are_no_figure(text: str) -> None:
    assert read_amount(text).kind is CellKind.UNREADABLE


@pytest.mark.parametrize(
    ("text", "number"),
    [
        *[("1 234 567.89", "1234567.89"), ("1 2 . 5 0", "12.5"), ("1, 234.00", "1234"), ("- 5.00", "-5"), ("00", "0")],
        *[("1,234,\n567.89", "1234567.89"), ("5.00 万元", "5"), ("△1 234.50", "-1234.5"), ("(1 234.50)", "-1234.5")],
        *[("￥1 234.00", "1234"), ("1 234.50万元", "1234.5"), ("- 1 234.00", "-1234"), ("1  234 567.89", "1234567.89")],
    ],
)
def test_a_figure_may_be_spaced_and_broken_over_lines(text: str, number: str) -> None:
    assert read_amount(text).number == Decimal(number)


def test_more_decimals_than_a_stored_number_shows_are_two_texts_in_a_cell() -> None:
    assert read_amount("0.30000000000000004").kind is CellKind.NUMBER
    assert read_amount("4916754.81\n" + "1" * 30).kind is CellKind.UNREADABLE


def test_an_amount_finer_than_a_cent_is_rounded_and_said() -> None:
    assert to_yuan(Decimal("0.005"), "元")[1] is False
    assert to_yuan(Decimal("0.123456"), "万元") == (Decimal("1234.56"), True)


@pytest.mark.parametrize(
    ("decimals", "unit", "size"), [(2, "元", "0.01"), (2, "万元", "100"), (0, "万元", "10000"), (6, "亿元", "100")]
)
def test_precision_is_the_last_printed_digit(decimals: int, unit: str, size: str) -> None:
    assert precision_yuan(decimals, unit) == Decimal(size)


def test_a_year_is_no_number() -> None:
    assert is_number_like("2,023") is True
    assert is_number_like("2023年") is False

"""A stored number and its format to the text in the cell."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.parse.amounts import read_amount
from pipeline.readers.number_format import exact, shown_text

#: Fifteen significant digits survive a double: thirteen before the point and two behind it.
AMOUNTS = st.decimals(min_value=-(10**12), max_value=10**12, allow_nan=False, places=2)


@given(AMOUNTS)
def test_a_typed_amount_survives_the_spreadsheet(amount: Decimal) -> None:
    assert read_amount(shown_text(float(amount), "#,##0.00")).number == amount
    assert exact(float(amount)) == amount


@given(st.integers(-(10**15), 10**15))
def test_a_whole_number_is_shown_as_it_is(number: int) -> None:
    assert shown_text(number, "General") == str(number)


@pytest.mark.parametrize(
    ("value", "number_format", "text"),
    [
        (12935.109999999999, "#,##0.00", "12,935.11"),
        (12935.109999999999, "General", "12935.11"),
        (0.125, "0.00", "0.13"),
        (-5.5, "#,##0.00;(#,##0.00)", "-5.50"),
        (-5.5, "#,##0.00_ ;[Red]-#,##0.00 ", "-5.50"),
        (0, "0.00", "0.00"),
        (1234567, "0", "1234567"),
        (0.5, "0%", "50%"),
        (30101.0, "@", "30101"),
        (12.5, '0.00"万元"', "12.50"),
    ],
)
def test_a_number_is_shown_by_its_format(value: float, number_format: str, text: str) -> None:
    assert shown_text(value, number_format) == text

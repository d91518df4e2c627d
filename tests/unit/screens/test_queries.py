"""Answers for other programs: whole, exact, and what CSV and JSON readers expect."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from decimal import Decimal

import pytest

from pipeline.screens.queries import RowFormat, write_rows

COLUMNS = ("department", "yuan", "value_ids", "published_on")
ROWS = [("政府\n“办公室”, 一", Decimal("1234567890123.40"), ["a", "b"], date(2024, 9, 1)), (None, None, None, None)]


def written(row_format: RowFormat) -> str:
    out = io.StringIO()
    write_rows(out, row_format, COLUMNS, ROWS)
    return out.getvalue()


def test_csv_has_a_line_of_names_and_exact_amounts() -> None:
    names, first, empty = csv.reader(io.StringIO(written(RowFormat.CSV)))
    assert tuple(names) == COLUMNS
    assert first == ["政府\n“办公室”, 一", "1234567890123.40", '["a", "b"]', "2024-09-01"]
    assert empty == [""] * 4


def test_json_is_one_object_per_row_with_amounts_as_exact_numbers() -> None:
    first, empty = json.loads(written(RowFormat.JSON), parse_float=Decimal)
    assert first == {
        "department": "政府\n“办公室”, 一",
        "yuan": Decimal("1234567890123.40"),
        "value_ids": ["a", "b"],
        "published_on": "2024-09-01",
    }
    assert set(empty.values()) == {None}


@pytest.mark.parametrize(
    ("value", "expected"), [(float("nan"), None), (True, True), (0.5, 0.5), ({"a": [1]}, {"a": [1]})]
)
def test_json_holds_what_json_can_hold(value: object, expected: object) -> None:
    out = io.StringIO()
    write_rows(out, RowFormat.JSON, ["x"], [(value,)])
    assert json.loads(out.getvalue()) == [{"x": expected}]


def test_an_answer_without_rows_is_an_empty_array() -> None:
    out = io.StringIO()
    write_rows(out, RowFormat.JSON, ["x"], [])
    assert json.loads(out.getvalue()) == []

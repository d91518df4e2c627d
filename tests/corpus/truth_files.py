"""Writes truth as CSV: one row per printed number, blanks and dashes left out."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from tests.corpus.amounts import CellKind
from tests.corpus.facts import ExpectedValue

TRUTH_COLUMNS = (
    "file_name",
    "form_id",
    "line_side",
    "line_code",
    "line_label",
    "qualifier",
    "measure",
    "amount_yuan",
    "count_value",
    "reported_text",
    "reported_unit",
)


def truth_to_csv(by_file: Iterable[tuple[str, Iterable[ExpectedValue]]]) -> str:
    """Sets the numbers of each file as CSV with `TRUTH_COLUMNS`; `None` becomes an empty field."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(TRUTH_COLUMNS)
    for file_name, values in by_file:
        writer.writerows(_row(file_name, value) for value in values if value.cell_kind is CellKind.NUMBER)
    return out.getvalue()


def _row(file_name: str, value: ExpectedValue) -> tuple[object, ...]:
    return (file_name, *(getattr(value, column) for column in TRUTH_COLUMNS[1:]))

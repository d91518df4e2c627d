"""Queries on the screen: some to try, and the rows of an answer as a table, CSV or JSON."""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, time
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import TextIO

from rich.console import Console
from rich.table import Table
from rich.text import Text

from pipeline.screens.console import counted, said

#: Shown after a run; `tests/integration` runs each of them.
QUERIES: dict[str, str] = {
    "What each department spends, by class of function": (
        "select d.department_name, f.fiscal_year, f.phase, left(f.function_code, 3) as class, "
        "sum(f.amount_yuan) as yuan from marts.fct_expenditure_by_function as f "
        "join marts.dim_department as d using (department_id) where f.fund = 'general_public_budget' "
        "group by all order by all"
    ),
    "The three public expenses (三公) beside each other": (
        "select d.region_name, d.department_name, t.fiscal_year, t.stage, t.category, t.amount_yuan "
        "from marts.fct_three_public as t join marts.dim_department as d using (department_id) order by all"
    ),
    "The largest numbers and where they stand, to trace one": (
        "select value_id, form_id, line_label, measure, amount_yuan, page_no, row_no "
        "from marts.fct_form_value order by amount_yuan desc nulls last limit 10"
    ),
}


class RowFormat(StrEnum):
    """How the rows of an answer are written."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"


def show_rows(console: Console, columns: Sequence[str], rows: Sequence[Sequence[object]], *, limit: int) -> None:
    """The result of a query; rows above the limit are counted."""
    table = Table()
    for column in columns:
        table.add_column(said(column), overflow="fold")
    for row in rows[:limit]:
        table.add_row(*[Text("null", style="dim") if cell is None else said(cell) for cell in row])
    console.print(table)
    rest = f" (the first {limit} shown; --limit shows more)" if len(rows) > limit else ""
    console.print(f"{counted(len(rows), 'row')}{rest}")


def write_rows(stream: TextIO, row_format: RowFormat, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """The result of a query for other programs: amounts exact and without separators, nothing left out.

    CSV: a line of names first; null is an empty field, a list is JSON. JSON: one array, one object per row.
    """
    if row_format is RowFormat.CSV:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows([_csv_cell(cell) for cell in row] for row in rows)
        return
    objects = (to_json(dict(zip(columns, row, strict=True))) for row in rows)
    stream.write("[" + ",".join(f"\n{one}" for one in objects) + "\n]\n")


def _csv_cell(value: object) -> object:
    return to_json(value) if isinstance(value, (list, tuple, Mapping)) else value


def to_json(value: object) -> str:
    """A value of the warehouse as JSON: amounts are numbers with all their digits, dates are text.

    >>> print(to_json({"yuan": Decimal("2939710000.10"), "所属": [None, date(2024, 9, 1)]}))
    {"yuan": 2939710000.10, "所属": [null, "2024-09-01"]}
    """
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, Mapping):
        return "{" + ", ".join(_json_pairs(value)) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(to_json(part) for part in value) + "]"
    if isinstance(value, float) and not math.isfinite(value):
        return "null"
    if isinstance(value, (date, time)):
        return json.dumps(value.isoformat())
    return json.dumps(value, ensure_ascii=False, default=str)


def _json_pairs(value: Mapping[object, object]) -> Iterator[str]:
    for name, part in value.items():
        yield f"{json.dumps(str(name), ensure_ascii=False)}: {to_json(part)}"


def show_file(console: Console, file: Path, command: str, option: str) -> None:
    """The path of the published file, and three queries to try.

    Args:
        console: Where to show them.
        file: The published file.
        command: How this person calls us: `gongkai`, or the path of it where it is not on the PATH.
        option: Names a warehouse that is not the usual one, else empty.
    """
    console.print()
    console.print(Text("Warehouse: ", style="bold") + Text(str(file)))
    console.print("Queries to try:", style="bold")
    for title, sql in QUERIES.items():
        console.print(Text(f"  # {title}", style="dim"), soft_wrap=True)
        console.print(Text(f'  {command} query{option} "{sql}"'), soft_wrap=True)

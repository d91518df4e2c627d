"""Rows and patterns as Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal


def table_lines(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Rows as a Markdown table; columns of numbers stand to the right.

    >>> print(table_lines(("year", "yuan"), [(2022, Decimal("1234.50"))]))
    | year | yuan |
    | ---: | ---: |
    | 2022 | 1,234.50 |
    """
    listed = list(rows)
    is_number = [
        any(isinstance(row[index], int | float | Decimal) for row in listed) for index, _name in enumerate(columns)
    ]
    head = [list(columns), ["---:" if right else "---" for right in is_number]]
    cells = [*head, *[[_cell(value) for value in row] for row in listed]]
    return "\n".join("| " + " | ".join(row) + " |" for row in cells)


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return ", ".join(str(one) for one in value)
    return f"{value:,}" if isinstance(value, Decimal) else str(value)


def escaped(pattern: str) -> str:
    r"""A pattern that may stand in a cell of a table.

    >>> print(escaped("^(合计|总计)$"))
    ^(合计\|总计)$
    """
    return pattern.replace("|", "\\|")

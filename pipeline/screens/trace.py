"""One number on the screen: where it stands, why it has this unit, which sums it takes part in."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from pipeline.published.trace import SumOfValue, TracedValue
from pipeline.screens.console import PHASES, counted, said, said_name, yuan

_UNIT_REASONS = {
    "printed": "it is printed with this form",
    "document": "this form prints none; all other forms of the document agree on it",
}


def show_trace(console: Console, value: TracedValue, sums: Sequence[SumOfValue]) -> None:
    """Where a number stands, why it has this unit and amount, and the sums it takes part in."""
    table = Table(show_header=False, box=None, padding=(0, 2, 0, 0))
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    for name, words in _trace_lines(value):
        table.add_row(name, said_name(words) if name == "file" else said(words))
    console.print(table)
    _show_sums(console, sums)


def _trace_lines(value: TracedValue) -> list[tuple[str, str]]:
    form = f"{value.form_id} {value.form_name or ''}".strip()
    title = f", printed as {value.form_title}" if value.form_title else ""
    repeat = f", printing {value.instance_no}" if value.instance_no > 1 else ""
    labels = [value.line_side, value.line_code, value.line_label, value.qualifier]
    page = f"page {value.page_no}, row {value.row_no}" if value.page_no is not None else f"line {value.row_no}"
    stored = f" (the file stores {value.stored_text})" if value.stored_text else ""
    is_count = value.amount_yuan is None and value.count_value is not None
    lines = [
        ("value", value.value_id),
        ("file", value.relative_path),
        ("address", value.source_url or "not known"),
        ("document", f"{value.department_name or 'department not known'}, {value.fiscal_year or 'year not known'}"),
        ("phase", f"{value.phase or 'not known'} {PHASES.get(value.phase or '', '')}".rstrip()),
        ("form", f"{form}{title}{repeat}"),
        ("place", f"{page}, column {value.col_no}"),
        ("row", " · ".join(label for label in labels if label)),
        ("column", value.measure),
        ("printed", f"{value.reported_text}{stored}"),
        ("line", value.reported_line),
    ]
    if is_count:
        return [*lines, ("count", f"{value.count_value:,} (a count, no money)"), *_reading_lines(value)]
    amount = [("unit", _unit_line(value)), ("amount", f"{yuan(value.amount_yuan)} yuan{_precision(value)}")]
    return [*lines, *amount, *_reading_lines(value)]


def _reading_lines(value: TracedValue) -> list[tuple[str, str]]:
    reason = f": {value.method_reason}" if value.method_reason else ""
    return [("read by", f"{value.method}{reason}"), ("grade", f"{value.grade}, by the sums below")]


def _unit_line(value: TracedValue) -> str:
    reason = _UNIT_REASONS.get(value.unit_evidence, value.unit_evidence)
    return f"{value.reported_unit or 'not known'}, because {reason}"


def _precision(value: TracedValue) -> str:
    return "" if value.precision_yuan is None else f" (last printed digit: {value.precision_yuan.normalize():f} yuan)"


def _show_sums(console: Console, sums: Sequence[SumOfValue]) -> None:
    if not sums:
        console.print("It takes part in no sum.")
        return
    table = Table(title=f"It takes part in {counted(len(sums), 'sum')}", title_justify="left", title_style="bold")
    for name in ("rule", "line", "side"):
        table.add_column(name, overflow="fold")
    for name in ("left, yuan", "right, yuan", "difference, yuan"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("outcome", no_wrap=True)
    for one in sums:
        label = one.instance_label if one.measure is None else f"{one.instance_label} ({one.measure})"
        amounts = [yuan(amount) for amount in (one.left_yuan, one.right_yuan, one.difference_yuan)]
        style = "red" if one.outcome == "break" else ""
        cells = [said(cell) for cell in (one.rule_name or one.rule_id, label, one.side, *amounts)]
        table.add_row(*cells, Text(one.outcome, style=style))
    console.print(table)

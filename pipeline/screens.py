"""What the command line shows: tables and lines made of records. Nothing is read or decided here."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from pipeline.errors import FiscalError
from pipeline.published.documents import BrokenSum, DocumentLine, IssueLine
from pipeline.published.trace import SumOfValue, TracedValue

#: A wide table in a pipe or a log is better than one folded to nothing.
_WIDTH_WITHOUT_TERMINAL = 160
#: More breaks than this are counted, not listed; `gongkai check` lists them all.
SHOWN_BREAKS = 10
_STYLES = {"loaded": "green", "partial": "yellow", "quarantined": "red", "superseded": "dim", "duplicate": "dim"}
_PHASES = {"budget": "预算", "final_accounts": "决算"}
_SEVERITIES = {"error": "red", "warning": "yellow", "info": "dim"}
_UNIT_REASONS = {
    "printed": "it is printed with this form",
    "document": "this form prints none; all other forms of the document agree on it",
}

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


def make_console(*, to_stderr: bool = False) -> Console:
    """A console as wide as the terminal, or wide enough where there is none."""
    console = Console(stderr=to_stderr, highlight=False, soft_wrap=False)
    if not console.is_terminal:
        console = Console(stderr=to_stderr, highlight=False, width=_WIDTH_WITHOUT_TERMINAL)
    return console


def show_error(console: Console, error: FiscalError) -> None:
    """What was found, what was expected, what to do."""
    console.print(Text("Error: ", style="bold red") + Text(error.found.rstrip()))
    for label, said in (("expected", error.expected), ("to do", error.remedy), ("document", error.document)):
        if said:
            console.print(Text(f"  {label}: ", style="bold") + Text(said))


def show_documents(console: Console, documents: Sequence[DocumentLine]) -> None:
    """A row per document."""
    table = Table(title=f"{len(documents)} documents", title_justify="left", title_style="bold")
    for name in ("file", "department", "region", "year", "phase", "unit"):
        table.add_column(name, overflow="fold")
    for name in ("forms", "numbers", "issues", "breaks"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("status", no_wrap=True)
    for line in documents:
        table.add_row(*_document_cells(line))
    console.print(table)


def _document_cells(line: DocumentLine) -> list[Text]:
    unknown = line.forms_expected in (None, 0)
    forms = f"{line.forms_found or 0} of {'?' if unknown else line.forms_expected}"
    cells = [
        line.relative_path,
        line.department_name,
        line.region_name,
        line.fiscal_year,
        _PHASES.get(line.phase or ""),
        line.reported_unit,
    ]
    texts = [Text("—" if cell is None else str(cell)) for cell in cells]
    numbers = [Text(f"{number:,}") for number in (line.number_count, line.issue_count, line.break_count)]
    return [*texts, Text(forms), *numbers, Text(line.status, style=_STYLES.get(line.status, ""))]


def show_not_loaded(console: Console, documents: Sequence[DocumentLine]) -> None:
    """What was quarantined or left out, each with its reason."""
    left_out = [line for line in documents if line.status in ("quarantined", "duplicate", "superseded")]
    if not left_out:
        console.print("Nothing was quarantined.")
        return
    table = Table(title=f"{len(left_out)} not loaded", title_justify="left", title_style="bold")
    table.add_column("file", overflow="fold")
    table.add_column("status", no_wrap=True)
    table.add_column("why", overflow="fold")
    for line in left_out:
        style = _STYLES.get(line.status, "")
        table.add_row(Text(line.relative_path), Text(line.status, style=style), Text(line.status_reason or "—"))
    console.print(table)


def show_breaks(console: Console, breaks: Sequence[BrokenSum], *, limit: int | None = SHOWN_BREAKS) -> None:
    """The sums that break, the largest first; above the limit they are counted."""
    if not breaks:
        console.print("No sum breaks.")
        return
    table = Table(title=f"{len(breaks)} sums break", title_justify="left", title_style="bold")
    for name in ("file", "form", "rule", "line"):
        table.add_column(name, overflow="fold")
    for name in ("left, yuan", "right, yuan", "difference, yuan"):
        table.add_column(name, justify="right", no_wrap=True)
    shown = breaks if limit is None else breaks[:limit]
    for broken in shown:
        form = broken.form_id if broken.instance_no == 1 else f"{broken.form_id} #{broken.instance_no}"
        rule = broken.rule_name or broken.rule_id
        label = broken.instance_label if broken.measure is None else f"{broken.instance_label} ({broken.measure})"
        amounts = [yuan(amount) for amount in (broken.left_yuan, broken.right_yuan, broken.difference_yuan)]
        table.add_row(*[Text(cell) for cell in (broken.file_name or "—", form, rule, label, *amounts)])
    console.print(table)
    if len(shown) < len(breaks):
        console.print(f"… and {len(breaks) - len(shown)} more: gongkai check")


def show_issues(console: Console, issues: Sequence[IssueLine], documents: Sequence[DocumentLine]) -> None:
    """Problems met in reading, with their place and what to do."""
    if not issues:
        console.print("No issues.")
        return
    names = {line.document_id: line.file_name for line in reversed(documents)}
    table = Table(title=f"{len(issues)} issues", title_justify="left", title_style="bold")
    table.add_column("file", overflow="fold")
    table.add_column("severity", no_wrap=True)
    for name in ("category", "place", "text", "what happened", "to do"):
        table.add_column(name, overflow="fold")
    for issue in issues:
        cells = (issue.category, _place(issue.form_id, issue.page_no, issue.row_no, issue.col_no), issue.raw_text)
        table.add_row(
            Text(names.get(issue.document_id, issue.document_id[:12])),
            Text(issue.severity, style=_SEVERITIES.get(issue.severity, "")),
            *[Text(cell) for cell in (*cells, issue.message, issue.remedy)],
        )
    console.print(table)


def _place(form_id: str | None, page_no: int | None, row_no: int | None, col_no: int | None) -> str:
    parts = [("", form_id), ("page ", page_no), ("row ", row_no), ("column ", col_no)]
    return ", ".join(f"{name}{value}" for name, value in parts if value is not None) or "—"


def show_trace(console: Console, value: TracedValue, sums: Sequence[SumOfValue]) -> None:
    """Where a number stands, why it has this unit and amount, and the sums it takes part in."""
    table = Table(show_header=False, box=None, padding=(0, 2, 0, 0))
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    for name, said in _trace_lines(value):
        table.add_row(name, Text(said))
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
        ("phase", f"{value.phase or 'not known'} {_PHASES.get(value.phase or '', '')}".rstrip()),
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
    table = Table(title=f"It takes part in {len(sums)} sums", title_justify="left", title_style="bold")
    for name in ("rule", "line", "side"):
        table.add_column(name, overflow="fold")
    for name in ("left, yuan", "right, yuan", "difference, yuan"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("outcome", no_wrap=True)
    for one in sums:
        label = one.instance_label if one.measure is None else f"{one.instance_label} ({one.measure})"
        amounts = [yuan(amount) for amount in (one.left_yuan, one.right_yuan, one.difference_yuan)]
        style = "red" if one.outcome == "break" else ""
        cells = [Text(cell) for cell in (one.rule_name or one.rule_id, label, one.side, *amounts)]
        table.add_row(*cells, Text(one.outcome, style=style))
    console.print(table)


def show_rows(console: Console, columns: Sequence[str], rows: Sequence[Sequence[object]], *, limit: int) -> None:
    """The result of a query; rows above the limit are counted."""
    table = Table()
    for column in columns:
        table.add_column(Text(column), overflow="fold")
    for row in rows[:limit]:
        table.add_row(*[Text("null", style="dim") if cell is None else Text(str(cell)) for cell in row])
    console.print(table)
    rest = f" (the first {limit} shown; --limit shows more)" if len(rows) > limit else ""
    console.print(f"{len(rows):,} rows{rest}")


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


def yuan(amount: Decimal | None) -> str:
    """An amount with separators, exact.

    >>> yuan(Decimal("2939710000.00"))
    '2,939,710,000.00'
    """
    return "—" if amount is None else f"{amount:,}"

"""Documents on the screen: what was loaded, and what was not and why."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from pipeline.published.documents import DocumentLine
from pipeline.screens.console import PHASES, counted, said, said_name

_STYLES = {"loaded": "green", "partial": "yellow", "quarantined": "red", "superseded": "dim", "duplicate": "dim"}


def show_documents(console: Console, documents: Sequence[DocumentLine]) -> None:
    """A row per document."""
    table = Table(title=counted(len(documents), "document"), title_justify="left", title_style="bold")
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
        PHASES.get(line.phase or ""),
        line.reported_unit,
    ]
    texts = [said_name("—" if cell is None else cell) for cell in cells]
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
        table.add_row(said_name(line.relative_path), Text(line.status, style=style), said(line.status_reason or "—"))
    console.print(table)

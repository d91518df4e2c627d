"""Looking into the published file: `status`, `trace`, `check`, `query`."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import Annotated

import typer

from pipeline.commands.nights import check_age, parse_age
from pipeline.commands.shared import VerboseOption, WarehouseOption, app, friendly, our_name, warehouse_option
from pipeline.published.account import list_kinds, list_unexplained
from pipeline.published.documents import find_documents, list_breaks, list_documents, list_issues
from pipeline.published.findings import FindingLine, Language, list_findings
from pipeline.published.trace import trace_value
from pipeline.published.warehouse import Connection, open_published, run_query
from pipeline.screens import console as screen
from pipeline.screens.account import show_account, show_worst_accounts
from pipeline.screens.documents import show_documents, show_not_loaded
from pipeline.screens.findings import (
    SHOWN,
    Reader,
    show_count_of_sums,
    show_findings,
    show_issues,
    show_sums,
)
from pipeline.screens.queries import RowFormat, show_rows, write_rows
from pipeline.screens.trace import show_trace
from pipeline.settings import Settings, load_settings


@app.command(epilog="Example: gongkai status --max-age 26h")
@friendly
def status(
    max_age: Annotated[
        str | None,
        typer.Option("--max-age", metavar="AGE", help="Only say if the last good night is younger; else exit 1."),
    ] = None,
    warehouse: WarehouseOption = None,
    verbose: VerboseOption = False,
) -> None:
    """List the documents of the warehouse and their state; with --max-age a watchdog for cron."""
    settings = load_settings(warehouse_dir=warehouse)
    console = screen.make_console()
    if max_age is not None:
        console.print(screen.said(check_age(settings, parse_age(max_age))))
        return
    with open_published(settings.published_file) as connection:
        documents = list_documents(connection)
    show_documents(console, documents)
    show_not_loaded(console, documents)
    console.print(f"Warehouse: {settings.published_file}", markup=False, soft_wrap=True)


@app.command(epilog="Example: gongkai trace 3f8e8e0c40817d1e")
@friendly
def trace(
    value_id: Annotated[str, typer.Argument(help="A value_id of marts.fct_form_value, or its beginning.")],
    warehouse: WarehouseOption = None,
    verbose: VerboseOption = False,
) -> None:
    """Show where a number stands: file, page, form, row, column, printed text, unit and why, amount, sums."""
    settings = load_settings(warehouse_dir=warehouse)
    with open_published(settings.published_file) as connection:
        value, sums = trace_value(connection, value_id)
    show_trace(screen.make_console(), value, sums)


@app.command(epilog="Example: gongkai check 000_7845e93f4cea73fd.txt")
@friendly
def check(
    document: Annotated[
        str | None,
        typer.Argument(help="A file name, a part of one, or the beginning of a document_id; all if left out."),
    ] = None,
    html: Annotated[bool, typer.Option("--html", help="Write the findings as offline pages with pictures.")] = False,
    to: Annotated[
        Path | None,
        typer.Option("--to", metavar="DIR", help="Folder for the pages [default: check, in the warehouse's folder]"),
    ] = None,
    sums: Annotated[bool, typer.Option("--sums", help="List the sums that break, each by itself.")] = False,
    lang: Annotated[Language, typer.Option("--lang", help="Language of the sentences.")] = Language.BOTH,
    limit: Annotated[int, typer.Option("--limit", min=1, help="Findings, issues and sums to list.")] = SHOWN,
    raw: Annotated[
        Path | None,
        typer.Option("--raw", metavar="DIR", help="Folder of the documents, for the pictures [default: data/raw]"),
    ] = None,
    warehouse: WarehouseOption = None,
    verbose: VerboseOption = False,
) -> None:
    """Show what is wrong, of one document or of all: findings, worst first, issues, broken sums, unread numbers."""
    settings = load_settings(raw_dir=raw, warehouse_dir=warehouse)
    console = screen.make_console()
    name = f" {shlex.quote(document)}" if document else ""
    reader = Reader(f"{our_name()} check{name}{warehouse_option(warehouse)}", limit, lang)
    with open_published(settings.published_file) as connection:
        documents = list_documents(connection)
        chosen = find_documents(documents, document) if document else documents
        ids = {line.document_id for line in chosen}
        findings = list_findings(connection, ids)
        issues = list_issues(connection, chosen)
        breaks = [broken for broken in list_breaks(connection) if broken.document_id in ids]
        kinds = list_kinds(connection, chosen)
        unexplained = list_unexplained(connection, chosen) if document else []
        if html or to is not None:
            _write_pages(connection, findings, settings, to, lang)
            return
    show_findings(console, findings, reader)
    show_issues(console, issues, chosen, reader)
    show_breaks = show_sums if sums else show_count_of_sums
    show_breaks(console, breaks, reader)
    if document:
        show_account(console, kinds, unexplained, reader)
    else:
        show_worst_accounts(console, kinds, reader.again)


def _write_pages(
    connection: Connection, findings: list[FindingLine], settings: Settings, to: Path | None, lang: Language
) -> None:
    from pipeline.pages.write import write_check_pages

    folder = (to or settings.check_dir).absolute()
    index = write_check_pages(connection, findings, folder, settings, lang)
    files = len({finding.document_id for finding in findings})
    console = screen.make_console()
    told = f"{screen.counted(len(findings), 'finding')} in {screen.counted(files, 'document')}"
    console.print(screen.said(f"{told}: {index}"), soft_wrap=True)


@app.command(epilog='Example: gongkai query "select form_id, count(*) from marts.fct_form_value group by all"')
@friendly
def query(
    sql: Annotated[str, typer.Argument(help="One SQL query in DuckDB's dialect; it can only read.")],
    row_format: Annotated[
        RowFormat, typer.Option("--format", help="A table to look at; CSV or JSON for other programs, always whole.")
    ] = RowFormat.TABLE,
    warehouse: WarehouseOption = None,
    limit: Annotated[int, typer.Option("--limit", min=1, help="Rows of a table to show.")] = 50,
    verbose: VerboseOption = False,
) -> None:
    """Ask the published file a question."""
    settings = load_settings(warehouse_dir=warehouse)
    columns, rows = run_query(settings.published_file, sql)
    if row_format is RowFormat.TABLE:
        show_rows(screen.make_console(), columns, rows, limit=limit)
    else:
        write_rows(sys.stdout, row_format, columns, rows)

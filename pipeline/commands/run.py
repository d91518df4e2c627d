"""`gongkai run`: the night, here and now."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from pipeline.commands.shared import (
    VerboseOption,
    WarehouseOption,
    app,
    check_folders,
    friendly,
    our_name,
    warehouse_option,
)
from pipeline.logs import configure_logs
from pipeline.nights.ledger import read_ledger
from pipeline.published.documents import list_breaks, list_documents
from pipeline.published.findings import list_findings
from pipeline.published.warehouse import open_published
from pipeline.screens import console as screen
from pipeline.screens.documents import show_documents, show_not_loaded
from pipeline.screens.findings import Reader, show_count_of_sums, show_findings
from pipeline.screens.nights import changes_in_words
from pipeline.screens.queries import show_file
from pipeline.settings import Settings, activate, load_settings


@app.command(epilog="Example: gongkai run --raw data/raw --warehouse data/warehouse")
@friendly
def run(
    raw: Annotated[
        Path | None,
        typer.Option("--raw", metavar="DIR", help="Folder of documents as published [default: data/raw]"),
    ] = None,
    warehouse: WarehouseOption = None,
    retry: Annotated[bool, typer.Option("--retry", help="Read quarantined documents again.")] = False,
    accept: Annotated[
        bool,
        typer.Option("--accept", help="Publish although more changed than the limits allow, or publishing is on hold."),
    ] = False,
    wait: Annotated[float, typer.Option("--wait", metavar="SECONDS", min=0, help="For another run to end.")] = 0,
    verbose: VerboseOption = False,
) -> None:
    """Ingest what is new or changed, build, test, publish fiscal.duckdb. Exit 0: published; 1: nothing published."""
    settings = load_settings(
        raw_dir=raw,
        warehouse_dir=warehouse,
        retry_quarantined=retry or None,
        accept_changes=accept or None,
        lock_wait_s=wait or None,
        show_progress=sys.stderr.isatty() or None,
    )
    check_folders(settings, is_raw_given=raw is not None)
    activate(settings)
    configure_logs(settings.log_file, settings.log_level)
    from pipeline.definitions import defs
    from pipeline.defs.automation.in_process import run_nightly

    is_new = run_nightly(defs(), settings)
    _show_run(settings, is_new=is_new, option=warehouse_option(warehouse))


def _show_run(settings: Settings, *, is_new: bool, option: str) -> None:
    console = screen.make_console()
    reader = Reader(f"{our_name()} check{option}")
    with open_published(settings.published_file) as connection:
        documents = list_documents(connection)
        findings = list_findings(connection, [line.document_id for line in documents])
        breaks = list_breaks(connection)
    show_documents(console, documents)
    show_not_loaded(console, documents)
    show_findings(console, findings, reader)
    show_count_of_sums(console, breaks, reader)
    show_file(console, settings.published_file, our_name(), option)
    if not is_new:
        console.print("Nothing had changed: the published file is up to date.")
    elif (night := read_ledger(settings).last_good) is not None:
        console.print(screen.said(f"Published as night {night.night_id}: {changes_in_words(night)}."), soft_wrap=True)

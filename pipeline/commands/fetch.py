"""`gongkai fetch`: documents from the publishers' sites into the raw folder, politely."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipeline.commands.shared import VerboseOption, app, friendly
from pipeline.logs import configure_logs
from pipeline.screens import console as screen
from pipeline.settings import load_settings


@app.command(epilog="Example: gongkai fetch --sources docs/samples/sources.csv --raw data/raw --only dingzhou-2023")
@friendly
def fetch(
    sources: Annotated[
        Path | None,
        typer.Option("--sources", metavar="FILE", help="List of disclosure pages [default: data/sources.csv]"),
    ] = None,
    raw: Annotated[
        Path | None, typer.Option("--raw", metavar="DIR", help="Folder the documents go to [default: data/raw]")
    ] = None,
    only: Annotated[
        list[str] | None, typer.Option("--only", metavar="SOURCE_ID", help="This source alone; may be repeated.")
    ] = None,
    verbose: VerboseOption = False,
) -> None:
    """Fetch what is new or changed at publishers' pages. Exit 0: done; 1: too much failed (what came is kept)."""
    from pipeline.screens.fetches import show_fetch
    from pipeline.sources.fetch.fetching import fetch_sources
    from pipeline.sources.fetch.options import FetchOptions
    from pipeline.sources.fetch.source_list import read_source_list

    settings = load_settings(raw_dir=raw, sources_file=sources)
    configure_logs(settings.log_file, settings.log_level)
    listed = read_source_list(settings.sources_file).only(frozenset(only or ()))
    report = fetch_sources(listed, settings.raw_dir, FetchOptions.of(settings))
    show_fetch(screen.make_console(), report, contact=settings.fetch_contact)
    if report.error is not None:
        raise report.error

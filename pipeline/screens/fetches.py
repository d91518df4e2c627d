"""A fetch on the screen: each source's documents by what became of them, and the reasons of what failed."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table
from rich.text import Text

from pipeline.screens.console import counted, said
from pipeline.sources.fetch.report import FetchReport, Outcome

#: The journal names them all.
_SHOWN_FAILURES = 30
_SHOWN = (Outcome.NEW, Outcome.CHANGED, Outcome.UNCHANGED, Outcome.GONE, Outcome.FAILED)
_STYLES = {Outcome.NEW: "green", Outcome.CHANGED: "yellow", Outcome.GONE: "yellow", Outcome.FAILED: "red"}


def show_fetch(console: Console, report: FetchReport, *, contact: str) -> None:
    """A row per source, then what failed and why."""
    table = Table(title=counted(len(report.sources), "source"), title_justify="left", title_style="bold")
    table.add_column("source", overflow="fold")
    for name in ("pages", *_SHOWN, "kB received"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("to mind", overflow="fold")
    for source in report.sources:
        numbers = [
            # a document that is back where it was is one more that has not changed
            source.outcomes[outcome] + (source.outcomes[Outcome.RETURNED] if outcome is Outcome.UNCHANGED else 0)
            for outcome in _SHOWN
        ]
        failed_pages = len(source.failures) - source.outcomes[Outcome.FAILED]
        notes = [
            f"{counted(failed_pages, 'page')} failed" if failed_pages else "",
            f"{counted(source.pages_left, 'further page')} not looked at (max_pages)" if source.pages_left else "",
            f"{source.outcomes[Outcome.RETURNED]:,} back after being gone" if source.outcomes[Outcome.RETURNED] else "",
            f"{source.outcomes[Outcome.POSTPONED]:,} left for the next fetch"
            if source.outcomes[Outcome.POSTPONED]
            else "",
            "no link matches the pattern" if source.pages and not source.outcomes and not source.failures else "",
        ]
        cells = [
            Text(f"{number:,}", style=_STYLES.get(outcome, "") if number else "dim")
            for outcome, number in zip(_SHOWN, numbers, strict=True)
        ]
        received = Text(f"{source.bytes_received / 1000:,.0f}")
        table.add_row(
            said(source.source_id), Text(f"{source.pages:,}"), *cells, received, said("; ".join(filter(None, notes)))
        )
    console.print(table)
    _show_failures(console, report)
    if report.unreadable_journal_lines:
        console.print(f"{counted(report.unreadable_journal_lines, 'line')} of the journal cannot be read.")
    if not contact.strip():
        console.print(
            "No contact stands in our User-Agent: set GONGKAI_FETCH_CONTACT to an address publishers can write to."
        )


def _show_failures(console: Console, report: FetchReport) -> None:
    if not report.failures:
        return
    table = Table(title=f"{len(report.failures):,} failed", title_justify="left", title_style="bold")
    table.add_column("source", overflow="fold")
    table.add_column("reason", no_wrap=True)
    table.add_column("what was found", overflow="fold")
    for failure in report.failures[:_SHOWN_FAILURES]:
        table.add_row(said(failure.source_id or "(the list)"), said(failure.error.category), said(failure.error.found))
    console.print(table)
    if len(report.failures) > _SHOWN_FAILURES:
        console.print(
            f"… and {len(report.failures) - _SHOWN_FAILURES:,} more: see fetched/JOURNAL.jsonl in the raw folder."
        )

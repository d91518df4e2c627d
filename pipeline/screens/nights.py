"""Nights on the screen: what each came to, which one readers see, what it changed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from rich.console import Console
from rich.table import Table
from rich.text import Text

from pipeline.nights.changes import Changes
from pipeline.nights.folder import KeptNight
from pipeline.nights.ledger import CALENDAR, Ledger, Night, Outcome
from pipeline.screens.console import counted, said

_STYLES = {
    Outcome.PUBLISHED: "green",
    Outcome.UNCHANGED: "green",
    Outcome.BLOCKED: "red",
    Outcome.HELD: "yellow",
    Outcome.FAILED: "red",
    Outcome.KILLED: "red",
    Outcome.PARTIAL: "yellow",
}
_CHANGES = (
    ("documents_added", "documents added"),
    ("documents_changed", "changed"),
    ("documents_withdrawn", "withdrawn"),
    ("numbers_added", "numbers added"),
    ("numbers_changed", "changed"),
    ("numbers_removed", "removed"),
)


def show_nights(console: Console, ledger: Ledger, kept: Sequence[KeptNight], limit: int) -> None:
    """A row per night tried, the newest first."""
    files = {night.folder.name: night for night in kept}
    table = Table(title=counted(len(ledger.nights), "night"), title_justify="left", title_style="bold")
    for name in ("night", "began", "took", "outcome", "file"):
        table.add_column(name, no_wrap=True)
    table.add_column("what", overflow="fold")
    for night in list(reversed(ledger.nights))[:limit]:
        table.add_row(
            Text(f"{night.night_id}{' *' if night.night_id == ledger.current_night_id else ''}"),
            Text(_time(night.started_at)),
            Text(_took(night)),
            _outcome(night),
            Text(_size(files.get(night.night_id))),
            said(night.reason or _counts(night) or "—"),
        )
    console.print(table)
    if ledger.current_night_id is not None:
        console.print("* is what readers see.", markup=False)
    if ledger.held_since is not None:
        console.print(
            said(f"On hold since {_time(ledger.held_since)} ({ledger.hold_reason}): `gongkai run --accept` lifts it.")
        )


def _outcome(night: Night) -> Text:
    if night.outcome is None:
        return Text("running")
    return Text(night.outcome.value, style=_STYLES[night.outcome])


def _time(at: datetime) -> str:
    return f"{at.astimezone(CALENDAR):%Y-%m-%d %H:%M}"


def _took(night: Night) -> str:
    if night.ended_at is None:
        return "—"
    seconds = (night.ended_at - night.started_at).total_seconds()
    return f"{max(seconds, 0):.0f} s"


def _size(kept: KeptNight | None) -> str:
    if kept is None:
        return "—"
    return f"{kept.manifest.file_bytes / 1e6:,.1f} MB" if kept.has_file else "removed"


def changes_in_words(night: Night) -> str:
    """What a published night changed, in one line."""
    is_first = night.facts.get("is_first")
    return "the first one" if is_first else _counts(night) or "nothing changed for readers"


def _counts(night: Night) -> str:
    counts = ((words, night.facts.get(name, 0)) for name, words in _CHANGES)
    return ", ".join(f"{words} {count:,}" for words, count in counts if isinstance(count, int) and count)


def show_changes(console: Console, changes: Changes, limit: int) -> None:
    """What one night changed: totals, regions, documents."""
    if changes.compared_with is None:
        console.print(said(f"{changes.night_id} is the first night: there is nothing to compare it with."))
        return
    if changes.not_compared:
        console.print(said(f"{changes.night_id} was not compared with {changes.compared_with}: {changes.not_compared}"))
        return
    totals = ", ".join(f"{words} {changes.totals[name]:,}" for name, words in _CHANGES)
    console.print(said(f"{changes.night_id} against {changes.compared_with}: {totals}"))
    if changes.regions:
        _show_regions(console, changes)
    if changes.documents:
        _show_documents(console, changes, limit)


def _show_regions(console: Console, changes: Changes) -> None:
    table = Table(title=counted(len(changes.regions), "region"), title_justify="left", title_style="bold")
    table.add_column("region", overflow="fold")
    for name in ("documents +", "~", "−", "numbers +", "~", "−", "restated"):
        table.add_column(name, justify="right", no_wrap=True)
    for region in changes.regions:
        counts = (
            *(region.documents_added, region.documents_changed, region.documents_withdrawn),
            *(region.numbers_added, region.numbers_changed, region.numbers_removed, region.numbers_restated),
        )
        table.add_row(said(region.region_name or "unknown"), *(Text(f"{count:,}") for count in counts))
    console.print(table)


def _show_documents(console: Console, changes: Changes, limit: int) -> None:
    shown = changes.documents[:limit]
    title = f"{len(shown):,} of {counted(len(changes.documents), 'document')}"
    table = Table(title=title, title_justify="left", title_style="bold")
    table.add_column("change", no_wrap=True)
    for name in ("file", "department", "status"):
        table.add_column(name, overflow="fold")
    table.add_column("numbers + / ~ / −", justify="right", no_wrap=True)
    for document in shown:
        numbers = f"{document.numbers_added:,} / {document.numbers_changed:,} / {document.numbers_removed:,}"
        table.add_row(
            Text(document.kind),
            said(document.file_name),
            said(document.department_name or "—"),
            said(f"{document.old_status or '—'} → {document.new_status or '—'}"),
            Text(numbers),
        )
    console.print(table)


def age_in_words(age: timedelta) -> str:
    """How long ago, as a person says it.

    >>> age_in_words(timedelta(hours=27, minutes=5))
    '27 h 5 min'
    """
    if age < timedelta(minutes=1):
        return f"{age.total_seconds():.0f} s"
    minutes = int(age.total_seconds() // 60)
    return f"{minutes // 60} h {minutes % 60} min" if minutes >= 60 else f"{minutes} min"  # noqa: PLR2004 (an hour)

"""The nights behind the published file: `nights`, `changes`, `rollback`, and the watchdog of `status --max-age`."""

from __future__ import annotations

import re
import sys
from datetime import timedelta
from typing import Annotated

import typer

from pipeline.commands.shared import VerboseOption, WarehouseOption, app, friendly
from pipeline.disk import check_writable
from pipeline.errors import StaleWarehouse, UnknownNight
from pipeline.lake.lock import run_lock
from pipeline.nights.changes import read_changes
from pipeline.nights.folder import REPORT_FILE, kept_nights, prove_night
from pipeline.nights.ledger import CALENDAR, Ledger, read_ledger
from pipeline.nights.rollback import choose_night, recover, roll_back
from pipeline.screens import console as screen
from pipeline.screens.nights import age_in_words, show_changes, show_nights
from pipeline.settings import Settings, activate, load_settings

_AGE = re.compile(r"(?P<number>\d+(?:\.\d+)?)(?P<unit>[smhd])")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
#: A clock that was set back lately by more than this is said; less is the ordinary drift between machines.
_DRIFT = timedelta(minutes=10)


@app.command(epilog="Example: gongkai nights --verify")
@friendly
def nights(
    verify: Annotated[bool, typer.Option("--verify", help="Read every kept file and prove its checksum.")] = False,
    limit: Annotated[int, typer.Option("--limit", min=1, help="Nights to list.")] = 30,
    warehouse: WarehouseOption = None,
    verbose: VerboseOption = False,
) -> None:
    """List the nights tried: what each came to, which file is kept, which one readers see."""
    settings = load_settings(warehouse_dir=warehouse)
    console = screen.make_console()
    kept = kept_nights(settings)
    show_nights(console, read_ledger(settings), kept, limit)
    if verify:
        proven = [night for night in kept if night.has_file]
        for night in proven:
            prove_night(night)
        console.print(f"Proven: {screen.counted(len(proven), 'file')} as published.", markup=False)


@app.command(epilog="Example: gongkai changes 2026-11-22")
@friendly
def changes(
    night: Annotated[
        str | None,
        typer.Argument(help="A night of `gongkai nights`, or its beginning; else the one readers see."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="The whole report as JSON, for other programs.")] = False,
    limit: Annotated[int, typer.Option("--limit", min=1, help="Documents to list.")] = 40,
    warehouse: WarehouseOption = None,
    verbose: VerboseOption = False,
) -> None:
    """Show what a night changed: documents added, changed, withdrawn; numbers added, changed, removed; by region."""
    settings = load_settings(warehouse_dir=warehouse)
    wanted = night or read_ledger(settings).current_night_id
    found = [kept for kept in kept_nights(settings) if wanted and kept.folder.name.startswith(wanted)]
    if not found:
        raise UnknownNight(
            f"no published night is {wanted}" if wanted else "no night has published yet",
            expected="a night that published",
            remedy="`gongkai nights` lists them",
        )
    report = found[-1].folder / REPORT_FILE
    if as_json:
        sys.stdout.write(report.read_text(encoding="utf-8"))
        return
    console = screen.make_console()
    show_changes(console, read_changes(report), limit)
    console.print(screen.said(f"As a page, with the numbers: {report.with_suffix('.html')}"), soft_wrap=True)


@app.command(epilog="Example: gongkai rollback 2026-11-21 --reason 'sums of 沁源县 doubled'")
@friendly
def rollback(
    night: Annotated[
        str | None, typer.Argument(help="A night of `gongkai nights`, or its beginning; the one before if left out.")
    ] = None,
    reason: Annotated[str, typer.Option("--reason", help="Why; it stands in the ledger.")] = "no reason given",
    warehouse: WarehouseOption = None,
    verbose: VerboseOption = False,
) -> None:
    """Publish an older night again; nothing newer is published until `gongkai run --accept`."""
    from pipeline.defs.publish.promote import copy_as_parquet

    settings = load_settings(warehouse_dir=warehouse)
    activate(settings)
    check_writable(settings)
    with run_lock(settings.lock_file, wait_s=settings.lock_wait_s):
        before = recover(settings).current_night_id
        chosen = choose_night(settings, night)
        roll_back(settings, chosen, reason, lambda file: copy_as_parquet(settings, file))
    said = f"Readers see {chosen.folder.name} again (before: {before}). Nothing newer is published until you say "
    screen.make_console().print(screen.said(f"{said}`gongkai run --accept`."), soft_wrap=True)


def parse_age(text: str) -> timedelta:
    """An age as typed.

    >>> parse_age("26h") == timedelta(hours=26)
    True

    Raises:
        typer.BadParameter: It is none.
    """
    match = _AGE.fullmatch(text.strip().lower())
    if match is None:
        raise typer.BadParameter(f"{text!r} is not an age; expected a number and s, m, h or d; to do: write 26h or 2d")
    return timedelta(**{_UNITS[match["unit"]]: float(match["number"])})


def age_of(settings: Settings, ledger: Ledger) -> timedelta | None:
    """How long ago the last good night ended; `None` where there was none."""
    last = ledger.last_good
    return settings.now() - (last.ended_at or last.started_at) if last else None


def check_age(settings: Settings, limit: timedelta) -> str:
    """Says how old the last good night is.

    Raises:
        StaleWarehouse: It is older than the limit, there is none, or the clock cannot be right.
    """
    ledger = read_ledger(settings)
    age, last = age_of(settings, ledger), ledger.last_good
    newest = ledger.nights[-1] if ledger.nights else None
    is_other = newest is not None and newest is not last
    since = f"; the last one tried, {newest.night_id}, is {newest.outcome or 'running'}" if newest and is_other else ""
    why = f" ({newest.reason})" if newest and is_other and newest.reason else ""
    remedy = "`gongkai nights` lists what the nights came to; then `gongkai run`"
    expected = f"a good night in the last {age_in_words(limit)}"
    if age is None or last is None:
        raise StaleWarehouse(f"there was no good night yet{since}{why}", expected=expected, remedy=remedy)
    if age < -_DRIFT:
        raise StaleWarehouse(
            f"the last good night, {last.night_id}, ended {age_in_words(-age)} in the future",
            expected=expected,
            remedy="set this machine's clock right: it has gone back, or had gone ahead",
        )
    if age > limit:
        said = f"the last good night, {last.night_id}, ended {age_in_words(age)} ago{since}{why}"
        raise StaleWarehouse(said, expected=expected, remedy=remedy)
    ended = (last.ended_at or last.started_at).astimezone(CALENDAR)
    return f"The last good night, {last.night_id}, ended {age_in_words(max(age, timedelta()))} ago, at {ended:%H:%M}."

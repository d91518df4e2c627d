"""The way back: an older night's file becomes the published one again, and stays so until somebody says otherwise.

What lives here: choosing, proving and swapping. What must not: how Parquet copies are written; that is given.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from pipeline.durable import link_or_copy, replace_file, sha256_of
from pipeline.errors import PublishHeld, UnknownNight
from pipeline.nights.folder import DATA_FILE, KeptNight, forget_unpublished, kept_nights, prove_night
from pipeline.nights.ledger import CALENDAR, Ledger, Outcome, end_night, note_rollback, read_ledger
from pipeline.settings import Settings


def choose_night(settings: Settings, wanted: str | None) -> KeptNight:
    """The night asked for by its id, or the beginning or end of it; the newest before the current one where none is.

    Raises:
        UnknownNight: There is no such night with a file, or more than one.
    """
    ledger = read_ledger(settings)
    nights = [night for night in kept_nights(settings) if night.has_file]
    names = [night.folder.name for night in nights]
    current = ledger.current_night_id
    if wanted is None:
        before = names.index(current) if current in names else len(names)
        fitting = nights[:before][-1:]
    else:
        fitting = [night for night in nights if night.folder.name.startswith(wanted) or night.folder.name == wanted]
        fitting = fitting or [night for night in nights if night.folder.name.endswith(f".{wanted}")]
    if len(fitting) != 1 or fitting[0].folder.name == current:
        raise UnknownNight(
            _not_one(wanted, [night.folder.name for night in fitting], current),
            expected=f"one of {', '.join(name for name in names if name != current) or 'no other night is kept'}",
            remedy="`gongkai nights` lists them",
        )
    return fitting[0]


def _not_one(wanted: str | None, fitting: list[str], current: str | None) -> str:
    if fitting == [current]:
        return f"{current} is the night readers see already"
    if fitting:
        return f"{wanted} fits {len(fitting)} nights ({', '.join(fitting)})"
    return f"no kept night is {wanted}" if wanted else "no night before the current one is kept"


def roll_back(settings: Settings, night: KeptNight, reason: str, write_copies: Callable[[Path], None]) -> None:
    """Makes a kept night the published one. The caller holds the lock of the warehouse.

    Args:
        settings: Where the warehouse is.
        night: From `choose_night`.
        reason: Why; it stands in the ledger, and nothing is published before somebody accepts.
        write_copies: Writes the Parquet copies of a file beside the published one.

    Raises:
        DamagedNight: The night's file is not what was published; nothing was changed.
    """
    prove_night(night)
    settings.build_dir.mkdir(parents=True, exist_ok=True)
    second_name = settings.build_dir / "rollback.duckdb"
    link_or_copy(night.folder / DATA_FILE, second_name)
    note_rollback(settings, night.folder.name, reason)
    replace_file(second_name, settings.published_file)
    write_copies(settings.published_file)


def refuse_on_hold(settings: Settings, ledger: Ledger) -> None:
    """Stops a night that would publish while somebody has gone back to an older one.

    Raises:
        PublishHeld: Nobody has accepted since.
    """
    if ledger.held_since is None or settings.accept_changes:
        return
    raise PublishHeld(
        f"publishing is on hold since {ledger.held_since.astimezone(CALENDAR):%Y-%m-%d %H:%M}, when somebody went back "
        f"to {ledger.current_night_id} ({ledger.hold_reason})",
        expected="a hold that was lifted",
        remedy="look at what was wrong, then `gongkai run --accept`; readers see the night gone back to until then",
    )


def recover(settings: Settings) -> Ledger:
    """Puts right what a night that was ended from outside left: said to be published if it was, else cleared away.

    The caller holds the lock of the warehouse.
    """
    ledger = read_ledger(settings)
    running = ledger.running
    if running is not None and _is_published(settings, running.night_id):
        reason = "published; the run was ended before it could say so"
        end_night(settings, running.night_id, Outcome.PUBLISHED, reason)
        ledger = read_ledger(settings)
    published = {night.night_id for night in ledger.nights if night.outcome is Outcome.PUBLISHED}
    forget_unpublished(settings, published | {ledger.current_night_id or ""})
    return ledger


def _is_published(settings: Settings, night_id: str) -> bool:
    """Whether readers see that night's file: the same file under two names, or the same bytes."""
    kept = next((night for night in kept_nights(settings) if night.folder.name == night_id and night.has_file), None)
    if kept is None or not settings.published_file.is_file():
        return False
    file = kept.folder / DATA_FILE
    if file.samefile(settings.published_file):
        return True
    if file.stat().st_size != settings.published_file.stat().st_size:
        return False
    return sha256_of(settings.published_file) == kept.manifest.file_sha256

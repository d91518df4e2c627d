"""The ledger: one line when a night begins, one when it ends, one when somebody goes back; never rewritten.

What lives here: the lines and what they add up to. What must not: the published files, see `folder`.
"""

from __future__ import annotations

import json
import os
import re
import socket
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from pipeline.durable import append_line
from pipeline.settings import Settings

#: Nights are dated as their readers' calendars are.
CALENDAR = ZoneInfo("Asia/Shanghai")
#: The number that orders nights, whatever the clock said: `2026-11-22.0007`.
NIGHT_ID = re.compile(r"\d{4}-\d{2}-\d{2}\.(?P<number>\d{4,})")


class Outcome(StrEnum):
    """What a night came to."""

    PUBLISHED = "published"
    UNCHANGED = "unchanged"
    BLOCKED = "blocked"
    HELD = "held"
    FAILED = "failed"
    PARTIAL = "partial"
    KILLED = "killed"


#: After these the published file is what the documents say today.
GOOD = frozenset({Outcome.PUBLISHED, Outcome.UNCHANGED})


@dataclass(frozen=True, slots=True)
class Night:
    """One night tried. Without `outcome` it is still running, or was killed; `facts` are counts for its reader."""

    night_id: str
    started_at: datetime
    program: str
    host: str
    pid: int
    ended_at: datetime | None = None
    outcome: Outcome | None = None
    reason: str | None = None
    facts: Mapping[str, str | int | float] = field(default_factory=dict)

    @property
    def is_good(self) -> bool:
        """Whether it left the published file up to date."""
        return self.outcome in GOOD


@dataclass(frozen=True, slots=True)
class Ledger:
    """All nights tried, oldest first; which one readers see; since when nothing may be published."""

    nights: tuple[Night, ...] = ()
    current_night_id: str | None = None
    held_since: datetime | None = None
    hold_reason: str | None = None

    @property
    def last_good(self) -> Night | None:
        """The newest night that left the published file up to date."""
        return next((night for night in reversed(self.nights) if night.is_good), None)

    @property
    def running(self) -> Night | None:
        """The night that has begun and not ended."""
        return self.nights[-1] if self.nights and self.nights[-1].outcome is None else None

    def find(self, night_id: str) -> Night | None:
        """The night of that id."""
        return next((night for night in self.nights if night.night_id == night_id), None)


def read_ledger(settings: Settings) -> Ledger:
    """Adds up the lines; a line that is no JSON was cut off by a power cut and says nothing."""
    nights: dict[str, Night] = {}
    ledger = Ledger()
    for line in _lines(settings):
        at = datetime.fromisoformat(line["at"])
        night_id = str(line["night"])
        match line["event"]:
            case "started":
                nights[night_id] = Night(night_id, at, line["program"], line["host"], line["pid"])
            case "ended" if night_id in nights:
                outcome = Outcome(line["outcome"])
                nights[night_id] = replace(
                    nights[night_id], ended_at=at, outcome=outcome, reason=line["reason"], facts=line["facts"]
                )
                if outcome is Outcome.PUBLISHED:
                    ledger = replace(ledger, current_night_id=night_id, held_since=None, hold_reason=None)
            case "rolled_back":
                ledger = replace(ledger, current_night_id=night_id, held_since=at, hold_reason=line["reason"])
            case "released":
                ledger = replace(ledger, held_since=None, hold_reason=None)
    return replace(ledger, nights=tuple(nights.values()))


def _lines(settings: Settings) -> Iterator[dict[str, Any]]:
    if not settings.ledger_file.is_file():
        return
    for line in settings.ledger_file.read_text(encoding="utf-8", errors="replace").splitlines():
        with suppress(ValueError):
            read = json.loads(line)
            if isinstance(read, dict) and {"event", "night", "at"} <= read.keys():
                yield read


def start_night(settings: Settings, program: str) -> Night:
    """Writes that a night begins; one that was left without an end was killed, and that is written first.

    The caller holds the lock of the warehouse: no other night can be running.
    """
    ledger = read_ledger(settings)
    for night in ledger.nights:
        if night.outcome is None:
            reason = f"process {night.pid} on {night.host} was ended from outside, or the power went"
            end_night(settings, night.night_id, Outcome.KILLED, reason)
    now = settings.now()
    number = 1 + max((_number(night.night_id) for night in ledger.nights), default=0)
    night = Night(f"{now.astimezone(CALENDAR):%Y-%m-%d}.{number:04}", now, program, socket.gethostname(), os.getpid())
    _append(settings, "started", night.night_id, now, program=program, host=night.host, pid=night.pid)
    return night


def end_night(
    settings: Settings,
    night_id: str,
    outcome: Outcome,
    reason: str | None = None,
    facts: Mapping[str, str | int | float] | None = None,
) -> None:
    """Writes what a night came to; said twice, the last word counts."""
    _append(settings, "ended", night_id, settings.now(), outcome=outcome.value, reason=reason, facts=dict(facts or {}))


def note_rollback(settings: Settings, night_id: str, reason: str) -> None:
    """Writes that readers see an older night again, and that nothing is published until somebody says so."""
    _append(settings, "rolled_back", night_id, settings.now(), reason=reason)


def note_release(settings: Settings, night_id: str) -> None:
    """Writes that nights may publish again."""
    _append(settings, "released", night_id, settings.now())


def _append(settings: Settings, event: str, night_id: str, at: datetime, **more: object) -> None:
    line = {"event": event, "night": night_id, "at": at.isoformat(), **more}
    append_line(settings.ledger_file, json.dumps(line, ensure_ascii=False))


def _number(night_id: str) -> int:
    match = NIGHT_ID.fullmatch(night_id)
    return int(match["number"]) if match else 0

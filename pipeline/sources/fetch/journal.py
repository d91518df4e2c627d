"""`JOURNAL.jsonl`: what was fetched from where and when, one line per event, only ever added to.

What lives here: writing and reading lines. What must not: files other than the journal.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field, fields
from enum import StrEnum
from pathlib import Path

from pipeline.durable import sync_path
from pipeline.errors import BadJournal

FETCHED_DIR = "fetched"
JOURNAL_NAME = "JOURNAL.jsonl"


class EventKind(StrEnum):
    """What happened at an address."""

    NEW = "new"
    CHANGED = "changed"
    RETURNED = "returned"
    GONE = "gone"
    FAILED = "failed"


#: Events that bring a version of a document.
VERSION_EVENTS = frozenset({EventKind.NEW, EventKind.CHANGED})


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the journal; `None` where the event has no such thing.

    `page` is where the link was found, `replaces` the sha256 of the version before, `at` UTC.
    """

    event: EventKind
    at: str
    source_id: str
    address: str
    region: str | None = None
    department: str | None = None
    page: str | None = None
    link_text: str | None = None
    final_address: str | None = None
    status: int | None = None
    headers: dict[str, str] = field(default_factory=dict)
    sha256: str | None = None
    size_bytes: int | None = None
    ending: str | None = None
    file_name: str | None = None
    replaces: str | None = None
    category: str | None = None
    reason: str | None = None


_FIELDS = frozenset(field.name for field in fields(Event))


@dataclass(frozen=True, slots=True)
class Journal:
    """The events in their order, and how many lines are none."""

    events: tuple[Event, ...]
    unreadable_lines: int = 0


def fetched_dir(raw_dir: Path) -> Path:
    """Where fetched originals lie below the raw folder."""
    return raw_dir / FETCHED_DIR


def read_journal(raw_dir: Path) -> Journal:
    """Reads the journal of a raw folder; a half last line is that of a fetch killed while it wrote, and is no event.

    Raises:
        BadJournal: It cannot be read, or is missing beside files it should know.
    """
    path = fetched_dir(raw_dir) / JOURNAL_NAME
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        _refuse_orphans(path)
        return Journal(())
    except OSError as error:
        raise BadJournal(
            f"{path} cannot be read ({error.strerror})",
            expected="a file we may read",
            remedy="give yourself read permission",
        ) from error
    lines = data.split(b"\n")[:-1]  # what follows the last line break is not a whole line
    events: list[Event] = []
    unreadable = 0
    for line in lines:
        event = _event(line)
        if event is not None:
            events.append(event)
        elif line.strip():
            unreadable += 1
    return Journal(tuple(events), unreadable)


def _refuse_orphans(path: Path) -> None:
    folder = path.parent
    if folder.is_dir() and next(folder.glob("[0-9a-f][0-9a-f]/*"), None) is not None:
        raise BadJournal(
            f"{folder} holds fetched files, and {path.name} is missing",
            expected="the journal that says where each came from",
            remedy="put it back from a backup; or run `gongkai fetch`, which writes a new one; or move the files out "
            f"of {folder.name}/ to have them read as files dropped by hand",
        )


def _event(line: bytes) -> Event | None:
    try:
        stored = json.loads(line)
        known = {name: value for name, value in stored.items() if name in _FIELDS}
        return Event(**{**known, "event": EventKind(stored["event"])})
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


class JournalWriter:
    """Adds events to the journal; each call is on the disk when it returns."""

    def __init__(self, raw_dir: Path) -> None:
        self._path = fetched_dir(raw_dir) / JOURNAL_NAME

    def open(self) -> None:
        """Makes the journal where there is none, and ends the half line of a killed fetch, which is then no event."""
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            size = os.fstat(descriptor).st_size
            if size and os.pread(descriptor, 1, size - 1) != b"\n":
                kept = _end_of_last_line(descriptor, size)
                if _event(os.pread(descriptor, size - kept, kept)) is None:
                    os.ftruncate(descriptor, kept)
                else:
                    os.pwrite(descriptor, b"\n", size)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        sync_path(self._path.parent)

    def add(self, events: Iterable[Event]) -> None:
        """Adds events as one write."""
        data = b"".join(_line(event) for event in events)
        if not data:
            return
        descriptor = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC)
        try:
            while data:
                data = data[os.write(descriptor, data) :]
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _end_of_last_line(descriptor: int, size: int) -> int:
    """Where the last whole line ends: 0 where there is none."""
    step, start = 64 * 1024, size
    while start > 0:
        begin = max(0, start - step)
        found = os.pread(descriptor, start - begin, begin).rfind(b"\n")
        if found >= 0:
            return begin + found + 1
        start = begin
    return 0


def _line(event: Event) -> bytes:
    told = {name: value for name, value in asdict(event).items() if value not in (None, {})}
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode("utf-8", errors="replace") + b"\n"


@dataclass(frozen=True, slots=True)
class Version:
    """One version of the document at an address.

    `is_current` is the last one of its address; `gone_at` is when the address stopped answering, `replaced_at` when
    the next version was fetched.
    """

    event: Event
    is_current: bool
    gone_at: str | None
    replaced_at: str | None


def versions(events: Iterable[Event]) -> Iterator[Version]:
    """Yields every version of every address, addresses in the order they were first seen."""
    by_address: dict[str, list[Event]] = {}
    for event in events:
        by_address.setdefault(event.address, []).append(event)
    for history in by_address.values():
        brought = [event for event in history if event.event in VERSION_EVENTS and event.sha256]
        gone_at: str | None = None
        for event in history:
            if event.event is EventKind.GONE:
                gone_at = event.at
            elif event.event is not EventKind.FAILED:
                gone_at = None
        for event, following in zip(brought, [*brought[1:], None], strict=True):
            is_current = following is None
            yield Version(event, is_current, gone_at if is_current else None, following.at if following else None)

"""The books of one fetch: what was known before it, what each address gives, and what is written down of it.

What lives here: journal, state and store together, for several threads. What must not: requests.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import BadAnswer, FiscalError
from pipeline.sources.fetch.addresses import shown_address
from pipeline.sources.fetch.download import Downloaded, Gone, Known, NotModified
from pipeline.sources.fetch.journal import VERSION_EVENTS, Event, EventKind, JournalWriter, read_journal
from pipeline.sources.fetch.options import Clock, stamp
from pipeline.sources.fetch.pages import Wanted
from pipeline.sources.fetch.report import Outcome
from pipeline.sources.fetch.state import Look, read_state, write_state
from pipeline.sources.fetch.store import Store, told_of_disk


@dataclass(frozen=True, slots=True)
class _History:
    """What the journal says of one address: its last event, and the one that brought its current version."""

    last: Event
    version: Event | None

    @property
    def is_gone(self) -> bool:
        return self.last.event is EventKind.GONE


class Book:
    """Opened once per fetch, while the store is held."""

    def __init__(self, raw_dir: Path, store: Store, clock: Clock) -> None:
        self._raw_dir, self._store, self._clock = raw_dir, store, clock
        self._writer = JournalWriter(raw_dir)
        self._lock = threading.Lock()
        with told_of_disk(raw_dir):
            self._writer.open()
        journal = read_journal(raw_dir)
        self.unreadable_lines = journal.unreadable_lines
        self._histories: dict[str, _History] = {}
        for event in journal.events:
            self._remember(event)
        self._looks = read_state(raw_dir)

    def _remember(self, event: Event) -> None:
        before = self._histories.get(event.address)
        brings = event.event in VERSION_EVENTS and event.sha256 is not None
        version = event if brings else before.version if before else None
        # a failure says nothing about whether the document is gone
        last = before.last if before is not None and event.event is EventKind.FAILED else event
        self._histories[event.address] = _History(last, version)

    def known_documents(self, source_ids: frozenset[str]) -> list[Wanted]:
        """The documents these sources gave before, in the order of the journal; not those known to be gone."""
        return [
            Wanted(address, event.source_id, event.region or "", event.department, event.page, event.link_text or "")
            for address, history in self._histories.items()
            if (event := history.version) is not None and event.source_id in source_ids and not history.is_gone
        ]

    def last_checked(self, address: str) -> str:
        """When an address was looked at last, in UTC; empty for never."""
        look = self._looks.get(address)
        return look.last_checked if look else ""

    def known(self, address: str) -> Known | None:
        """The marks of the file we hold from an address; `None` where we hold none, so that it must be sent."""
        history = self._histories.get(address)
        version = history.version if history else None
        if version is None or version.sha256 is None or self._store.place(version.sha256) is None:
            return None
        look = self._looks.get(address)
        if look is not None and look.sha256 == version.sha256:
            return Known(look.etag, look.last_modified)
        return Known(version.headers.get("etag", ""), version.headers.get("last-modified", ""))

    def note_unchanged(self, wanted: Wanted, answer: NotModified) -> Outcome:
        """Writes down that the file is the one we hold."""
        known = self.known(wanted.address) or Known()
        marks = Known(answer.headers.get("etag", known.etag), answer.headers.get("last-modified", known.last_modified))
        return self._note_same(wanted, marks, answer.headers, 304)

    def note_download(self, wanted: Wanted, found: Downloaded) -> Outcome:
        """Keeps a file, and writes down which version of its address it is."""
        self._store.keep(found.part, found.sha256, found.ending)
        history = self._histories.get(wanted.address)
        version = history.version if history else None
        if version is not None and version.sha256 == found.sha256:
            return self._note_same(wanted, found.known, found.headers, found.status)
        outcome = Outcome.NEW if version is None else Outcome.CHANGED
        self._add(
            self._event(
                wanted,
                EventKind(outcome.value),
                final_address=found.final_address,
                status=found.status,
                headers=found.headers,
                sha256=found.sha256,
                size_bytes=found.size_bytes,
                ending=found.ending,
                file_name=found.file_name,
                replaces=version.sha256 if version else None,
            )
        )
        self._look(wanted.address, outcome, found.sha256, found.known)
        return outcome

    def _note_same(self, wanted: Wanted, marks: Known, headers: dict[str, str], status: int) -> Outcome:
        history = self._histories[wanted.address]
        sha256 = history.version.sha256 if history.version else None
        outcome = Outcome.UNCHANGED
        if history.is_gone:
            outcome = Outcome.RETURNED
            self._add(self._event(wanted, EventKind.RETURNED, status=status, headers=headers, sha256=sha256))
        self._look(wanted.address, outcome, sha256, marks)
        return outcome

    def note_gone(self, wanted: Wanted, answer: Gone) -> Outcome:
        """Writes down, once, that the address has no file any more; the file we hold stays.

        Raises:
            BadAnswer: It never had one: the link is wrong.
        """
        history = self._histories.get(wanted.address)
        if history is None or history.version is None:
            raise BadAnswer(
                f"{shown_address(wanted.address)} answered {answer.status}",
                expected="a document where the page has a link to one",
                remedy="tell the publisher; narrow the source's pattern if the link is no document",
            )
        if not history.is_gone:
            told = {"status": answer.status, "headers": answer.headers, "final_address": answer.final_address}
            self._add(self._event(wanted, EventKind.GONE, sha256=history.version.sha256, **told))
        self._look(wanted.address, Outcome.GONE, history.version.sha256, Known())
        return Outcome.GONE

    def note_failure(self, wanted: Wanted, error: FiscalError) -> Outcome:
        """Writes down why an address failed, once for a row of nights with one reason."""
        look = self._looks.get(wanted.address)
        if look is None or (look.outcome, look.category) != (Outcome.FAILED.value, error.category):
            self._add(self._event(wanted, EventKind.FAILED, category=error.category, reason=error.found))
        marks = Known(look.etag, look.last_modified) if look else Known()
        self._look(wanted.address, Outcome.FAILED, look.sha256 if look else None, marks, error.category)
        return Outcome.FAILED

    def save(self) -> None:
        """Writes the last looks."""
        with self._lock, told_of_disk(self._raw_dir):
            write_state(self._raw_dir, self._looks)

    def _event(self, wanted: Wanted, kind: EventKind, **told: object) -> Event:
        return Event(
            event=kind,
            at=stamp(self._clock.now()),
            source_id=wanted.source_id,
            address=wanted.address,
            region=wanted.region or None,
            department=wanted.department,
            page=wanted.page,
            link_text=wanted.link_text or None,
            **told,  # type: ignore[arg-type]  # the names are Event's
        )

    def _add(self, event: Event) -> None:
        with self._lock, told_of_disk(self._raw_dir):
            self._writer.add([event])
            self._remember(event)

    def _look(
        self, address: str, outcome: Outcome, sha256: str | None, marks: Known, category: str | None = None
    ) -> None:
        look = Look(stamp(self._clock.now()), outcome.value, sha256, marks.etag, marks.last_modified, category)
        with self._lock:
            self._looks[address] = look

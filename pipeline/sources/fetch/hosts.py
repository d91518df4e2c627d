"""Turns at a host: one request at a time, a pause between two, longer where it asks for it; none when it is down."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from pipeline.errors import LeftAlone, NoAnswer, ServerBusy
from pipeline.sources.fetch.options import Clock

#: After so many addresses in a row without an answer a host is left alone for the night.
DEAD_AFTER = 4


@dataclass(slots=True)
class _Host:
    lock: threading.Lock = field(default_factory=threading.Lock)
    next_turn: float = float("-inf")
    failures_in_a_row: int = 0
    closed: str | None = None


class Hosts:
    """All hosts of one fetch, shared by its threads."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._hosts: dict[str, _Host] = {}

    def _host(self, name: str) -> _Host:
        with self._lock:
            return self._hosts.setdefault(name, _Host())

    @contextmanager
    def turn(self, name: str, delay_s: float) -> Iterator[None]:
        """Waits for our turn at a host and holds it; the next turn comes `delay_s` after this one has ended.

        Raises:
            LeftAlone: The host is left alone for the rest of the fetch.
        """
        host = self._host(name)
        with host.lock:
            if host.closed is not None:
                raise LeftAlone(
                    f"{name} is left alone for this fetch: {host.closed}",
                    expected="a host that answers",
                    remedy="nothing: it is asked again by the next fetch",
                )
            wait = host.next_turn - self._clock.monotonic()
            if wait > 0:
                self._clock.sleep(wait)
            try:
                yield
            finally:
                host.next_turn = max(host.next_turn, self._clock.monotonic() + delay_s)

    def hold_off(self, name: str, seconds: float) -> None:
        """Lets nobody ask the host for so many seconds."""
        host = self._host(name)
        host.next_turn = max(host.next_turn, self._clock.monotonic() + seconds)

    def leave_alone(self, name: str, reason: str) -> None:
        """Lets nobody ask the host again in this fetch."""
        self._host(name).closed = reason

    def note_outcome(self, name: str, failure: Exception | None) -> None:
        """Counts addresses in a row that had no answer; after some of them the host is left alone."""
        host = self._host(name)
        if not isinstance(failure, NoAnswer | ServerBusy):
            host.failures_in_a_row = 0
            return
        host.failures_in_a_row += 1
        if host.failures_in_a_row >= DEAD_AFTER and host.closed is None:
            host.closed = f"{host.failures_in_a_row} addresses in a row had no answer"

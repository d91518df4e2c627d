"""How a fetch behaves, and the clock it lives by. Tests give it another clock."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from pipeline.settings import Settings


@dataclass(frozen=True, slots=True)
class FetchOptions:
    """Limits and manners of one fetch; the defaults are those of `Settings`.

    `delay_s` lies between two requests to one host, `timeout_s` limits one answer from its first byte to its last,
    `time_limit_s` the whole fetch. `failure_share` of the addresses asked for may fail.
    """

    max_file_bytes: int
    contact: str = ""
    delay_s: float = 1.0
    hosts_at_once: int = 4
    attempts: int = 4
    timeout_s: float = 300.0
    time_limit_s: float = 4 * 3600.0
    failure_share: float = 0.2
    is_private_allowed: bool = False

    @classmethod
    def of(cls, settings: Settings) -> FetchOptions:
        """The options that the settings ask for."""
        return cls(
            max_file_bytes=settings.max_file_bytes,
            contact=settings.fetch_contact,
            delay_s=settings.fetch_delay_s,
            hosts_at_once=settings.fetch_hosts,
            attempts=settings.fetch_attempts,
            timeout_s=settings.fetch_timeout_s,
            time_limit_s=settings.fetch_time_limit_s,
            failure_share=settings.fetch_failure_share,
            is_private_allowed=settings.fetch_allow_private,
        )

    @property
    def user_agent(self) -> str:
        """What we call ourselves; a contact lets a publisher write instead of blocking."""
        contact = " ".join(self.contact.split()) or "no contact given"
        return f"gongkai/0.1 (reads disclosed budgets; {contact})"


class Clock(Protocol):
    """Time as a fetch sees it."""

    def monotonic(self) -> float:
        """Seconds since some moment; never goes back."""

    def sleep(self, seconds: float) -> None:
        """Waits."""

    def now(self) -> datetime:
        """The time of day in UTC."""


class SystemClock:
    """The machine's own time."""

    def monotonic(self) -> float:
        """Seconds since the machine started."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Waits."""
        time.sleep(seconds)

    def now(self) -> datetime:
        """The time of day in UTC."""
        return datetime.now(UTC)


def stamp(moment: datetime) -> str:
    """A time as the journal writes it.

    >>> stamp(datetime(2026, 11, 21, 18, 0, 5, tzinfo=UTC))
    '2026-11-21T18:00:05Z'
    """
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

"""What a fetch did, source by source, and whether too much of it failed."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum

from pipeline.errors import FiscalError, TooManyFailures

_SHOWN_REASONS = 3


class Outcome(StrEnum):
    """What became of one address; `postponed` ones were not asked for: the time was over."""

    NEW = "new"
    CHANGED = "changed"
    RETURNED = "returned"
    UNCHANGED = "unchanged"
    GONE = "gone"
    FAILED = "failed"
    POSTPONED = "postponed"


@dataclass(frozen=True, slots=True)
class FetchFailure:
    """One address (or line of the list) that failed."""

    source_id: str
    address: str
    error: FiscalError


@dataclass(slots=True)
class SourceReport:
    """One source: its documents by outcome, its pages, what failed. `pages_left` were not looked at (`max_pages`)."""

    source_id: str
    outcomes: Counter[Outcome] = field(default_factory=Counter)
    failures: list[FetchFailure] = field(default_factory=list)
    pages: int = 0
    pages_left: int = 0
    bytes_received: int = 0
    not_modified: int = 0

    @property
    def asked(self) -> int:
        """Addresses asked for, pages among them."""
        return self.pages + self.outcomes.total() - self.outcomes[Outcome.POSTPONED]


@dataclass(slots=True)
class FetchReport:
    """A whole fetch; `list_failures` are the wrong lines of the list."""

    failure_share_limit: float
    sources: list[SourceReport] = field(default_factory=list)
    list_failures: list[FetchFailure] = field(default_factory=list)
    unreadable_journal_lines: int = 0
    seconds: float = 0.0

    def count(self, outcome: Outcome) -> int:
        """Documents with this outcome."""
        return sum(source.outcomes[outcome] for source in self.sources)

    @property
    def failures(self) -> list[FetchFailure]:
        """Everything that failed: lines of the list, pages, documents."""
        return [*self.list_failures, *(failure for source in self.sources for failure in source.failures)]

    @property
    def asked(self) -> int:
        """Lines, pages and documents that could have failed."""
        return len(self.list_failures) + sum(source.asked for source in self.sources)

    @property
    def failure_share(self) -> float:
        """The share of them that did; 0 where nothing was asked for."""
        return len(self.failures) / self.asked if self.asked else 0.0

    @property
    def error(self) -> TooManyFailures | None:
        """Why the fetch as a whole counts as failed; `None` where it does not. What came is kept all the same."""
        if self.failure_share <= self.failure_share_limit:
            return None
        reasons = Counter(failure.error.category for failure in self.failures)
        shown = ", ".join(f"{reason} {count}" for reason, count in reasons.most_common(_SHOWN_REASONS))
        first = self.failures[0]
        return TooManyFailures(
            f"{len(self.failures):,} of {self.asked:,} addresses failed ({shown}); the first: {first.error.found}",
            expected=f"at most {self.failure_share_limit:.0%}",
            remedy="see the reasons above; what came is kept. Correct the list, fetch again, or raise "
            "GONGKAI_FETCH_FAILURE_SHARE",
        )

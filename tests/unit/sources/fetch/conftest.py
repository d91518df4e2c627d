"""A raw folder, a misbehaving site, a clock that costs nothing, and one call that fetches."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pipeline.sources.fetch.addresses import clean_address
from pipeline.sources.fetch.fetching import fetch_sources
from pipeline.sources.fetch.journal import Event, read_journal
from pipeline.sources.fetch.options import FetchOptions
from pipeline.sources.fetch.report import FetchReport
from pipeline.sources.fetch.source_list import FetchSource, SourceList
from tests.webserver import Script, Site, page, serving


@dataclass
class FakeClock:
    """Time that passes only where somebody waits; `waits` are the waits."""

    seconds: float = 1_000.0
    waits: list[float] = field(default_factory=list)

    def monotonic(self) -> float:
        return self.seconds

    def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.seconds += seconds

    def now(self) -> datetime:
        return datetime(2026, 11, 21, 18, 0, tzinfo=UTC) + timedelta(seconds=self.seconds)


OPTIONS = FetchOptions(
    max_file_bytes=1_000_000, contact="data@example.org", timeout_s=20.0, is_private_allowed=True, failure_share=1.0
)


@dataclass
class Night:
    """Everything one test needs: set answers, fetch, look at what came."""

    raw_dir: Path
    site: Site
    clock: FakeClock
    options: FetchOptions = OPTIONS

    def links(self, *names: str, **answers: Script) -> None:
        """The list page links to these names."""
        items = "".join(f'<li><a href="{name}">{name}</a></li>' for name in names)
        self.site.answers["/list/"] = page(f"<html><body><ul>{items}</ul></body></html>")

    def source(self, **changes: object) -> FetchSource:
        plain = FetchSource(
            source_id="county",
            region="140431",
            department=None,
            address=clean_address(f"{self.site.address}/list/"),
            pattern=re.compile(r"\.(pdf|docx?|xlsx?|txt|zip)|附件", re.IGNORECASE),
            follow=None,
            max_pages=1,
            line_no=2,
        )
        return replace(plain, **changes)  # type: ignore[arg-type]

    def fetch(self, *sources: FetchSource, **options: object) -> FetchReport:
        return fetch_sources(
            SourceList(sources or (self.source(),)),
            self.raw_dir,
            replace(self.options, **options),  # type: ignore[arg-type]
            clock=self.clock,
        )

    def fetch_one(self, answer: Script, name: str = "a.pdf", **options: object) -> FetchReport:
        """Fetches from a list with one link, answered so."""
        self.links(name)
        self.site.answers[f"/list/{name}"] = answer
        return self.fetch(**options)

    @property
    def events(self) -> tuple[Event, ...]:
        return read_journal(self.raw_dir).events

    @property
    def kept(self) -> list[Path]:
        return sorted((self.raw_dir / "fetched").glob("[0-9a-f][0-9a-f]/*"))

    @property
    def parts(self) -> list[Path]:
        return sorted((self.raw_dir / "fetched" / ".parts").iterdir())

    @property
    def journal_bytes(self) -> bytes:
        return (self.raw_dir / "fetched" / "JOURNAL.jsonl").read_bytes()


@pytest.fixture
def site() -> Iterator[Site]:
    with serving(Site()) as started:
        yield started


@pytest.fixture
def night(tmp_path: Path, site: Site) -> Night:
    raw_dir = tmp_path / "raw"
    raw_dir.mkdir()
    return Night(raw_dir, site, FakeClock())


@pytest.fixture
def reasons() -> Callable[[FetchReport], list[str]]:
    return lambda report: [failure.error.category for failure in report.failures]

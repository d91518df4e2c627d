"""The list of sources -> the documents they publish, kept below the raw folder, and a report of it.

What lives here: the order of a fetch and its threads. What must not: how one address is asked for, or written down.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import TypeVar

import structlog

from pipeline.errors import BadFolder, FiscalError
from pipeline.sources.fetch.addresses import host_of
from pipeline.sources.fetch.book import Book
from pipeline.sources.fetch.client import PoliteClient
from pipeline.sources.fetch.download import Downloaded, Gone, NotModified, download
from pipeline.sources.fetch.network import Resolve, resolve
from pipeline.sources.fetch.options import Clock, FetchOptions, SystemClock
from pipeline.sources.fetch.pages import Crawl, Wanted, crawl_source
from pipeline.sources.fetch.report import FetchFailure, FetchReport, Outcome, SourceReport
from pipeline.sources.fetch.source_list import FetchSource, SourceList
from pipeline.sources.fetch.store import Store

Item = TypeVar("Item")
#: So many documents are asked for between two writings of the state: what a killed fetch knew is not all asked again.
_SAVE_EVERY = 50


def fetch_sources(
    listed: SourceList,
    raw_dir: Path,
    options: FetchOptions,
    *,
    clock: Clock | None = None,
    resolve: Resolve = resolve,
) -> FetchReport:
    """Fetches what is new or changed at the sources, politely, several hosts at once.

    Returns:
        What became of every address; its `error` says whether too many failed. What came is kept in any case.

    Raises:
        BadFolder: The raw folder cannot be written to, or is full. What came before is kept.
        AnotherFetch: Another process fetches into the same folder.
    """
    clock = clock or SystemClock()
    store = Store(raw_dir)
    client = PoliteClient(options, clock=clock, resolve=resolve)
    begun = clock.monotonic()
    try:
        with store.held(clock.now().timestamp()):
            book = Book(raw_dir, store, clock)
            report = _Fetch(client, store, book, listed, begun).run()
    finally:
        client.close()
    report.seconds = clock.monotonic() - begun
    _log(report)
    return report


class _Fetch:
    """One fetch on its way."""

    def __init__(self, client: PoliteClient, store: Store, book: Book, listed: SourceList, begun: float) -> None:
        self._client, self._store, self._book, self._listed = client, store, book, listed
        self._end = begun + client.options.time_limit_s
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self._looked_at = 0
        self._reports = {source.source_id: SourceReport(source.source_id) for source in listed.sources}

    def run(self) -> FetchReport:
        """Looks at all pages, then asks for all documents."""
        crawls: dict[str, Crawl] = {}

        def look_at(source: FetchSource) -> None:
            crawls[source.source_id] = crawl_source(self._client, source)

        try:
            self._by_host(self._listed.sources, lambda source: source.address, look_at)
            for source in self._listed.sources:
                self._note_crawl(crawls.get(source.source_id) or Crawl(source))
            wanted = self._in_order(crawls)
            self._by_host(wanted, lambda document: document.address, self._fetch)
        finally:
            self._book.save()
        return FetchReport(
            self._client.options.failure_share,
            list(self._reports.values()),
            [FetchFailure("", "", problem) for problem in self._listed.problems],
            self._book.unreadable_lines,
        )

    def _by_host(self, items: Sequence[Item], address_of: Callable[[Item], str], work: Callable[[Item], None]) -> None:
        """Works through the items, those of one host one after the other, several hosts at once."""
        groups: dict[str, list[Item]] = {}
        for item in items:
            groups.setdefault(host_of(address_of(item)), []).append(item)

        def work_through(group: Iterable[Item]) -> None:
            for item in group:
                if self._stop.is_set():
                    return
                work(item)

        with ThreadPoolExecutor(self._client.options.hosts_at_once, thread_name_prefix="fetch") as pool:
            futures = [pool.submit(work_through, group) for group in groups.values()]
            try:
                for future in as_completed(futures):
                    future.result()
            except BaseException:
                self._stop.set()  # what is on its way ends, nothing more is begun
                pool.shutdown(wait=False, cancel_futures=True)
                raise

    def _note_crawl(self, crawl: Crawl) -> None:
        report = self._reports[crawl.source.source_id]
        report.pages, report.pages_left = crawl.pages, crawl.pages_left
        report.failures += [FetchFailure(report.source_id, address, error) for address, error in crawl.failures]

    def _in_order(self, crawls: dict[str, Crawl]) -> list[Wanted]:
        """Every document once: those found now, those known from earlier; never seen first, then the longest unseen.

        An address that two sources link to is the first one's.
        """
        wanted: dict[str, Wanted] = {}
        for source in self._listed.sources:
            for document in crawls[source.source_id].wanted if source.source_id in crawls else ():
                wanted.setdefault(document.address, document)
        for document in self._book.known_documents(frozenset(self._reports)):
            wanted.setdefault(document.address, document)
        return sorted(wanted.values(), key=lambda document: self._book.last_checked(document.address))

    def _fetch(self, wanted: Wanted) -> None:
        """Asks for one document, and writes down what came."""
        report = self._reports[wanted.source_id]
        if self._client.clock.monotonic() > self._end:
            with self._lock:
                report.outcomes[Outcome.POSTPONED] += 1
            return
        failure: FetchFailure | None = None
        bytes_received, is_not_modified = 0, False
        try:
            known = self._book.known(wanted.address)
            found = download(self._client, self._store, wanted.address, known=known, link_text=wanted.link_text)
            is_not_modified = isinstance(found, NotModified)
            bytes_received = found.size_bytes if isinstance(found, Downloaded) else 0
            outcome = self._note(wanted, found)
        except BadFolder:
            raise
        except FiscalError as error:
            outcome = self._book.note_failure(wanted, error)
            failure = FetchFailure(wanted.source_id, wanted.address, error)
        with self._lock:
            report.outcomes[outcome] += 1
            report.bytes_received += bytes_received
            report.not_modified += is_not_modified
            if failure is not None:
                report.failures.append(failure)
            self._looked_at += 1
            is_time_to_save = self._looked_at % _SAVE_EVERY == 0
        if is_time_to_save:
            self._book.save()

    def _note(self, wanted: Wanted, found: Downloaded | NotModified | Gone) -> Outcome:
        if isinstance(found, Downloaded):
            return self._book.note_download(wanted, found)
        if isinstance(found, Gone):
            return self._book.note_gone(wanted, found)
        return self._book.note_unchanged(wanted, found)


def _log(report: FetchReport) -> None:
    log = structlog.get_logger()
    for source in report.sources:
        outcomes = {outcome.value: count for outcome, count in sorted(source.outcomes.items())}
        reasons: dict[str, int] = {}
        for failure in source.failures:
            reasons[failure.error.category] = reasons.get(failure.error.category, 0) + 1
        log.info(
            "fetched",
            stage="fetch",
            source=source.source_id,
            pages=source.pages,
            outcomes=outcomes,
            failures=reasons,
            bytes=source.bytes_received,
        )
    log.info(
        "fetch_ended", stage="fetch", asked=report.asked, failed=len(report.failures), seconds=round(report.seconds, 1)
    )

"""What is new or changed is read, what is fresh stays, what is gone is set aside, what cannot be read is listed."""

from __future__ import annotations

import errno
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest

from pipeline import flow
from pipeline.defs.extract import batches, reading
from pipeline.errors import ReadTimeout
from pipeline.lake.documents import NOT_READ, read_all
from pipeline.model.extract import Extract
from pipeline.model.source import SourceFile
from pipeline.set_aside import set_aside
from pipeline.settings import Settings
from pipeline.sources.folder import scan_folder
from tests.defs.workers import GuardsHere
from tests.unit.lake.builders import VALUE, make_extract


def read_here(source: SourceFile) -> Extract | ReadTimeout:
    """Stands for the readers: the file's name says what becomes of it."""
    if "full" in source.file_name:
        return set_aside(source.document_id, OSError(errno.ENOSPC, "No space left on device"), "text/plain")
    if "slow" in source.file_name:
        return ReadTimeout("too slow", remedy="wait")
    status = "quarantined" if "bad" in source.file_name else "loaded"
    extract = make_extract(source.document_id, flow.parser_version("text/plain"), status)
    if "inexact" in source.file_name:
        return replace(extract, values=(VALUE._replace(amount_yuan=Decimal("0.001")),))
    return extract


@pytest.fixture(autouse=True)
def read_in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """No worker processes: they have tests of their own."""
    monkeypatch.setattr(batches, "Guards", GuardsHere)

    def read_or_defer(job: batches.Job, source: SourceFile) -> Extract | ReadTimeout:
        if job.leaves_pictures and "scan" in source.file_name:
            return replace(make_extract(source.document_id, NOT_READ, batches.DEFERRED), values=())
        return read_here(source)

    monkeypatch.setattr(batches, "read_one_document", read_or_defer)


@pytest.fixture
def read(settings: Settings) -> Callable[..., reading.Reading]:
    """Scans the raw folder and reads what must be read."""

    def call(**changes: object) -> reading.Reading:
        used = settings.model_copy(update=changes)
        scan = scan_folder(used.raw_dir, max_file_bytes=used.max_file_bytes)
        return reading.read_documents(used, scan, on_total=lambda _total: None, advance=lambda _name: None)

    return call


def put(settings: Settings, name: str, text: str) -> None:
    (settings.raw_dir / name).write_text(text, encoding="utf-8")


def statuses(settings: Settings) -> list[str]:
    return sorted(read_all(settings.lake_dir, "document").get_column("status"))


def test_a_second_run_reads_nothing(settings: Settings, read: Callable[..., reading.Reading]) -> None:
    put(settings, "a.txt", "a")
    put(settings, "b.txt", "b")
    assert (read().read, read().read) == (2, 0)


def test_adding_one_document_reads_one(settings: Settings, read: Callable[..., reading.Reading]) -> None:
    put(settings, "a.txt", "a")
    read()
    put(settings, "b.txt", "b")
    again = read()
    assert (again.read, again.fresh) == (1, 1)


def test_a_duplicate_is_not_read(settings: Settings, read: Callable[..., reading.Reading]) -> None:
    put(settings, "a.txt", "a")
    put(settings, "b.txt", "a")
    assert read().read == 1


def test_a_changed_file_supersedes_what_it_was(settings: Settings, read: Callable[..., reading.Reading]) -> None:
    put(settings, "a.txt", "a")
    read()
    put(settings, "a.txt", "b")
    assert (read().gone, statuses(settings)) == (1, ["loaded", "superseded"])


def test_a_document_that_took_too_long_is_listed(settings: Settings, read: Callable[..., reading.Reading]) -> None:
    put(settings, "slow.txt", "a")
    put(settings, "b.txt", "b")
    read()
    assert statuses(settings) == ["loaded", "quarantined"]
    assert read_all(settings.lake_dir, "issue").filter(category="read_timeout").height == 1


def test_a_document_for_which_there_was_no_room_is_listed_and_tried_again(
    settings: Settings, read: Callable[..., reading.Reading]
) -> None:
    put(settings, "full.txt", "a")
    assert (read().read, read().read) == (1, 1)
    assert statuses(settings) == ["quarantined"]
    assert read_all(settings.lake_dir, "issue").get_column("category").to_list() == ["no_room"]


def test_values_that_do_not_fit_quarantine_their_document(
    settings: Settings, read: Callable[..., reading.Reading]
) -> None:
    put(settings, "inexact.txt", "a")
    read()
    assert read_all(settings.lake_dir, "issue").get_column("category").to_list() == ["schema_mismatch"]


def test_quarantined_documents_are_read_again_when_asked(
    settings: Settings, read: Callable[..., reading.Reading]
) -> None:
    put(settings, "bad.txt", "a")
    put(settings, "b.txt", "b")
    read()
    assert (read().read, read(retry_quarantined=True).read) == (0, 1)


def test_a_refused_file_is_read_once_the_limit_allows(settings: Settings, read: Callable[..., reading.Reading]) -> None:
    put(settings, "a.txt", "aaaa")
    read(max_file_bytes=2)
    assert read_all(settings.lake_dir, "document").get_column("parser_version").to_list() == [NOT_READ]
    assert (read().read, statuses(settings)) == (1, ["loaded"])


def test_another_parser_reads_everything_again(
    settings: Settings, read: Callable[..., reading.Reading], monkeypatch: pytest.MonkeyPatch
) -> None:
    put(settings, "a.txt", "a")
    read()
    monkeypatch.setattr(flow, "parser_version", lambda _media_type="unknown": "another")
    assert read().read == 1


def test_what_is_read_beside_others_is_fresh_for_the_night(
    settings: Settings, read: Callable[..., reading.Reading]
) -> None:
    for name in ("a.txt", "b.txt", "bad.txt"):
        put(settings, name, name)
    sources = scan_folder(settings.raw_dir, max_file_bytes=settings.max_file_bytes).first_of_each()

    def read_ahead(chosen: tuple[SourceFile, ...]) -> reading.Reading:
        return reading.read_beside_others(settings, chosen, on_total=lambda _t: None, advance=lambda _n: None)

    assert (read_ahead(sources[:2]).read, read_ahead(sources[1:]).read, read_ahead(sources).read) == (2, 1, 0)
    night = read()
    assert (night.read, night.fresh) == (0, 3)
    assert read_all(settings.lake_dir, "document").height == 3


def test_documents_of_pictures_come_last_and_are_counted_once(settings: Settings) -> None:
    for name in ("a_scan.png", "b.txt", "c_scan.png", "d.txt"):
        put(settings, name, name)
    told: list[str] = []
    scan = scan_folder(settings.raw_dir, max_file_bytes=settings.max_file_bytes)
    done = reading.read_documents(settings, scan, on_total=lambda _total: None, advance=told.append)
    assert (sorted(told[:2]), sorted(told[2:])) == (["b.txt", "d.txt"], ["a_scan.png", "c_scan.png"])
    assert (done.read, dict(done.statuses), statuses(settings)) == (4, {"loaded": 4}, ["loaded"] * 4)

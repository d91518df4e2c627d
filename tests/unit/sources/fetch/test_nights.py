"""Night after night the same pages: nothing twice, nothing lost, and a killed fetch leaves nothing wrong."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pipeline.errors import AnotherFetch, BadJournal
from pipeline.sources.fetch.journal import JournalWriter, read_journal
from pipeline.sources.fetch.report import Outcome
from pipeline.sources.fetch.store import Store
from pipeline.sources.fetched import REPLACED_REASON, read_fetched
from pipeline.sources.folder import Scan, scan_folder
from tests.webserver import Script, body, document, dripping, page, status

from .conftest import Night

REPOSITORY = Path(__file__).resolve().parents[4]


def pdf(words: str) -> bytes:
    return f"%PDF-1.7\n{words}\n%%EOF\n".encode()


def scan(night: Night) -> Scan:
    return scan_folder(night.raw_dir, max_file_bytes=1_000_000)


def publish(night: Night, **files: Script) -> None:
    names = [f"{name}.pdf" for name in files]
    night.links(*names)
    night.site.answers |= {f"/list/{name}.pdf": answer for name, answer in files.items()}


def test_three_nights_of_the_same_pages_ask_and_send_nothing_twice(night: Night) -> None:
    publish(night, a=document(pdf("a")), b=document(pdf("b")), c=document(pdf("a")))
    first = night.fetch()
    journal, kept = night.journal_bytes, night.kept
    nights = [night.fetch(), night.fetch()]
    assert first.count(Outcome.NEW) == 3
    assert len(kept) == 2, "the same bytes at two addresses are one file"
    assert [(report.count(Outcome.UNCHANGED), report.sources[0].not_modified) for report in nights] == [(3, 3), (3, 3)]
    assert [report.sources[0].bytes_received for report in nights] == [0, 0]
    assert night.journal_bytes == journal
    assert night.kept == kept
    assert [night.site.bodies_sent(f"/list/{name}.pdf") for name in "abc"] == [1, 1, 1]
    found = scan(night)
    assert len(found.every_file()) == len({source.document_id for source in found.every_file()}) == 2


def test_a_server_without_marks_sends_again_and_nothing_doubles(night: Night) -> None:
    publish(night, a=body(pdf("a")))
    night.fetch()
    journal = night.journal_bytes
    assert night.fetch().count(Outcome.UNCHANGED) == 1
    assert night.journal_bytes == journal
    assert len(night.kept) == 1


def test_last_modified_spares_a_file_too(night: Night) -> None:
    date = "Mon, 02 Oct 2023 08:00:00 GMT"

    def answer(request: object, connection: object) -> None:
        known = request.headers.get("if-modified-since") == date  # type: ignore[attr-defined]
        (status(304) if known else body(pdf("a"), last_modified=date))(request, connection)  # type: ignore[arg-type]

    publish(night, a=answer)
    night.fetch()
    assert night.fetch().sources[0].not_modified == 1


def test_a_changed_file_is_a_new_version_and_the_old_bytes_stay(night: Night) -> None:
    publish(night, a=document(pdf("old")))
    night.fetch()
    publish(night, a=document(pdf("new")))
    assert night.fetch().count(Outcome.CHANGED) == 1
    old, new = (hashlib.sha256(pdf(words)).hexdigest() for words in ("old", "new"))
    assert [(event.event, event.replaces) for event in night.events] == [("new", None), ("changed", old)]
    assert len(night.kept) == 2
    found = scan(night)
    assert [source.document_id for source in found.files] == [new]
    assert [source.document_id for source in found.replaced] == [old]


def test_a_version_that_comes_back_counts_again(night: Night) -> None:
    for words in ("a", "b", "a"):
        publish(night, a=document(pdf(words)))
        night.fetch()
    found = scan(night)
    assert [source.path.read_bytes() for source in found.files] == [pdf("a")]
    assert [source.path.read_bytes() for source in found.replaced] == [pdf("b")]


def test_a_version_that_another_address_still_gives_counts(night: Night) -> None:
    publish(night, a=document(pdf("x")), b=document(pdf("x")))
    night.fetch()
    publish(night, a=document(pdf("y")), b=document(pdf("x")))
    night.fetch()
    found = scan(night)
    assert {source.source_url.rsplit("/", 1)[-1] for source in found.files if source.source_url} == {"a.pdf", "b.pdf"}
    assert found.replaced == ()


def test_bytes_dropped_by_hand_count_whatever_the_address_gives_now(night: Night) -> None:
    for words in ("old", "new"):
        publish(night, a=document(pdf(words)))
        night.fetch()
    (night.raw_dir / "by hand.pdf").write_bytes(pdf("old"))
    found = scan(night)
    assert len(found.files) == 2
    assert found.replaced == ()


@pytest.mark.parametrize("code", [404, 410])
def test_what_is_gone_stays_loaded_and_is_said_once(night: Night, code: int) -> None:
    publish(night, a=document(pdf("a")))
    night.fetch()
    publish(night, a=status(code))
    assert [night.fetch().count(Outcome.GONE) for _night in range(3)] == [1, 1, 1]
    assert [event.event for event in night.events] == ["new", "gone"]
    assert len(scan(night).files) == 1
    publish(night, a=document(pdf("a")))
    assert night.fetch().count(Outcome.RETURNED) == 1
    assert [event.event for event in night.events] == ["new", "gone", "returned"]


def test_a_document_no_longer_linked_is_still_asked_for(night: Night) -> None:
    publish(night, a=document(pdf("a")))
    night.fetch()
    night.links()
    assert night.fetch().count(Outcome.UNCHANGED) == 1
    night.site.answers["/list/a.pdf"] = status(404)
    assert night.fetch().count(Outcome.GONE) == 1
    asked = len(night.site.asked("/list/a.pdf"))
    night.fetch()
    assert len(night.site.asked("/list/a.pdf")) == asked, "known to be gone, and linked nowhere"


def test_files_are_called_as_people_call_them_and_told_whose_they_are(night: Night) -> None:
    disposition = "attachment; filename*=UTF-8''%E6%B0%91%E6%94%BF%E5%B1%80.pdf"
    publish(night, a=document(pdf("a"), content_disposition=disposition))
    night.fetch(night.source(department="沁源县民政局"))
    (source,) = scan(night).files
    assert source.file_name == "民政局.pdf"
    assert source.source_url == f"{night.site.address}/list/a.pdf"
    assert source.retrieved_at == night.events[0].at
    assert (source.hints.region, source.hints.department) == ("140431", "沁源县民政局")


def test_a_line_of_the_manifest_tells_more_of_a_fetched_file(night: Night) -> None:
    publish(night, a=document(pdf("a")))
    night.fetch()
    name = night.kept[0].relative_to(night.raw_dir).as_posix()
    (night.raw_dir / "MANIFEST.csv").write_text(f"relative_path,fiscal_year\n{name},2023\n", encoding="utf-8")
    found = scan(night)
    assert (found.files[0].hints.fiscal_year, found.files[0].hints.region) == (2023, "140431")
    assert found.unmatched_notes == ()


def test_bytes_that_rotted_are_refused_and_come_again_once_removed(night: Night) -> None:
    publish(night, a=document(pdf("a")))
    night.fetch()
    night.kept[0].chmod(0o644)
    night.kept[0].write_bytes(b"rot")
    (refusal,) = scan(night).refused
    assert "no longer holds the bytes" in refusal.error.found
    night.kept[0].unlink()
    assert len(read_fetched(night.raw_dir).missing) == 1
    assert night.fetch().count(Outcome.UNCHANGED) == 1
    assert night.kept[0].read_bytes() == pdf("a")


def test_kept_files_cannot_be_written_by_mistake(night: Night) -> None:
    publish(night, a=document(pdf("a")))
    night.fetch()
    assert night.kept[0].stat().st_mode & 0o222 == 0


def test_a_file_the_journal_does_not_know_is_listed_and_not_read(night: Night) -> None:
    publish(night, a=document(pdf("a")))
    night.fetch()
    sha = hashlib.sha256(pdf("x")).hexdigest()
    (night.raw_dir / "fetched" / sha[:2]).mkdir(exist_ok=True)
    (night.raw_dir / "fetched" / sha[:2] / f"{sha}.pdf").write_bytes(pdf("x"))
    found = scan(night)
    assert [refusal.error.category for refusal in found.refused] == ["bad_journal"]
    publish(night, a=document(pdf("a")), x=document(pdf("x")))
    night.fetch()
    assert scan(night).refused == ()


def test_a_journal_that_is_gone_is_said_and_not_guessed(night: Night) -> None:
    publish(night, a=document(pdf("a")))
    night.fetch()
    (night.raw_dir / "fetched" / "JOURNAL.jsonl").unlink()
    with pytest.raises(BadJournal, match="is missing"):
        scan(night)
    assert night.fetch().count(Outcome.NEW) == 1
    assert len(scan(night).files) == 1


@pytest.mark.parametrize("cut", [1, 40])
def test_half_a_last_line_is_no_event_and_is_mended(night: Night, cut: int) -> None:
    publish(night, a=document(pdf("a")), b=document(pdf("b")))
    night.fetch()
    path = night.raw_dir / "fetched" / "JOURNAL.jsonl"
    path.write_bytes(path.read_bytes()[:-cut])
    night.fetch()
    journal = read_journal(night.raw_dir)
    assert journal.unreadable_lines == 0
    assert sorted(event.address[-5:] for event in journal.events) == ["a.pdf", "b.pdf"]
    assert len(scan(night).files) == 2


def test_a_spoilt_line_inside_the_journal_is_counted_and_costs_only_itself(night: Night) -> None:
    publish(night, a=document(pdf("a")), b=document(pdf("b")))
    night.fetch()
    path = night.raw_dir / "fetched" / "JOURNAL.jsonl"
    lines = path.read_bytes().split(b"\n")
    path.write_bytes(b"\n".join([lines[0], b'{"event": "nonsense"}', b"[1]", *lines[1:]]))
    report = night.fetch()
    assert report.unreadable_journal_lines == 2
    assert report.count(Outcome.UNCHANGED) == 2


def test_the_state_only_spares_work(night: Night) -> None:
    publish(night, a=document(pdf("a")))
    night.fetch()
    (night.raw_dir / "fetched" / "STATE.json").write_text("{", encoding="utf-8")
    report = night.fetch()
    assert (report.count(Outcome.UNCHANGED), report.sources[0].not_modified) == (1, 1)


def test_two_fetches_at_once_say_so(night: Night) -> None:
    with Store(night.raw_dir).held(0.0), pytest.raises(AnotherFetch):
        night.fetch_one(document(pdf("a")))


def test_an_event_survives_line_breaks_and_odd_letters(night: Night) -> None:
    night.site.answers["/list/"] = page('<a href="a.pdf">第一行\n第二行 \u2028 "引号"</a>')
    night.site.answers["/list/a.pdf"] = document(pdf("a"))
    night.fetch()
    assert night.events[0].link_text == '第一行 第二行 "引号"'
    assert len(night.journal_bytes.decode().splitlines()) == 1


KILLED = """
import json, sys
from pathlib import Path
from pipeline.sources.fetch.fetching import fetch_sources
from pipeline.sources.fetch.options import FetchOptions
from pipeline.sources.fetch.source_list import read_source_list
options = FetchOptions(max_file_bytes=1_000_000, is_private_allowed=True, delay_s=0.0, failure_share=1.0)
fetch_sources(read_source_list(Path(sys.argv[1])), Path(sys.argv[2]), options)
"""


def test_a_fetch_killed_in_the_middle_leaves_nothing_wrong(night: Night, tmp_path: Path) -> None:
    """Kill -9 while the second of three documents drips in; the next fetch ends as an undisturbed one."""
    publish(night, a=document(pdf("a")), b=dripping(pdf("b" * 2_000), step_s=0.01), c=document(pdf("c")))
    listed = tmp_path / "sources.csv"
    listed.write_text(
        f"source_id,region,address,pattern\ncounty,140431,{night.site.address}/list/,pdf\n", encoding="utf-8"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(listed), str(night.raw_dir)],
        cwd=REPOSITORY,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
        stdout=subprocess.DEVNULL,
    )
    part = Store(night.raw_dir).part(f"{night.site.address}/list/b.pdf")
    deadline = time.monotonic() + 30
    while not part.exists():
        assert time.monotonic() < deadline, "the download never began"
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.wait(10)
    assert [source.path.read_bytes() for source in scan(night).files] == [pdf("a")]
    publish(night, a=document(pdf("a")), b=document(pdf("b" * 2_000)), c=document(pdf("c")))
    report = night.fetch()
    assert (report.count(Outcome.UNCHANGED), report.count(Outcome.NEW)) == (1, 2)
    assert sorted(path.name for path in night.kept) == sorted(
        f"{hashlib.sha256(pdf(words)).hexdigest()}.pdf" for words in ("a", "b" * 2_000, "c")
    )
    assert night.parts == []
    lines = [json.loads(line) for line in night.journal_bytes.splitlines()]
    assert [line["address"][-5:] for line in lines] == ["a.pdf", "b.pdf", "c.pdf"]


@pytest.mark.parametrize("step", ["rename", "add", "forget", "write_state"])
def test_a_fetch_that_dies_at_any_step_of_keeping_is_mended_by_the_next(
    night: Night, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Died(BaseException):
        """As if the power had gone."""

    def die(*_args: object) -> None:
        raise Died

    publish(night, a=document(pdf("a")))
    places = {
        "rename": "pathlib.Path.rename",
        "add": "pipeline.sources.fetch.journal.JournalWriter.add",
        "forget": "pipeline.sources.fetch.store.Store.forget",
        "write_state": "pipeline.sources.fetch.book.write_state",
    }
    with monkeypatch.context() as broken:
        broken.setattr(places[step], die)
        with pytest.raises(Died):
            night.fetch()
    night.fetch()
    assert [event.event for event in night.events] == ["new"]
    assert [source.path.read_bytes() for source in scan(night).files] == [pdf("a")]
    assert night.parts == []
    assert scan(night).refused == ()


def test_replaced_reason_is_a_sentence_for_people() -> None:
    assert REPLACED_REASON == "replaced by a newer version at the same address"


def test_the_journal_is_only_ever_added_to(night: Night) -> None:
    seen = b""
    for words in ("a", "b", "c"):
        publish(night, a=document(pdf(words)))
        night.fetch()
        assert night.journal_bytes.startswith(seen)
        assert len(night.journal_bytes) > len(seen)
        seen = night.journal_bytes
    JournalWriter(night.raw_dir).open()
    assert night.journal_bytes == seen

"""A server that misbehaves in every way we know costs its own document at most, and never gives a wrong one."""

from __future__ import annotations

import gzip
import hashlib
import time
from dataclasses import replace

import pytest

from pipeline.sources.fetch.hosts import DEAD_AFTER
from pipeline.sources.fetch.report import FetchReport, Outcome
from tests.webserver import (
    Script,
    body,
    breaking_off,
    document,
    dripping,
    endless,
    gzip_bomb,
    head,
    in_turn,
    page,
    raw,
    status,
)

from .conftest import Night

PDF = b"%PDF-1.7\n" + b"1234567890" * 2_000 + b"\n%%EOF\n"
SHA = hashlib.sha256(PDF).hexdigest()
ERROR_PAGE = "<html><head><title>您访问的页面不存在</title></head><body>404</body></html>"


def categories(report: FetchReport) -> list[str]:
    return [failure.error.category for failure in report.failures]


def test_a_document_is_kept_by_its_hash_with_address_time_and_headers(night: Night) -> None:
    report = night.fetch_one(document(PDF, set_cookie="visit=1"))
    assert report.count(Outcome.NEW) == 1
    assert [path.relative_to(night.raw_dir).as_posix() for path in night.kept] == [f"fetched/{SHA[:2]}/{SHA}.pdf"]
    assert night.kept[0].read_bytes() == PDF
    (event,) = night.events
    assert (event.sha256, event.size_bytes, event.status, event.source_id) == (SHA, len(PDF), 200, "county")
    assert (event.page, event.link_text) == (f"{night.site.address}/list/", "a.pdf")
    assert "etag" in event.headers
    assert "set-cookie" not in event.headers
    assert event.at.endswith("Z")
    assert night.parts == []


def broken_then_fine(answer: Script) -> Script:
    return in_turn(answer, document(PDF))


@pytest.mark.parametrize(
    "answer",
    [
        status(500),
        status(502),
        status(503, retry_after="7"),
        status(429, retry_after="Sat, 21 Nov 2026 18:17:00 GMT"),
        raw(b""),
        raw(b"HTTP/1.1 200 OK\r\ncontent-le"),
        raw(b"nonsense\r\n\r\n"),
        raw(head(200, {"content-type": "application/pdf", "content-length": len(PDF)}) + PDF[:-5]),
        raw(head(200, {"content-type": "application/pdf"}) + PDF[:-500]),
        raw(head(200, {"content-type": "application/pdf", "transfer-encoding": "chunked"}) + b"FF\r\nshort"),
        breaking_off(PDF, 0),
        breaking_off(PDF, 7_000),
        breaking_off(PDF, 7_000, is_reset=False),
    ],
    ids=[
        *("500", "502", "503_retry_after", "429_retry_after_date", "closed_at_once", "half_a_head", "nonsense"),
        *(
            "too_short",
            "too_short_without_length",
            "broken_chunks",
            "reset_at_0",
            "reset_in_the_middle",
            "closed_early",
        ),
    ],
)
def test_what_fails_once_is_asked_again_and_comes_whole(night: Night, answer: Script) -> None:
    report = night.fetch_one(broken_then_fine(answer))
    assert (report.count(Outcome.NEW), categories(report)) == (1, [])
    assert night.kept[0].read_bytes() == PDF
    assert len(night.site.asked("/list/a.pdf")) == 2
    assert night.clock.waits, "it waited before asking again"


@pytest.mark.parametrize(
    ("answer", "category", "asked"),
    [
        (status(500), "server_busy", 4),
        (status(429), "server_busy", 4),
        (status(403), "bad_answer", 1),
        (status(404), "bad_answer", 1),
        (status(204), "bad_answer", 1),
        (status(304), "bad_answer", 1),
        (status(206, content_range="bytes 0-9/10"), "bad_answer", 1),
        (status(302, location="/list/a.pdf"), "bad_answer", 1),
        (status(302, location="file:///etc/passwd"), "refused_address", 1),
        (status(302, location="ftp://127.0.0.1/a.pdf"), "refused_address", 1),
        (status(302, location="http://user:secret@127.0.0.1/a.pdf"), "refused_address", 1),
        (status(302), "bad_answer", 1),
        (page(ERROR_PAGE), "bad_answer", 1),
        (body(ERROR_PAGE.encode("gbk")), "bad_answer", 1),
        (body(b'{"code": 500}', content_type="application/json"), "bad_answer", 1),
        (body(b'{"code": 500}'), "bad_answer", 1),
        (body(b""), "bad_answer", 1),
        (body(b"MZ\x90\x00\x03" + b"\0" * 99), "bad_answer", 1),
        (body(b"\x00\x00\x00\x18ftypmp42", content_type="video/mp4"), "bad_answer", 1),
        (body(PDF, content_length=1_000_001), "file_too_large", 1),
        (body(b"x" * 1_000_001), "file_too_large", 1),
        (endless(), "file_too_large", 1),
        (gzip_bomb(5_000_000), "file_too_large", 1),
        (body(b"no gzip", content_encoding="gzip"), "bad_answer", 1),
        (body(PDF, content_encoding="br"), "bad_answer", 1),
        (raw(head(200, {"content-length": 500, "content-type": "application/pdf"}) + PDF), "bad_answer", 1),
        (raw(head(200, {"content-length": "abc"}) + PDF), "no_answer", 4),
        (raw(b"HTTP/1.1 200 OK\r\n" + b"x: y\r\n" * 100_000 + b"\r\n"), "no_answer", 4),
        (breaking_off(PDF, 100), "no_answer", 4),
    ],
    ids=[
        *("500_always", "429_always", "403", "404", "204", "304_unasked", "206_unasked", "redirect_to_itself"),
        *("redirect_to_file", "redirect_to_ftp", "redirect_with_password", "redirect_nowhere", "html_error_200"),
        *("html_error_gbk_as_pdf", "json", "json_as_pdf", "empty", "program", "video", "length_over_limit"),
        *("body_over_limit", "endless_stream", "gzip_bomb", "not_gzip", "unknown_packing", "longer_than_stated"),
        *("length_no_number", "endless_headers", "breaks_off_always"),
    ],
)
def test_what_is_wrong_fails_with_its_reason_and_is_not_kept(
    night: Night, answer: Script, category: str, asked: int
) -> None:
    report = night.fetch_one(answer)
    assert categories(report) == [category]
    assert all(failure.error.expected and failure.error.remedy for failure in report.failures)
    assert "secret" not in str(report.failures[0].error)
    assert len(night.site.asked("/list/a.pdf")) == asked
    assert night.kept == []
    assert [(event.event, event.category) for event in night.events] == [("failed", category)]


def test_a_slow_drip_ends_at_its_time_and_is_not_asked_again_this_night(night: Night) -> None:
    begun = time.monotonic()
    report = night.fetch_one(dripping(PDF, step_s=0.01), timeout_s=0.4)
    assert time.monotonic() - begun < 5
    assert categories(report) == ["too_slow"]
    assert len(night.site.asked("/list/a.pdf")) == 1


def test_what_broke_off_is_gone_on_with(night: Night) -> None:
    etag = f'"{SHA[:16]}"'
    report = night.fetch_one(in_turn(breaking_off(PDF, 7_000, etag=etag), document(PDF)))
    assert report.count(Outcome.NEW) == 1
    assert [request.headers.get("range") for request in night.site.asked("/list/a.pdf")] == [None, "bytes=7000-"]
    assert night.kept[0].read_bytes() == PDF


def test_a_file_that_never_comes_whole_in_one_night_comes_over_the_nights(night: Night) -> None:
    etag = f'"{SHA[:16]}"'
    first = night.fetch_one(breaking_off(PDF, 9_000, etag=etag), attempts=1)
    assert categories(first) == ["no_answer"]
    assert len(night.parts) == 2
    second = night.fetch_one(document(PDF))
    assert second.count(Outcome.NEW) == 1
    assert night.site.asked("/list/a.pdf")[-1].headers["range"] == "bytes=9000-"
    assert night.kept[0].read_bytes() == PDF
    assert night.parts == []


def test_a_file_that_changed_while_it_broke_off_is_not_glued(night: Night) -> None:
    other = PDF.replace(b"123", b"ABC")
    report = night.fetch_one(in_turn(breaking_off(PDF, 9_000, etag='"old"'), document(other)))
    assert report.count(Outcome.NEW) == 1
    assert night.kept[0].read_bytes() == other


def test_a_server_that_ignores_if_range_is_found_out_by_its_etag(night: Night) -> None:
    other = PDF.replace(b"123", b"ABC")
    span = f"bytes 9000-{len(other) - 1}/{len(other)}"
    marks = {"content-type": "application/pdf", "content-range": span, "etag": '"new"'}
    rest = raw(head(206, {**marks, "content-length": len(other) - 9_000}) + other[9_000:])
    report = night.fetch_one(in_turn(breaking_off(PDF, 9_000, etag='"old"'), rest, document(other)))
    assert report.count(Outcome.NEW) == 1
    assert night.kept[0].read_bytes() == other


def test_a_part_that_is_whole_already_is_asked_for_anew(night: Night) -> None:
    night.fetch_one(breaking_off(PDF + b"x", len(PDF), etag=f'"{SHA[:16]}"'), attempts=1)
    assert night.fetch_one(document(PDF)).count(Outcome.NEW) == 1  # 416, then all of it
    assert night.kept[0].read_bytes() == PDF


def test_a_packed_document_is_unpacked(night: Night) -> None:
    report = night.fetch_one(body(gzip.compress(PDF), content_encoding="gzip"))
    assert report.count(Outcome.NEW) == 1
    assert night.kept[0].read_bytes() == PDF


def test_a_host_that_asks_for_an_hour_is_left_alone(night: Night) -> None:
    night.links("a.pdf", "b.pdf", "c.pdf")
    for name in "abc":
        night.site.answers[f"/list/{name}.pdf"] = status(503, retry_after="3600")
    report = night.fetch()
    assert categories(report) == ["server_busy", "left_alone", "left_alone"]
    assert len(night.site.requests) == 3  # robots.txt, the list, one document
    assert sum(night.clock.waits) < 60


def test_a_dead_host_is_not_asked_for_everything(night: Night) -> None:
    names = [f"{number}.pdf" for number in range(20)]
    night.links(*names)
    for name in names:
        night.site.answers[f"/list/{name}"] = raw(b"")
    report = night.fetch(attempts=2)
    assert len(report.failures) == 20
    assert len(night.site.requests) == 2 + DEAD_AFTER * 2


def test_retry_after_is_waited_for(night: Night) -> None:
    night.fetch_one(in_turn(status(503, retry_after="90"), document(PDF)))
    assert max(night.clock.waits) == pytest.approx(90, abs=1)


def test_waits_grow_and_are_spread(night: Night) -> None:
    night.fetch_one(status(500), attempts=4, delay_s=0.0)
    first, second, third = night.clock.waits
    assert 1 <= first <= 3
    assert 2 <= second <= 6
    assert 4 <= third <= 12


def test_other_documents_come_whatever_one_does(night: Night) -> None:
    night.links("a.pdf", "b.pdf", "c.pdf")
    night.site.answers |= {
        "/list/a.pdf": endless(),
        "/list/b.pdf": status(302, location="/list/b.pdf"),
        "/list/c.pdf": document(PDF),
    }
    report = night.fetch()
    assert report.count(Outcome.NEW) == 1
    assert sorted(categories(report)) == ["bad_answer", "file_too_large"]


def test_more_failures_than_tolerated_fail_the_fetch_and_keep_what_came(night: Night) -> None:
    night.links("a.pdf", "b.pdf")
    night.site.answers |= {"/list/a.pdf": status(403), "/list/b.pdf": document(PDF)}
    report = night.fetch(failure_share=0.2)
    assert report.failure_share == pytest.approx(1 / 3)
    assert report.error is not None
    assert "1 of 3 addresses failed" in report.error.found
    assert len(night.kept) == 1
    assert night.fetch(failure_share=0.4).error is None


def test_one_reason_night_after_night_is_one_line(night: Night) -> None:
    for _night in range(3):
        night.fetch_one(status(403))
    assert len(night.events) == 1
    night.fetch_one(status(500))
    assert [event.category for event in night.events] == ["bad_answer", "server_busy"]


def test_a_full_disk_stops_the_fetch_with_a_clear_error(night: Night, monkeypatch: pytest.MonkeyPatch) -> None:
    import errno

    from pipeline.errors import BadFolder
    from pipeline.sources.fetch.store import Store

    def full(*_args: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("pathlib.Path.chmod", full)
    with pytest.raises(BadFolder, match="No space left"):
        night.fetch_one(document(PDF))
    monkeypatch.undo()
    assert night.fetch().count(Outcome.NEW) == 1
    assert Store(night.raw_dir).place(SHA) is not None


def test_the_time_of_a_fetch_is_limited_and_the_rest_is_for_the_next(night: Night) -> None:
    names = [f"{number}.pdf" for number in range(10)]
    night.links(*names)
    for number, name in enumerate(names):
        night.site.answers[f"/list/{name}"] = document(PDF + str(number).encode())
    report = night.fetch(time_limit_s=5.0, delay_s=1.0)
    assert 0 < report.count(Outcome.NEW) < 10
    assert report.count(Outcome.NEW) + report.count(Outcome.POSTPONED) == 10
    again = night.fetch(replace(night.source()), delay_s=0.0)
    assert again.count(Outcome.NEW) == report.count(Outcome.POSTPONED)

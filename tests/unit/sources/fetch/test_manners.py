"""We say who we are, ask robots.txt, take turns, and go nowhere inside a private network."""

from __future__ import annotations

import re
import threading
import time

import pytest

from pipeline.errors import RefusedAddress
from pipeline.sources.fetch.client import LONGEST_CRAWL_DELAY_S, PoliteClient
from pipeline.sources.fetch.fetching import fetch_sources
from pipeline.sources.fetch.report import FetchReport, Outcome
from pipeline.sources.fetch.source_list import SourceList
from tests.webserver import Script, Site, body, breaking_off, document, in_turn, page, raw, serving, status

from .conftest import OPTIONS, FakeClock, Night

PDF = b"%PDF-1.7\nwords\n%%EOF\n"


def categories(report: FetchReport) -> list[str]:
    return [failure.error.category for failure in report.failures]


def robots(text: str) -> Script:
    return body(text.encode(), content_type="text/plain")


def test_we_say_who_we_are(night: Night) -> None:
    night.fetch_one(document(PDF))
    agents = {request.headers["user-agent"] for request in night.site.requests}
    assert agents == {"gongkai/0.1 (reads disclosed budgets; data@example.org)"}


def test_robots_are_asked_once_and_first(night: Night) -> None:
    night.fetch_one(document(PDF))
    assert [request.path for request in night.site.requests] == ["/robots.txt", "/list/", "/list/a.pdf"]


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        (robots("User-agent: *\nDisallow: /list/a.pdf"), ["robots_forbid"]),
        (robots("User-agent: *\nDisallow: /list/*.pdf$"), ["robots_forbid"]),
        (robots("User-agent: gongkai\nDisallow: /"), ["robots_forbid"]),
        (robots("User-agent: *\nDisallow: /\n\nUser-agent: gongkai\nAllow: /"), []),
        (robots("User-agent: *\nDisallow: /\nAllow: /list/"), []),
        (robots("\ufeffUser-agent: *\r\nDisallow: /list/a"), ["robots_forbid"]),
        (robots("User-agent: other\nDisallow: /"), []),
        (page("<html>您访问的页面不存在</html>"), []),
        (status(404), []),
        (status(403), []),
        (status(503), ["robots_forbid"]),
        (status(500), ["robots_forbid"]),
        (raw(b""), ["robots_forbid"]),
        (breaking_off(b"User-agent: *", 5), ["robots_forbid"]),
        (status(302, location="/robots.txt"), []),
        (robots("User-agent: *\n" + "#\n" * 600_000), []),
    ],
    ids=[
        *("path", "wildcard", "by_name", "we_may", "allow_is_longer", "byte_order_mark", "others", "html"),
        *("404", "403", "503", "500", "closed", "broken", "circle", "endless"),
    ],
)
def test_robots_are_followed(night: Night, rules: Script, expected: list[str]) -> None:
    night.site.answers["/robots.txt"] = rules
    report = night.fetch_one(document(PDF))
    assert categories(report) == expected
    assert report.count(Outcome.NEW) == (0 if expected else 1)
    assert bool(night.site.asked("/list/a.pdf")) is not bool(expected)


def test_robots_speak_for_the_host_a_redirect_leads_to(night: Night) -> None:
    with serving(Site()) as other:
        other.answers |= {"/robots.txt": robots("User-agent: *\nDisallow: /"), "/b.pdf": document(PDF)}
        report = night.fetch_one(status(302, location=f"{other.address}/b.pdf"))
    assert categories(report) == ["robots_forbid"]
    assert other.asked("/b.pdf") == []


def test_a_redirect_to_another_host_is_followed_and_written_down(night: Night) -> None:
    with serving(Site()) as other:
        other.answers["/附件.pdf".encode().decode("latin-1")] = status(404)
        other.answers["/%E9%99%84%E4%BB%B6.pdf"] = document(PDF)
        report = night.fetch_one(in_turn(status(301, location=f"{other.address}/附件.pdf")))
        assert report.count(Outcome.NEW) == 1
        assert night.events[0].final_address == f"{other.address}/%E9%99%84%E4%BB%B6.pdf"
    assert night.events[0].address == f"{night.site.address}/list/a.pdf"
    assert night.events[0].file_name == "附件.pdf"


def test_a_pause_lies_between_two_requests_to_one_host(night: Night) -> None:
    night.links("a.pdf", "b.pdf")
    night.site.answers |= {"/list/a.pdf": document(PDF), "/list/b.pdf": document(PDF)}
    night.fetch(delay_s=2.5)
    assert night.clock.waits == [2.5, 2.5, 2.5]


def test_a_longer_crawl_delay_is_kept(night: Night) -> None:
    night.site.answers["/robots.txt"] = robots("User-agent: *\nCrawl-delay: 11")
    night.fetch_one(document(PDF))
    assert night.clock.waits[-1] == 11


def test_a_crawl_delay_that_takes_the_night_closes_the_host(night: Night) -> None:
    night.site.answers["/robots.txt"] = robots(f"User-agent: *\nCrawl-delay: {LONGEST_CRAWL_DELAY_S + 1:.0f}")
    assert categories(night.fetch_one(document(PDF))) == ["robots_forbid"]


def test_one_connection_to_a_host_and_several_hosts_at_once(night: Night) -> None:
    """Two hosts answer only when both have been asked: one after the other would never end."""
    both = threading.Barrier(2, timeout=10)

    def together(request: object, connection: object) -> None:
        both.wait()
        document(PDF)(request, connection)  # type: ignore[arg-type]

    with serving(Site()) as other:
        for site in (night.site, other):
            site.answers["/list/"] = page('<a href="a.pdf">a</a><a href="b.pdf">b</a>')
            site.answers["/list/a.pdf"] = together
            site.answers["/list/b.pdf"] = document(PDF)
        second = night.source(source_id="other", address=f"{other.address}/list/")
        report = night.fetch(night.source(), second)
        assert report.count(Outcome.NEW) == 4
        assert (night.site.most_at_once, other.most_at_once) == (1, 1)


def test_an_address_in_two_sources_is_asked_once(night: Night) -> None:
    night.links("a.pdf")
    night.site.answers["/list/a.pdf"] = document(PDF)
    report = night.fetch(night.source(), night.source(source_id="again"))
    assert [source.outcomes.total() for source in report.sources] == [1, 0]
    assert len(night.site.asked("/list/a.pdf")) == 1


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_our_own_machine_is_not_asked(night: Night, host: str) -> None:
    night.links("a.pdf")
    source = night.source(address=night.site.address.replace("127.0.0.1", host) + "/list/")
    report = night.fetch(source, is_private_allowed=False)
    assert categories(report) == ["refused_address"]
    assert night.site.requests == []


@pytest.mark.parametrize(
    "ip",
    [
        *("10.0.0.1", "192.168.1.1", "172.16.0.1", "169.254.169.254", "127.0.0.1", "0.0.0.0", "100.64.0.1", "::1"),
        *("::ffff:127.0.0.1", "fe80::1", "fc00::1", "224.0.0.1", "64:ff9b::a00:1", "2002:a00:1::", "255.255.255.255"),
    ],
)
def test_a_name_that_leads_inside_is_refused(night: Night, ip: str) -> None:
    client = PoliteClient(OPTIONS, clock=FakeClock(), resolve=lambda _host, _port: [ip])
    guarded = PoliteClient(OPTIONS.__class__(max_file_bytes=1), clock=FakeClock(), resolve=lambda _host, _port: [ip])
    client.close()
    with pytest.raises(RefusedAddress), guarded.ask("http://county.example/a.pdf", {}, most_bytes=1_000):
        pass
    guarded.close()


def test_a_name_with_one_address_inside_is_refused_whichever_comes_first(night: Night) -> None:
    for ips in (["203.0.114.9", "10.0.0.1"], ["10.0.0.1", "203.0.114.9"]):
        guarded = PoliteClient(
            OPTIONS.__class__(max_file_bytes=1), clock=FakeClock(), resolve=lambda _host, _port, ips=ips: ips
        )
        with pytest.raises(RefusedAddress), guarded.ask("http://county.example/", {}, most_bytes=1_000):
            pass


def test_the_connection_goes_to_the_address_that_was_judged(night: Night, monkeypatch: pytest.MonkeyPatch) -> None:
    """DNS rebinding: a name is looked up once for a connection, and a later answer that leads inside is refused."""
    from pipeline.sources.fetch import network

    asked: list[str] = []

    def rebinding(host: str, _port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["10.0.0.1"]

    monkeypatch.setattr(network, "is_public", lambda ip: ip == "127.0.0.1")
    night.links("a.pdf", "b.pdf")
    night.site.answers |= {"/list/a.pdf": in_turn(raw(b""), document(PDF)), "/list/b.pdf": document(PDF)}
    source = night.source(address=f"http://county.example:{night.site.port}/list/")
    options = OPTIONS.__class__(max_file_bytes=10_000, failure_share=1.0)
    report = fetch_sources(SourceList((source,)), night.raw_dir, options, clock=night.clock, resolve=rebinding)
    assert asked[0] == "county.example"
    assert [request.path for request in night.site.requests] == ["/robots.txt", "/list/", "/list/a.pdf"]
    assert categories(report) == ["refused_address", "refused_address"]
    assert night.site.requests[0].headers["host"] == f"county.example:{night.site.port}"


def test_one_connection_serves_all_requests_to_a_host(night: Night) -> None:
    looked_up: list[str] = []

    def resolve(host: str, _port: int) -> list[str]:
        looked_up.append(host)
        return ["127.0.0.1"]

    night.links("a.pdf", "b.pdf")
    night.site.answers |= {"/list/a.pdf": document(PDF), "/list/b.pdf": status(404)}
    source = night.source(address=f"http://county.example:{night.site.port}/list/")
    fetch_sources(SourceList((source,)), night.raw_dir, OPTIONS, clock=night.clock, resolve=resolve)
    assert looked_up == ["county.example"]


def test_a_redirect_inside_is_refused(night: Night) -> None:
    """The site is public, its redirect leads to a cloud's metadata."""
    names = {"county.example": "127.0.0.1", "metadata.example": "169.254.169.254"}
    night.links("a.pdf")
    night.site.answers["/list/a.pdf"] = status(302, location="http://metadata.example/latest/")
    from pipeline.sources.fetch import network

    source = night.source(address=f"http://county.example:{night.site.port}/list/")
    judged = network.is_public
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(network, "is_public", lambda ip: ip == "127.0.0.1" or judged(ip))
        options = OPTIONS.__class__(max_file_bytes=10_000, failure_share=1.0)
        report = fetch_sources(
            SourceList((source,)),
            night.raw_dir,
            options,
            clock=night.clock,
            resolve=lambda host, _port: [names[host]],
        )
    assert categories(report) == ["refused_address"]
    assert "169.254.169.254" in report.failures[0].error.found


def test_pages_follow_from_pages_up_to_a_limit(night: Night) -> None:
    for number in range(1, 6):
        links = f'<a href="/list/{number + 1}.html">下一页</a><a href="/list/">首页</a><a href="{number}.pdf">附件</a>'
        night.site.answers["/list/" if number == 1 else f"/list/{number}.html"] = page(links)
        night.site.answers[f"/list/{number}.pdf"] = document(PDF + str(number).encode())
    follow = re.compile(r"下一页|/list/$")
    report = night.fetch(night.source(follow=follow, max_pages=3, pattern=re.compile(r"\.pdf$")))
    assert (report.sources[0].pages, report.sources[0].pages_left, report.count(Outcome.NEW)) == (3, 1, 3)


def test_a_source_may_be_a_file_itself(night: Night) -> None:
    night.site.answers["/决算.pdf".encode().decode("latin-1")] = status(404)
    night.site.answers["/%E5%86%B3%E7%AE%97.pdf"] = document(PDF)
    report = night.fetch(night.source(address=f"{night.site.address}/%E5%86%B3%E7%AE%97.pdf"))
    assert (report.count(Outcome.NEW), report.sources[0].pages) == (1, 0)
    assert night.events[0].file_name == "决算.pdf"


def test_a_file_where_a_page_was_expected_is_taken_as_one(night: Night) -> None:
    night.site.answers["/download.jsp"] = document(PDF, content_disposition='attachment; filename="a.pdf"')
    report = night.fetch(night.source(address=f"{night.site.address}/download.jsp?id=7"))
    assert report.count(Outcome.NEW) == 1


@pytest.mark.parametrize(
    "answer",
    [
        status(404),
        status(500),
        status(302, location="/list/"),
        raw(b""),
        body(b"x" * 11_000_000, content_type="text/html"),
    ],
    ids=["404", "500", "circle", "closed", "too_large"],
)
def test_a_list_page_that_fails_is_a_failure_and_the_others_go_on(night: Night, answer: Script) -> None:
    night.site.answers["/list/"] = answer
    night.site.answers["/other/"] = page('<a href="a.pdf">a</a>')
    night.site.answers["/other/a.pdf"] = document(PDF)
    fine = night.source(source_id="fine", address=f"{night.site.address}/other/")
    report = night.fetch(night.source(), fine)
    assert [failure.source_id for failure in report.failures] == ["county"]
    assert report.count(Outcome.NEW) == 1


def test_the_time_of_a_test_is_not_the_time_of_the_waits(night: Night) -> None:
    begun = time.monotonic()
    night.fetch_one(status(503, retry_after="200"))
    assert sum(night.clock.waits) >= 600
    assert time.monotonic() - begun < 5

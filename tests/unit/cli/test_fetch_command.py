"""`gongkai fetch` shows a row per source and every reason, and ends with 1 where too much failed."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from typer.testing import Result

from tests.webserver import Site, document, page, serving, status

Gongkai = Callable[..., Result]


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    os.environ["GONGKAI_FETCH_ALLOW_PRIVATE"] = "true"
    os.environ["GONGKAI_FETCH_DELAY_S"] = "0"
    os.environ["GONGKAI_WAREHOUSE_DIR"] = str(tmp_path / "warehouse")
    os.environ["GONGKAI_FETCH_ATTEMPTS"] = "1"
    with serving(Site()) as started:
        started.answers["/"] = page('<a href="a.pdf">a</a><a href="b.pdf">b</a>')
        started.answers["/a.pdf"] = document(b"%PDF-1.7\na")
        started.answers["/b.pdf"] = document(b"%PDF-1.7\nb")
        yield started


def fetch(gongkai: Gongkai, folder: Path, *lines: str, only: tuple[str, ...] = ()) -> Result:
    listed = folder / "sources.csv"
    listed.write_text("\n".join(["source_id,region,address,pattern", *lines]), encoding="utf-8")
    options = [word for name in only for word in ("--only", name)]
    return gongkai("fetch", "--sources", listed, "--raw", folder / "raw", *options)


def test_a_fetch_shows_what_came_and_ends_with_0(gongkai: Gongkai, site: Site, tmp_path: Path) -> None:
    lines = (f"first,140431,{site.address}/,a.pdf", f"second,140431,{site.address}/,b.pdf")
    result = fetch(gongkai, tmp_path, *lines)
    assert result.exit_code == 0, result.output
    assert "2 sources" in result.output
    assert "stage=" not in result.output, "log lines go to the log"
    assert '"source": "second"' in (tmp_path / "warehouse" / "logs" / "gongkai.jsonl").read_text(encoding="utf-8")
    assert "set GONGKAI_FETCH_CONTACT" in result.output
    assert len(list((tmp_path / "raw" / "fetched").glob("??/*.pdf"))) == 2
    again = fetch(gongkai, tmp_path, *lines, only=("second",))
    assert "1 source" in again.output
    assert "first" not in again.output


def test_too_many_failures_end_with_1_and_their_reasons(gongkai: Gongkai, site: Site, tmp_path: Path) -> None:
    site.answers["/b.pdf"] = status(403)
    result = fetch(gongkai, tmp_path, f"county,140431,{site.address}/,pdf", "wrong,140431,ftp://a.cn/,x")
    assert result.exit_code == 1
    for words in (
        "bad_answer",
        "answered 403",
        "line 3 of sources.csv",
        "has the scheme ftp",
        "2 of 4 addresses failed",
    ):
        assert words in result.output, words
    assert len(list((tmp_path / "raw" / "fetched").glob("??/*.pdf"))) == 1


def test_a_pattern_that_matches_nothing_is_said(gongkai: Gongkai, site: Site, tmp_path: Path) -> None:
    result = fetch(gongkai, tmp_path, f"county,140431,{site.address}/,nothing")
    assert result.exit_code == 0
    assert "no link matches the pattern" in result.output


def test_a_list_that_is_not_there_says_where_one_is(gongkai: Gongkai, tmp_path: Path) -> None:
    os.environ["GONGKAI_WAREHOUSE_DIR"] = str(tmp_path / "warehouse")
    result = gongkai("fetch", "--sources", tmp_path / "none.csv", "--raw", tmp_path)
    assert result.exit_code == 1
    assert "docs/samples/sources.csv" in result.output

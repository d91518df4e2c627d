"""A wrong line of the list says which and why, and costs only itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.errors import BadSourceList
from pipeline.sources.fetch.source_list import SourceList, read_source_list

REPOSITORY = Path(__file__).resolve().parents[4]
HEADER = "source_id,region,department,address,pattern,follow,max_pages"
GOOD = "qinyuan,140431,,http://www.qinyuan.gov.cn/czzj/,决算|预算,下一页,20"


def read(tmp_path: Path, *lines: str, encoding: str = "utf-8") -> SourceList:
    path = tmp_path / "sources.csv"
    path.write_bytes("\n".join(lines).encode(encoding))
    return read_source_list(path)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk"])
def test_a_list_is_read_as_people_save_it(tmp_path: Path, encoding: str) -> None:
    (source,) = read(tmp_path, HEADER, GOOD, "", ",,,,,,", encoding=encoding).sources
    assert (source.source_id, source.region, source.department, source.max_pages) == ("qinyuan", "140431", None, 20)
    assert source.pattern.search("2023年部门决算.pdf")
    assert source.follow is not None


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (",140431,,http://a.cn/,x,,1", "has no source_id"),
        ("b,,,http://a.cn/,x,,1", "has no region"),
        ("b,140431,,,x,,1", "has no address"),
        ("b,140431,,http://a.cn/,,,1", "has no pattern"),
        ("b,140431,,ftp://a.cn/,x,,1", "has the scheme ftp"),
        ("b,140431,,http://me:secret@a.cn/,x,,1", "holds a user name or a password"),
        ("b,140431,,www.a.cn,x,,1", "has the scheme (none)"),
        ("b,140431,,http://a.cn/,(,,1", "no regular expression"),
        ("b,140431,,http://a.cn/,x,[,1", "no regular expression"),
        ("b,140431,,http://a.cn/,x,,many", "max_pages 'many'"),
        ("b,140431,,http://a.cn/,x,,0", "max_pages '0'"),
        ("b,140431,,http://a.cn/,x,,99999", "max_pages '99999'"),
        ("qinyuan,140431,,http://a.cn/,x,,1", "has the source_id of line 2"),
        ("../b,140431,,http://a.cn/,x,,1", "has the source_id '../b'"),
        ("b,140431,http://a.cn/", "another number of cells"),
        ("b,140431,,http://a.cn/,x,,1,7", "another number of cells"),
    ],
)
def test_a_wrong_line_is_named_and_the_others_are_used(tmp_path: Path, line: str, said: str) -> None:
    listed = read(tmp_path, HEADER, GOOD, line, GOOD.replace("qinyuan,", "last,"))
    assert [source.source_id for source in listed.sources] == ["qinyuan", "last"]
    (problem,) = listed.problems
    assert "line 3 of sources.csv" in problem.found
    assert said in problem.found
    assert "secret" not in str(problem)


@pytest.mark.parametrize("lines", [("a,b",), ("",), (f"{HEADER},colour",)])
def test_another_table_is_refused_as_a_whole(tmp_path: Path, lines: tuple[str, ...]) -> None:
    with pytest.raises(BadSourceList, match="has the columns"):
        read(tmp_path, *lines)


def test_a_list_that_is_not_there_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(BadSourceList, match="--sources"):
        read_source_list(tmp_path / "none.csv")


def test_only_these_sources(tmp_path: Path) -> None:
    listed = read(tmp_path, HEADER, GOOD, GOOD.replace("qinyuan,", "last,"))
    assert [source.source_id for source in listed.only(frozenset({"last"})).sources] == ["last"]
    with pytest.raises(BadSourceList, match="no source is called nobody"):
        listed.only(frozenset({"nobody"}))


def test_the_sample_of_the_documentation_loads() -> None:
    listed = read_source_list(REPOSITORY / "docs" / "samples" / "sources.csv")
    assert listed.problems == ()
    assert len(listed.sources) >= 3

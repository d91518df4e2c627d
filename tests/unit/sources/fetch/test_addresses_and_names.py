"""Addresses have one spelling, links are found however they are written, files are called as people call them."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.errors import BadAnswer, RefusedAddress
from pipeline.sources.fetch.addresses import clean_address, shown_address
from pipeline.sources.fetch.file_names import file_name_for_people
from pipeline.sources.fetch.kinds import Promise, ending_of_document
from pipeline.sources.fetch.links import links_of_page

PAGE = "http://www.county.gov.cn/zwgk/czzj/index.html"


@pytest.mark.parametrize(
    ("written", "clean"),
    [
        ("a.pdf", "http://www.county.gov.cn/zwgk/czzj/a.pdf"),
        ("./a.pdf", "http://www.county.gov.cn/zwgk/czzj/a.pdf"),
        ("../../a.pdf", "http://www.county.gov.cn/a.pdf"),
        ("/../../a.pdf", "http://www.county.gov.cn/a.pdf"),
        ("//cdn.gov.cn/a.pdf", "http://cdn.gov.cn/a.pdf"),
        ("?page=2", "http://www.county.gov.cn/zwgk/czzj/index.html?page=2"),
        (" a.pdf\r\n", "http://www.county.gov.cn/zwgk/czzj/a.pdf"),
        ("a b.pdf", "http://www.county.gov.cn/zwgk/czzj/a%20b.pdf"),
        ("a%20b.pdf#page=3", "http://www.county.gov.cn/zwgk/czzj/a%20b.pdf"),
        ("100%.pdf", "http://www.county.gov.cn/zwgk/czzj/100%25.pdf"),
        (r"..\files\a.pdf", "http://www.county.gov.cn/zwgk/files/a.pdf"),
        ("HTTP://WWW.COUNTY.GOV.CN:80/A.pdf", "http://www.county.gov.cn/A.pdf"),
        ("https://www.county.gov.cn:443/", "https://www.county.gov.cn/"),
        ("http://www.county.gov.cn:8080/a", "http://www.county.gov.cn:8080/a"),
        ("http://财政局.中国/a", "http://xn--dgt32shz8a.xn--fiqs8s/a"),
        ("a.do;jsessionid=0A1B?id=1", "http://www.county.gov.cn/zwgk/czzj/a.do?id=1"),
        ("a.php?PHPSESSID=x&id=1", "http://www.county.gov.cn/zwgk/czzj/a.php?id=1"),
        ("http://www.county.gov.cn.", "http://www.county.gov.cn/"),
    ],
)
def test_an_address_has_one_spelling(written: str, clean: str) -> None:
    assert clean_address(written, base=PAGE) == clean
    assert clean_address(clean) == clean


@pytest.mark.parametrize(
    "written",
    [
        *("javascript:void(0)", "mailto:a@b.cn", "file:///etc/passwd", "ftp://a.cn/x", "data:text/plain,x", "tel:1"),
        *("http://me:secret@a.cn/", "http://me@a.cn/", "http://", "http://[::1", "http://a.cn:99999/", "http:///x"),
        "http://a.cn/" + "x" * 5_000,
    ],
)
def test_what_is_never_asked_for_is_refused_without_its_password(written: str) -> None:
    with pytest.raises(RefusedAddress) as refused:
        clean_address(written, base="")
    assert "secret" not in str(refused.value)


def test_an_address_is_shown_without_what_steers_a_terminal() -> None:
    assert "\x1b" not in shown_address("http://a.cn/\x1b[2J")


def links(html: str, encoding: str = "utf-8", content_type: str = "text/html") -> list[tuple[str, str]]:
    found = links_of_page(html.encode(encoding), content_type, PAGE)
    return [(link.address.removeprefix("http://www.county.gov.cn"), link.text) for link in found]


def test_links_are_found_once_with_their_best_text() -> None:
    html = """<a href="/a.pdf"><img></a><a href='/a.pdf#p2'>民政局 <b>2023</b>年
    部门决算</a><a href=/b.pdf title="财政局">  </a><a>no</a><a href="#top">no</a><a href="javascript:x()">no</a>
    <iframe src="/c.pdf"></iframe><map><area href="/d.pdf"></map><!-- <a href="/e.pdf">no</a> -->"""
    expected = [("/a.pdf", "民政局 2023年 部门决算"), ("/b.pdf", "财政局"), ("/c.pdf", ""), ("/d.pdf", "")]
    assert links(html) == expected


@pytest.mark.parametrize(
    ("head", "content_type"),
    [('<meta charset="gb2312">', "text/html"), ("", "text/html; charset=GBK"), ("", "text/html")],
)
def test_a_gbk_page_gives_its_text_and_browsers_addresses(head: str, content_type: str) -> None:
    html = f'{head}<a href="/预算.pdf?n=预算">部门预算</a>'
    ((address, text),) = links(html, "gbk", content_type)
    assert text == "部门预算"
    assert address == "/%E9%A2%84%E7%AE%97.pdf?n=%D4%A4%CB%E3"


def test_the_base_of_a_page_counts() -> None:
    assert links('<base href="/files/"><a href="a.pdf">a</a>') == [("/files/a.pdf", "a")]


def test_links_that_a_script_unpacks_are_found() -> None:
    html = """<script type="text/xml"><datastore><record><![CDATA[<li><a href="/art/2023/1.html" title="民政局决算">
    民政局</a></li>]]></record></datastore></script><script>var x = "<a href=\\"/b.pdf\\">附件<\\/a>";</script>"""
    assert links(html) == [("/art/2023/1.html", "民政局"), ("/b.pdf", "附件")]


@pytest.mark.parametrize("html", ["", "<", "\0\0", "<a href='http://[x'>x</a>", "<a href=''>x</a>", "纯文本"])
def test_a_page_without_links_has_none(html: str) -> None:
    assert links(html) == []


def test_a_trap_of_endless_links_ends() -> None:
    html = "".join(f'<a href="/{number}.pdf">x</a>' for number in range(6_000))
    assert len(links(html)) == 5_000


@pytest.mark.parametrize(
    ("disposition", "address", "text", "name"),
    [
        ("attachment; filename*=UTF-8''%E5%86%B3%E7%AE%97.pdf", "http://a.cn/1.pdf", "", "决算.pdf"),
        ("attachment; filename*=GBK''%BE%F6%CB%E3.pdf", "http://a.cn/1.pdf", "", "决算.pdf"),
        ('attachment; filename="%E5%86%B3%E7%AE%97.pdf"', "http://a.cn/1.pdf", "", "决算.pdf"),
        ("attachment;filename=" + "决算.pdf".encode("gbk").decode("latin-1"), "http://a.cn/1.pdf", "", "决算.pdf"),
        ("attachment;filename=" + "决算.pdf".encode().decode("latin-1"), "http://a.cn/1.pdf", "", "决算.pdf"),
        ('attachment; filename="=?UTF-8?B?5Yaz566XLnBkZg==?="', "http://a.cn/1.pdf", "", "决算.pdf"),
        ('attachment; filename="../../etc/passwd"', "http://a.cn/1.pdf", "", "passwd.pdf"),
        ('attachment; filename="..\\\\..\\\\x.exe"', "http://a.cn/1.pdf", "", "x.pdf"),
        ('attachment; filename=""', "http://a.cn/1.pdf", "", "1.pdf"),
        ("", "http://a.cn/%BE%F6%CB%E3.pdf", "附件", "决算.pdf"),
        ("", "http://a.cn/P020230912.pdf", "附件1：民政局2023年部门决算.pdf（1.2MB）", "民政局2023年部门决算.pdf"),
        ("", "http://a.cn/P020230912.pdf", "download", "P020230912.pdf"),
        ("", "http://a.cn/down.jsp?f=%E5%86%B3%E7%AE%97.doc", "下载", "决算.pdf"),
        ("", "http://a.cn/", "", "document.pdf"),
        ("", "http://a.cn/x.pdf", "民政局\u202efdp.exe", "民政局fdp.pdf"),
        ("", "http://a.cn/x.pdf", "决" * 400, "决" * 146 + ".pdf"),
    ],
)
def test_a_file_is_called_as_people_call_it(disposition: str, address: str, text: str, name: str) -> None:
    assert file_name_for_people(disposition, address, text, ".pdf") == name


@pytest.mark.parametrize(
    ("data", "promise", "name", "ending"),
    [
        (b"%PDF-1.4 x", Promise("application/pdf", ".pdf", ""), "a.pdf", ".pdf"),
        (b"\xef\xbb\xbf%PDF-1.4 x", Promise("text/html", "", ""), "a", ".pdf"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Promise("", ".xls", ""), "a.xls", ".xls"),
        (b"<html><table>", Promise("text/html", ".shtml", ""), "a.shtml", ".shtml"),
        (b"<html><table>", Promise("application/vnd.ms-excel", "", ".html"), "a.html", ".html"),
        ("收入支出决算总表".encode("gbk"), Promise("text/plain", "", ""), "a", ".txt"),
        ("收入".encode(), Promise("application/octet-stream", ".txt", ""), "a.txt", ".txt"),
        (b"Rar!\x1a\x07\x01", Promise("", "", ""), "a.rar", ".rar"),
    ],
)
def test_the_bytes_say_what_a_file_is(tmp_path: Path, data: bytes, promise: Promise, name: str, ending: str) -> None:
    path = tmp_path / "x"
    path.write_bytes(data)
    assert ending_of_document(path, promise, PAGE, name) == ending


@pytest.mark.parametrize(
    ("data", "promise"),
    [
        (b"<html>login</html>", Promise("text/html", ".pdf", "")),
        (b"<html>login</html>", Promise("text/html", "", "")),
        (b"  \r\n<!DOCTYPE html><p>404", Promise("application/pdf", ".pdf", "")),
        (b"\xff\xfe" + "<html>".encode("utf-16-le"), Promise("application/pdf", ".pdf", "")),
        (b"not found", Promise("application/pdf", ".pdf", "")),
        (b"not found", Promise("text/plain", ".pdf", "")),
        (b"<?xml version='1.0'?><Error>NoSuchKey</Error>", Promise("application/xml", ".pdf", "")),
        (b"\x7fELF\0\0", Promise("application/octet-stream", "", "")),
        (b"   \n", Promise("application/pdf", ".pdf", "")),
    ],
)
def test_an_error_page_is_no_document(tmp_path: Path, data: bytes, promise: Promise) -> None:
    path = tmp_path / "x"
    path.write_bytes(data)
    with pytest.raises(BadAnswer):
        ending_of_document(path, promise, PAGE, "a.pdf")

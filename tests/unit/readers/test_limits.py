"""A document that holds more than a disclosure can is refused by name, before it fills the memory."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from pipeline.errors import BeyondLimits, DamagedFile, FiscalError
from pipeline.model.grid import Cell, Document, Grid, GridKind, Page
from pipeline.model.source import SourceFile
from pipeline.readers import limits
from pipeline.readers.limits import check_package, check_shape, limit_pages
from pipeline.readers.pdf_streams import broken_stream_count
from pipeline.readers.registry import read_document
from tests.unit.readers.test_damaged import with_member, word_file, workbook

SHEET = "xl/worksheets/sheet1.xml"


@pytest.fixture(autouse=True)
def few_pages() -> Iterator[None]:
    limit_pages(40)
    yield
    limit_pages(3000)


def read(data: bytes, folder: Path) -> Document:
    path = folder / "file"
    path.write_bytes(data)
    return read_document(SourceFile("0" * 64, "f", "f", path, len(data)))


def refusal(data: bytes, folder: Path) -> FiscalError:
    with pytest.raises(BeyondLimits) as caught:
        read(data, folder)
    assert caught.value.expected
    assert caught.value.remedy
    return caught.value


def part_of(package: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(package)) as opened:
        return opened.read(name)


def bomb(size: int) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package, package.open("word/document.xml", "w") as member:
        for _ in range(size // 1_000_000):
            member.write(bytes(1_000_000))
    return out.getvalue()


def test_a_part_that_unpacks_to_hundreds_of_times_its_size_is_a_bomb(tmp_path: Path) -> None:
    assert "times its size" in refusal(bomb(20_000_000), tmp_path).found


def test_a_part_of_xml_larger_than_any_is_refused() -> None:
    info = zipfile.ZipInfo("xl/worksheets/sheet1.xml")
    info.file_size, info.compress_size = limits.MAX_PART_BYTES + 1, limits.MAX_PART_BYTES
    with pytest.raises(BeyondLimits, match="one part of XML"):
        limits.check_parts([info])


def test_a_package_of_too_many_parts_is_refused() -> None:
    with pytest.raises(BeyondLimits, match="parts in the file's zip"):
        limits.check_parts([zipfile.ZipInfo(f"{number}.xml") for number in range(limits.MAX_PARTS + 1)])


@pytest.mark.parametrize("make", [workbook, word_file])
@pytest.mark.parametrize(
    "head",
    [
        b'<!DOCTYPE a [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>',
        b'<!DOCTYPE a [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
        b"<!-- " + b"x" * 70_000 + b" --><!DOCTYPE a>",
        b"<!-- <root> --><?p <root> ?><!DOCTYPE a>",
    ],
    ids=["grows", "names a file", "behind a long comment", "behind what looks like the root"],
)
def test_a_part_that_declares_entities_is_refused(make: object, head: bytes, tmp_path: Path) -> None:
    package: bytes = make()  # type: ignore[operator]
    name = SHEET if make is workbook else "word/document.xml"
    content = part_of(package, name)
    start = content.find(b"?>") + 2 if content.startswith(b"<?xml") else 0
    broken = with_member(package, name, content[:start] + head + content[start:])
    refusal(broken, tmp_path)


def test_a_doctype_in_utf16_is_found(tmp_path: Path) -> None:
    text = part_of(workbook(), SHEET).decode().split("?>")[-1]
    declared = f'<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE a [<!ENTITY a "x">]>{text}'
    refusal(with_member(workbook(), SHEET, declared.encode("utf-16")), tmp_path)


@pytest.mark.parametrize("element", ["mergeCells><mergeCell", "hyperlinks><hyperlink"])
def test_a_merge_or_link_over_the_whole_sheet_is_refused(element: str, tmp_path: Path) -> None:
    content = part_of(workbook(), SHEET).decode()
    outer = element.split(">", maxsplit=1)[0]
    put = f'<{element} ref="A1:XFD1048576"/></{outer}>'
    broken = content.replace("</sheetData>", f"</sheetData>{put}")
    assert broken != content
    assert "merged or linked" in refusal(with_member(workbook(), SHEET, broken.encode()), tmp_path).found


def test_a_table_that_claims_a_million_columns_is_refused(tmp_path: Path) -> None:
    package = word_file()
    content = part_of(package, "word/document.xml").decode()
    broken = content.replace("<w:tcPr>", '<w:tcPr><w:gridSpan w:val="1000000"/>', 1)
    assert broken != content
    assert "columns" in refusal(with_member(package, "word/document.xml", broken.encode()), tmp_path).found


def test_a_cell_that_spans_less_than_one_column_spans_one(tmp_path: Path) -> None:
    package = word_file()
    content = part_of(package, "word/document.xml").decode()
    broken = content.replace("<w:tcPr>", '<w:tcPr><w:gridSpan w:val="-3"/>')
    found = read(with_member(package, "word/document.xml", broken.encode()), tmp_path)
    (table,) = (block for block in found.pages[0].blocks if isinstance(block, Grid))
    assert table.col_count == 3


@pytest.mark.parametrize(
    "page",
    [
        "<table><tr><td>" * 60 + "支出",
        "<table>" + "<tr>" + '<td colspan="1000" rowspan="900">1</td>' * 60 + "</tr>" + "<tr><td>1</td></tr>" * 900,
    ],
    ids=["nested", "spans"],
)
def test_a_page_of_html_beyond_limits_is_refused(page: str, tmp_path: Path) -> None:
    refusal(f"<html><body><p>支出决算表</p>{page}</body></html>".encode(), tmp_path)


def test_a_picture_of_a_billion_pixels_is_refused_unseen(tmp_path: Path) -> None:
    out = io.BytesIO()
    Image.new("1", (10, 10)).save(out, "PNG")
    head = b"IHDR" + struct.pack(">II", 40_000, 40_000) + out.getvalue()[24:29]
    data = out.getvalue()[:12] + head + struct.pack(">I", zlib.crc32(head)) + out.getvalue()[33:]
    with pytest.raises(FiscalError) as caught:
        read(data, tmp_path)
    assert caught.value.category in {"file_too_large", "beyond_limits"}


def test_a_picture_of_too_many_frames_is_refused(tmp_path: Path) -> None:
    out = io.BytesIO()
    frames = [Image.new("1", (10, 10)) for _ in range(41)]
    frames[0].save(out, "TIFF", save_all=True, append_images=frames[1:])
    assert "41 pages" in refusal(out.getvalue(), tmp_path).found


def test_a_picture_of_a_kind_that_starts_programs_is_not_opened(tmp_path: Path) -> None:
    with pytest.raises(DamagedFile):
        read(b"BM%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", tmp_path)


def test_a_document_of_too_many_pages_names_the_setting() -> None:
    document = Document("0" * 64, "f", "text", tuple(Page(number, ()) for number in range(1, 42)), 41)
    with pytest.raises(BeyondLimits, match="GONGKAI_MAX_PAGES"):
        check_shape(document)


@pytest.mark.parametrize(
    "grid",
    [
        Grid(GridKind.SHEET, (), row_count=10, col_count=limits.MAX_COLS + 1),
        Grid(GridKind.SHEET, (), row_count=limits.MAX_ROWS + 1, col_count=1),
        Grid(GridKind.SHEET, (Cell(0, 0, "1", 2000, 2000),), row_count=2000, col_count=2000),
    ],
    ids=["columns", "rows", "places"],
)
def test_a_table_larger_than_any_is_refused(grid: Grid) -> None:
    with pytest.raises(BeyondLimits):
        check_shape(Document("0" * 64, "f", "text", (Page(1, (grid,)),), 1))


def test_whole_packages_pass() -> None:
    check_package(workbook())
    check_package(word_file())


def test_a_stream_that_unpacks_to_gigabytes_is_let_go_of_piece_by_piece() -> None:
    packer = zlib.compressobj(9)
    body = b"".join([*(packer.compress(bytes(4_000_000)) for _ in range(110)), packer.flush()])
    assert broken_stream_count(b"1 0 obj <</Filter /FlateDecode>> stream\n" + body + b"\nendstream") == 1


@pytest.mark.parametrize(("depth", "is_refused"), [(100_000, True), (200, False)])
def test_elements_nested_by_the_thousand_are_refused_before_any_tree_is_built(depth: int, *, is_refused: bool) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/sheet1.xml", "<a>" + "<b>" * depth + " " * 1_000_000 + "</b>" * depth + "</a>")
        package.writestr("xl/broken.xml", "<a>" + " " * 1_000_000 + "<b>")
    if is_refused:
        with pytest.raises(BeyondLimits, match="257 elements"):
            check_package(packed.getvalue())
    else:
        check_package(packed.getvalue())

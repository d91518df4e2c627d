"""A file that cannot be opened is named for what is wrong with it, whatever the library underneath raises."""

from __future__ import annotations

import io
import random
import struct
import zipfile
from contextlib import suppress
from pathlib import Path

import docx
import openpyxl
import pytest
import xlrd
from xlrd.compdoc import CompDoc

from pipeline.errors import DamagedFile, EmptyFile, EncryptedFile, FiscalError, UnsupportedFormat
from pipeline.model.grid import Document
from pipeline.model.source import SourceFile
from pipeline.readers import doc as doc_reader
from pipeline.readers.excel import read_xls
from pipeline.readers.registry import read_document
from pipeline.readers.sniff import MediaType, sniff_media_type

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def read(data: bytes, folder: Path, name: str = "file") -> Document:
    path = folder / "file"
    path.write_bytes(data)
    return read_document(SourceFile("0" * 64, name, name, path, len(data)))


def workbook() -> bytes:
    book = openpyxl.Workbook()
    for row in range(40):
        book.active.append([f"科目{row}", row * 1.25])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def word_file() -> bytes:
    document = docx.Document()
    document.add_paragraph("支出决算表")
    document.add_table(3, 3).cell(1, 1).text = "1.00"
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def with_member(package: bytes, name: str, content: bytes) -> bytes:
    """The package with one member replaced."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as old, zipfile.ZipFile(out, "w") as new:
        for member in old.namelist():
            new.writestr(member, content if member == name else old.read(member))
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"", EmptyFile),
        (b" \r\n\t", EmptyFile),
        ("　　\n".encode(), EmptyFile),
        (b"\xef\xbb\xbf", EmptyFile),
        (b"\0" * 5000, UnsupportedFormat),
        (b"%PDF-1.4\n", DamagedFile),
        (b"PK\x03\x04", DamagedFile),
        (b"7z\xbc\xaf\x27\x1c", UnsupportedFormat),
        (OLE + b"\0" * 504 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 2000, EncryptedFile),
    ],
    ids=["no bytes", "blanks", "wide blanks", "a mark", "nuls", "pdf head", "zip head", "7z", "locked"],
)
def test_the_error_names_the_fact(data: bytes, error: type[FiscalError], tmp_path: Path) -> None:
    with pytest.raises(error) as caught:
        read(data, tmp_path)
    assert caught.value.remedy


@pytest.mark.parametrize(
    "broken", [b"", b"<worksheet", b"<a>" * 50_000, b"\x00\xff", "<worksheet>一".encode("gb18030")]
)
@pytest.mark.parametrize(
    "member", ["xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/styles.xml", "[Content_Types].xml"]
)
def test_a_workbook_with_broken_xml_is_damaged(member: str, broken: bytes, tmp_path: Path) -> None:
    with pytest.raises(DamagedFile):
        read(with_member(workbook(), member, broken), tmp_path)


@pytest.mark.parametrize("broken", [b"", b"<w:document", b"<a>" * 50_000, b"\x00\xff"])
@pytest.mark.parametrize("member", ["word/document.xml", "[Content_Types].xml"])
def test_a_word_file_with_broken_xml_is_damaged(member: str, broken: bytes, tmp_path: Path) -> None:
    with pytest.raises(DamagedFile):
        read(with_member(word_file(), member, broken), tmp_path)


@pytest.mark.parametrize("make", [workbook, word_file])
@pytest.mark.parametrize("seed", range(25))
def test_flipped_bytes_are_read_or_named(make: object, seed: int, tmp_path: Path) -> None:
    data = bytearray(make())  # type: ignore[operator]
    rng = random.Random(seed)
    for _ in range(20):
        data[rng.randrange(len(data))] = rng.randrange(256)
    with suppress(FiscalError):
        assert read(bytes(data), tmp_path).pages


def test_a_cut_binary_workbook_is_damaged(tmp_path: Path) -> None:
    head = OLE + b"\0" * 16 + b"\x3e\x00\x03\x00\xfe\xff\x09\x00" + b"\0" * 476
    with pytest.raises(DamagedFile):
        read(head + "Workbook\0".encode("utf-16-le"), tmp_path)


def test_a_package_whose_member_names_are_broken_is_damaged(tmp_path: Path) -> None:
    data = with_member(workbook(), "", b"")
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in [*old.namelist(), "xl/页.xml"]:
            new.writestr(name, b"")
    with pytest.raises(DamagedFile):
        read(out.getvalue().replace("页".encode(), b"\x91\xff\xfe"), tmp_path)


def test_a_binary_workbook_of_impossible_numbers_is_damaged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A flipped byte makes xlrd ask a 16-bit array for a larger number."""

    def overflow(**_: object) -> None:
        raise OverflowError("signed short integer is greater than maximum")

    monkeypatch.setattr(xlrd, "open_workbook", overflow)
    with pytest.raises(DamagedFile):
        read_xls(SourceFile("0" * 64, "f", "f", tmp_path, 1), b"")


def ole_in_a_circle() -> bytes:
    """The smallest OLE file whose list of names leads back to itself: one table, one directory, one entry."""
    header = OLE + bytes(16) + struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    header += struct.pack("<9i", 0, 1, 1, 0, 4096, -2, 0, -2, 0) + struct.pack("<109i", 0, *[-1] * 108)
    table = struct.pack("<128i", -3, -2, *[-1] * 126)
    entries = [("Root Entry", 5, -1, -1, 1), ("WordDocument", 2, 1, -1, -1)]
    directory = b""
    for name, kind, left, right, child in entries:
        encoded = f"{name}\0".encode("utf-16-le")
        directory += encoded.ljust(64, b"\0") + struct.pack("<HBBiii", len(encoded), kind, 1, left, right, child)
        directory += bytes(36) + struct.pack("<iii", -2, 0, 0)
    return header + table + directory.ljust(512, b"\0")


def test_a_list_of_names_in_a_circle_fails_no_program() -> None:
    """Seed 2 of the campaign of broken documents: a RecursionError of the reader of OLE files."""
    data = ole_in_a_circle()
    with pytest.raises(RecursionError):
        CompDoc(data, logfile=io.StringIO())
    assert sniff_media_type(data) is MediaType.DOC
    assert not doc_reader._is_encrypted(data)


def test_a_workbook_whose_names_run_in_a_circle_is_damaged(tmp_path: Path) -> None:
    data = ole_in_a_circle().replace("WordDocument".encode("utf-16-le"), "Workbook\0\0\0\0".encode("utf-16-le"))
    with pytest.raises(DamagedFile):
        read(data, tmp_path)


def test_a_value_that_word_does_not_know_is_a_damaged_file(tmp_path: Path) -> None:
    """Seed 1: python-docx has an error of its own for attributes and parts that are not there."""
    package = word_file()
    with zipfile.ZipFile(io.BytesIO(package)) as opened:
        body = opened.read("word/document.xml").decode()
    broken = body.replace("<w:tcPr>", "<w:tcPr><w:gridSpan/>", 1)
    assert broken != body
    with pytest.raises(DamagedFile, match="InvalidXmlError"):
        read(with_member(package, "word/document.xml", broken.encode()), tmp_path)

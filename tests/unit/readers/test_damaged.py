"""A file that cannot be opened is named for what is wrong with it, whatever the library underneath raises."""

from __future__ import annotations

import io
import random
import zipfile
from contextlib import suppress
from pathlib import Path

import docx
import openpyxl
import pytest
import xlrd

from pipeline.errors import DamagedFile, EmptyFile, EncryptedFile, FiscalError, UnsupportedFormat
from pipeline.model.grid import Document
from pipeline.model.source import SourceFile
from pipeline.readers.excel import read_xls
from pipeline.readers.registry import read_document

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

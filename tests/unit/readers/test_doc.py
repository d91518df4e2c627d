"""Word 97-2003 and RTF go through LibreOffice; without it the message names the package to install."""

from __future__ import annotations

import shutil
import struct
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace

import pytest

from pipeline.errors import DamagedFile, EncryptedFile, MissingTool, NoRoom, ReadTimeout
from pipeline.model.grid import Grid, TextLine
from pipeline.model.source import SourceFile
from pipeline.readers import doc, libreoffice
from pipeline.readers.registry import read_document
from pipeline.readers.sniff import MediaType, sniff_media_type

RTF = (
    rb"{\rtf1\ansi\ansicpg936\deff0 \u20915?\u31639?\u34920?\par"
    rb"\trowd\cellx2000\cellx4000 \u21512?\u35745?\cell 12.50\cell\row\pard\par}"
)
needs_libreoffice = pytest.mark.skipif(
    not any(map(shutil.which, ("soffice", "libreoffice"))),
    reason="needs LibreOffice (apt install libreoffice-writer-nogui)",
)


@pytest.fixture
def source(tmp_path: Path) -> SourceFile:
    (tmp_path / "决算.doc").write_bytes(RTF)
    return SourceFile("0" * 64, "决算.doc", "决算.doc", tmp_path / "决算.doc", len(RTF))


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A program in LibreOffice's place that a test can fill."""
    path = tmp_path / "soffice"
    monkeypatch.setattr(libreoffice, "find_libreoffice", lambda: path)
    return path


def write_program(path: Path, script: str) -> None:
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o700)


@needs_libreoffice
def test_rtf_named_doc_is_read(source: SourceFile) -> None:
    found = read_document(source)
    line, table = found.pages[0].blocks
    assert found.media_type == "word/rtf"
    assert isinstance(line, TextLine)
    assert line.text == "决算表"
    assert isinstance(table, Grid)
    assert [cell.text for cell in table.cells] == ["合计", "12.50"]


@needs_libreoffice
def test_several_at_once_do_not_disturb_each_other(source: SourceFile) -> None:
    with ThreadPoolExecutor(3) as pool:
        found = list(pool.map(lambda _: read_document(source), range(3)))
    assert found[0] == found[1] == found[2]


@needs_libreoffice
def test_what_libreoffice_cannot_open_is_damaged(source: SourceFile) -> None:
    with pytest.raises(DamagedFile, match="LibreOffice cannot open"):
        doc.read_doc(source, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 cut off")


def test_without_libreoffice_the_package_is_named(source: SourceFile, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    with pytest.raises(MissingTool, match="libreoffice-writer-nogui"):
        read_document(source)


def test_libreoffice_without_its_writer_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("soffice", "libsclo.so"):
        (tmp_path / name).touch()
    monkeypatch.setattr(shutil, "which", lambda _name: str(tmp_path / "soffice"))
    with pytest.raises(MissingTool, match="without its Writer"):
        libreoffice.find_libreoffice()


def test_a_conversion_that_hangs_is_ended(source: SourceFile, program: Path) -> None:
    write_program(program, "sleep 60")
    with pytest.raises(ReadTimeout, match=r"0\.2 seconds"):
        libreoffice.convert_to_docx(RTF, ending=".rtf", import_filter="Rich Text Format", timeout_s=0.2)


def test_the_reason_libreoffice_gives_is_kept(source: SourceFile, program: Path) -> None:
    write_program(program, "echo 'Warning: java' >&2; echo 'Error: source file could not be loaded' >&2")
    with pytest.raises(DamagedFile, match="Error: source file could not be loaded"):
        doc.read_rtf(source, RTF)


def test_a_conversion_that_fails_on_a_full_disk_is_not_the_documents_fault(
    source: SourceFile, program: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_program(program, "exit 1")
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: SimpleNamespace(free=1_000_000))
    with pytest.raises(NoRoom, match="1 MB are free"):
        doc.read_rtf(source, RTF)


def test_a_word_file_with_a_password_is_told_without_libreoffice(
    source: SourceFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    with pytest.raises(EncryptedFile):
        doc.read_doc(source, ole_file("WordDocument", struct.pack("<10xH", 0x0100).ljust(4096, b"\0")))


def test_a_word_file_holding_a_workbook_is_a_word_file() -> None:
    assert sniff_media_type(ole_file("WordDocument", b"Workbook\0".ljust(4096))) is MediaType.DOC
    assert sniff_media_type(ole_file("Workbook", "WordDocument".encode("utf-16-le").ljust(4096))) is MediaType.XLS


@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        (RTF, MediaType.RTF),
        (b'<?xml version="1.0"?><?mso-application progid="Word.Document"?><w:wordDocument/>', MediaType.WORD_XML),
        (b"<html><body>1</body></html>", MediaType.HTML),
    ],
)
def test_the_kind_is_told_from_the_content(data: bytes, media_type: MediaType) -> None:
    assert sniff_media_type(data) is media_type


def test_real_word_files_give_their_tables(corpus_dir: Path) -> None:
    if not any(map(shutil.which, ("soffice", "libreoffice"))):
        pytest.skip("needs LibreOffice (apt install libreoffice-writer-nogui)")
    path = next((corpus_dir / "dingzhou").glob("08f7f869a9_*.doc"))
    found = read_document(SourceFile("0" * 64, path.name, path.name, path, path.stat().st_size))
    assert found.media_type == "word/doc"
    assert sum(isinstance(block, Grid) for block in found.pages[0].blocks) == 12


def ole_file(name: str, content: bytes) -> bytes:
    """The smallest OLE file: one stream of 512-byte sectors, directory in sector 1, allocation table in sector 0."""
    count = len(content) // 512
    assert count * 512 == len(content) >= 4096
    fat = [0xFFFFFFFD, 0xFFFFFFFE, *range(3, 2 + count), 0xFFFFFFFE]
    fat += [0xFFFFFFFF] * (128 - len(fat))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(24, b"\0")
    header += struct.pack(
        "<HHHHH6xIIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0, 0
    )
    header = header.ljust(512, b"\xff")
    nothing = 0xFFFFFFFF

    def entry(label: str, kind: int, child: int, first: int, size: int) -> bytes:
        text = f"{label}\0".encode("utf-16-le")
        links = struct.pack("<HBBiiI36xIII", len(text), kind, 1, -1, -1, child, first, size, 0)
        return text.ljust(64, b"\0") + links

    empty = b"\0" * 68 + struct.pack("<iiI", -1, -1, nothing) + b"\0" * 48
    directory = entry("Root Entry", 5, 1, 0xFFFFFFFE, 0) + entry(name, 2, nothing, 2, len(content)) + empty * 2
    return header + struct.pack("<128I", *fat) + directory + content

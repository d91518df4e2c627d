"""Archives are opened safely: every document in them is listed, what cannot be opened says why."""

from __future__ import annotations

import gzip
import io
import lzma
import shutil
import struct
import tarfile
import zipfile
import zlib
from pathlib import Path

import py7zr
import pytest

from pipeline.sources import archives
from pipeline.sources.archives import forget_others
from pipeline.sources.folder import Scan, scan_folder

LIMIT = 100_000
FILES = {"决算/甲局.txt": b"one", "决算/乙局.txt": b"two"}


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    folder = tmp_path / "raw"
    folder.mkdir()
    return folder


def scan(raw: Path) -> Scan:
    return scan_folder(raw, max_file_bytes=LIMIT, unpack_dir=raw.parent / "unpacked")


def contents(found: Scan) -> dict[str, bytes]:
    return {source.relative_path: source.path.read_bytes() for source in found.files}


def refusals(found: Scan) -> dict[str, str]:
    return {refusal.source.relative_path: refusal.error.category for refusal in found.refused}


def zip_of(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as package:
        for name, data in files.items():
            package.writestr(name, data)
    return out.getvalue()


def gbk_zip_of(files: dict[str, bytes]) -> bytes:
    """As Chinese Windows writes it: names in GBK, and no word of it."""
    stand_ins = {name: str(number).ljust(len(name.encode("gbk")), "x") for number, name in enumerate(files)}
    raw = zip_of({stand_ins[name]: data for name, data in files.items()}, zipfile.ZIP_STORED)
    for name, stand_in in stand_ins.items():
        raw = raw.replace(stand_in.encode(), name.encode("gbk"))
    return raw


def tar_of(files: dict[str, bytes], mode: str = "w") -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode) as package:  # type: ignore[call-overload]
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            package.addfile(info, io.BytesIO(data))
    return out.getvalue()


def seven_zip_of(files: dict[str, bytes], **options: str) -> bytes:
    out = io.BytesIO()
    with py7zr.SevenZipFile(out, "w", **options) as package:  # type: ignore[arg-type]
        for name, data in files.items():
            package.writef(io.BytesIO(data), name)
    return out.getvalue()


def rar_of(files: dict[str, bytes]) -> bytes:
    """RAR 3 without compression: marker, archive head, one head and the bytes per file, end."""

    def block(kind: int, flags: int, rest: bytes, data: bytes = b"") -> bytes:
        head = struct.pack("<BHH", kind, flags, 7 + len(rest)) + rest
        return struct.pack("<H", zlib.crc32(head) & 0xFFFF) + head + data

    blocks = b"Rar!\x1a\x07\x00" + block(0x73, 0, b"\0" * 6)
    for name, data in files.items():
        spelt = name.encode()
        fields = (len(data), len(data), 3, zlib.crc32(data), 0x5A21_0000, 20, 0x30, len(spelt), 0o100644)
        blocks += block(0x74, 0x8000, struct.pack("<IIBIIBBHI", *fields) + spelt, data)
    return blocks + block(0x7B, 0x4000, b"")


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("全市.zip", zip_of(FILES)),
        ("全市.tar", tar_of(FILES)),
        ("全市.tar.gz", tar_of(FILES, "w:gz")),
        ("全市.tgz", tar_of(FILES, "w:gz")),
        ("全市.tar.xz", tar_of(FILES, "w:xz")),
        ("全市.tar.bz2", tar_of(FILES, "w:bz2")),
        ("全市.7z", seven_zip_of(FILES)),
        ("全市.doc", zip_of(FILES)),
        pytest.param(
            "全市.rar",
            rar_of(FILES),
            marks=pytest.mark.skipif(not shutil.which("bsdtar"), reason="needs bsdtar (apt install libarchive-tools)"),
        ),
    ],
)
def test_every_member_is_a_source_file(raw: Path, name: str, data: bytes) -> None:
    (raw / name).write_bytes(data)
    found = scan(raw)
    assert contents(found) == {f"{name}!/{path}": content for path, content in FILES.items()}
    (archive,) = found.archives
    assert (archive.source.relative_path, archive.document_count) == (name, 2)
    assert next(source.relative_path for source in found.every_file()) == name


def test_names_in_gbk_are_read(raw: Path) -> None:
    (raw / "a.zip").write_bytes(gbk_zip_of(FILES))
    assert set(contents(scan(raw))) == {f"a.zip!/{name}" for name in FILES}


def test_a_compressed_file_is_an_archive_of_one(raw: Path) -> None:
    (raw / "决算.txt.gz").write_bytes(gzip.compress(b"one"))
    (raw / "预算.txt.xz").write_bytes(lzma.compress(b"two"))
    assert contents(scan(raw)) == {"决算.txt.gz!/决算.txt": b"one", "预算.txt.xz!/预算.txt": b"two"}


def test_a_compressed_file_in_an_archive_keeps_its_name(raw: Path) -> None:
    (raw / "a.zip").write_bytes(zip_of({"决算.txt.gz": gzip.compress(b"one")}))
    assert set(contents(scan(raw))) == {"a.zip!/决算.txt.gz!/决算.txt"}


def test_members_carry_the_address_of_their_archive(raw: Path) -> None:
    (raw / "a.zip").write_bytes(zip_of(FILES))
    (raw / "MANIFEST.csv").write_text("file_name,source_url\na.zip,https://example.gov.cn/a\n", encoding="utf-8")
    assert {source.source_url for source in scan(raw).files} == {"https://example.gov.cn/a"}


def test_office_documents_are_no_archives(raw: Path) -> None:
    (raw / "a.xlsx").write_bytes(zip_of({"[Content_Types].xml": b"<x/>", "xl/workbook.xml": b"<x/>"}))
    (raw / "b.ofd").write_bytes(zip_of({"OFD.xml": b"<x/>"}))
    (raw / "c.zip").write_bytes(zip_of(FILES)[:-10])
    found = scan(raw)
    assert [source.file_name for source in found.files] == ["a.xlsx", "b.ofd", "c.zip"]
    assert found.archives == ()


def test_an_archive_in_an_archive_is_opened_and_listed(raw: Path) -> None:
    (raw / "县.zip").write_bytes(zip_of({"局.zip": zip_of(FILES), "c.txt": b"three"}))
    found = scan(raw)
    assert set(contents(found)) == {"县.zip!/c.txt", *(f"县.zip!/局.zip!/{name}" for name in FILES)}
    counted = {archive.source.relative_path: archive.document_count for archive in found.archives}
    assert counted == {"县.zip": 3, "县.zip!/局.zip": 2}


def test_three_archives_deep_is_refused_there(raw: Path) -> None:
    (raw / "a.zip").write_bytes(zip_of({"b.zip": zip_of({"c.zip": zip_of(FILES), "d.txt": b"x"})}))
    found = scan(raw)
    assert set(contents(found)) == {"a.zip!/b.zip!/d.txt"}
    assert refusals(found) == {"a.zip!/b.zip!/c.zip": "unsupported_format"}


@pytest.mark.parametrize("name", ["../a.txt", "决算/../../a.txt", "/etc/passwd", "C:\\a.txt", "..\\a.txt"])
def test_an_archive_that_names_places_outside_itself_is_refused(raw: Path, name: str) -> None:
    (raw / "a.zip").write_bytes(zip_of({"b.txt": b"b", name: b"x"}))
    (raw / "b.tar").write_bytes(tar_of({name: b"x"}))
    found = scan(raw)
    assert refusals(found) == {"a.zip": "unsafe_archive", "b.tar": "unsafe_archive"}
    assert found.files == ()
    assert {path.name for path in raw.parent.rglob("*")} == {"raw", "unpacked", "a.zip", "b.tar"}


def test_links_are_listed_and_not_followed(raw: Path) -> None:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as package:
        for name, kind in (("link.txt", tarfile.SYMTYPE), ("hard.txt", tarfile.LNKTYPE), ("pipe", tarfile.FIFOTYPE)):
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, "/etc/passwd"
            package.addfile(info)
    (raw / "a.tar").write_bytes(out.getvalue())
    link = zipfile.ZipInfo("link.txt")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(raw / "b.zip", "w") as package:
        package.writestr(link, "/etc/passwd")
    found = scan(raw)
    assert found.files == ()
    assert set(refusals(found).values()) == {"unsafe_archive"}
    assert set(refusals(found)) == {"a.tar!/link.txt", "a.tar!/hard.txt", "a.tar!/pipe", "b.zip!/link.txt"}


def test_a_bomb_is_refused_by_its_ratio(raw: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "RATIO_FREE_BYTES", 10_000)
    for name, data in {"a.zip": zip_of({"a": bytes(90_000_000)}), "b.gz": gzip.compress(bytes(90_000_000))}.items():
        (raw / name).write_bytes(data)
    found = scan(raw)
    assert refusals(found) == {"a.zip": "unsafe_archive", "b.gz": "unsafe_archive"}
    assert "200 times" in found.refused[0].error.found


def test_a_bomb_inside_an_archive_refuses_the_whole(raw: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MAX_TOTAL_BYTES", 50_000)
    inner = zip_of({str(number): bytes(20_000) for number in range(5)})
    (raw / "a.zip").write_bytes(zip_of({"a.txt": b"a", "b.zip": inner}))
    assert refusals(scan(raw)) == {"a.zip": "unsafe_archive"}


def test_too_many_members_are_refused(raw: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MAX_MEMBERS", 2)
    (raw / "a.zip").write_bytes(zip_of({str(number): b"x" for number in range(3)}))
    assert refusals(scan(raw)) == {"a.zip": "unsafe_archive"}


def test_a_member_that_is_too_large_or_empty_is_refused_alone(raw: Path) -> None:
    (raw / "a.zip").write_bytes(zip_of({"big.txt": b"x" * (LIMIT + 1), "empty.txt": b"", "ok.txt": b"x"}))
    found = scan(raw)
    assert set(contents(found)) == {"a.zip!/ok.txt"}
    assert refusals(found) == {"a.zip!/big.txt": "file_too_large", "a.zip!/empty.txt": "empty_file"}


def test_an_archive_may_be_larger_than_a_document(raw: Path) -> None:
    (raw / "a.zip").write_bytes(zip_of({str(no): bytes([no]) * 60_000 for no in range(3)}, zipfile.ZIP_STORED))
    assert len(scan(raw).files) == 3


def encrypted_zip() -> bytes:
    data = bytearray(zip_of({"a.txt": b"x"}))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


@pytest.mark.parametrize(
    ("data", "category"),
    [
        (encrypted_zip(), "encrypted_file"),
        (seven_zip_of(FILES, password="x"), "encrypted_file"),
        (seven_zip_of(FILES)[:-20], "damaged_file"),
        (gzip.compress(b"x" * 5000)[:-30], "damaged_file"),
        (tar_of({"a.txt": b"x" * 5000})[:1500], "damaged_file"),
        (zip_of({}), "empty_file"),
        (zip_of({"__MACOSX/._a.pdf": b"x", "决算/": b"", "Thumbs.db": b"x", "~$a.doc": b"x"}), "empty_file"),
    ],
    ids=["zip with password", "7z with password", "7z cut", "gzip cut", "tar cut", "no member", "no document"],
)
def test_an_archive_that_cannot_be_opened_says_why(raw: Path, data: bytes, category: str) -> None:
    (raw / "a.zip").write_bytes(data)
    found = scan(raw)
    assert refusals(found) == {"a.zip": category}
    assert found.files == ()
    assert found.refused[0].error.remedy
    assert found.refused[0].error.document == "a.zip"


def test_a_broken_member_refuses_the_archive_not_the_run(raw: Path) -> None:
    data = bytearray(zip_of({"a.txt": b"hello world"}, zipfile.ZIP_STORED))
    data[data.index(b"hello")] ^= 1
    (raw / "a.zip").write_bytes(data)
    (raw / "b.txt").write_bytes(b"b")
    found = scan(raw)
    assert refusals(found) == {"a.zip": "damaged_file"}
    assert set(contents(found)) == {"b.txt"}


def test_an_archive_inside_that_cannot_be_opened_is_refused_alone(raw: Path) -> None:
    (raw / "a.zip").write_bytes(zip_of({"in.zip": encrypted_zip(), "b.txt": b"b"}))
    found = scan(raw)
    assert refusals(found) == {"a.zip!/in.zip": "encrypted_file"}
    assert set(contents(found)) == {"a.zip!/b.txt"}


def test_without_bsdtar_a_rar_names_the_package(raw: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    (raw / "a.rar").write_bytes(rar_of(FILES))
    found = scan(raw)
    assert refusals(found) == {"a.rar": "missing_tool"}
    assert "libarchive-tools" in found.refused[0].error.remedy


@pytest.mark.skipif(not shutil.which("bsdtar"), reason="needs bsdtar (apt install libarchive-tools)")
@pytest.mark.parametrize("data", [b"Rar!\x1a\x07\x00nonsense", rar_of({"a.txt": b"x" * 5000})[:-3000]])
def test_a_rar_cut_off_is_damaged(raw: Path, data: bytes) -> None:
    (raw / "a.rar").write_bytes(data)
    assert refusals(scan(raw)) == {"a.rar": "damaged_file"}


def test_a_name_given_twice_is_listed_twice(raw: Path) -> None:
    twice = zip_of({"a.txt": b"1", "b.txt": b"2"}, zipfile.ZIP_STORED).replace(b"b.txt", b"a.txt")
    (raw / "a.zip").write_bytes(twice)
    assert contents(scan(raw)) == {"a.zip!/a.txt": b"1", "a.zip!/a.txt#2": b"2"}


def test_a_second_scan_unpacks_nothing(raw: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (raw / "a.zip").write_bytes(zip_of({**FILES, "in.zip": zip_of({"c.txt": b"c"})}))
    first = scan(raw)
    monkeypatch.setattr(archives, "archive_entries", lambda *_: pytest.fail("unpacked again"))
    assert scan(raw) == first


def test_what_was_unpacked_and_lost_is_unpacked_again(raw: Path) -> None:
    (raw / "a.zip").write_bytes(zip_of(FILES))
    first = scan(raw)
    first.files[0].path.unlink()
    assert contents(scan(raw)) == contents(first)


def test_what_belongs_to_no_archive_is_removed(raw: Path) -> None:
    (raw / "a.zip").write_bytes(zip_of(FILES))
    folder = scan(raw).files[0].path.parent
    (raw / "a.zip").unlink()
    (raw / "b.txt").write_bytes(b"b")
    scan(raw)
    assert not folder.exists()
    forget_others(raw.parent / "nowhere", ())


def test_without_a_place_to_unpack_archives_are_files(raw: Path) -> None:
    (raw / "a.zip").write_bytes(zip_of(FILES))
    assert [source.file_name for source in scan_folder(raw, max_file_bytes=LIMIT).files] == ["a.zip"]

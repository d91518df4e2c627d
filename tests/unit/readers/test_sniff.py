"""A file's type is told from its content, never from its name."""

from __future__ import annotations

import io
import zipfile

import pytest

from pipeline.readers.sniff import MediaType, sniff_media_type


def package(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        (b"%PDF-1.7", MediaType.PDF),
        (b"\n\nbefore %PDF-1.4", MediaType.PDF),
        (package("xl/workbook.xml"), MediaType.XLSX),
        (package("word/document.xml"), MediaType.DOCX),
        (package("OFD.xml"), MediaType.OFD),
        (package("a.pdf"), MediaType.ZIP),
        (b"\x89PNG\r\n\x1a\n", MediaType.PNG),
        (b"\xff\xd8\xff\xe0", MediaType.JPEG),
        (b"Rar!\x1a\x07", MediaType.RAR),
        (b"\x1f\x8b\x08", MediaType.GZIP),
        ("收入支出决算总表".encode(), MediaType.TEXT),
        ("收入支出决算总表".encode("gb18030"), MediaType.TEXT),
        ("收入支出决算总表".encode("utf-16"), MediaType.TEXT),
        (b"<!DOCTYPE html><table>", MediaType.HTML),
        (b"\x00\x01\x02", MediaType.UNKNOWN),
    ],
    ids=lambda value: value.name if isinstance(value, MediaType) else "",
)
def test_content_tells_the_type(data: bytes, media_type: MediaType) -> None:
    assert sniff_media_type(data) is media_type

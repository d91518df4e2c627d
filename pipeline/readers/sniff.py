"""Tells a file's type from its content, never from its name."""

from __future__ import annotations

import io
import zipfile
from enum import StrEnum

from pipeline.errors import DamagedFile, EmptyFile, EncryptedFile


class MediaType(StrEnum):
    """The kinds of content we tell apart."""

    PDF = "application/pdf"
    XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    XLS = "application/vnd.ms-excel"
    DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    DOC = "application/msword"
    HTML = "text/html"
    TEXT = "text/plain"
    OFD = "application/ofd"
    PNG = "image/png"
    JPEG = "image/jpeg"
    TIFF = "image/tiff"
    IMAGE = "image/other"
    ZIP = "application/zip"
    SEVEN_ZIP = "application/x-7z-compressed"
    RAR = "application/vnd.rar"
    GZIP = "application/gzip"
    UNKNOWN = "application/octet-stream"


_MAGIC: tuple[tuple[bytes, MediaType], ...] = (
    (b"\x89PNG\r\n", MediaType.PNG),
    (b"\xff\xd8\xff", MediaType.JPEG),
    (b"II*\x00", MediaType.TIFF),
    (b"MM\x00*", MediaType.TIFF),
    (b"GIF8", MediaType.IMAGE),
    (b"BM", MediaType.IMAGE),
    (b"RIFF", MediaType.IMAGE),
    (b"7z\xbc\xaf\x27\x1c", MediaType.SEVEN_ZIP),
    (b"Rar!\x1a\x07", MediaType.RAR),
    (b"\x1f\x8b", MediaType.GZIP),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
#: PDF readers accept the header anywhere in the first kilobyte; so do we.
_PDF_HEADER_WINDOW = 1024
_UTF16_BOMS = (b"\xff\xfe", b"\xfe\xff")
_HTML_STARTS = (b"<!doctype html", b"<html", b"<head", b"<body", b"<table", b"<?xml")


def sniff_media_type(data: bytes) -> MediaType:
    """Returns what the bytes are.

    Raises:
        EmptyFile: There are no bytes but white space.
        EncryptedFile: An Office file wrapped in encryption.
        DamagedFile: The bytes start like a zip and cannot be opened as one.

    >>> sniff_media_type(b"%PDF-1.7 ...").value
    'application/pdf'
    """
    if not data.strip():
        raise EmptyFile("the file is empty", expected="a disclosure document", remedy="fetch the file again")
    if b"%PDF-" in data[:_PDF_HEADER_WINDOW]:
        return MediaType.PDF
    for magic, media_type in _MAGIC:
        if data.startswith(magic):
            return media_type
    if data.startswith(b"PK"):
        return _zip_media_type(data)
    if data.startswith(_OLE):
        return _ole_media_type(data)
    return _text_media_type(data)


def _zip_media_type(data: bytes) -> MediaType:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
    except zipfile.BadZipFile as error:
        raise DamagedFile(
            "the file starts like a zip (xlsx, docx, zip) and cannot be opened",
            expected="a complete file",
            remedy="fetch the file again",
        ) from error
    for prefix, media_type in (("xl/", MediaType.XLSX), ("word/", MediaType.DOCX), ("OFD.xml", MediaType.OFD)):
        if any(name.startswith(prefix) for name in names):
            return media_type
    return MediaType.ZIP


def _ole_media_type(data: bytes) -> MediaType:
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise EncryptedFile(
            "the Office file is protected by a password", remedy="ask the publisher for an open copy"
        )
    if "WordDocument".encode("utf-16-le") in data:
        return MediaType.DOC
    if "Workbook".encode("utf-16-le") in data or "B\0o\0o\0k\0\0\0".encode("latin-1") in data:
        return MediaType.XLS
    return MediaType.UNKNOWN


def _text_media_type(data: bytes) -> MediaType:
    head = data[:_PDF_HEADER_WINDOW].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith(_HTML_STARTS) or b"<table" in head or b"<html" in head:
        return MediaType.HTML
    if b"\x00" in data[:4096] and not data.startswith(_UTF16_BOMS):
        return MediaType.UNKNOWN
    return MediaType.TEXT

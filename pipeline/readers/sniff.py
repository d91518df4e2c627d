"""Tells a file's type from its content, never from its name."""

from __future__ import annotations

import io
import struct
import zipfile
from enum import StrEnum

from xlrd.compdoc import CompDoc, CompDocError

from pipeline.errors import DamagedFile, EmptyFile, EncryptedFile
from pipeline.readers.encoding import utf16_without_mark
from pipeline.readers.package_errors import PACKAGE_ERRORS


class MediaType(StrEnum):
    """The kinds of content we tell apart."""

    PDF = "application/pdf"
    XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    XLS = "application/vnd.ms-excel"
    DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    DOC = "application/msword"
    RTF = "application/rtf"
    WORD_XML = "application/vnd.ms-word.2003+xml"
    HTML = "text/html"
    MHTML = "multipart/related"
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
    TAR = "application/x-tar"
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
    (b"BZh", MediaType.GZIP),
    (b"\xfd7zXZ\x00", MediaType.GZIP),
    (b"{\\rtf", MediaType.RTF),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
#: PDF readers accept the header anywhere in the first kilobyte; so do we.
_PDF_HEADER_WINDOW = 1024
_UTF16_BOMS = (b"\xff\xfe", b"\xfe\xff")
_HTML_STARTS = (b"<!doctype html", b"<html", b"<head", b"<body", b"<table", b"<?xml")
#: Pages begin with comments and scripts; Excel's with a long list of names.
_HTML_WINDOW = 4096
_HTML_TAGS = (b"<html", b"<table", b"<body", b"<head>")
_MHTML_MARK = b"multipart/related"
_WORD_XML_MARKS = (b'progid="word.document"', b"<w:worddocument")
_TAR_MARK, _TAR_MARK_AT = b"ustar", 257


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
    if data.startswith(_TAR_MARK, _TAR_MARK_AT):
        return MediaType.TAR
    if data.startswith(b"PK"):
        return _zip_media_type(data)
    if data.startswith(_OLE):
        return _ole_media_type(data)
    return _text_media_type(data)


def _zip_media_type(data: bytes) -> MediaType:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
    except PACKAGE_ERRORS as error:
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
    names = _ole_names(data)
    if "EncryptedPackage" in names:
        raise EncryptedFile("the Office file is protected by a password", remedy="ask the publisher for an open copy")
    if "WordDocument" in names:
        return MediaType.DOC
    if names & {"Workbook", "Book"}:
        return MediaType.XLS
    return MediaType.UNKNOWN


def _ole_names(data: bytes) -> frozenset[str]:
    """The names at the top of an OLE file; a workbook inside a Word file stands deeper and is not among them."""
    try:
        entries = CompDoc(data, logfile=io.StringIO()).dirlist
        return frozenset(entries[index].name for index in entries[0].children)
    except (CompDocError, AssertionError, IndexError, RecursionError, struct.error, TypeError, ValueError):
        known = ("EncryptedPackage", "WordDocument", "Workbook", "Book")
        return frozenset(name for name in known if f"{name}\0".encode("utf-16-le") in data)


def _text_media_type(data: bytes) -> MediaType:
    utf16 = "utf-16" if data.startswith(_UTF16_BOMS) else utf16_without_mark(data) if b"\x00" in data[:4096] else None
    head = data[: 2 * _HTML_WINDOW].decode(utf16, errors="ignore").encode() if utf16 else data[:_HTML_WINDOW]
    head = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if any(mark in head for mark in _WORD_XML_MARKS):
        return MediaType.WORD_XML
    if head.startswith((b"mime-version:", b"from:")) and _MHTML_MARK in head:
        return MediaType.MHTML
    if head.startswith(_HTML_STARTS) or any(tag in head for tag in _HTML_TAGS):
        return MediaType.HTML
    if b"\x00" in data[:4096] and not utf16:
        return MediaType.UNKNOWN
    return MediaType.TEXT

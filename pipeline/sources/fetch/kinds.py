"""What came: a document of the promised kind, or an error page in its place.

What lives here: first bytes, content types and endings. What must not: reading documents; the readers look again, and
closer, when they open the file.
"""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import BadAnswer
from pipeline.sources.fetch.addresses import ending_of, shown_address

_HEAD_BYTES, _TAIL_BYTES = 4096, 4096
_PDF_WINDOW = 1024

_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "office"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"Rar!\x1a\x07", "rar"),
    (b"\x1f\x8b", "gzip"),
    (b"{\\rtf", "rtf"),
    (b"\x89PNG\r\n", "png"),
    (b"\xff\xd8\xff", "jpeg"),
    (b"II*\x00", "tiff"),
    (b"MM\x00*", "tiff"),
)
_MARKUP = re.compile(rb"<(!doctype html|html|head|body|table|script|meta|div)\b", re.IGNORECASE)
#: Endings by kind; the first is taken where the name has none of them.
_ENDINGS: dict[str, tuple[str, ...]] = {
    "pdf": (".pdf",),
    "zip": (".zip", ".docx", ".xlsx", ".ofd", ".wps", ".et", ".docm", ".xlsm"),
    "office": (".doc", ".xls", ".wps", ".et"),
    "7z": (".7z",),
    "rar": (".rar",),
    "gzip": (".gz", ".tgz"),
    "rtf": (".rtf", ".doc"),
    "png": (".png",),
    "jpeg": (".jpg", ".jpeg"),
    "tiff": (".tif", ".tiff"),
    "html": (".html", ".htm", ".shtml", ".mht", ".mhtml", ".xls", ".doc"),
    "xml": (".xml", ".doc", ".xls"),
    "text": (".txt", ".csv"),
}
DOCUMENT_ENDINGS = frozenset(ending for endings in _ENDINGS.values() for ending in endings) - {
    ".htm",
    ".html",
    ".shtml",
}
PAGE_ENDINGS = frozenset({".html", ".htm", ".shtml", ".xhtml", ".mht", ".mhtml"})
#: Answers of these types are no disclosure, whatever the address is called.
_UNWANTED_TYPES = re.compile(
    r"(audio|video|font)/|application/(json|javascript|x-msdownload|java-archive)|text/(css|javascript)"
)
_PARTS = (("word/", ".docx"), ("xl/", ".xlsx"), ("OFD.xml", ".ofd"))


@dataclass(frozen=True, slots=True)
class Promise:
    """What was said to come: the content type, and the endings of the address and of the file's stated name."""

    content_type: str
    address_ending: str
    stated_ending: str

    @property
    def is_page(self) -> bool:
        """Whether a page of HTML may come: by its stated name, else by its address."""
        return (self.stated_ending or self.address_ending) in PAGE_ENDINGS

    @property
    def is_text(self) -> bool:
        """Whether plain text may come."""
        ending = self.stated_ending or self.address_ending
        return ending in _ENDINGS["text"] or (self.content_type == "text/plain" and ending not in DOCUMENT_ENDINGS)


def refuse_type(promise: Promise, address: str) -> None:
    """Lets an answer pass by its head alone.

    Raises:
        BadAnswer: It is of a type that no document has.
    """
    if _UNWANTED_TYPES.match(promise.content_type):
        raise _wrong(address, f"an answer of the type {promise.content_type}")


def ending_of_document(path: Path, promise: Promise, address: str, name: str) -> str:
    """Tells from the bytes which ending a fetched file gets.

    Args:
        path: The whole file.
        promise: What was said to come.
        address: Where it came from, for the error.
        name: What the publisher calls it: its ending counts where the bytes allow it.

    Raises:
        BadAnswer: It is no document: nothing at all, an error page, or of a kind that no reader knows.
    """
    with path.open("rb") as stream:
        head = stream.read(_HEAD_BYTES)
    kind = _kind(head)
    if not head.strip():
        raise _wrong(address, "an empty answer")
    if kind == "html" and not promise.is_page:
        raise _wrong(address, f"a page of HTML{_title(head)}")
    if kind in ("text", "xml") and not promise.is_text and ending_of(name) not in _ENDINGS[kind]:
        raise _wrong(address, f"text that begins with {head[:40].decode('utf-8', errors='replace')!r}")
    if kind is None:
        raise _wrong(address, f"bytes of an unknown kind ({head[:8].hex(' ')} …)")
    if kind == "zip" and (told := _ending_of_package(path)):
        return told
    endings = _ENDINGS[kind]
    return next((ending for ending in (ending_of(name), promise.address_ending) if ending in endings), endings[0])


def _kind(head: bytes) -> str | None:
    if b"%PDF-" in head[:_PDF_WINDOW]:
        return "pdf"
    found = next((kind for magic, kind in _MAGIC if head.startswith(magic)), None)
    if found is not None:
        return found
    wide = head.startswith((b"\xff\xfe", b"\xfe\xff"))
    text = head.decode("utf-16", errors="ignore").encode() if wide else head
    if _MARKUP.search(text):
        return "html"
    if b"\x00" in text:
        return None
    return "xml" if text.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<?xml") else "text"


def looks_like_page(head: bytes) -> bool:
    """Whether bytes can be the beginning of a page of links; a page may begin with a script, or as text."""
    return _kind(head) in ("html", "xml", "text")


def _title(head: bytes) -> str:
    """The title of an error page, which says what is wrong: ` (404 Not Found)`."""
    found = re.search(rb"<title[^>]*>\s*([^<]{1,160})", head, re.IGNORECASE)
    raw = found.group(1) if found else b""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        text = raw.decode("gb18030", errors="replace")
    title = " ".join("".join(letter for letter in text if letter.isprintable()).split())
    return f" ({title})" if title else ""


def _ending_of_package(path: Path) -> str | None:
    try:
        with zipfile.ZipFile(path) as package:
            names = package.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return None
    return next((ending for part, ending in _PARTS if any(name.startswith(part) for name in names)), None)


def is_whole(path: Path) -> bool:
    """Whether a file has the end its kind must have, for answers whose length nobody stated."""
    size = path.stat().st_size
    with path.open("rb") as stream:
        head = stream.read(_HEAD_BYTES)
        stream.seek(max(0, size - _TAIL_BYTES))
        tail = stream.read()
    kind = _kind(head)
    if kind == "pdf":
        return b"%%EOF" in tail
    if kind == "zip":
        return zipfile.is_zipfile(path)
    return not (kind == "html" and b"</" not in tail)


def _wrong(address: str, what: str) -> BadAnswer:
    return BadAnswer(
        f"{shown_address(address)} gave {what}",
        expected="a document: PDF, Word, Excel, OFD, text, a scan, an archive of them, a page at an address in .html",
        remedy="open it in a browser; narrow the source's pattern if the link is no document",
    )

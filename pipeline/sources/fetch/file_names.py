"""What people call a fetched file: as its publisher does, in letters that are safe to show and to store."""

from __future__ import annotations

import re
import unicodedata
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from urllib.parse import unquote_to_bytes

from pipeline.sources.fetch.addresses import ending_of, name_in

_LONGEST_NAME = 150
_HAN = re.compile(r"[\u3400-\u9fff]")
_STAR = re.compile(r"filename\*\s*=\s*\"?([\w-]*)'[^']*'([^;\"]+)", re.IGNORECASE)
_PLAIN = re.compile(r"filename\s*=\s*(?:\"((?:[^\"\\]|\\.)*)\"|([^;]+))", re.IGNORECASE)
_MARKS = "\u200b\u200c\u200d\u200e\u200f\ufeff"
_NUMBERED = re.compile(r"^(附件\s*[0-9一二三四五六七八九十]*\s*[:：.、]?)+")
_SIZE = re.compile(r"[(（\[][\d.,]+\s*[KMG]?B[)）\]]$", re.IGNORECASE)


def file_name_for_people(disposition: str, address: str, link_text: str, ending: str) -> str:
    """The name a person would give the file.

    Content-Disposition is taken first, then the address, then the link; a name without one Chinese letter
    (P020230912.pdf) gives way to one with them.

    Args:
        disposition: The header as httpx gives it, empty where there is none.
        address: Where the bytes came from.
        link_text: The text of the link that led there.
        ending: The ending that the bytes have.

    >>> file_name_for_people("", "http://a.cn/P02.pdf", "附件：民政局2023年部门决算", ".pdf")
    '民政局2023年部门决算.pdf'
    """
    told = [stated_name(disposition), name_in(address), _SIZE.sub("", _NUMBERED.sub("", link_text.strip())).strip()]
    names = [name for name in (_safe(text) for text in told) if name]
    chosen = next((name for name in names if _HAN.search(name)), names[0] if names else "document")
    # a name and its ending as one: what the publisher wrote, if the bytes agree
    stem = chosen[: -len(ending_of(chosen))] if ending_of(chosen) else chosen
    return f"{stem[: _LONGEST_NAME - len(ending)].rstrip(' .') or 'document'}{ending}"


def stated_name(disposition: str) -> str:
    """The file's name in a Content-Disposition, in whichever way it is written; empty where there is none.

    >>> stated_name("attachment; filename=x.pdf; filename*=UTF-8''%E5%86%B3%E7%AE%97.pdf")
    '决算.pdf'
    """
    if found := _STAR.search(disposition):
        return _text(unquote_to_bytes(found.group(2).strip()), found.group(1))
    if not (found := _PLAIN.search(disposition)):
        return ""
    name = re.sub(r"\\(.)", r"\1", found.group(1)) if found.group(1) is not None else found.group(2).strip()
    if "=?" in name:
        try:
            return str(make_header(decode_header(name)))
        except (HeaderParseError, LookupError, UnicodeDecodeError):
            return name
    try:
        raw = name.encode("latin-1")
    except UnicodeEncodeError:
        return name
    return _text(unquote_to_bytes(raw))


def _text(raw: bytes, encoding: str = "") -> str:
    for name in (encoding or "utf-8", "utf-8", "gb18030"):
        try:
            return raw.decode(name)
        except (UnicodeDecodeError, LookupError):
            continue
    return raw.decode("utf-8", errors="replace")


def _safe(text: str) -> str:
    """A name without folders, control characters and marks that turn the direction of writing."""
    name = unicodedata.normalize("NFC", text).replace("\\", "/").rstrip("/").rsplit("/", 1)[-1]
    kept = "".join(letter for letter in name if unicodedata.category(letter)[0] != "C" and letter not in _MARKS)
    return " ".join(re.sub(r'[<>:"|?*]', "_", kept).split()).lstrip(".~ ")

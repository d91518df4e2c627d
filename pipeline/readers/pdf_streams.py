"""Whether the compressed streams of a PDF are whole. A broken one loses rows, and no engine says so."""

from __future__ import annotations

import base64
import re
import zlib

_STREAM = re.compile(rb"<<(?P<dict>(?:[^<>]|<[^<>]*>|<<[^<>]*>>)*)>>\s*stream\r?\n")
_FLATE_ONLY = re.compile(rb"/Filter\s*\[?\s*/FlateDecode\s*\]?")
_A85_FLATE = re.compile(rb"/Filter\s*\[\s*/ASCII85Decode\s*/FlateDecode\s*\]")
#: Pictures, fonts and embedded files carry no rows.
_NO_TEXT = re.compile(rb"/Subtype\s*/Image|/FontFile|/Length1|/Type\s*/EmbeddedFile")
#: Larger streams are pictures in all but name.
_MAX_STREAM_BYTES = 4_000_000


def broken_stream_count(data: bytes) -> int:
    r"""Returns how many text-bearing compressed streams end before their data does, 0 where the file is encrypted.

    >>> body = zlib.compress(b"BT (x) Tj ET" * 50)
    >>> whole = b"<</Filter /FlateDecode>> stream\n" + body + b"\nendstream"
    >>> broken_stream_count(whole), broken_stream_count(whole.replace(body, body[:20] + b"!" * 9 + body[29:]))
    (0, 1)
    """
    if b"/Encrypt" in data:
        return 0
    broken = 0
    for match in _STREAM.finditer(data):
        header = match["dict"]
        end = data.find(b"endstream", match.end())
        if _NO_TEXT.search(header) or end < 0 or end - match.end() > _MAX_STREAM_BYTES:
            continue
        body = data[match.end() : end]
        if _A85_FLATE.search(header):
            broken += not _is_whole(_from_ascii85(body))
        elif _FLATE_ONLY.search(header):
            broken += not _is_whole(body)
    return broken


def _from_ascii85(body: bytes) -> bytes:
    try:
        return base64.a85decode(body.strip().removeprefix(b"<~").removesuffix(b"~>"), ignorechars=b" \t\n\r\v")
    except ValueError:
        return b""


def _is_whole(body: bytes) -> bool:
    unpacker = zlib.decompressobj()
    try:
        unpacker.decompress(body)
    except zlib.error:
        return False
    return unpacker.eof

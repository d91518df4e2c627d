"""Whether the compressed streams of a PDF are whole. A broken one loses rows, and no engine says so."""

from __future__ import annotations

import base64
import re
import zlib
from collections.abc import Iterator

#: What stands before a stream's data.
_STREAM = re.compile(rb"<<(?P<dict>(?:[^<>]|<[^<>]*>|<<[^<>]*>>)*)>>\s*stream\r?\n")
_BEGINS = re.compile(rb"stream\r?\n")
#: Between dictionary and word stand a line break and a few blanks.
_MOST_BLANKS = 16
_FLATE_ONLY = re.compile(rb"/Filter\s*\[?\s*/FlateDecode\s*\]?")
_A85_FLATE = re.compile(rb"/Filter\s*\[\s*/ASCII85Decode\s*/FlateDecode\s*\]")
#: Pictures, fonts and embedded files carry no rows.
_NO_TEXT = re.compile(rb"/Subtype\s*/Image|/FontFile|/Length1|/Type\s*/EmbeddedFile")
#: Larger streams are pictures in all but name.
_MAX_STREAM_BYTES = 4_000_000
#: A stream that unpacks to more than these together is a bomb, and counts as broken.
_PIECE_BYTES, _MOST_PIECES = 4_000_000, 100


def broken_stream_count(data: bytes) -> int:
    r"""Returns how many text-bearing compressed streams end before their data does, 0 where the file is encrypted.

    >>> body = zlib.compress(b"BT (x) Tj ET" * 50)
    >>> whole = b"<</Filter /FlateDecode>> stream\n" + body + b"\nendstream"
    >>> broken_stream_count(whole), broken_stream_count(whole.replace(body, body[:20] + b"!" * 9 + body[29:]))
    (0, 1)
    """
    broken = 0
    for header, start in _streams(data):
        if _NO_TEXT.search(header):
            continue
        end = data.find(b"endstream", start)
        if end < 0 or end - start > _MAX_STREAM_BYTES:
            continue
        if _A85_FLATE.search(header):
            broken += not _is_whole(_from_ascii85(data[start:end]))
        elif _FLATE_ONLY.search(header):
            broken += not _is_whole(data[start:end])
    return 0 if broken and b"/Encrypt" in data else broken


def _streams(data: bytes) -> Iterator[tuple[bytes, int]]:
    """Yields each stream's dictionary and where its data begins.

    Looks for the word, then back for the dictionary of its object: a pattern that begins with the dictionary would be
    tried anew all over the bytes of pictures and fonts.
    """
    last = 0
    word = data.find(b"stream")
    while word >= 0:
        end = word + len(b"stream\r\n")
        if _BEGINS.match(data, word, end) and data[max(last, word - _MOST_BLANKS) : word].rstrip().endswith(b">>"):
            begin = max(data.rfind(b"obj", last, word), last)
            # "obj" may also stand in a text within the dictionary
            match = _STREAM.search(data, begin, end) or _STREAM.search(data, last, end)
            if match:
                yield match["dict"], match.end()
            last = word
        word = data.find(b"stream", word + 1)


def _from_ascii85(body: bytes) -> bytes:
    try:
        return base64.a85decode(body.strip().removeprefix(b"<~").removesuffix(b"~>"), ignorechars=b" \t\n\r\v")
    except ValueError:
        return b""


def _is_whole(body: bytes) -> bool:
    unpacker = zlib.decompressobj()
    try:
        # piece by piece, each let go of: four megabytes may unpack to four thousand
        for _ in range(_MOST_PIECES):
            unpacker.decompress(body, _PIECE_BYTES)
            body = unpacker.unconsumed_tail
            if unpacker.eof or not body:
                break
    except zlib.error:
        return False
    return unpacker.eof

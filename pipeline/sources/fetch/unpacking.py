"""A body as sent -> its bytes, unpacked within limits: a gzip bomb ends where the limit is."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator

from pipeline.errors import BadAnswer
from pipeline.sources.fetch.network import too_large

_PIECE_BYTES = 256 * 1024
_GZIP_OR_ZLIB = 32 + zlib.MAX_WBITS


def unpacked(chunks: Iterable[bytes], encoding: str, most_bytes: int) -> Iterator[bytes]:
    """Yields the bytes of a body.

    Args:
        chunks: As they come from the wire.
        encoding: The Content-Encoding.
        most_bytes: How many bytes may come out.

    Raises:
        FileTooLarge: More come out.
        BadAnswer: The encoding is one we did not ask for, or the body does not follow it.
    """
    name = encoding.strip().lower()
    pieces = chunks if name in ("", "identity", "none", "utf-8") else _inflated(chunks, name)
    count = 0
    for piece in pieces:
        count += len(piece)
        if count > most_bytes:
            raise too_large(most_bytes)
        yield piece


def _inflated(chunks: Iterable[bytes], name: str) -> Iterator[bytes]:
    if name not in ("gzip", "x-gzip", "deflate"):
        raise _damaged(f"is packed as {name[:40]!r}")
    inflater, is_raw, is_first = zlib.decompressobj(_GZIP_OR_ZLIB), False, True
    for chunk in chunks:
        data = chunk
        while data and not inflater.eof:
            try:
                piece = inflater.decompress(data, _PIECE_BYTES)
            except zlib.error as error:
                if not is_first or is_raw or name != "deflate":
                    raise _damaged(f"does not unpack ({error})") from error
                # "deflate" without its frame, as some servers send it
                inflater, is_raw = zlib.decompressobj(-zlib.MAX_WBITS), True
                continue
            is_first = False
            data = inflater.unconsumed_tail
            yield piece
    if not inflater.eof:
        yield inflater.flush(_PIECE_BYTES)
        if not inflater.eof:
            raise _damaged("ends in the middle of its packed bytes")


def _damaged(what: str) -> BadAnswer:
    return BadAnswer(
        f"the answer {what}",
        expected="a body as it is, or packed with gzip",
        remedy="open the address in a browser; fetch the document by hand if it is one",
    )

"""One address -> the file that lies there, or that it has not changed, or that it is gone.

What lives here: one download with its conditions, its resumption and its checks. What must not: which addresses, and
what is written down about them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from pipeline.durable import sha256_of
from pipeline.errors import BadAnswer, FileTooLarge, FiscalError, NoAnswer
from pipeline.sources.fetch.addresses import ending_of, is_program, name_in, shown_address
from pipeline.sources.fetch.client import Answer, PoliteClient
from pipeline.sources.fetch.file_names import file_name_for_people, stated_name
from pipeline.sources.fetch.kinds import Promise, ending_of_document, is_whole, refuse_type
from pipeline.sources.fetch.network import too_large
from pipeline.sources.fetch.store import PartNote, Store, told_of_disk
from pipeline.sources.fetch.unpacking import unpacked

_OK, _PARTIAL, _NOT_MODIFIED, _NOT_SATISFIABLE = 200, 206, 304, 416
_GONE = frozenset({404, 410})
_CONTENT_RANGE = re.compile(r"bytes\s+(\d+)-(\d+)/(\d+|\*)")
#: A line break after the body is a habit of old servers, not another body.
_FREE_EXTRA_BYTES = 2
_HEAD_ALLOWANCE_BYTES = 512 * 1024
#: Headers that say nothing about the document, or too much about a visit.
_LEFT_OUT = frozenset({"set-cookie", "set-cookie2", "www-authenticate", "authorization", "proxy-authenticate"})
_MOST_HEADERS, _LONGEST_HEADER = 60, 2_000


@dataclass(frozen=True, slots=True)
class Known:
    """By which marks the file we hold is known to the server again (`""`: it gave none)."""

    etag: str = ""
    last_modified: str = ""

    def conditions(self) -> dict[str, str]:
        """The headers that spare us a file we hold."""
        told = {"if-none-match": self.etag, "if-modified-since": self.last_modified}
        return {name: value for name, value in told.items() if value}


@dataclass(frozen=True, slots=True)
class Downloaded:
    """A whole file in its part's place; `known` are its marks for the next time."""

    part: Path
    sha256: str
    size_bytes: int
    ending: str
    file_name: str
    final_address: str
    status: int
    headers: dict[str, str]
    known: Known


@dataclass(frozen=True, slots=True)
class NotModified:
    """The file is the one we hold."""

    headers: dict[str, str]


@dataclass(frozen=True, slots=True)
class Gone:
    """There is no file any more."""

    status: int
    headers: dict[str, str]
    final_address: str


Outcome = Downloaded | NotModified | Gone


def download(client: PoliteClient, store: Store, address: str, *, known: Known | None, link_text: str) -> Outcome:
    """Asks for a file until it is whole, going on where an attempt broke off.

    Args:
        client: Does the asking.
        store: Keeps the part.
        address: A clean address.
        known: The marks of the file we hold, `None` where we hold none.
        link_text: For the file's name.

    Raises:
        FiscalError: Why it could not be had; the part stays where another attempt can go on with it.
    """
    part = store.part(address)
    try:
        return client.with_retries(address, lambda: _once(client, store, address, part, known, link_text))
    except (BadAnswer, FileTooLarge):
        store.forget(part)
        raise


def _once(client: PoliteClient, store: Store, address: str, part: Path, known: Known | None, link_text: str) -> Outcome:
    note = store.note_of(part)
    offset = part.stat().st_size if note is not None else 0
    limit = client.options.max_file_bytes
    headers = {"accept-encoding": "identity", "accept": "*/*"}
    if note is not None:
        headers |= {"range": f"bytes={offset}-", "if-range": note.validator}
    elif known is not None:
        headers |= known.conditions()
    with client.ask(address, headers, most_bytes=limit + _HEAD_ALLOWANCE_BYTES) as answer:
        status = answer.response.status_code
        if status in _GONE:
            store.forget(part)
            return Gone(status, kept_headers(answer), answer.address)
        if status == _NOT_MODIFIED and known is not None and note is None:
            return NotModified(kept_headers(answer))
        if status == _NOT_SATISFIABLE and note is not None:
            store.forget(part)
            raise _broken(answer, "no longer has the rest of the file")
        if status not in (_OK, _PARTIAL) or (status == _PARTIAL and note is None):
            raise _unexpected(answer)
        refuse_type(_promise(answer), answer.address)
        if status == _PARTIAL and note is not None:
            _check_rest(answer, store, part, note, offset)
            with told_of_disk(part):
                stream: IO[bytes] = part.open("ab")
        else:
            offset, note = 0, _note(answer)
            stream = store.begin(part, note)
        with stream:
            _receive(answer, stream, limit - offset)
        return _finished(answer, store, part, note, link_text)


def _note(answer: Answer) -> PartNote:
    """The note of a new part; a packed body has no marks by which its middle could be asked for."""
    is_packed = answer.header("content-encoding").lower() not in ("", "identity")
    etag, date = ("", "") if is_packed else (answer.header("etag"), answer.header("last-modified"))
    return PartNote(answer.address, etag, date, None if is_packed else _length(answer))


def _length(answer: Answer) -> int | None:
    text = answer.header("content-length").strip()
    return int(text) if text.isdecimal() else None


def _receive(answer: Answer, stream: IO[bytes], limit: int) -> None:
    """Writes the body; whatever ends it, what came is on the disk."""
    length = _length(answer)
    if length is not None and length > limit:
        raise too_large(limit)
    try:
        for piece in unpacked(answer.response.iter_raw(), answer.header("content-encoding"), limit):
            with told_of_disk(Path(stream.name)):
                stream.write(piece)
    finally:
        with told_of_disk(Path(stream.name)):
            stream.flush()
    extra = answer.exchange.body_bytes - length if length is not None else 0
    if extra > _FREE_EXTRA_BYTES:
        raise BadAnswer(
            f"{shown_address(answer.address)} sent {extra:,} bytes more than the {length:,} it states",
            expected="a body of the stated length: this one may be cut",
            remedy="nothing: it is asked for again by the next fetch; else fetch the document by hand",
        )


def _check_rest(answer: Answer, store: Store, part: Path, note: PartNote, offset: int) -> None:
    """Lets the rest of a file pass if it is the rest of what we have."""
    found = _CONTENT_RANGE.fullmatch(answer.header("content-range").strip())
    total = None if found is None or found.group(3) == "*" else int(found.group(3))
    is_rest = (
        found is not None
        and int(found.group(1)) == offset
        and answer.header("etag") in ("", note.etag)
        and total in (None, note.total_bytes or total)
    )
    if not is_rest:
        store.forget(part)
        raise _broken(answer, f"gave another part of the file ({answer.header('content-range')[:60] or 'not told'})")


def _finished(answer: Answer, store: Store, part: Path, note: PartNote, link_text: str) -> Downloaded:
    size_bytes = part.stat().st_size
    if note.total_bytes is not None and size_bytes != note.total_bytes:
        store.forget(part)
        raise _broken(answer, f"gave {size_bytes:,} bytes of {note.total_bytes:,}")
    is_length_told = _length(answer) is not None or "chunked" in answer.header("transfer-encoding").lower()
    if not is_length_told and not is_whole(part):
        store.forget(part)
        raise _broken(answer, "broke off before the end of the file")
    promise = _promise(answer)
    name = stated_name(answer.header("content-disposition")) or name_in(answer.address)
    ending = ending_of_document(part, promise, answer.address, name)
    headers = kept_headers(answer)
    return Downloaded(
        *(part, sha256_of(part), size_bytes, ending),
        file_name_for_people(answer.header("content-disposition"), answer.address, link_text, ending),
        *(answer.address, answer.response.status_code, headers),
        Known(answer.header("etag") or note.etag, answer.header("last-modified") or note.last_modified),
    )


def _promise(answer: Answer) -> Promise:
    address_ending = "" if is_program(answer.address) else ending_of(name_in(answer.address))
    return Promise(
        answer.header("content-type").split(";")[0].strip().lower(),
        address_ending,
        ending_of(stated_name(answer.header("content-disposition"))),
    )


def kept_headers(answer: Answer) -> dict[str, str]:
    """The headers of an answer as the journal keeps them: all but cookies, each once, cut where they are endless."""
    told = {name.lower(): value[:_LONGEST_HEADER] for name, value in answer.response.headers.items()}
    return {name: told[name] for name in sorted(told.keys() - _LEFT_OUT)[:_MOST_HEADERS]}


def _broken(answer: Answer, what: str) -> FiscalError:
    return NoAnswer(
        f"{shown_address(answer.address)} {what}",
        expected="the whole file",
        remedy="nothing: it is asked for again by the next fetch",
    )


def _unexpected(answer: Answer) -> BadAnswer:
    return BadAnswer(
        f"{shown_address(answer.address)} answered {answer.response.status_code}",
        expected="200 and a document",
        remedy="open it in a browser; a login or a block by the site's guard must be settled with the publisher",
    )

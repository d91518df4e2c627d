"""A web server on loopback that misbehaves as told: every request is answered by a script of bytes.

A `Site` is a set of answers by path, on a free port, one thread per connection. An answer is a function that is given
the request and writes to the connection whatever it likes, right or wrong; the wholesome ones stand below it.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import socket
import struct
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

Script = Callable[["Request", socket.socket], None]


@dataclass(frozen=True)
class Request:
    """One request: the raw target, headers in lower case, and how often this path was asked for before."""

    target: str
    headers: dict[str, str]
    earlier: int

    @property
    def path(self) -> str:
        return urlsplit(self.target).path


@dataclass
class Site:
    """Answers by path (or by path and query); requests are kept in order."""

    answers: dict[str, Script] = field(default_factory=dict)
    requests: list[Request] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    most_at_once: int = 0
    port: int = 0
    _busy: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def asked(self, path: str) -> list[Request]:
        """The requests for one path."""
        return [request for request in self.requests if request.path == path]

    def bodies_sent(self, path: str) -> int:
        """How often a path was asked for without a condition that spared it."""
        return len([request for request in self.asked(path) if "if-none-match" not in request.headers])

    def _serve(self, connection: socket.socket) -> None:
        with connection, suppress(OSError, ValueError):
            stream = connection.makefile("rb")
            while (request := self._request(stream)) is not None:
                with self._lock:
                    self._busy += 1
                    self.most_at_once = max(self.most_at_once, self._busy)
                try:
                    answer = self.answers.get(request.target) or self.answers.get(request.path) or status(404)
                    answer(request, connection)
                finally:
                    with self._lock:
                        self._busy -= 1

    def _request(self, stream: object) -> Request | None:
        line = stream.readline()  # type: ignore[attr-defined]
        if not line:
            return None
        target = line.decode("latin-1").split(" ")[1]
        headers = {}
        while (header := stream.readline().decode("latin-1").strip()) != "":  # type: ignore[attr-defined]
            name, _, value = header.partition(":")
            headers[name.lower()] = value.strip()
        with self._lock:
            earlier = len([request for request in self.requests if request.target == target])
            request = Request(target, headers, earlier)
            self.requests.append(request)
        return request


@contextmanager
def serving(site: Site) -> Iterator[Site]:
    """Serves a site until the block ends."""
    listener = socket.create_server(("127.0.0.1", 0))
    site.port = listener.getsockname()[1]

    def accept() -> None:
        while True:
            try:
                connection, _peer = listener.accept()
            except OSError:
                return
            threading.Thread(target=site._serve, args=(connection,), daemon=True).start()

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(5)


def head(code: int, headers: dict[str, object]) -> bytes:
    """The head of an answer, header values as the bytes of their text."""
    lines = [f"HTTP/1.1 {code} Whatever".encode(), *(f"{name}: {value}".encode() for name, value in headers.items())]
    return b"\r\n".join(lines) + b"\r\n\r\n"


def raw(data: bytes) -> Script:
    """Exactly these bytes, then the end of the connection."""

    def script(_request: Request, connection: socket.socket) -> None:
        connection.sendall(data)
        connection.shutdown(socket.SHUT_RDWR)

    return script


def status(code: int, **headers: object) -> Script:
    """An answer without a body."""
    told = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda _request, connection: connection.sendall(head(code, {"content-length": 0, **told}))


def page(html: str, *, encoding: str = "utf-8", **headers: object) -> Script:
    """A page of HTML."""
    told = {name.replace("_", "-"): value for name, value in headers.items()}
    return body(html.encode(encoding), content_type=f"text/html; charset={encoding}", **told)


def body(data: bytes, *, content_type: str = "application/pdf", **headers: object) -> Script:
    """A body without any marks by which it is known again."""
    told = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda _request, connection: connection.sendall(
        head(200, {"content-type": content_type, "content-length": len(data), **told}) + data
    )


def document(data: bytes, *, content_type: str = "application/pdf", **headers: object) -> Script:
    """A file as good servers send it: with an ETag, 304 when it is known, and from any byte on."""
    etag = f'"{hashlib.sha256(data).hexdigest()[:16]}"'
    told = {name.replace("_", "-"): value for name, value in headers.items()}

    def script(request: Request, connection: socket.socket) -> None:
        marks: dict[str, object] = {"etag": etag, "content-type": content_type, **told}
        if request.headers.get("if-none-match") == etag:
            connection.sendall(head(304, {"etag": etag}))
            return
        start = resume_at(request, etag)
        if start is None:
            connection.sendall(head(200, {**marks, "content-length": len(data)}) + data)
        elif start >= len(data):
            connection.sendall(head(416, {"content-range": f"bytes */{len(data)}", "content-length": 0}))
        else:
            rest = data[start:]
            span = f"bytes {start}-{len(data) - 1}/{len(data)}"
            connection.sendall(head(206, {**marks, "content-length": len(rest), "content-range": span}) + rest)

    return script


def resume_at(request: Request, etag: str) -> int | None:
    """From which byte on a request wants the file of this ETag; `None` for all of it."""
    wanted = request.headers.get("range", "")
    if not wanted or request.headers.get("if-range", etag) != etag:
        return None
    return int(wanted.removeprefix("bytes=").split("-")[0])


def in_turn(*answers: Script) -> Script:
    """A different answer each time; the last one stays."""
    return lambda request, connection: answers[min(request.earlier, len(answers) - 1)](request, connection)


def breaking_off(data: bytes, after: int, *, etag: str = '"1"', is_reset: bool = True) -> Script:
    """The head of a whole file, some of its bytes, then a connection reset (or closed)."""

    def script(_request: Request, connection: socket.socket) -> None:
        marks: dict[str, object] = {"content-type": "application/pdf", "content-length": len(data), "etag": etag}
        connection.sendall(head(200, marks) + data[:after])
        if is_reset:
            time.sleep(0.05)  # a reset overtakes what the other side has not read yet
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            os.close(connection.detach())  # `close` would wait for the reading side
        else:
            connection.shutdown(socket.SHUT_RDWR)

    return script


def dripping(data: bytes, *, step_s: float) -> Script:
    """One byte after the other, from the head on, never ending in time."""

    def script(_request: Request, connection: socket.socket) -> None:
        for byte in head(200, {"content-type": "application/pdf", "content-length": len(data)}) + data:
            connection.sendall(bytes([byte]))
            time.sleep(step_s)

    return script


def endless(content_type: str = "application/pdf") -> Script:
    """A body without a length that does not end."""

    def script(_request: Request, connection: socket.socket) -> None:
        connection.sendall(head(200, {"content-type": content_type}) + b"%PDF-1.7\n")
        while True:
            connection.sendall(b"x" * 65536)

    return script


def gzip_bomb(unpacked_bytes: int) -> Script:
    """A body of a few thousand bytes that unpacks to many."""
    return body(gzip.compress(b"%PDF-1.7\n" + b"\0" * unpacked_bytes), content_encoding="gzip")

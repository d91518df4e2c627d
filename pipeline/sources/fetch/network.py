"""The wire: connections only to where they may go, answers only as long and as large as they may be.

What lives here: sockets under httpx. What must not: what an answer means. A name is resolved once, every address it
gives is judged, and the connection goes to exactly the address judged: a name that points elsewhere a moment later
(DNS rebinding) gains nothing.
"""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import httpcore
import httpx

from pipeline.errors import FileTooLarge, RefusedAddress, TooSlow
from pipeline.sources.fetch.addresses import is_public

Resolve = Callable[[str, int], list[str]]

#: `ssl.OP_LEGACY_SERVER_CONNECT`, which Python names from 3.12 on.
_LEGACY_SERVER_CONNECT = 0x4
_END_OF_HEAD = b"\r\n\r\n"
_LONGEST_HEAD = 256 * 1024
#: Silence for this long and nobody is there any more.
READ_TIMEOUT_S, CONNECT_TIMEOUT_S = 60.0, 20.0


@dataclass(slots=True)
class Exchange:
    """One request and its answer: until when, how many bytes, and how many came.

    `body_bytes` counts what came after the head on the wire: more than the stated length means that it lies.
    """

    deadline: float
    timeout_s: float
    most_bytes: int
    raw_bytes: int = 0
    head_bytes: int | None = None
    _head: bytearray = field(default_factory=bytearray)

    def seconds_left(self) -> float:
        """How long it may still take.

        Raises:
            TooSlow: No longer.
        """
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise TooSlow(
                f"the answer did not end within {self.timeout_s:g} seconds",
                expected="a server that sends without long pauses",
                remedy="nothing: the next fetch goes on where this one broke off; raise GONGKAI_FETCH_TIMEOUT_S if it "
                "happens every night",
            )
        return left

    def took(self, data: bytes) -> None:
        """Counts bytes that came.

        Raises:
            FileTooLarge: There are more than may come.
        """
        self.raw_bytes += len(data)
        if self.raw_bytes > self.most_bytes:
            raise too_large(self.most_bytes)
        if self.head_bytes is None:
            self._head += data
            end = self._head.find(_END_OF_HEAD)
            if end >= 0 or len(self._head) > _LONGEST_HEAD:
                self.head_bytes = end + len(_END_OF_HEAD)
                self._head.clear()

    @property
    def body_bytes(self) -> int:
        """How many bytes came after the head."""
        return self.raw_bytes - (self.head_bytes or 0)


def too_large(limit: int) -> FileTooLarge:
    """The error for more bytes than we take."""
    return FileTooLarge(
        f"the answer has more than {limit:,} bytes",
        expected=f"at most {limit:,}",
        remedy="fetch it by hand if it is a document, or raise GONGKAI_MAX_FILE_BYTES",
    )


_exchange: ContextVar[Exchange | None] = ContextVar("exchange", default=None)


@contextmanager
def exchange(timeout_s: float, most_bytes: int) -> Iterator[Exchange]:
    """The limits for everything this thread reads and writes inside the block."""
    current = Exchange(time.monotonic() + timeout_s, timeout_s, most_bytes)
    token = _exchange.set(current)
    try:
        yield current
    finally:
        _exchange.reset(token)


@contextmanager
def _patience(timeout: float | None) -> Iterator[float | None]:
    """How long one step may wait; a step that waited to the end of the exchange's time says so."""
    current = _exchange.get()
    if current is None:
        yield timeout
        return
    left = current.seconds_left()
    try:
        yield left if timeout is None else min(timeout, left)
    except httpcore.TimeoutException:
        current.seconds_left()
        raise


class _LimitedStream(httpcore.NetworkStream):
    """A connection that obeys the limits of the exchange it serves."""

    def __init__(self, stream: httpcore.NetworkStream) -> None:
        self._stream = stream

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        with _patience(timeout) as patience:
            data = self._stream.read(max_bytes, patience)
        if (current := _exchange.get()) is not None:
            current.took(data)
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        with _patience(timeout) as patience:
            self._stream.write(buffer, patience)

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        with _patience(timeout) as patience:
            return _LimitedStream(self._stream.start_tls(ssl_context, server_hostname, patience))

    def get_extra_info(self, info: str) -> Any:  # noqa: ANN401 (httpcore's own signature)
        return self._stream.get_extra_info(info)


def resolve(host: str, port: int) -> list[str]:
    """The IP addresses of a name, in the system's order."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class GuardedBackend(httpcore.NetworkBackend):
    """Opens connections to public addresses only."""

    def __init__(self, *, is_private_allowed: bool, resolve: Resolve = resolve) -> None:
        self._is_private_allowed = is_private_allowed
        self._resolve = resolve
        self._backend = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Connects to the first address of the name that answers, if all of them may be asked."""
        failure: Exception | None = None
        for ip in self._allowed(host, port):
            try:
                with _patience(timeout) as patience:
                    stream = self._backend.connect_tcp(ip, port, patience, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
                continue
            peer = str(stream.get_extra_info("server_addr")[0])
            if not self._is_private_allowed and not is_public(peer):
                stream.close()
                raise _private(host, peer)
            return _LimitedStream(stream)
        raise failure or httpcore.ConnectError(f"{host} has no address")

    def _allowed(self, host: str, port: int) -> list[str]:
        try:
            found = self._resolve(host, port)
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError(f"the name {host} is not known ({error})") from error
        if not self._is_private_allowed:
            for ip in found:
                if not is_public(ip):
                    raise _private(host, ip)
        return found


def _private(host: str, ip: str) -> RefusedAddress:
    return RefusedAddress(
        f"{host} is {ip}, inside a private network",
        expected="a publisher's site on the public internet",
        remedy="take the source out; or, if it is meant, set GONGKAI_FETCH_ALLOW_PRIVATE=true",
    )


@cache
def _ssl_context() -> ssl.SSLContext:
    """The certificates we trust, read once.

    Many publishers' servers know no secure renegotiation (RFC 5746), and OpenSSL 3 would not talk to them. We never
    renegotiate; what they publish they often publish over plain http as well.
    """
    context = httpx.create_ssl_context(trust_env=False)
    context.options |= _LEGACY_SERVER_CONNECT
    return context


class _Body(httpx.SyncByteStream):
    def __init__(self, stream: Iterable[bytes]) -> None:
        self._stream = stream

    def __iter__(self) -> Iterator[bytes]:
        yield from self._stream

    def close(self) -> None:
        if hasattr(self._stream, "close"):
            self._stream.close()


class GuardedTransport(httpx.BaseTransport):
    """httpx on guarded connections; at most one stays open to each host, as only one request at a time goes there."""

    def __init__(self, backend: GuardedBackend, *, connections: int) -> None:
        self._pool = httpcore.ConnectionPool(
            ssl_context=_ssl_context(),
            max_connections=connections,
            max_keepalive_connections=connections,
            keepalive_expiry=15.0,
            http1=True,
            http2=False,
            retries=0,
            network_backend=backend,
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Sends one request and returns the answer, its body unread."""
        answer = self._pool.handle_request(
            httpcore.Request(
                method=request.method,
                url=httpcore.URL(
                    scheme=request.url.raw_scheme,
                    host=request.url.raw_host,
                    port=request.url.port,
                    target=request.url.raw_path,
                ),
                headers=request.headers.raw,
                content=request.stream,
                extensions=request.extensions,
            )
        )
        assert isinstance(answer.stream, Iterable)
        return httpx.Response(
            answer.status, headers=answer.headers, stream=_Body(answer.stream), extensions=answer.extensions
        )

    def close(self) -> None:
        """Closes every connection."""
        self._pool.close()

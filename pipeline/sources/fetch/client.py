"""A client with manners: says who it is, asks robots.txt, waits its turn, follows few redirects, tries again later.

What lives here: one request with its redirects, and when to repeat it. What must not: what is done with the answer.
"""

from __future__ import annotations

import random
import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import TypeVar

import httpcore
import httpx

from pipeline.errors import BadAnswer, LeftAlone, NoAnswer, ServerBusy, TooSlow
from pipeline.sources.fetch.addresses import clean_address, host_of, origin_of, shown_address
from pipeline.sources.fetch.hosts import Hosts
from pipeline.sources.fetch.network import (
    CONNECT_TIMEOUT_S,
    READ_TIMEOUT_S,
    Exchange,
    GuardedBackend,
    GuardedTransport,
    Resolve,
    exchange,
    resolve,
)
from pipeline.sources.fetch.options import Clock, FetchOptions, SystemClock
from pipeline.sources.fetch.robots import ROBOTS_BYTES, Rules, robots_address

Result = TypeVar("Result")

MOST_REDIRECTS = 5
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_OK, _BUSY = 200, frozenset({429, 500, 502, 503, 504})
_SERVER_ERROR, _NOT_FOUND_FROM = 500, 400
#: The first wait before asking again; each further one is twice as long, and none is longer than the last.
_FIRST_WAIT_S, _LONGEST_WAIT_S = 2.0, 60.0
#: A host that wants us to stay away longer than this is left alone for the night.
LONGEST_RETRY_AFTER_S = 300.0
#: Crawl-delays above this would let one host take the whole night for a page of links.
LONGEST_CRAWL_DELAY_S = 120.0
_FREE_BODY_BYTES = 64 * 1024
_NETWORK_ERRORS = (httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException, ssl.SSLError, OSError)


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer whose body is still to be read: `address` is the one that gave it, after redirects."""

    response: httpx.Response
    address: str
    exchange: Exchange

    def header(self, name: str) -> str:
        """A header's value, empty where it is not sent."""
        return str(self.response.headers.get(name, ""))


class PoliteClient:
    """All requests of one fetch go through one of these; its methods may be called from several threads."""

    def __init__(self, options: FetchOptions, *, clock: Clock | None = None, resolve: Resolve = resolve) -> None:
        self.options = options
        self.clock = clock or SystemClock()
        self.hosts = Hosts(self.clock)
        self._rules: dict[str, Rules] = {}
        self._random = random.Random()  # noqa: S311 (spreads requests, hides nothing)
        backend = GuardedBackend(is_private_allowed=options.is_private_allowed, resolve=resolve)
        self._client = httpx.Client(
            transport=GuardedTransport(backend, connections=4 * options.hosts_at_once),
            headers={"user-agent": options.user_agent, "accept-language": "zh-CN,zh;q=0.9,en;q=0.5"},
            timeout=httpx.Timeout(READ_TIMEOUT_S, connect=CONNECT_TIMEOUT_S),
            follow_redirects=False,
            trust_env=False,
        )

    def close(self) -> None:
        """Closes every connection."""
        self._client.close()

    def with_retries(self, address: str, operation: Callable[[], Result]) -> Result:
        """Does something with a host, again and later where the host had no answer; returns what it returned.

        Raises:
            NoAnswer, ServerBusy: It had none the last time either.
        """
        host = host_of(address)
        for attempt in range(1, self.options.attempts + 1):
            try:
                result = operation()
            except LeftAlone:
                raise
            except (NoAnswer, ServerBusy) as error:
                is_over = attempt == self.options.attempts or isinstance(error, TooSlow)
                if is_over or not self._may_wait(host, error, attempt):
                    self.hosts.note_outcome(host, error)
                    raise
            except Exception:
                self.hosts.note_outcome(host, None)
                raise
            else:
                self.hosts.note_outcome(host, None)
                return result
        raise AssertionError("at least one attempt is made")

    def _may_wait(self, host: str, error: NoAnswer | ServerBusy, attempt: int) -> bool:
        """Puts the host's next turn off by as long as it asks, else by twice as long as the last time."""
        asked = getattr(error, "retry_after_s", None)
        if asked is not None and asked > LONGEST_RETRY_AFTER_S:
            self.hosts.leave_alone(host, f"it asks us to come back in {asked:,.0f} seconds")
            return False
        backoff = min(_LONGEST_WAIT_S, _FIRST_WAIT_S * 2 ** (attempt - 1)) * self._random.uniform(0.5, 1.5)
        self.hosts.hold_off(host, max(backoff, asked or 0.0))
        return True

    @contextmanager
    def ask(self, address: str, headers: Mapping[str, str], *, most_bytes: int) -> Iterator[Answer]:
        """Asks once, following redirects; the host is ours until the block ends.

        Args:
            address: A clean address.
            headers: Sent beside our own.
            most_bytes: How many bytes the answer may have on the wire.

        Raises:
            RobotsForbid, RefusedAddress: Here, or where a redirect leads.
            ServerBusy: 429 or 5xx, with `retry_after_s` where it is stated.
            BadAnswer: A redirect that leads nowhere, or in a circle.
            NoAnswer: The server cannot be reached, or broke off, in the block too.
        """
        seen: list[str] = []
        while True:
            if address in seen or len(seen) > MOST_REDIRECTS:
                what = "in a circle" if address in seen else f"on more than {MOST_REDIRECTS} times"
                raise BadAnswer(
                    f"{shown_address(seen[0])} is redirected {what}",
                    expected="an address that leads to a document",
                    remedy="open it in a browser, and correct the source",
                )
            seen.append(address)
            rules = self._rules_of(address)
            rules.check(address)
            with self._answer(address, headers, rules, most_bytes) as answer:
                target = answer.header("location")
                if answer.response.status_code not in _REDIRECTS or not target:
                    self._refuse_busy(answer)
                    yield answer
                    return
            address = clean_address(_as_text(target), base=address)

    @contextmanager
    def _answer(self, address: str, headers: Mapping[str, str], rules: Rules, most_bytes: int) -> Iterator[Answer]:
        delay_s = max(self.options.delay_s, rules.crawl_delay_s)
        with (
            self.hosts.turn(host_of(address), delay_s),
            exchange(self.options.timeout_s, most_bytes) as limits,
            translated(address),
        ):
            response = self._client.send(self._client.build_request("GET", address, headers=headers), stream=True)
            try:
                yield Answer(response, address, limits)
                _read_rest(response)
            finally:
                response.close()

    def _refuse_busy(self, answer: Answer) -> None:
        status = answer.response.status_code
        if status in _BUSY:
            error = ServerBusy(
                f"{shown_address(answer.address)} answered {status}",
                expected="200",
                remedy="nothing: it is asked again by the next fetch",
            )
            error.retry_after_s = self._retry_after(answer.header("retry-after"))
            raise error

    def _retry_after(self, text: str) -> float | None:
        """The seconds of a Retry-After, which may be a number or a date; `None` where it says nothing we understand."""
        if text.strip().isdecimal():
            return float(text)
        try:
            moment = parsedate_to_datetime(text)
        except (TypeError, ValueError):
            return None
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return max(0.0, (moment - self.clock.now()).total_seconds())

    def _rules_of(self, address: str) -> Rules:
        """What the robots.txt of an address says, asked for once in a fetch."""
        origin = origin_of(address)
        if origin not in self._rules:
            self._rules[origin] = self._ask_for_rules(origin)
        return self._rules[origin]

    def _ask_for_rules(self, origin: str) -> Rules:
        place = robots_address(origin)
        try:
            return self.with_retries(place, lambda: self._read_rules(place))
        except (NoAnswer, ServerBusy, BadAnswer) as error:
            return Rules.closed(place, error.found)

    def _read_rules(self, place: str) -> Rules:
        address = place
        for _hop in range(MOST_REDIRECTS + 1):
            with self._answer(address, {"accept-encoding": "identity"}, Rules.open(), 2 * ROBOTS_BYTES) as answer:
                status = answer.response.status_code
                target = answer.header("location")
                if status in _REDIRECTS and target:
                    address = clean_address(_as_text(target), base=address)
                    continue
                self._refuse_busy(answer)
                if status >= _SERVER_ERROR:
                    return Rules.closed(place, f"it answered {status}")
                if status != _OK:
                    return Rules.open()
                text = _first_bytes(answer.response, ROBOTS_BYTES).decode("utf-8-sig", errors="replace")
                return Rules.parsed(text, self.options.user_agent, place, LONGEST_CRAWL_DELAY_S)
        return Rules.open()  # RFC 9309, 2.3.1.2: after five redirects it counts as not there


def _read_rest(response: httpx.Response) -> None:
    """Reads a short body nobody wanted (of a 404, a redirect), so that the next request takes the same connection."""
    length = response.headers.get("content-length", "")
    if not response.is_stream_consumed and length.isdecimal() and int(length) <= _FREE_BODY_BYTES:
        for _chunk in response.iter_raw():
            pass


def _first_bytes(response: httpx.Response, count: int) -> bytes:
    found = bytearray()
    for chunk in response.iter_raw():
        found += chunk
        if len(found) >= count:
            break
    return bytes(found[:count])


def _as_text(location: str) -> str:
    """A Location as meant: servers send UTF-8 or GBK bytes where only ASCII is allowed."""
    try:
        raw = location.encode("latin-1")
    except UnicodeEncodeError:
        return location
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return location


@contextmanager
def translated(address: str) -> Iterator[None]:
    """Turns what the network throws into `NoAnswer`."""
    try:
        yield
    except _NETWORK_ERRORS as error:
        said = str(error) or type(error).__name__
        raise NoAnswer(
            f"{shown_address(address)} gave no whole answer ({said})",
            expected="a server that answers to the end",
            remedy="nothing: it is asked again by the next fetch; if it stays so, open the address in a browser",
        ) from error
    except (httpx.InvalidURL, httpcore.UnsupportedProtocol, httpx.HTTPError) as error:
        raise BadAnswer(
            f"{shown_address(address)} cannot be asked for ({error})",
            expected="an address of a document",
            remedy="open it in a browser, and correct the source",
        ) from error

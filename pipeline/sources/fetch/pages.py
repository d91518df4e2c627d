"""A source -> the addresses of its documents: its page, and the pages that follow from it."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from pipeline.errors import BadAnswer, BadFolder, FiscalError
from pipeline.sources.fetch.addresses import ending_of, name_in, shown_address
from pipeline.sources.fetch.client import PoliteClient
from pipeline.sources.fetch.kinds import DOCUMENT_ENDINGS, looks_like_page
from pipeline.sources.fetch.links import Link, links_of_page
from pipeline.sources.fetch.source_list import FetchSource
from pipeline.sources.fetch.unpacking import unpacked

#: The largest list page seen has 2 MB (a county's whole disclosure on one page).
MOST_PAGE_BYTES = 10 * 1024 * 1024
#: A county discloses about 300 documents a year.
MOST_DOCUMENTS = 20_000
_OK = 200


@dataclass(frozen=True, slots=True)
class Wanted:
    """A document to be asked for: whose it is, and where its link stood (`None`: the address stands in the list)."""

    address: str
    source_id: str
    region: str
    department: str | None
    page: str | None = None
    link_text: str = ""


@dataclass(slots=True)
class Crawl:
    """What one source's pages gave: documents, pages that failed, pages looked at, pages left for `max_pages`."""

    source: FetchSource
    wanted: list[Wanted] = field(default_factory=list)
    failures: list[tuple[str, FiscalError]] = field(default_factory=list)
    pages: int = 0
    pages_left: int = 0


def crawl_source(client: PoliteClient, source: FetchSource) -> Crawl:
    """Looks at a source's pages, nearest first; a page that fails costs its own links only.

    Raises:
        BadFolder: Our own disk.
    """
    crawl = Crawl(source)
    if ending_of(name_in(source.address)) in DOCUMENT_ENDINGS:
        crawl.wanted.append(_wanted(source, None, Link(source.address, "")))
        return crawl
    queue, seen = deque([source.address]), {source.address}
    documents: dict[str, Wanted] = {}
    while queue and crawl.pages < source.max_pages:
        address = queue.popleft()
        crawl.pages += 1
        try:
            links = _links(client, source, address)
        except BadFolder:
            raise
        except FiscalError as error:
            crawl.failures.append((address, error))
            continue
        if links is None:
            documents.setdefault(address, _wanted(source, None, Link(address, "")))
            continue
        for link in links:
            if link.matches(source.pattern):
                if len(documents) < MOST_DOCUMENTS:
                    documents.setdefault(link.address, _wanted(source, address, link))
            elif source.follow is not None and link.address not in seen and link.matches(source.follow):
                seen.add(link.address)
                queue.append(link.address)
    crawl.pages_left = len(queue)
    crawl.wanted = list(documents.values())
    return crawl


def _wanted(source: FetchSource, page: str | None, link: Link) -> Wanted:
    return Wanted(link.address, source.source_id, source.region, source.department, page, link.text)


def _links(client: PoliteClient, source: FetchSource, address: str) -> tuple[Link, ...] | None:
    """The links of one page; `None` where the source's own address is a document's."""

    def once() -> tuple[Link, ...] | None:
        headers = {"accept": "text/html,application/xhtml+xml,*/*;q=0.5", "accept-encoding": "gzip, deflate"}
        with client.ask(address, headers, most_bytes=MOST_PAGE_BYTES) as answer:
            if answer.response.status_code != _OK:
                raise _no_page(address, f"answered {answer.response.status_code}")
            body = bytearray()
            for piece in unpacked(answer.response.iter_raw(), answer.header("content-encoding"), MOST_PAGE_BYTES):
                body += piece
                if not body[:16].isspace() and not looks_like_page(bytes(body[:4096])):
                    if address == source.address:
                        return None
                    raise _no_page(address, "is no page of links")
            return links_of_page(bytes(body), answer.header("content-type"), answer.address)

    return client.with_retries(address, once)


def _no_page(address: str, what: str) -> BadAnswer:
    return BadAnswer(
        f"{shown_address(address)} {what}",
        expected="a page with links to documents",
        remedy="open it in a browser, and correct the address (or the pattern in follow) of the source",
    )

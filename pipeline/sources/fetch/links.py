"""A page of links -> the links, each once, in its order; also those a page keeps in its scripts.

What lives here: HTML as publishers write it. What must not: the network.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree, html

from pipeline.errors import RefusedAddress
from pipeline.sources.fetch.addresses import clean_address, decoded

#: A page with more is a catalogue of a whole province, or a trap.
MOST_LINKS = 5_000
_LONGEST_TEXT = 300
_META_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)
_TYPE_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w-]+)", re.IGNORECASE)
#: Where a link's address stands, by tag.
_PLACES = {"a": "href", "area": "href", "iframe": "src", "frame": "src", "embed": "src", "object": "data"}
#: Lists that a script unpacks into the page (jpage: <record><![CDATA[<li><a href=…>…]]></record>).
_SCRIPTED = re.compile(r"<a\s[^<>]{0,2000}?href\s*=.{0,2000}?</a\s*>", re.IGNORECASE | re.DOTALL)
_HEAD_BYTES = 4096


@dataclass(frozen=True, slots=True)
class Link:
    """A link: its clean address and its text (or title), white space joined."""

    address: str
    text: str

    def matches(self, pattern: re.Pattern[str]) -> bool:
        """Whether the pattern is found in the address, in its readable form, or in the text."""
        return any(pattern.search(place) for place in (self.address, decoded(self.address), self.text))


def page_encoding(data: bytes, content_type: str) -> str:
    """The encoding of a page: as its header or the page says, else UTF-8 where it can be, else GBK.

    >>> page_encoding("<p>预算".encode("gbk"), "text/html")
    'gb18030'
    """
    stated = _TYPE_CHARSET.search(content_type)
    names = [stated.group(1)] if stated else []
    if found := _META_CHARSET.search(data[:_HEAD_BYTES]):
        names.append(found.group(1).decode("ascii"))
    names = ["gb18030" if name.lower() in ("gbk", "gb2312") else name.lower() for name in (*names, "utf-8", "gb18030")]
    for name in names:
        try:
            data.decode(name)
        except (UnicodeDecodeError, LookupError):
            continue
        return name
    return next((name for name in names if name in ("utf-8", "gb18030")), "utf-8")


def links_of_page(data: bytes, content_type: str, address: str) -> tuple[Link, ...]:
    """The links of a page, each address once with the longest of its texts, in the order of the page.

    Args:
        data: The page as sent, unpacked.
        content_type: Of its answer.
        address: The page's own, for links that are relative.
    """
    encoding = page_encoding(data, content_type)
    text = data.decode(encoding, errors="replace").replace("\x00", "")
    found: dict[str, str] = {}
    for base, href, label in _written_links(text, address):
        try:
            clean = clean_address(href, base=base, encoding=encoding)
        except RefusedAddress:
            continue
        if clean not in found and len(found) >= MOST_LINKS:
            break
        if len(label) > len(found.get(clean, "")) or clean not in found:
            found[clean] = label
    return tuple(Link(clean, label) for clean, label in found.items())


def _written_links(text: str, address: str) -> Iterator[tuple[str, str, str]]:
    """Yields base, address as written, text."""
    root = _parsed(text)
    if root is None:
        return
    base = _base_of(root, address)
    yield from _links_below(root, base)
    for script in root.iter("script"):
        for piece in _SCRIPTED.findall((script.text or "").replace('\\"', '"').replace("\\/", "/")):
            if (fragment := _parsed(piece)) is not None:
                yield from _links_below(fragment, base)


def _parsed(text: str) -> html.HtmlElement | None:
    # as bytes: lxml refuses text that declares an encoding
    parser = html.HTMLParser(encoding="utf-8", no_network=True, huge_tree=False, remove_comments=True)
    try:
        return html.document_fromstring(text.encode("utf-8", errors="replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return None


def _base_of(root: html.HtmlElement, address: str) -> str:
    for element in root.iter("base"):
        if href := element.get("href"):
            try:
                return clean_address(href, base=address)
            except RefusedAddress:
                break
    return address


def _links_below(root: html.HtmlElement, base: str) -> Iterator[tuple[str, str, str]]:
    for element in root.iter(*_PLACES):
        href = (element.get(_PLACES[element.tag]) or "").strip()
        if href and not href.startswith("#"):
            label = " ".join("".join(element.itertext()).split()) or " ".join((element.get("title") or "").split())
            yield base, href, label[:_LONGEST_TEXT]

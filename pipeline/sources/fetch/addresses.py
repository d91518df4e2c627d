"""Addresses: one spelling for each, and those that are never asked for.

What lives here: text only. What must not: the network; what a name resolves to is judged where it is connected to.
"""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import parse_qsl, quote, unquote_to_bytes, urljoin, urlsplit, urlunsplit

from pipeline.errors import RefusedAddress

_PORTS = {"http": 80, "https": 443}
#: Marks of a visit, not of a document: the same file would look new each night.
_SESSION_NAMES = frozenset(
    {
        "jsessionid",
        "phpsessid",
        "aspsessionid",
        "asp.net_sessionid",
        "sessionid",
        "session_id",
        "sid",
        "cfid",
        "cftoken",
    }
)
_SESSION_IN_PATH = re.compile(r";jsessionid=[^/?#;]*", re.IGNORECASE)
_LONGEST_ADDRESS, _LONGEST_SHOWN = 4_000, 300
#: What stays as it is in a path or query: reserved characters, and `%` of what is encoded already.
_KEPT = "!#$%&'()*+,/:;=?@[]~-._"
_STRAY_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_NAT64, _SIX_TO_FOUR = ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("2002::/16")


def clean_address(address: str, *, base: str = "", encoding: str = "utf-8") -> str:
    """The one spelling of an address: whole, encoded, without fragment and session id.

    Args:
        address: As written in a list or a link.
        base: The page it stands on, where it may be relative.
        encoding: That of the page: browsers send the query of a link in it (`?name=预算` on a GBK page).

    Raises:
        RefusedAddress: It is not http or https, holds a user name or password, or is no address at all.

    >>> clean_address("../预算.pdf;jsessionid=A1#p2", base="HTTP://Www.Example.gov.cn:80/a/b/")
    'http://www.example.gov.cn/a/%E9%A2%84%E7%AE%97.pdf'
    """
    whole = _joined(base, address)
    try:
        parts = urlsplit(whole)
        port = parts.port
        host = _ascii_host(parts.hostname or "")
    except (ValueError, UnicodeError) as error:
        raise _refused("is no address", whole) from error
    scheme = parts.scheme.lower()
    if scheme not in _PORTS:
        raise _refused(f"has the scheme {scheme or '(none)'}", whole)
    if "@" in parts.netloc:
        raise _refused("holds a user name or a password", whole)
    if not host or len(whole) > _LONGEST_ADDRESS:
        raise _refused("names no host" if not host else f"has {len(whole):,} letters", whole)
    netloc = f"[{host}]" if ":" in host else host
    if port is not None and port != _PORTS[scheme]:
        netloc = f"{netloc}:{port}"
    path = _encoded(_SESSION_IN_PATH.sub("", parts.path) or "/", "utf-8")
    return urlunsplit((scheme, netloc, path, _without_session(_encoded(parts.query, encoding)), ""))


def _ascii_host(host: str) -> str:
    """A host's name in the letters of the wire: 财政局.中国 has others there."""
    name = host.rstrip(".")
    return name if name.isascii() else name.encode("idna").decode("ascii")


def _joined(base: str, address: str) -> str:
    text = re.sub(r"[\t\r\n]", "", address).strip()
    if "?" not in text:  # as browsers do; publishers write paths as their machine does
        text = text.replace("\\", "/")
    try:
        return urljoin(base, text) if base else text
    except ValueError as error:
        raise _refused("is no address", text) from error


def _encoded(text: str, encoding: str) -> str:
    text = _STRAY_PERCENT.sub("%25", text)
    try:
        return quote(text, safe=_KEPT, encoding=encoding, errors="strict")
    except (UnicodeEncodeError, LookupError):
        return quote(text, safe=_KEPT)


def _without_session(query: str) -> str:
    kept = [part for part in query.split("&") if part.split("=", 1)[0].lower() not in _SESSION_NAMES]
    return "&".join(kept)


def _refused(what: str, address: str) -> RefusedAddress:
    return RefusedAddress(
        f"the address {shown_address(address)} {what}",
        expected="http:// or https:// and the name of a publisher's site",
        remedy="correct the address in the list of sources, or leave it out",
    )


def shown_address(address: str) -> str:
    """An address as it may be printed and logged: without user name and password, and not endless.

    >>> shown_address("http://me:secret@a.cn/x.pdf")
    'http://…@a.cn/x.pdf'
    """
    hidden = re.sub(r"(?<=//)[^/?#]*@", "…@", address)
    hidden = re.sub(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", "?", hidden)
    return hidden if len(hidden) <= _LONGEST_SHOWN else f"{hidden[: _LONGEST_SHOWN - 1]}…"


def host_of(address: str) -> str:
    """The host of a clean address, with its port where that is not the usual one."""
    return urlsplit(address).netloc


def origin_of(address: str) -> str:
    """Scheme, host and port of a clean address: what one robots.txt speaks for."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def decoded(address: str) -> str:
    """An address as people read it, for patterns: encoded letters written out, in UTF-8 or GBK.

    >>> decoded("http://a.cn/%D4%A4%CB%E3.pdf")
    'http://a.cn/预算.pdf'
    """
    raw = unquote_to_bytes(address)
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return address


def name_in(address: str) -> str:
    """The file's name in an address: the last part of the path, or the value of the query that looks like one."""
    parts = urlsplit(address)
    name = decoded(parts.path.rsplit("/", 1)[-1])
    if not ending_of(name) or ending_of(name) in _PROGRAMS:
        for _key, value in parse_qsl(parts.query, encoding="latin-1"):
            told = decoded(quote(value, encoding="latin-1")).rsplit("/", 1)[-1]
            if ending_of(told):
                return told
    return name


#: Programs that answer with files: their ending says nothing about what comes.
_PROGRAMS = frozenset({".jsp", ".do", ".action", ".aspx", ".ashx", ".asp", ".php", ".cgi", ".jspx"})


def ending_of(name: str) -> str:
    """The ending of a file's name in lower case, with its dot; empty where there is none.

    >>> ending_of("2023年部门决算.PDF"), ending_of("决算"), ending_of("v1.2023年")
    ('.pdf', '', '')
    """
    found = re.search(r"\.[A-Za-z0-9]{1,5}$", name.strip())
    return found.group().lower() if found else ""


def is_program(address: str) -> bool:
    """Whether the address is a program's (download.jsp?id=1), whose ending says nothing about what comes."""
    return ending_of(urlsplit(address).path) in _PROGRAMS


def is_public(ip: str) -> bool:
    """Whether an IP address is out in the world: not this machine, not our network, not a cloud's metadata.

    >>> is_public("202.106.0.20"), is_public("127.0.0.1"), is_public("::ffff:10.0.0.1"), is_public("169.254.169.254")
    (True, False, False, False)
    """
    found = ipaddress.ip_address(ip.split("%", 1)[0])
    if isinstance(found, ipaddress.IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour or (found.teredo[1] if found.teredo else None)
        if inner is None and found in _NAT64:
            inner = ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
    return found.is_global and not found.is_multicast and not found.is_reserved

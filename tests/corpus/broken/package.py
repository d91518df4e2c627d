"""Mutations of zips of XML parts (.xlsx, .docx, .ofd): members dropped, doubled, cut; XML altered."""

from __future__ import annotations

import copy
import io
import warnings
import zipfile
import zlib
from random import Random

from lxml import etree

from tests.corpus.broken.mutant import ODD_NUMBERS, SEALED_BYTES, Operator, change_digits

#: Parts that hold figures, by what their names contain.
_MAIN = ("document.xml", "worksheets/sheet", "sharedStrings", "Content.xml", "workbook.xml", "Document.xml")
#: The same mutant at any time of day.
_TIME = (1980, 1, 1, 0, 0, 0)
_BOMB = b'<!DOCTYPE r [<!ENTITY a "aaaaaaaaaa">%s]>'
_FILES = b'<!DOCTYPE r [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


def _members(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return {name: package.read(name) for name in package.namelist()}


def _packed(members: list[tuple[str, bytes]]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # two of one name are what we want
        for name, data in members:
            package.writestr(zipfile.ZipInfo(name, _TIME), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _pick(members: dict[str, bytes], rng: Random) -> str:
    main = [name for name in members if any(mark in name for mark in _MAIN)]
    return rng.choice(main if main and rng.random() < 0.8 else list(members))


def drop_member(content: bytes, rng: Random) -> bytes:
    """Leaves members out."""
    members = _members(content)
    for _ in range(rng.choice((1, 1, 2, 5))):
        if len(members) > 1:
            members.pop(_pick(members, rng))
    return _packed(list(members.items()))


def double_member(content: bytes, rng: Random) -> bytes:
    """Writes a member twice, the second time as it was, or empty."""
    members = _members(content)
    name = _pick(members, rng)
    return _packed([*members.items(), (name, members[name] if rng.random() < 0.5 else b"")])


def rename_member(content: bytes, rng: Random) -> bytes:
    """Gives a member another name: of another member, outside the package, absolute, or in other letters."""
    members = _members(content)
    name = _pick(members, rng)
    other = rng.choice((*members, f"../../{name}", f"/{name}", name.upper(), name.replace("/", "\\"), "页.xml", "/"))
    return _packed([(other if one == name else one, data) for one, data in members.items()])


def cut_member(content: bytes, rng: Random) -> bytes:
    """Keeps a beginning of a member, or nothing, or noise."""
    members = _members(content)
    name = _pick(members, rng)
    kept = members[name][: rng.randrange(len(members[name]) + 1)]
    members[name] = rng.choice((kept, b"", rng.randbytes(200), members[name].replace(b"<", b"", 1)))
    return _packed(list(members.items()))


def wrong_sum(content: bytes, rng: Random) -> bytes:
    """Breaks a member's bytes and leaves the sum the zip keeps of them."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        info = rng.choice(package.infolist())
    at = info.header_offset + 30 + len(info.filename.encode()) + rng.randrange(max(1, info.compress_size))
    return content[:at] + rng.randbytes(3) + content[at + 3 :]


def bomb(content: bytes, rng: Random) -> bytes:
    """Makes a member that unpacks to hundreds of megabytes, of blanks, tags or nothing but nesting."""
    members = _members(content)
    name = _pick(members, rng)
    filler = rng.choice((b" " * 300_000_000, b"<a/>" * 30_000_000, b"<a>" * 3_000_000))
    end = max(members[name].rfind(b"</"), 0)
    members[name] = members[name][:end] + filler + members[name][end:]
    return _packed(list(members.items()))


def lying_size(content: bytes, rng: Random) -> bytes:
    """Lies about a member's size in the table of contents."""
    at = content.rfind(b"PK\x01\x02", 0, rng.randrange(len(content) - 100, len(content)))
    place = at + rng.choice((16, 20, 24, 28, 30, 42))
    return content[:place] + rng.choice((b"\0\0\0\0", b"\xff\xff\xff\x7f", b"\x01\0\0\0")) + content[place + 4 :]


def entities(content: bytes, rng: Random) -> bytes:
    """Declares entities in a part: growing ones, or another file."""
    members = _members(content)
    name = _pick(members, rng)
    level = b"".join(b'<!ENTITY %c "%s">' % (98 + i, b"&%c;" % (97 + i) * 10) for i in range(9))
    head = _FILES if rng.random() < 0.5 else _BOMB % level
    data = members[name]
    start = data.find(b"?>") + 2 if data.startswith(b"<?xml") else 0
    members[name] = data[:start] + head + data[start:].replace(b"</", rng.choice((b"&a;</", b"&j;</")), 3)
    return _packed(list(members.items()))


def other_encoding(content: bytes, rng: Random) -> bytes:
    """Declares or uses another encoding for a part."""
    members = _members(content)
    name = _pick(members, rng)
    text = members[name].decode("utf-8", errors="replace")
    encoding = rng.choice(("utf-16", "gb18030", "latin-1", "utf-7", "no-such", "utf-32"))
    if rng.random() < 0.5:
        members[name] = text.replace("UTF-8", encoding).replace("utf-8", encoding).encode()
    else:
        members[name] = text.encode(encoding if encoding not in ("no-such", "latin-1") else "gb18030", errors="replace")
    return _packed(list(members.items()))


def _altered(content: bytes, rng: Random, alter: object) -> bytes | None:
    """Alters the tree of a main part."""
    members = _members(content)
    name = _pick(members, rng)
    try:
        root = etree.fromstring(members[name])
    except etree.XMLSyntaxError:
        return None
    elements = [element for element in root.iter() if isinstance(element.tag, str) and element.getparent() is not None]
    if not elements:
        return None
    for _ in range(rng.choice((1, 1, 2, 8))):
        alter(rng.choice(elements), rng)  # type: ignore[operator]
    members[name] = etree.tostring(root, encoding="UTF-8", xml_declaration=True)
    return _packed(list(members.items()))


def _drop(element: etree._Element, _rng: Random) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def _double(element: etree._Element, rng: Random) -> None:
    for _ in range(rng.choice((1, 1, 3, 200))):
        element.addnext(copy.deepcopy(element))


def _nest(element: etree._Element, rng: Random) -> None:
    inner = copy.deepcopy(element)
    target = element
    for _ in range(rng.choice((1, 2, 40))):
        target.append(copy.deepcopy(inner))
        target = target[-1]
        inner = copy.deepcopy(inner) if len(etree.tostring(inner)) < 2000 else etree.Element(str(inner.tag))


def _swap(element: etree._Element, _rng: Random) -> None:
    following = element.getnext()
    if following is not None:
        following.addnext(element)


def _attribute(element: etree._Element, rng: Random) -> None:
    if element.attrib:
        name = rng.choice(list(element.attrib))
        if rng.random() < 0.2:
            del element.attrib[name]
        else:
            element.attrib[name] = rng.choice((*ODD_NUMBERS, "A1:XFD1048576", "ZZZ99999999", "1 2 3 4", "a" * 5000))


def _text(element: etree._Element, rng: Random) -> None:
    if element.text:
        element.text = rng.choice((change_digits(element.text, rng), "", element.text * 2, rng.choice(ODD_NUMBERS)))


def _rename(element: etree._Element, rng: Random) -> None:
    tags = [other.tag for other in element.getroottree().iter() if isinstance(other.tag, str)]
    element.tag = rng.choice(tags)


def _operator(name: str, alter: object) -> Operator:
    return Operator(name, lambda content, rng: _altered(content, rng, alter), is_reprinted=True)


def recompressed(content: bytes, rng: Random) -> bytes:
    """Breaks the compressed bytes of a member so that they still unpack, to something else, with a right sum."""
    members = _members(content)
    name = _pick(members, rng)
    packed = bytearray(zlib.compress(members[name]))
    packed[rng.randrange(2, len(packed))] ^= 1 << rng.randrange(8)
    unpacker = zlib.decompressobj()
    try:
        members[name] = unpacker.decompress(bytes(packed), 5_000_000)
    except zlib.error:
        members[name] = members[name][: len(members[name]) // 2]
    return _packed(list(members.items()))


OPERATORS = (
    *SEALED_BYTES,
    *(
        Operator(function.__name__, function)
        for function in (drop_member, double_member, rename_member, cut_member, wrong_sum, lying_size, entities)
    ),
    Operator("other_encoding", other_encoding, is_reprinted=True),
    Operator("recompressed", recompressed, is_reprinted=True),
    *(
        _operator(name, alter)
        for name, alter in (
            *(("xml_drop", _drop), ("xml_double", _double), ("xml_nest", _nest), ("xml_swap", _swap)),
            *(("xml_attribute", _attribute), ("xml_attribute", _attribute), ("xml_text", _text)),
            *(("xml_text", _text), ("xml_rename", _rename)),
        )
    ),
)
#: Slow to make: a few are enough.
BOMBS = (Operator("bomb", bomb),)

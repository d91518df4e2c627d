"""Mutations of PDF files: the table of objects, dictionaries, page tree, fonts, and the operators of a page."""

from __future__ import annotations

import base64
import re
import zlib
from random import Random

from tests.corpus.broken.mutant import ODD_NUMBERS, SEALED_BYTES, Operator, change_digits

_OBJECT = re.compile(rb"(?:^|\n)(\d+) 0 obj\s(.*?)\nendobj", re.DOTALL)
_STREAM = re.compile(rb"^(.*?>>)\s*stream\r?\n(.*?)\r?\n?endstream", re.DOTALL)
_ROOT = re.compile(rb"/Root (\d+) 0 R")
_ENTRY = re.compile(rb"/([A-Za-z0-9]+)[ \n]+(\[[^\[\]]*\]|\d+ 0 R|/[A-Za-z0-9#-]+|-?[\d.]+|\([^()]*\))")
_NUMBER = re.compile(rb"-?\d+(?:\.\d+)?")
_TEXT = re.compile(rb"\(((?:[^()\\]|\\.)*)\)\s*(Tj|TJ|')")


def _objects(content: bytes) -> dict[int, bytes]:
    return {int(number): body for number, body in _OBJECT.findall(content)}


def _written(objects: dict[int, bytes], root: bytes) -> bytes:
    """A file with a right table of objects."""
    out = bytearray(b"%PDF-1.4\n%\x93\x8c\x8b\x9e\n")
    places = {}
    for number, body in objects.items():
        places[number] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start, size = len(out), max(objects, default=0) + 1
    rows = [b"%010d 00000 n \n" % places[n] if n in places else b"0000000000 65535 f \n" for n in range(size)]
    out += b"xref\n0 %d\n%s" % (size, b"".join(rows))
    return bytes(out + b"trailer\n<< /Size %d /Root %s 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, root, start))


def _rewritten(content: bytes, objects: dict[int, bytes]) -> bytes | None:
    root = _ROOT.search(content)
    return _written(objects, root[1]) if root else None


def _decoded(body: bytes) -> bytes | None:
    """What a page's stream says; `None` where the object has none."""
    match = _STREAM.match(body)
    if match is None or b"/Image" in match[1]:
        return None
    data = match[2]
    try:
        if b"ASCII85" in match[1]:
            data = base64.a85decode(data.strip().removesuffix(b"~>"), ignorechars=b" \n\r\t")
        return zlib.decompress(data) if b"FlateDecode" in match[1] else data
    except (ValueError, zlib.error):
        return None


def _with_content(content: bytes, rng: Random, change: object) -> bytes | None:
    objects = _objects(content)
    pages = [number for number, body in objects.items() if b"BT" in (_decoded(body) or b"")]
    if not pages:
        return None
    for number in rng.sample(pages, min(len(pages), rng.choice((1, 1, 3)))):
        said = change(_decoded(objects[number]) or b"", rng)  # type: ignore[operator]
        packed = zlib.compress(said)
        objects[number] = b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(packed), packed)
    return _rewritten(content, objects)


def break_table(content: bytes, rng: Random) -> bytes:
    """Breaks the table of objects, or what says where it lies."""
    at = content.rfind(b"xref\n0")
    broken = {
        "places": lambda: content[:at] + re.sub(rb"\d{10} 0", rb"%010d 0" % rng.randrange(40_000), content[at:]),
        "start": lambda: re.sub(rb"startxref\n\d+", b"startxref\n%d" % rng.randrange(99_999), content),
        "none": lambda: content[:at],
        "size": lambda: re.sub(rb"/Size \d+", b"/Size " + rng.choice((b"1", b"-1", b"99999999")), content),
        "root": lambda: _ROOT.sub(b"/Root %d 0 R" % rng.randrange(60), content),
        "prev": lambda: content.replace(b"/Size", b"/Prev %d /Size" % at, 1),
    }
    return broken[rng.choice(list(broken))]()


def drop_object(content: bytes, rng: Random) -> bytes | None:
    """Leaves objects out."""
    objects = _objects(content)
    for number in rng.sample(list(objects), min(len(objects), rng.choice((1, 1, 3)))):
        del objects[number]
    return _rewritten(content, objects)


def double_object(content: bytes, rng: Random) -> bytes:
    """Writes another object of a number that is there, behind the end."""
    objects = _objects(content)
    number = rng.choice(list(objects))
    return content + b"\n%d 0 obj\n%s\nendobj\n" % (number, rng.choice(list(objects.values())))


def cut_stream(content: bytes, rng: Random) -> bytes:
    """Takes the end, or a piece, of a stream's data and leaves its dictionary."""
    streams = [match for match in re.finditer(rb"stream\r?\n(.*?)endstream", content, re.DOTALL) if len(match[1]) > 20]
    match = rng.choice(streams)
    at = match.start(1) + rng.randrange(len(match[1]))
    return content[:at] + content[rng.choice((match.end(1), min(at + 30, match.end(1)))) :]


def change_entry(content: bytes, rng: Random) -> bytes | None:
    """Alters entries of dictionaries: numbers, names, references, arrays."""
    objects = _objects(content)
    for _ in range(rng.choice((1, 1, 2, 6))):
        number = rng.choice(list(objects))
        entries = list(_ENTRY.finditer(objects[number][:3000]))
        if not entries:
            continue
        entry = rng.choice(entries)
        new = rng.choice(
            (
                b"",
                b"/%s %s" % (entry[1], rng.choice(ODD_NUMBERS).encode()),
                b"/%s %d 0 R" % (entry[1], rng.choice(list(objects))),
                b"/%s %d 0 R" % (entry[1], number),
                b"/%s [%s]" % (entry[1], b" ".join(rng.choice(ODD_NUMBERS[:12]).encode() for _ in range(4))),
                b"/%s null" % entry[1],
                b"/%s %s" % (rng.choice((b"Type", b"Kids", b"Filter", b"Length", b"MediaBox", b"Rotate")), entry[2]),
            )
        )
        objects[number] = objects[number][: entry.start()] + new + objects[number][entry.end() :]
    return _rewritten(content, objects)


def break_pages(content: bytes, rng: Random) -> bytes | None:
    """Makes a circle in the page tree, a page count that lies, or a thousand times the same page."""
    objects = _objects(content)
    tree = next((n for n, body in objects.items() if b"/Kids" in body), None)
    if tree is None:
        return None
    kids = re.findall(rb"(\d+) 0 R", objects[tree][objects[tree].index(b"/Kids") :].split(b"]")[0])
    lists = (
        [b"%d" % tree],
        [*kids, b"%d" % tree],
        kids * 400,
        kids[::-1],
        kids[1:],
        [*kids, b"9999", kids[0]],
        [rng.choice(kids) for _ in kids],
    )
    new = b"/Kids [ %s ]" % b" ".join(b"%s 0 R" % kid for kid in rng.choice(lists))
    objects[tree] = re.sub(rb"/Kids \[[^\]]*\]", new, objects[tree])
    if rng.random() < 0.4:
        count = rng.choice((b"0", b"-5", b"1", b"2147483647"))
        objects[tree] = re.sub(rb"/Count \d+", b"/Count " + count, objects[tree])
    return _rewritten(content, objects)


def loop_of_forms(content: bytes, rng: Random) -> bytes | None:
    """Has a page draw a form that draws itself, or two that draw each other, many times."""
    objects = _objects(content)
    page = next((n for n, body in objects.items() if re.search(rb"/Type /Page\b", body)), None)
    if page is None:
        return None
    first = max(objects) + 1
    draws = b"/F0 Do " * rng.choice((1, 2, 30))
    for number, other in ((first, first + 1), (first + 1, first)):
        target = number if rng.random() < 0.5 else other
        objects[number] = (
            b"<< /Type /XObject /Subtype /Form /BBox [0 0 500 500] /Resources << /XObject << /F0 %d 0 R >> >> "
            b"/Length %d >>\nstream\n%s\nendstream" % (target, len(draws), draws)
        )
    body = objects[page]
    body = re.sub(rb"/Resources <<", b"/Resources << /XObject << /F0 %d 0 R >>" % first, body, count=1)
    said = b"/F0 Do"
    objects[first + 2] = b"<< /Length %d >>\nstream\n%s\nendstream" % (len(said), said)
    objects[page] = re.sub(rb"/Contents (\d+ 0 R)", b"/Contents [%d 0 R \\1]" % (first + 2), body)
    return _rewritten(content, objects)


def break_fonts(content: bytes, rng: Random) -> bytes | None:
    """Takes from fonts what tells their characters: map, encoding, widths, descendant."""
    objects = _objects(content)
    fonts = [number for number, body in objects.items() if b"/Type /Font" in body]
    for number in fonts:
        for key in (b"ToUnicode", b"Encoding", b"DescendantFonts", b"W", b"DW", b"BaseFont", b"Ordering", b"Subtype"):
            if rng.random() < 0.25:
                objects[number] = re.sub(
                    rb"/%s\s*(\[.*?\]|<<.*?>>|/[A-Za-z0-9-]+|\(.*?\)|\d+ 0 R|\d+)" % key,
                    rng.choice((b"", b"/%s /Identity-H" % key, b"/%s 3" % key, b"/%s /WinAnsiEncoding" % key)),
                    objects[number],
                    count=1,
                    flags=re.DOTALL,
                )
    return _rewritten(content, objects)


def _shuffle(said: bytes, rng: Random) -> bytes:
    lines = said.split(b"\n")
    for _ in range(rng.choice((1, 4, 40))):
        first, second = rng.randrange(len(lines)), rng.randrange(len(lines))
        lines[first], lines[second] = lines[second], lines[first]
    return b"\n".join(lines)


def _drop_lines(said: bytes, rng: Random) -> bytes:
    share = rng.choice((0.01, 0.1, 0.5))
    return b"\n".join(line for line in said.split(b"\n") if rng.random() > share)


def _double_lines(said: bytes, rng: Random) -> bytes:
    lines = said.split(b"\n")
    at = rng.randrange(len(lines))
    return b"\n".join([*lines[:at], *(lines[at : at + rng.choice((1, 5, 30))] * rng.choice((2, 20))), *lines[at:]])


def _numbers(said: bytes, rng: Random) -> bytes:
    places = list(_NUMBER.finditer(said))
    for match in sorted(rng.sample(places, min(len(places), rng.choice((1, 3, 20)))), key=lambda m: -m.start()):
        new = rng.choice((*ODD_NUMBERS[:16], change_digits(match[0].decode(), rng)))
        said = said[: match.start()] + new.encode() + said[match.end() :]
    return said


def _texts(said: bytes, rng: Random) -> bytes:
    places = list(_TEXT.finditer(said))
    for match in sorted(rng.sample(places, min(len(places), rng.choice((1, 2, 5)))), key=lambda m: -m.start()):
        digits = change_digits(match[1].decode("latin-1"), rng).encode("latin-1")
        new = rng.choice((digits, digits, b"", match[1] + match[1]))
        said = said[: match.start(1)] + new + said[match.end(1) :]
    return said


def _nested(said: bytes, rng: Random) -> bytes:
    return rng.choice((b"q ", b"BT ", b"[ ", b"<< ", b"/A BMC ", b"( ")) * rng.choice((10, 100_000)) + said


def deep_pdf(content: bytes) -> bytes:
    """A file of a few kilobytes for which pdfium asks for more memory than there is: a hundred thousand open marks."""
    broken = _with_content(content, Random(0), lambda said, _rng: b"/A BMC " * 100_000 + said)
    if broken is None:
        raise ValueError("found no page with text in the PDF")
    return broken


def _many(said: bytes, rng: Random) -> bytes:
    return said + rng.choice((b"0 0 5 5 re S\n", b"1 0 0 1 5 5 cm\n", b"0 0 m 5 5 l S\n")) * 20_000


def _unended(said: bytes, rng: Random) -> bytes:
    word = rng.choice((b"ET", b"BT", b"Q", b"Tf", b"Tm", b"Td", b"re", b"cm"))
    return re.sub(rb"\b%s\b" % word, b"", said, count=rng.choice((1, 5, 0)))


def _on_page(name: str, change: object) -> Operator:
    return Operator(name, lambda content, rng: _with_content(content, rng, change), is_reprinted=True)


OPERATORS = (
    *SEALED_BYTES,
    *(Operator(function.__name__, function) for function in (break_table, break_table, drop_object, cut_stream)),
    *(Operator(function.__name__, function, True) for function in (double_object, change_entry, change_entry)),
    *(Operator(function.__name__, function, True) for function in (break_pages, loop_of_forms, break_fonts)),
    *(
        _on_page(name, change)
        for name, change in (
            *(("content_shuffle", _shuffle), ("content_drop", _drop_lines), ("content_double", _double_lines)),
            *(("content_numbers", _numbers), ("content_numbers", _numbers), ("content_texts", _texts)),
            *(("content_nested", _nested), ("content_many", _many), ("content_unended", _unended)),
        )
    ),
)

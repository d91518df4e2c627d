"""Mutations of text, HTML, web archives and RTF: encodings, lines, tags, spans, control words, digits."""

from __future__ import annotations

import re
from random import Random

from tests.corpus.broken.mutant import ODD_NUMBERS, OPEN_BYTES, Operator, change_digits

_ENCODINGS = ("gb18030", "utf-16", "utf-16-le", "utf-16-be", "big5hkscs", "utf-32", "hz", "utf-7", "utf-8-sig")
_TAG = re.compile(r"<[^<>]+>")
_SPAN = re.compile(r"(colspan|rowspan)=\"?(\d+)\"?", re.IGNORECASE)
_CONTROL = re.compile(r"\\[a-z]+(-?\d+)?")
_MARKS = ("\x00", "\x1b[31m", "\u202e", "\u2028", "\x0c", "\ufeff", "\ud7ff", "\U0010ffff", "\r", "\x85", "�")


def _decoded(content: bytes) -> str:
    for encoding in ("utf-8", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return content.decode("latin-1")


def other_encoding(content: bytes, rng: Random) -> bytes:
    """Writes the text in another encoding, as a whole or from somewhere on."""
    text, encoding = _decoded(content), rng.choice(_ENCODINGS)
    at = 0 if rng.random() < 0.5 else rng.randrange(len(text))
    return text[:at].encode() + text[at:].encode(encoding, errors="replace")


def misread(content: bytes, rng: Random) -> bytes:
    """Writes what a program makes of the text that takes it for another encoding."""
    return _decoded(content).encode(rng.choice(("utf-8", "gb18030"))).decode("latin-1").encode(errors="replace")


def _on_lines(content: bytes, rng: Random, change: object) -> bytes:
    lines = _decoded(content).split("\n")
    return "\n".join(change(lines, rng)).encode()  # type: ignore[operator]


def _drop(lines: list[str], rng: Random) -> list[str]:
    share = rng.choice((0.01, 0.05, 0.3))
    return [line for line in lines if rng.random() > share]


def _double(lines: list[str], rng: Random) -> list[str]:
    at, size = rng.randrange(len(lines)), rng.choice((1, 5, 40))
    return [*lines[:at], *(lines[at : at + size] * rng.choice((2, 30))), *lines[at + size :]]


def _swap(lines: list[str], rng: Random) -> list[str]:
    for _ in range(rng.choice((1, 3, 30))):
        first, second = rng.randrange(len(lines)), rng.randrange(len(lines))
        lines[first], lines[second] = lines[second], lines[first]
    return lines


def _join(lines: list[str], rng: Random) -> list[str]:
    at, size = rng.randrange(len(lines)), rng.choice((2, 20, 10_000))
    return [*lines[:at], rng.choice(("", " ", "\t")).join(lines[at : at + size]), *lines[at + size :]]


def _split(lines: list[str], rng: Random) -> list[str]:
    at = rng.randrange(len(lines))
    cut = rng.randrange(len(lines[at]) + 1)
    return [*lines[:at], lines[at][:cut], lines[at][cut:], *lines[at + 1 :]]


def _blanks(lines: list[str], rng: Random) -> list[str]:
    old, new = rng.choice(
        (("\t", "\t\t"), ("\t", ""), ("\t", " "), ("  ", " "), (" ", "\t"), (" ", "\u3000"), (",", "，"))
    )
    some = rng.random() < 0.5
    return [line.replace(old, new, 1 if some else -1) if rng.random() < 0.5 else line for line in lines]


def _digits(lines: list[str], rng: Random) -> list[str]:
    for _ in range(rng.choice((1, 1, 2, 10))):
        at = rng.randrange(len(lines))
        lines[at] = change_digits(lines[at], rng)
    return lines


def _moved(lines: list[str], rng: Random) -> list[str]:
    """Puts a figure where another stands."""
    figures = [(n, m) for n, line in enumerate(lines) for m in re.finditer(r"\d[\d,]*\.\d\d", line)]
    if len(figures) > 1:
        (number, match), (_, other) = rng.sample(figures, 2)
        lines[number] = lines[number][: match.start()] + other[0] + lines[number][match.end() :]
    return lines


def _marked(lines: list[str], rng: Random) -> list[str]:
    at = rng.randrange(len(lines))
    cut = rng.randrange(len(lines[at]) + 1)
    lines[at] = lines[at][:cut] + rng.choice(_MARKS) * rng.choice((1, 50)) + lines[at][cut:]
    return lines


def _long(lines: list[str], rng: Random) -> list[str]:
    at = rng.randrange(len(lines))
    return [*lines[:at], rng.choice(("1", "9,", "a", "\t", "（", "一、", "合计 1.00 ")) * 60_000, *lines[at:]]


def _line_operator(name: str, change: object) -> Operator:
    return Operator(name, lambda content, rng: _on_lines(content, rng, change), is_reprinted=True)


TEXT = (
    *OPEN_BYTES,
    *(Operator(function.__name__, function, True) for function in (other_encoding, other_encoding, misread)),
    *(
        _line_operator(name, change)
        for name, change in (
            *(("lines_drop", _drop), ("lines_double", _double), ("lines_swap", _swap), ("lines_join", _join)),
            *(("lines_split", _split), ("blanks", _blanks), ("digits", _digits), ("digits", _digits)),
            *(("moved", _moved), ("marks", _marked), ("long_line", _long)),
        )
    ),
)


def _on_tags(content: bytes, rng: Random, change: object) -> bytes:
    text = _decoded(content)
    tags = list(_TAG.finditer(text))
    if not tags:
        return content
    for match in sorted(rng.sample(tags, min(len(tags), rng.choice((1, 2, 10)))), key=lambda m: -m.start()):
        text = text[: match.start()] + change(match[0], rng) + text[match.end() :]  # type: ignore[operator]
    return text.encode()


def _other_tag(tag: str, rng: Random) -> str:
    names = ("table", "/table", "tr", "/tr", "td", "/td", "th", "div", "/div", "script", "style", "p", "br", "!--")
    return f"<{rng.choice(names)}>"


def spans(content: bytes, rng: Random) -> bytes:
    """Gives cells spans that are none, negative, or huge."""
    text = _decoded(content)
    if not _SPAN.search(text):
        text = text.replace("<td", '<td colspan="1"', 5)
    chosen = rng.choice(("colspan", "rowspan"))
    return _SPAN.sub(lambda m: f'{chosen}="{rng.choice(ODD_NUMBERS)}"' if rng.random() < 0.2 else m[0], text).encode()


def nested(content: bytes, rng: Random) -> bytes:
    """Nests tables or blocks deep."""
    opened = rng.choice(("<table><tr><td>", "<div>", "<table>", "<b>", "<td>", "<ul><li>"))
    text = _decoded(content)
    at = text.find("<table") if rng.random() < 0.7 else rng.randrange(len(text))
    return (text[:at] + opened * rng.choice((5, 30, 300, 20_000)) + text[at:]).encode()


def hidden(content: bytes, rng: Random) -> bytes:
    """Hides elements, or puts what looks like code and entities into them."""
    put = (
        "<tr style='display:none'",
        "<tr hidden",
        "<td><script>alert(1)</script>",
        "<td>&#0;&bogus;&#x110000;",
        "<td><!--",
    )
    old = rng.choice(("<tr", "<td"))
    new = rng.choice([one for one in put if one.startswith(old)])
    return _decoded(content).replace(old, new, rng.choice((1, 5))).encode()


HTML = (
    *TEXT,
    Operator("tag_drop", lambda content, rng: _on_tags(content, rng, lambda _tag, _rng: ""), is_reprinted=True),
    Operator("tag_double", lambda content, rng: _on_tags(content, rng, lambda tag, _rng: tag * 2), is_reprinted=True),
    Operator("tag_other", lambda content, rng: _on_tags(content, rng, _other_tag), is_reprinted=True),
    *(Operator(function.__name__, function, True) for function in (spans, spans, nested, hidden)),
)


def control_words(content: bytes, rng: Random) -> bytes:
    """Alters control words of RTF: numbers, names, braces."""
    text = content.decode("latin-1")
    words = list(_CONTROL.finditer(text))
    for match in sorted(rng.sample(words, min(len(words), rng.choice((1, 3, 20)))), key=lambda m: -m.start()):
        number = rng.choice(ODD_NUMBERS[:14])
        new = rng.choice(("", re.sub(r"-?\d+$", "", match[0]) + number, rng.choice(words)[0], "{", "}", "\\bin99999 "))
        text = text[: match.start()] + new + text[match.end() :]
    return text.encode("latin-1", errors="replace")


def braces(content: bytes, rng: Random) -> bytes:
    """Opens groups without end, or a picture, an object, a field that names a file."""
    put = (b"{" * rng.choice((10, 50_000)), b"}" * 20, b"{\\object\\objupdate{\\*\\objdata 0105}}", b"\\trowd\\cellx-1")
    put += (b'{\\field{\\*\\fldinst INCLUDETEXT "file:///etc/passwd"}}', b"{\\pict\\wmetafile8 ffff}")
    at = content.find(b"\\pard")
    return content[:at] + rng.choice(put) + content[at:]


RTF = (
    *OPEN_BYTES,
    *(Operator(function.__name__, function, True) for function in (control_words, control_words, braces)),
)

"""What a mutation takes and gives, and the mutations of bytes that need no knowledge of a format."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

#: Numbers that break programs: none, negative, beyond two and four bytes, beyond what a float holds exactly.
ODD_NUMBERS = ("0", "-1", "1", "2", "7", "255", "256", "65535", "65536", "1048576", "2147483647", "-2147483648")
ODD_NUMBERS += ("4294967295", "99999999999999999999", "1e308", "NaN", "-0", "0.0000001", "", "x", "一")
#: The first bytes of other formats.
HEADS = (b"%PDF-1.7\n", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"{\\rtf1", b"<html>", b"\x89PNG\r\n\x1a\n")
HEADS += (b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b\x08", b"Rar!\x1a\x07\x00", b"BM", b"II*\x00", b"\xff\xfe", b"\xff\xd8\xff")


@dataclass(frozen=True, slots=True)
class Mutant:
    """A broken document: its bytes, what was done to it, and whether that may change what the file prints.

    Where it may not, every figure read must be one of the document it was made from.
    """

    content: bytes
    done: str
    is_reprinted: bool


Mutation = Callable[[bytes, Random], bytes | None]


@dataclass(frozen=True, slots=True)
class Operator:
    """A mutation with its name; it gives `None` where it finds nothing to do."""

    name: str
    apply: Mutation
    is_reprinted: bool = False


def flip_bits(content: bytes, rng: Random) -> bytes:
    """Turns one to forty bits."""
    data = bytearray(content)
    for _ in range(rng.choice((1, 1, 3, 10, 40))):
        data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
    return bytes(data)


def cut_off(content: bytes, rng: Random) -> bytes:
    """Keeps a beginning, more often a long one."""
    return content[: int(len(content) * rng.random() ** 0.3)]


def cut_out(content: bytes, rng: Random) -> bytes:
    """Takes a piece out."""
    at = rng.randrange(len(content))
    return content[:at] + content[at + rng.choice((1, 4, 64, 512, 4096)) :]


def double_piece(content: bytes, rng: Random) -> bytes:
    """Writes a piece twice."""
    at = rng.randrange(len(content))
    piece = content[at : at + rng.choice((1, 16, 512, 8192))]
    return content[:at] + piece * rng.choice((2, 3, 50)) + content[at + len(piece) :]


def blank_piece(content: bytes, rng: Random) -> bytes:
    """Writes zeros, or ones, over a piece."""
    at, size = rng.randrange(len(content)), rng.choice((1, 4, 64, 512, 4096))
    return content[:at] + rng.choice((b"\0", b"\xff")) * min(size, len(content) - at) + content[at + size :]


def other_head(content: bytes, rng: Random) -> bytes:
    """Puts another format's first bytes before, or over, its own."""
    head = rng.choice(HEADS)
    return head + (content if rng.random() < 0.5 else content[len(head) :])


def odd_word(content: bytes, rng: Random) -> bytes:
    """Writes an extreme number of four bytes somewhere in the first kilobytes, where formats keep their sizes."""
    at = rng.randrange(min(len(content), rng.choice((64, 1024, 8192))))
    word = rng.choice((b"\xff\xff\xff\xff", b"\xff\xff\xff\x7f", b"\0\0\0\0", b"\0\0\0\x80", b"\xfe\xff\xff\xff"))
    return content[:at] + word + content[at + 4 :]


def noise(content: bytes, rng: Random) -> bytes:
    """Puts random bytes in."""
    at = rng.randrange(len(content))
    return content[:at] + rng.randbytes(rng.choice((1, 8, 256))) + content[at:]


def append_rest(content: bytes, rng: Random) -> bytes:
    """Puts the document, or noise, behind its own end."""
    return content + (content[rng.randrange(len(content)) :] if rng.random() < 0.5 else rng.randbytes(2000))


#: For containers whose parts are compressed or checked: what is printed cannot change unseen.
SEALED_BYTES = tuple(
    Operator(function.__name__, function)
    for function in (flip_bits, cut_off, cut_out, double_piece, blank_piece, other_head, odd_word, noise, append_rest)
)
#: The same where figures stand in the bytes as they are.
OPEN_BYTES = tuple(Operator(operator.name, operator.apply, is_reprinted=True) for operator in SEALED_BYTES)


def change_digits(text: str, rng: Random) -> str:
    """Changes one digit of a text; the same text where it has none."""
    places = [index for index, character in enumerate(text) if character.isascii() and character.isdigit()]
    if not places:
        return text
    at = rng.choice(places)
    return text[:at] + rng.choice([digit for digit in "0123456789" if digit != text[at]]) + text[at + 1 :]

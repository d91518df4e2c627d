"""Mutations of binary files: OLE (.doc, .xls), pictures, archives."""

from __future__ import annotations

import gzip
import io
import struct
import tarfile
import zipfile
import zlib
from random import Random

from tests.corpus.broken.mutant import OPEN_BYTES, SEALED_BYTES, Operator

_SECTOR = 512


def sectors(content: bytes, rng: Random) -> bytes:
    """Swaps, drops or doubles sectors of an OLE file."""
    parts = [content[at : at + _SECTOR] for at in range(0, len(content), _SECTOR)]
    first, second = rng.randrange(len(parts)), rng.randrange(len(parts))
    how = rng.randrange(3)
    if how == 0:
        parts[first], parts[second] = parts[second], parts[first]
    elif how == 1:
        del parts[first]
    else:
        parts[first] = parts[second]
    return b"".join(parts)


def chains(content: bytes, rng: Random) -> bytes:
    """Writes circles and ends into what tells which sector follows which, and into the header."""
    data = bytearray(content)
    fat = struct.unpack_from("<I", data, 76)[0] if len(data) > 80 else 0
    start = rng.choice((24, _SECTOR * (fat + 1)))
    for _ in range(rng.choice((1, 3, 30))):
        at = start + 4 * rng.randrange(120)
        if at + 4 <= len(data):
            struct.pack_into(
                "<I", data, at, rng.choice((0, 1, fat, 0xFFFFFFFE, 0xFFFFFFFF, 0x7FFFFFFF, rng.randrange(99)))
            )
    return bytes(data)


def records(content: bytes, rng: Random) -> bytes:
    """Writes extreme numbers of two bytes: lengths and indexes of records."""
    data = bytearray(content)
    for _ in range(rng.choice((1, 5, 50))):
        at = rng.randrange(_SECTOR, max(len(data) - 2, _SECTOR + 1))
        if at + 2 <= len(data):
            struct.pack_into("<H", data, at, rng.choice((0, 1, 0xFFFF, 0x7FFF, 0x8000, 8224)))
    return bytes(data)


OLE = (*OPEN_BYTES, *(Operator(function.__name__, function, True) for function in (sectors, chains, chains, records)))


def png_size(content: bytes, rng: Random) -> bytes:
    """Gives a PNG another width, height or depth, with a right check sum."""
    if not content.startswith(b"\x89PNG"):
        return content[:200] + rng.randbytes(8) + content[208:]
    head = bytearray(content[12:29])
    struct.pack_into(">I", head, rng.choice((4, 8)), rng.choice((0, 1, 60_000, 0x7FFFFFFF)))
    if rng.random() < 0.3:
        head[12 + rng.randrange(5)] = rng.randrange(20)
    return content[:12] + bytes(head) + struct.pack(">I", zlib.crc32(bytes(head))) + content[33:]


PICTURE = (*SEALED_BYTES, Operator("png_size", png_size, is_reprinted=True))


def hostile_tar(content: bytes, rng: Random) -> bytes:
    """Puts links, devices and names outside into a tar beside the document."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as package:
        bad = tarfile.TarInfo(rng.choice(("../../etc/cron.d/x", "/etc/passwd", "a\nb.txt", "\x1b[2Ja.txt", "决算/..")))
        bad.type = rng.choice((tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.REGTYPE, tarfile.FIFOTYPE))
        bad.linkname = "/etc/passwd"
        package.addfile(bad)
        good = tarfile.TarInfo("决算.txt")
        good.size = len(content[:5000])
        package.addfile(good, io.BytesIO(content[:5000]))
    return out.getvalue()


def zip_bomb(content: bytes, rng: Random) -> bytes:
    """A zip of a large file of nothing, once or in a zip in a zip."""
    inner = content
    for _ in range(rng.choice((1, 2, 3))):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
            package.writestr("a.zip" if inner is not content else "a.txt", inner)
            package.writestr("b.txt", bytes(rng.choice((1000, 90_000_000))))
        inner = out.getvalue()
    return inner


def gzip_of_nothing(content: bytes, rng: Random) -> bytes:
    """A gzip of megabytes of nothing, or of a gzip."""
    inner = gzip.compress(content, mtime=0) if rng.random() < 0.5 else bytes(rng.choice((10, 150_000_000)))
    return gzip.compress(inner, mtime=0)  # without the time: the same seed gives the same bytes


ARCHIVE = (
    *SEALED_BYTES,
    *(Operator(function.__name__, function) for function in (hostile_tar, zip_bomb, gzip_of_nothing)),
)

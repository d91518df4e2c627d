"""Makes a zip-based Office file the same bytes every time: fixed times, order and attributes of its entries."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable

_ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)
_DCTERMS = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*(</dcterms:)")


def pack_again(content: bytes, rewrite: Callable[[str, bytes], bytes] | None = None) -> bytes:
    """Copies a zip with fixed times.

    Args:
        rewrite: called with each entry's name and bytes; returns the bytes to store.
    """
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            data = _DCTERMS.sub(rb"\g<1>2026-01-01T00:00:00Z\g<2>", source.read(name))
            info = zipfile.ZipInfo(name, _ZIP_EPOCH)
            info.create_system = 3
            target.writestr(info, rewrite(name, data) if rewrite else data, zipfile.ZIP_DEFLATED, 9)
    return out.getvalue()


def unpack(content: bytes) -> dict[str, bytes]:
    """The entries of a zip by name, as stored before compression."""
    with zipfile.ZipFile(io.BytesIO(content)) as source:
        return {name: source.read(name) for name in source.namelist()}

"""What was dear to read is kept: pages without their persons, `pages/<document_id>.<reading version>.json.gz`.

What lives here: the one serialisation of `model/grid.py`, and its files. What must not: when to keep, when to use.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Collection
from functools import cache
from pathlib import Path
from typing import NamedTuple

from pydantic import ConfigDict, TypeAdapter, ValidationError

from pipeline.durable import write_bytes
from pipeline.model.grid import Document
from pipeline.model.personal import WithheldPlace

_SUFFIX = ".json.gz"
#: Nine parts of ten go away at any level; the fastest costs milliseconds.
_COMPRESSION = 1


class KeptPages(NamedTuple):
    """A document whose persons are withheld, and where they stood. Their names are nowhere."""

    document: Document
    places: tuple[WithheldPlace, ...]


@cache
def _adapter() -> TypeAdapter[KeptPages]:
    return TypeAdapter(KeptPages, config=ConfigDict(extra="forbid", ser_json_inf_nan="constants"))


def pages_to_bytes(document: Document, places: tuple[WithheldPlace, ...]) -> bytes:
    """The pages as compressed JSON; the same pages give the same bytes."""
    return gzip.compress(_adapter().dump_json(KeptPages(document, places)), _COMPRESSION, mtime=0)


def bytes_to_pages(data: bytes) -> KeptPages | None:
    """The pages again; `None` where the bytes are damaged or of an older shape: then the file is read."""
    try:
        return _adapter().validate_json(gzip.decompress(data))
    except (OSError, EOFError, zlib.error, ValidationError):
        return None


def write_pages(lake_dir: Path, document_id: str, reading_version: str, data: bytes) -> None:
    """Keeps the pages of one document, in one step, in place of those an older reader gave."""
    target = _folder(lake_dir) / f"{document_id}.{reading_version}{_SUFFIX}"
    target.parent.mkdir(parents=True, exist_ok=True)
    write_bytes(target, data)
    for other in _folder(lake_dir).glob(f"{document_id}.*{_SUFFIX}"):
        if other != target:
            other.unlink(missing_ok=True)


def read_pages(lake_dir: Path, document_id: str) -> tuple[KeptPages, str] | None:
    """The kept pages of a document and the version of the reader that gave them, else `None`."""
    for path in _folder(lake_dir).glob(f"{document_id}.*{_SUFFIX}"):
        try:
            kept = bytes_to_pages(path.read_bytes())
        except OSError:
            continue
        if kept is not None and kept.document.document_id == document_id:
            return kept, path.name.removesuffix(_SUFFIX).split(".")[1]
    return None


def forget_pages(lake_dir: Path, present: Collection[str]) -> None:
    """Removes the pages of documents whose files are gone, and what a killed run left half-written."""
    folder = _folder(lake_dir)
    for path in folder.iterdir() if folder.is_dir() else ():
        if path.name.split(".")[0] not in present:
            path.unlink(missing_ok=True)


def _folder(lake_dir: Path) -> Path:
    return lake_dir / "pages"

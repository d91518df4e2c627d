"""Fetched originals by their hash, and the beginnings of those still on their way.

What lives here: `fetched/<first two digits>/<sha256><ending>`, `fetched/.parts/`, the lock of one fetch. What must not:
where bytes come from. Nothing here is ever overwritten or removed but a part of a file.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

from pipeline.durable import sync_path
from pipeline.errors import AnotherFetch, BadFolder
from pipeline.sources.fetch.journal import fetched_dir

_PARTS_DIR, _LOCK_NAME = ".parts", ".lock"
_KEY_DIGITS = 40
#: A beginning that nobody went on with for so long is of an address that is listed no more.
_PART_DAYS = 30
_READ_ONLY = 0o444


@dataclass(frozen=True, slots=True)
class PartNote:
    """What a half file is half of: the address that gave it, and its version there (`""`: not told)."""

    address: str
    etag: str
    last_modified: str
    total_bytes: int | None = None

    @property
    def validator(self) -> str:
        """What `If-Range` takes: a strong ETag, else the date; empty where a half file cannot be gone on with."""
        is_strong = self.etag.startswith('"')
        return self.etag if is_strong else self.last_modified


@contextmanager
def told_of_disk(path: Path) -> Iterator[None]:
    """Turns what the operating system says of our own folder into an error that stops the fetch.

    Raises:
        BadFolder: No space, no permission, read-only.
    """
    try:
        yield
    except OSError as error:
        is_full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        raise BadFolder(
            f"{path} cannot be written ({error.strerror})",
            expected="a raw folder with space that we may write to",
            remedy=("make room, then fetch again: what came is kept" if is_full else "give yourself write permission")
            + ", or name another folder with --raw",
        ) from error


class Store:
    """The fetched files of one raw folder."""

    def __init__(self, raw_dir: Path) -> None:
        self._dir = fetched_dir(raw_dir)
        self._parts = self._dir / _PARTS_DIR

    @contextmanager
    def held(self, now_s: float) -> Iterator[None]:
        """Holds the folder for one fetch, and forgets beginnings that are too old.

        Args:
            now_s: Seconds since 1970.

        Raises:
            AnotherFetch: Another process holds it.
            BadFolder: It cannot be written to.
        """
        with told_of_disk(self._dir):
            self._parts.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(self._dir / _LOCK_NAME, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise AnotherFetch(
                    f"another fetch is writing to {self._dir}",
                    expected="one fetch at a time per raw folder",
                    remedy="wait until it has ended",
                ) from error
            for part in self._parts.iterdir():
                with suppress(OSError):
                    if now_s - part.stat().st_mtime > _PART_DAYS * 86_400:
                        part.unlink()
            yield
        finally:
            os.close(descriptor)

    def part(self, address: str) -> Path:
        """Where the beginning of an address's file is kept."""
        return self._parts / f"{hashlib.sha256(address.encode()).hexdigest()[:_KEY_DIGITS]}.part"

    def note_of(self, part: Path) -> PartNote | None:
        """What the half file is half of; `None` where there is none that could be gone on with."""
        try:
            note = PartNote(**json.loads(_note_path(part).read_text(encoding="utf-8")))
            return note if note.validator and part.stat().st_size > 0 else None
        except (OSError, ValueError, TypeError):
            return None

    def begin(self, part: Path, note: PartNote) -> IO[bytes]:
        """Opens an empty part, its note written first: bytes without a note are never gone on with."""
        with told_of_disk(part):
            self.forget(part)
            stream = part.open("wb")
            temporary = part.with_suffix(".tmp")
            temporary.write_text(json.dumps(asdict(note)), encoding="utf-8")
            temporary.replace(_note_path(part))
            return stream

    def forget(self, part: Path) -> None:
        """Removes a beginning and its note."""
        _note_path(part).unlink(missing_ok=True)
        part.unlink(missing_ok=True)

    def keep(self, part: Path, sha256: str, ending: str) -> Path:
        """Gives a whole file its place; one that is there already stays as it is, whatever its ending.

        Returns:
            The path of the kept file.
        """
        with told_of_disk(self._dir):
            place = self.place(sha256) or self._dir / sha256[:2] / f"{sha256}{ending}"
            if not place.exists():
                if not place.parent.is_dir():
                    place.parent.mkdir(exist_ok=True)
                    sync_path(self._dir)
                sync_path(part)
                part.chmod(_READ_ONLY)
                part.rename(place)
                sync_path(place.parent)
            self.forget(part)
            return place

    def place(self, sha256: str) -> Path | None:
        """Where the bytes of a hash are kept; `None` where they are not."""
        return next(iter(sorted((self._dir / sha256[:2]).glob(f"{sha256}*"))), None)


def _note_path(part: Path) -> Path:
    return part.with_suffix(".json")

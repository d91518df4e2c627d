"""An archive of documents -> its members as source files, unpacked once into a folder of ours, safely.

What lives here: limits, member names, the folder of unpacked bytes. What must not: how a format is read, see
`archive_entries`. Bytes are stored under their sha256, never under the name a member gives itself.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from pipeline import errors
from pipeline.errors import (
    DamagedFile,
    EmptyFile,
    FileTooLarge,
    FiscalError,
    MissingTool,
    UnsafeArchive,
    UnsupportedFormat,
)
from pipeline.model.source import SourceFile
from pipeline.sources.archive_entries import Entry, archive_entries, archive_kind, translated_errors
from pipeline.sources.names import is_member_name

#: Between an archive and its member in `relative_path`.
MEMBER_MARK = "!/"
#: A county's whole disclosure of a year has about 300 documents.
MAX_MEMBERS = 5_000
#: A county's whole disclosure, unpacked, is well below 1 GB.
MAX_TOTAL_BYTES = 2_000_000_000
#: Text and old .xls shrink to a fiftieth at best; bombs begin at a thousand. Small archives may shrink as they like.
MAX_RATIO, RATIO_FREE_BYTES = 200, 50_000_000
#: An archive in an archive is met (one zip per department in the zip of a county); deeper is a bomb or a mistake.
MAX_DEPTH = 2
#: The path of the one member that stands for an archive which cannot be opened.
WHOLE_ARCHIVE = ""
_CHUNK_BYTES = 1024 * 1024
_DRIVE = re.compile(r"^[A-Za-z]:")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_INDEX = "index.json"
#: Written into the index: another number unpacks anew.
_VERSION = 1


@dataclass(frozen=True, slots=True)
class Member:
    """One member: where it stands inside, its bytes' identity, and what it is.

    A document has neither `archive_kind` nor `error`. A member that is an archive has `archive_kind`; its own members
    are listed beside it. A refused member has `error`, the name of the error's class, and that error's words.
    """

    path: str
    document_id: str
    size_bytes: int
    archive_kind: str | None = None
    error: str | None = None
    found: str = ""
    expected: str = ""
    remedy: str = ""

    def refusal(self, relative_path: str) -> FiscalError | None:
        """The reason not to read it, `None` where it can be read."""
        if self.error is None:
            return None
        kind = getattr(errors, self.error)
        return _checked_error(kind)(self.found, expected=self.expected, remedy=self.remedy, document=relative_path)

    def __post_init__(self) -> None:
        """What a worker or an index says becomes a path and an error: it must be one of ours.

        Raises:
            ValueError: It is not.
        """
        if not _SHA256.fullmatch(self.document_id):
            raise ValueError(f"no sha256: {self.document_id!r}")
        if self.error is not None:
            _checked_error(getattr(errors, self.error, None))


def _checked_error(kind: object) -> type[FiscalError]:
    if isinstance(kind, type) and issubclass(kind, FiscalError):
        return kind
    raise ValueError(f"no error of ours: {kind!r}")


@dataclass(frozen=True, slots=True)
class UnpackTask:
    """One archive to be unpacked, with where and the limit of its members."""

    source: SourceFile
    unpack_dir: Path
    max_file_bytes: int


#: Opens archives; yields each task with its members, or the reason why it cannot be opened.
Unpack = Callable[[Sequence[UnpackTask]], Iterable[tuple[UnpackTask, "tuple[Member, ...] | FiscalError"]]]


@dataclass(slots=True)
class _Budget:
    """What one archive, with all archives inside it, may still unpack."""

    packed_bytes: int
    members: int = 0
    bytes_out: int = 0

    def take_member(self) -> None:
        """Counts a member."""
        self.members += 1
        if self.members > MAX_MEMBERS:
            raise _unsafe(f"more than {MAX_MEMBERS:,} members", f"at most {MAX_MEMBERS:,}")

    def take_bytes(self, count: int) -> None:
        """Counts unpacked bytes."""
        self.bytes_out += count
        if self.bytes_out > MAX_TOTAL_BYTES:
            raise _unsafe(f"more than {MAX_TOTAL_BYTES:,} bytes", f"at most {MAX_TOTAL_BYTES:,} bytes")
        if self.bytes_out > max(RATIO_FREE_BYTES, MAX_RATIO * self.packed_bytes):
            raise _unsafe(
                f"more than {MAX_RATIO} times its {self.packed_bytes:,} bytes", f"at most {MAX_RATIO} times its size"
            )


def _unsafe(found: str, expected: str) -> UnsafeArchive:
    return UnsafeArchive(
        f"the archive unpacks to {found}", expected=expected, remedy="look at it; unpack what you need by hand"
    )


def unpack_archive(source: SourceFile, unpack_dir: Path, *, max_file_bytes: int) -> tuple[Member, ...]:
    """Unpacks an archive into `unpack_dir/<sha256>/`, or finds it there from an earlier run.

    Args:
        source: The archive.
        unpack_dir: A folder of ours; everything in it can be made again.
        max_file_bytes: A larger member is refused.

    Returns:
        The members in the order of their paths, those of archives inside it among them.

    Raises:
        UnsafeArchive: It names places outside itself, or unpacks to more than the limits.
        EncryptedFile, DamagedFile, MissingTool: It cannot be opened.
        EmptyFile: Nothing in it can be a document.
    """
    folder = unpack_dir / source.document_id
    members = _read_index(folder, max_file_bytes)
    if members is not None:
        return members
    temporary = unpack_dir / f"{source.document_id}.{os.getpid()}.tmp"
    shutil.rmtree(temporary, ignore_errors=True)
    temporary.mkdir(parents=True)
    try:
        unpacking = _Unpacking(source.document_id, temporary, _Budget(source.size_bytes), max_file_bytes)
        members = tuple(
            sorted(unpacking.members(source.path, source.file_name, "", depth=1), key=lambda member: member.path)
        )
        if not members:
            raise EmptyFile(
                "the archive holds no document", expected="at least one", remedy="look at it; fetch it again"
            )
        _write_index(temporary, members, max_file_bytes)
        shutil.rmtree(folder, ignore_errors=True)
        temporary.rename(folder)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    return members


def unpack_here(tasks: Sequence[UnpackTask]) -> Iterator[tuple[UnpackTask, tuple[Member, ...] | FiscalError]]:
    """Unpacks archives in this process, one after the other: for tests, and for archives that are trusted."""
    for task in tasks:
        try:
            yield task, unpack_archive(task.source, task.unpack_dir, max_file_bytes=task.max_file_bytes)
        except FiscalError as error:
            yield task, error


def unpacked_before(task: UnpackTask) -> tuple[Member, ...] | None:
    """The members of an archive that an earlier run unpacked with the same limits; `None` where it must be opened."""
    return _read_index(task.unpack_dir / task.source.document_id, task.max_file_bytes)


def unpack_task(task: UnpackTask) -> tuple[Member, ...]:
    """Unpacks an archive in a worker process. Never raises for a bad archive: one refused member stands for it all."""
    error: FiscalError
    try:
        return unpack_archive(task.source, task.unpack_dir, max_file_bytes=task.max_file_bytes)
    except FiscalError as refused:
        error = refused
    except MemoryError:
        error = UnsafeArchive(
            "opening the archive needs more memory than one document is given",
            expected="an archive that can be opened in GONGKAI_DOCUMENT_MEMORY_MB",
            remedy="look at it; unpack what you need by hand",
        )
    except OSError as refused_by_system:
        error = DamagedFile(
            f"what the archive holds cannot be written ({refused_by_system.strerror})",
            expected="room beside the warehouse",
            remedy="make room on the disk, then run again",
        )
    return (_refused(WHOLE_ARCHIVE, task.source.document_id, task.source.size_bytes, error),)


def member_source(archive: SourceFile, member: Member, unpack_dir: Path) -> SourceFile:
    """The member as a source file: its address and date are those of its archive."""
    return replace(
        archive,
        document_id=member.document_id,
        file_name=member.path.rsplit("/", 1)[-1],
        relative_path=f"{archive.relative_path}{MEMBER_MARK}{member.path}",
        path=unpack_dir / archive.document_id / member.document_id,
        size_bytes=member.size_bytes,
    )


def forget_others(unpack_dir: Path, archive_ids: Iterable[str]) -> None:
    """Removes what was unpacked from archives that are gone."""
    kept = set(archive_ids)
    for folder in unpack_dir.iterdir() if unpack_dir.is_dir() else ():
        if folder.name not in kept:
            shutil.rmtree(folder, ignore_errors=True)


@dataclass(slots=True)
class _Unpacking:
    """One archive on its way into a folder, with the archives inside it."""

    archive_id: str
    folder: Path
    budget: _Budget
    max_file_bytes: int

    def members(self, path: Path, name: str, prefix: str, *, depth: int) -> list[Member]:
        """Unpacks one archive called `name`; `prefix` is where it stands inside the outermost."""
        kind = archive_kind(path)
        if kind is None:
            raise AssertionError("asked to unpack what is no archive")
        found: list[Member] = []
        seen: dict[str, int] = {}
        for entry in archive_entries(path, kind, name):
            self.budget.take_member()
            inside = safe_path(entry.name)
            if not is_member_name(inside):
                continue
            seen[inside] = seen.get(inside, 0) + 1
            unique = inside if seen[inside] == 1 else f"{inside}#{seen[inside]}"
            found += self._take(entry, prefix + unique, depth)
        return found

    def _take(self, entry: Entry, path: str, depth: int) -> list[Member]:
        if entry.stream is None:
            link = UnsafeArchive("a link or device, not a file", expected="a file", remedy="add the file it means")
            identity = hashlib.sha256(f"unreadable:{self.archive_id}:{path}".encode()).hexdigest()
            return [_refused(path, identity, 0, link)]
        part = self.folder / "part"
        document_id, size_bytes = self._store(entry, part)
        if size_bytes == 0:
            empty = EmptyFile("the member has no bytes", expected="a document", remedy="fetch the archive again")
            return [_refused(path, document_id, 0, empty)]
        if size_bytes > self.max_file_bytes:
            return [_refused(path, document_id, size_bytes, _too_large(size_bytes, self.max_file_bytes))]
        stored = part.rename(self.folder / document_id)
        kind = archive_kind(stored)
        if kind is None:
            return [Member(path, document_id, size_bytes)]
        try:
            return [Member(path, document_id, size_bytes, kind.value), *self._open_inner(stored, path, depth)]
        except UnsafeArchive:
            raise
        except FiscalError as error:
            return [_refused(path, document_id, size_bytes, error)]
        finally:
            stored.unlink()

    def _open_inner(self, stored: Path, path: str, depth: int) -> list[Member]:
        if depth == MAX_DEPTH:
            raise UnsupportedFormat(
                f"an archive {MAX_DEPTH} archives deep",
                expected="documents",
                remedy="unpack it by hand and add its documents",
            )
        members = self.members(stored, path.rsplit("/", 1)[-1], f"{path}{MEMBER_MARK}", depth=depth + 1)
        if not members:
            raise EmptyFile("the archive holds no document", expected="at least one", remedy="look at it")
        return members

    def _store(self, entry: Entry, part: Path) -> tuple[str, int]:
        """Writes a member's bytes to `part`; those beyond the limit of one file are counted and not written."""
        digest = hashlib.sha256()
        size_bytes = 0
        with part.open("wb") as target:
            while chunk := _read_chunk(entry):
                self.budget.take_bytes(len(chunk))
                digest.update(chunk)
                size_bytes += len(chunk)
                if size_bytes <= self.max_file_bytes:
                    target.write(chunk)
        return digest.hexdigest(), size_bytes


def _read_chunk(entry: Entry) -> bytes:
    if entry.stream is None:
        return b""
    with translated_errors():
        return entry.stream.read(_CHUNK_BYTES)


def safe_path(name: str) -> str:
    r"""Returns a member's path with forward slashes, without empty and `.` parts.

    Raises:
        UnsafeArchive: It leads out of the archive.

    >>> safe_path("./决算\\2023\\a.pdf")
    '决算/2023/a.pdf'
    """
    path = name.replace("\\", "/")
    parts = [part for part in path.split("/") if part not in ("", ".")]
    if path.startswith("/") or _DRIVE.match(path) or ".." in parts or not parts:
        raise UnsafeArchive(
            f"the archive names a place outside itself: {name!r}",
            expected="names below the archive",
            remedy="look at it; unpack what you need by hand",
        )
    return "/".join(parts)


def _too_large(size_bytes: int, limit: int) -> FileTooLarge:
    return FileTooLarge(
        f"the member has {size_bytes:,} bytes",
        expected=f"at most {limit:,}",
        remedy="split it, or raise GONGKAI_MAX_FILE_BYTES",
    )


def _refused(path: str, document_id: str, size_bytes: int, error: FiscalError) -> Member:
    """A member that is listed and not read."""
    words = {"found": error.found, "expected": error.expected, "remedy": error.remedy}
    return Member(path, document_id, size_bytes, error=type(error).__name__, **words)


def _write_index(folder: Path, members: tuple[Member, ...], max_file_bytes: int) -> None:
    index = {**_index_key(max_file_bytes), "members": [asdict(member) for member in members]}
    (folder / _INDEX).write_text(json.dumps(index, ensure_ascii=False, indent=1), encoding="utf-8")


def _read_index(folder: Path, max_file_bytes: int) -> tuple[Member, ...] | None:
    """The members as unpacked before; `None` where they must be unpacked again."""
    try:
        index = json.loads((folder / _INDEX).read_text(encoding="utf-8"))
        members = tuple(Member(**row) for row in index.pop("members"))
        if index != _index_key(max_file_bytes):
            return None
        kept = [member for member in members if member.error is None and member.archive_kind is None]
        is_whole = all((folder / member.document_id).stat().st_size == member.size_bytes for member in kept)
    except (OSError, ValueError, KeyError, TypeError):
        return None
    is_complete = is_whole and not any(member.error == MissingTool.__name__ for member in members)
    return members if is_complete else None


def _index_key(max_file_bytes: int) -> dict[str, int]:
    return {"version": _VERSION, "max_file_bytes": max_file_bytes}

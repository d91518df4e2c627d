"""A folder of published documents -> one `Scan`: what can be read, what is refused, in one fixed order.

What lives here: walking, hashing, refusing what is no document at all, listing what archives hold. What must not:
looking inside a document.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import (
    BadFolder,
    EmptyFile,
    FileTooLarge,
    FiscalError,
    NoDocuments,
    SourceError,
    UnreadableFile,
    UnsafeArchive,
)
from pipeline.model.source import SourceFile
from pipeline.sources.archive_entries import ArchiveKind, archive_kind
from pipeline.sources.archives import (
    MAX_TOTAL_BYTES,
    MEMBER_MARK,
    Member,
    Unpack,
    UnpackTask,
    forget_others,
    member_source,
    unpack_here,
)
from pipeline.sources.manifest import MANIFEST_NAME, ManifestNote, folders_of, note_of, read_manifest_file
from pipeline.sources.names import is_document_name

_HASH_CHUNK_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Refusal:
    """A file that is listed and not read, with the reason."""

    source: SourceFile
    error: FiscalError


@dataclass(frozen=True, slots=True)
class Archive:
    """An archive that was opened: a row of its own, and as many documents, read or refused, below it."""

    source: SourceFile
    media_type: str
    document_count: int


@dataclass(frozen=True, slots=True)
class Scan:
    """Every file below the raw folder: first those that lie there, then those in archives, each by relative path.

    In this order a file that lies there also is the one that is kept, and its copy in an archive the duplicate.
    `files` can be read; `refused` cannot. Files with the same bytes are all listed: see `first_of_each`.
    `archives` are listed, their members are among the files and refusals. `unmatched_notes` are the names in
    MANIFEST.csv that belong to no file of the folder: what those lines say reaches no document.
    """

    raw_dir: Path
    files: tuple[SourceFile, ...]
    refused: tuple[Refusal, ...]
    archives: tuple[Archive, ...] = ()
    unmatched_notes: tuple[str, ...] = ()

    def every_file(self) -> tuple[SourceFile, ...]:
        """All files, readable or not."""
        found = [*self.files, *(refusal.source for refusal in self.refused)]
        found += [archive.source for archive in self.archives]
        return tuple(sorted(found, key=self._order))

    def first_of_each(self) -> tuple[SourceFile, ...]:
        """The readable files without those whose bytes an earlier file already has."""
        seen: dict[str, SourceFile] = {}
        for source in sorted(self.files, key=self._order):
            seen.setdefault(source.document_id, source)
        return tuple(seen.values())

    def _order(self, source: SourceFile) -> tuple[bool, str]:
        return not source.path.is_relative_to(self.raw_dir), source.relative_path


def scan_folder(
    raw_dir: Path, *, max_file_bytes: int, unpack_dir: Path | None = None, unpack: Unpack = unpack_here
) -> Scan:
    """Lists every regular file below `raw_dir` that is not hidden and does not describe the folder.

    Args:
        raw_dir: The folder of documents as published; `MANIFEST.csv` in it may name addresses and dates.
        max_file_bytes: A larger file is refused; an archive may be larger, its members may not.
        unpack_dir: Where archives are unpacked; `None` leaves them closed, and they count as files.
        unpack: What opens them; archives of strangers are opened in worker processes.

    Returns:
        The scan in a fixed order, so that the same folder gives the same scan on every machine.

    Raises:
        BadFolder: `raw_dir` is not a folder, or cannot be listed.
        NoDocuments: There is not one file in it: more likely a folder not mounted than a publisher with nothing to say.
        BadManifest: `MANIFEST.csv` is there and is no table of file names.
    """
    if not raw_dir.is_dir():
        raise BadFolder(
            f"{raw_dir} is not a folder",
            expected="a folder of documents as published",
            remedy="name an existing folder with --raw",
        )
    notes = read_manifest_file(raw_dir / MANIFEST_NAME)
    paths = sorted(_documents_below(raw_dir), key=lambda found: _relative(found, raw_dir))
    if not paths:
        raise NoDocuments(
            f"{raw_dir} holds no documents",
            expected="files as published (PDF, Word, Excel, text)",
            remedy="put documents there, or name another folder with --raw",
        )
    identified = [_identify(path, _relative(path, raw_dir), notes) for path in paths]
    opening = _Opening(max_file_bytes, unpack_dir)
    opened = opening.open_all((source for source, error in identified if error is None), unpack)
    found: list[SourceFile | Refusal | Archive] = []
    for source, error in identified:
        if source.relative_path in opened:
            found += opened[source.relative_path]
            continue
        error = error or _refuse_by_size(source, max_file_bytes)
        found.append(Refusal(source, error) if error else source)
    archives = tuple(item for item in found if isinstance(item, Archive))
    if unpack_dir is not None:
        forget_others(unpack_dir, (archive.source.document_id for archive in archives))
    return Scan(
        raw_dir,
        tuple(item for item in found if isinstance(item, SourceFile)),
        tuple(item for item in found if isinstance(item, Refusal)),
        archives,
        tuple(_unmatched(notes, (_relative(path, raw_dir) for path in paths))),
    )


def _unmatched(notes: dict[str, ManifestNote], relative_paths: Iterable[str]) -> list[str]:
    """The names no file has, by its path, its name alone or a folder it is in; in the order of the manifest."""
    known = {name for path in relative_paths for name in (path, path.rsplit("/", 1)[-1], *folders_of(path))}
    return [name for name in notes if name not in known]


@dataclass(frozen=True, slots=True)
class _Opening:
    """How archives are opened: the limit of a member, and where to; `None` leaves them closed."""

    max_file_bytes: int
    unpack_dir: Path | None

    def open_all(
        self, sources: Iterable[SourceFile], unpack: Unpack
    ) -> dict[str, list[SourceFile | Refusal | Archive]]:
        """Returns per archive, by its relative path, itself and what it holds; the same bytes are opened once."""
        if self.unpack_dir is None:
            return {}
        kinds = {source: kind for source in sources if (kind := archive_kind(source.path)) is not None}
        tasks: dict[str, UnpackTask] = {}
        for source in kinds:
            if _refuse_by_size(source, MAX_TOTAL_BYTES) is None:
                tasks.setdefault(source.document_id, UnpackTask(source, self.unpack_dir, self.max_file_bytes))
        results = {task.source.document_id: result for task, result in unpack(list(tasks.values()))}
        return {
            source.relative_path: list(_opened(source, kind, self.unpack_dir, results.get(source.document_id)))
            for source, kind in kinds.items()
        }


def _opened(
    archive: SourceFile, kind: ArchiveKind, unpack_dir: Path, members: tuple[Member, ...] | FiscalError | None
) -> Iterator[SourceFile | Refusal | Archive]:
    """Yields an archive and what it holds; one that cannot be opened is refused as a whole."""
    if error := _refuse_by_size(archive, MAX_TOTAL_BYTES):
        yield Refusal(archive, error)
        return
    if members is None or isinstance(members, FiscalError):
        yield Refusal(archive, _in_document(members or _not_opened(), archive.relative_path))
        return
    documents = [member.path for member in members if member.archive_kind is None]
    yield Archive(archive, str(kind), len(documents))
    for member in members:
        source = member_source(archive, member, unpack_dir)
        refusal = member.refusal(source.relative_path)
        if refusal is not None:
            yield Refusal(source, refusal)
        elif member.archive_kind is not None:
            inside = f"{member.path}{MEMBER_MARK}"
            yield Archive(source, member.archive_kind, sum(path.startswith(inside) for path in documents))
        else:
            yield source


def _in_document(error: FiscalError, relative_path: str) -> FiscalError:
    """The same reason, told of one of several archives of the same bytes."""
    return type(error)(error.found, expected=error.expected, remedy=error.remedy, document=relative_path)


def _not_opened() -> FiscalError:
    return UnsafeArchive("the archive was not opened", remedy="look at it; unpack what you need by hand")


def _documents_below(raw_dir: Path) -> Iterator[Path]:
    def stop(error: OSError) -> None:
        raise BadFolder(
            f"the folder {error.filename} cannot be listed ({error.strerror})", remedy="give yourself read permission"
        ) from error

    for folder, folders, names in os.walk(raw_dir, onerror=stop):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            path = Path(folder) / name
            if is_document_name(name) and path.is_file():
                yield path


def _relative(path: Path, raw_dir: Path) -> str:
    """The path below the raw folder as text that every tool can store.

    In a name that is no UTF-8 the odd bytes are written out in hexadecimal, so that it can be listed too.
    """
    raw = os.fsencode(path.relative_to(raw_dir).as_posix())
    return raw.decode("utf-8", errors="backslashreplace")


def _identify(path: Path, relative_path: str, notes: dict[str, ManifestNote]) -> tuple[SourceFile, SourceError | None]:
    note = note_of(notes, relative_path)
    error: SourceError | None = None
    size_bytes = 0
    try:
        size_bytes = path.stat().st_size
        document_id = sha256_of(path)
    except OSError as cause:
        document_id = hashlib.sha256(f"unreadable:{relative_path}".encode()).hexdigest()
        error = UnreadableFile(
            f"{relative_path} cannot be opened ({cause.strerror})",
            expected="a file we may read",
            remedy="give yourself read permission, then run again",
            document=relative_path,
        )
    source = SourceFile(
        document_id=document_id,
        file_name=relative_path.rsplit("/", 1)[-1],
        relative_path=relative_path,
        path=path,
        size_bytes=size_bytes,
        source_url=note.source_url,
        retrieved_at=note.retrieved_at,
        hints=note.hints,
    )
    return source, error


def _refuse_by_size(source: SourceFile, max_file_bytes: int) -> SourceError | None:
    if source.size_bytes == 0:
        return EmptyFile(
            "the file has no bytes",
            expected="a document",
            remedy="fetch it again from its publisher",
            document=source.relative_path,
        )
    if source.size_bytes > max_file_bytes:
        return FileTooLarge(
            f"the file has {source.size_bytes:,} bytes",
            expected=f"at most {max_file_bytes:,}",
            remedy="split it, or raise GONGKAI_MAX_FILE_BYTES",
            document=source.relative_path,
        )
    return None


def sha256_of(path: Path) -> str:
    """The sha256 of a file's bytes in hexadecimal, read in pieces.

    Raises:
        OSError: The file cannot be read.
    """
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(_HASH_CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()

"""A folder of published documents -> one `Scan`: what can be read, what is refused, in one fixed order.

What lives here: walking, hashing, refusing what is no document at all, listing what archives hold. What must not:
looking inside a document.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.durable import sha256_of
from pipeline.errors import (
    BadFolder,
    BadJournal,
    NoDocuments,
    SourceError,
    UnreadableFile,
)
from pipeline.model.source import Hints, SourceFile
from pipeline.sources.archive_entries import archive_kind
from pipeline.sources.archives import Unpack, forget_others, unpack_here
from pipeline.sources.fetched import Fetched, is_of_store, read_fetched
from pipeline.sources.manifest import MANIFEST_NAME, ManifestNote, folders_of, note_of, read_manifest_file
from pipeline.sources.names import is_document_name
from pipeline.sources.opening import Archive, Found, Opening, Refusal
from pipeline.sources.slices import slice_key


@dataclass(frozen=True, slots=True)
class Scan:
    """Every file below the raw folder: first those that lie there, then those in archives, each by relative path.

    In this order a file that lies there also is the one that is kept, and its copy in an archive the duplicate.
    `files` can be read; `refused` cannot. Files with the same bytes are all listed: see `first_of_each`.
    `archives` are listed, their members are among the files and refusals. `unmatched_notes` are the names in
    MANIFEST.csv that belong to no file of the folder: what those lines say reaches no document. `replaced` are
    fetched files (and what fetched archives held) of which a newer version came from the same address: they are
    neither read nor among the files. `missing` are fetched files that the journal names and nobody finds.
    """

    raw_dir: Path
    files: tuple[SourceFile, ...]
    refused: tuple[Refusal, ...]
    archives: tuple[Archive, ...] = ()
    unmatched_notes: tuple[str, ...] = ()
    replaced: tuple[SourceFile, ...] = ()
    missing: tuple[str, ...] = ()

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


def files_of_slices(raw_dir: Path, slices: frozenset[str], *, max_file_bytes: int) -> tuple[SourceFile, ...]:
    """The readable files of some slices, without opening or hashing any other; each document once.

    Archives, and what they hold, are none of them: a night opens them.

    Raises:
        BadFolder, NoDocuments, BadManifest, BadJournal: As `scan_folder`.
    """
    _refuse_no_folder(raw_dir)
    notes = read_manifest_file(raw_dir / MANIFEST_NAME)
    found = []
    paths = list(_documents_below(raw_dir))
    for path in paths:
        relative = _relative(path, raw_dir)
        if slice_key(relative, note_of(notes, relative).hints) in slices and not _is_archive(path):
            found.append(_identify(path, relative, notes))
    everything_fetched = read_fetched(raw_dir).current
    if not paths and not everything_fetched:
        raise _no_documents(raw_dir)
    fetched = tuple(
        source
        for source in everything_fetched
        if slice_key(source.relative_path, _hints_of_fetched(source, notes)) in slices and not _is_archive(source.path)
    )
    found += _identify_fetched(Fetched(current=fetched), notes)
    opened = Opening(max_file_bytes, None, unpack_here).found(found)
    files = tuple(item for item in opened if isinstance(item, SourceFile))
    return Scan(raw_dir, files, ()).first_of_each()


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
        BadJournal: There are fetched files, and no journal that tells of them.
    """
    _refuse_no_folder(raw_dir)
    notes = read_manifest_file(raw_dir / MANIFEST_NAME)
    fetched = read_fetched(raw_dir)
    paths = sorted(_documents_below(raw_dir), key=lambda found: _relative(found, raw_dir))
    identified = [_identify(path, _relative(path, raw_dir), notes) for path in paths]
    identified += _identify_fetched(fetched, notes)
    if not identified:
        raise _no_documents(raw_dir)
    opening = Opening(max_file_bytes, unpack_dir, unpack)
    found = opening.found(identified)
    replaced = opening.found([(source, None) for source in fetched.replaced])
    present = {_source_of(item).document_id for item in found}
    gone = {_source_of(item).document_id: _source_of(item) for item in replaced}
    if unpack_dir is not None:
        opened = (item for item in (*found, *replaced) if isinstance(item, Archive))
        forget_others(unpack_dir, (archive.source.document_id for archive in opened))
    return Scan(
        raw_dir,
        tuple(item for item in found if isinstance(item, SourceFile)),
        tuple(item for item in found if isinstance(item, Refusal)),
        tuple(item for item in found if isinstance(item, Archive)),
        tuple(_unmatched(notes, (source.relative_path for source, _error in identified))),
        tuple(source for document_id, source in gone.items() if document_id not in present),
        fetched.missing,
    )


def _refuse_no_folder(raw_dir: Path) -> None:
    if not raw_dir.is_dir():
        raise BadFolder(
            f"{raw_dir} is not a folder",
            expected="a folder of documents as published",
            remedy="name an existing folder with --raw",
        )


def _no_documents(raw_dir: Path) -> NoDocuments:
    return NoDocuments(
        f"{raw_dir} holds no documents",
        expected="files as published (PDF, Word, Excel, text)",
        remedy="put documents there, or name another folder with --raw",
    )


def _source_of(item: Found) -> SourceFile:
    return item if isinstance(item, SourceFile) else item.source


def _identify_fetched(
    fetched: Fetched, notes: dict[str, ManifestNote]
) -> Iterator[tuple[SourceFile, SourceError | None]]:
    """Yields the fetched files that count; one whose bytes are no longer those of its name is refused."""
    for source in fetched.current:
        hints = _hints_of_fetched(source, notes)
        told, error = _identify(source.path, source.relative_path, {})
        if error is None and told.document_id != source.document_id:
            error = UnreadableFile(
                f"{source.relative_path} no longer holds the bytes that were fetched",
                expected="the sha256 that is its name",
                remedy="remove the file, then run `gongkai fetch`: it is asked for again",
                document=source.relative_path,
            )
        yield replace(source, hints=hints), error
    for source in fetched.unknown:
        yield (
            source,
            BadJournal(
                f"{source.relative_path} stands in no line of the journal",
                expected="files that `gongkai fetch` wrote down",
                remedy="run `gongkai fetch` again: a fetch was stopped as it kept the file",
                document=source.relative_path,
            ),
        )


def _hints_of_fetched(source: SourceFile, notes: dict[str, ManifestNote]) -> Hints:
    said = note_of(notes, source.relative_path).hints
    return Hints(said.department or source.hints.department, said.region or source.hints.region, said.fiscal_year)


def _is_archive(path: Path) -> bool:
    with suppress(OSError):
        return archive_kind(path) is not None
    return False


def _unmatched(notes: dict[str, ManifestNote], relative_paths: Iterable[str]) -> list[str]:
    """The names no file has, by its path, its name alone or a folder it is in; in the order of the manifest."""
    known = {name for path in relative_paths for name in (path, path.rsplit("/", 1)[-1], *folders_of(path))}
    return [name for name in notes if name not in known]


def _documents_below(raw_dir: Path) -> Iterator[Path]:
    def stop(error: OSError) -> None:
        raise BadFolder(
            f"the folder {error.filename} cannot be listed ({error.strerror})", remedy="give yourself read permission"
        ) from error

    for folder, folders, names in os.walk(raw_dir, onerror=stop):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            path = Path(folder) / name
            if is_document_name(name) and not is_of_store(_relative(path, raw_dir)) and path.is_file():
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

"""Identified files -> what can be read, what is refused, and archives with what they hold.

What lives here: refusing by size, and the members of archives as files of their own. What must not: walking folders, or
how an archive is opened (`archives`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import EmptyFile, FileTooLarge, FiscalError, SourceError, UnsafeArchive
from pipeline.model.source import SourceFile
from pipeline.sources.archive_entries import ArchiveKind, archive_kind
from pipeline.sources.archives import MAX_TOTAL_BYTES, MEMBER_MARK, Member, Unpack, UnpackTask, member_source


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


Found = SourceFile | Refusal | Archive


@dataclass(frozen=True, slots=True)
class Opening:
    """How archives are opened: the limit of a member, where to (`None` leaves them closed), and by what."""

    max_file_bytes: int
    unpack_dir: Path | None
    unpack: Unpack

    def found(self, identified: Sequence[tuple[SourceFile, SourceError | None]]) -> list[Found]:
        """What can be read, what cannot and why, and archives with what they hold, in the order given."""
        opened = self._open_all(source for source, error in identified if error is None)
        found: list[Found] = []
        for source, error in identified:
            if source.relative_path in opened:
                found += opened[source.relative_path]
                continue
            reason = error or _refuse_by_size(source, self.max_file_bytes)
            found.append(Refusal(source, reason) if reason else source)
        return found

    def _open_all(self, sources: Iterable[SourceFile]) -> dict[str, list[Found]]:
        """Returns per archive, by its relative path, itself and what it holds; the same bytes are opened once."""
        if self.unpack_dir is None:
            return {}
        kinds = {source: kind for source in sources if (kind := archive_kind(source.path)) is not None}
        tasks: dict[str, UnpackTask] = {}
        for source in kinds:
            if _refuse_by_size(source, MAX_TOTAL_BYTES) is None:
                tasks.setdefault(source.document_id, UnpackTask(source, self.unpack_dir, self.max_file_bytes))
        results = {task.source.document_id: result for task, result in self.unpack(list(tasks.values()))}
        return {
            source.relative_path: list(_opened(source, kind, self.unpack_dir, results.get(source.document_id)))
            for source, kind in kinds.items()
        }


def _opened(
    archive: SourceFile, kind: ArchiveKind, unpack_dir: Path, members: tuple[Member, ...] | FiscalError | None
) -> Iterator[Found]:
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

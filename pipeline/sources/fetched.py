"""Fetched files as documents of the raw folder: which are current, which a later version replaced, which nobody knows.

What lives here: the journal, read for a scan. What must not: requests; nothing here goes to the network.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pipeline.model.source import Hints, SourceFile
from pipeline.sources.fetch.journal import FETCHED_DIR, JOURNAL_NAME, Event, fetched_dir, read_journal, versions
from pipeline.sources.fetch.state import STATE_NAME

REPLACED_REASON = "replaced by a newer version at the same address"
_SHA256 = re.compile(r"[0-9a-f]{64}")
_OF_STORE = re.compile(
    rf"{FETCHED_DIR}/({re.escape(JOURNAL_NAME)}|{re.escape(STATE_NAME)}|[0-9a-f]{{2}}/[0-9a-f]{{64}}(\.\w+)?)"
)


@dataclass(frozen=True, slots=True)
class Fetched:
    """The fetched files of a raw folder, each once, by their place.

    `current` is what at least one address still gives, or gave last; `replaced` is what no address gives any more
    because another version came; `unknown` lies in the store and stands in no line of the journal. `missing` are
    the hashes of current versions whose files are gone.
    """

    current: tuple[SourceFile, ...] = ()
    replaced: tuple[SourceFile, ...] = ()
    unknown: tuple[SourceFile, ...] = ()
    missing: tuple[str, ...] = ()
    unreadable_lines: int = 0


def read_fetched(raw_dir: Path) -> Fetched:
    """Lists the fetched files as the journal tells of them; the bytes are not looked at.

    Raises:
        BadJournal: The journal is missing or cannot be read.
    """
    journal = read_journal(raw_dir)
    current: dict[str, Event] = {}
    replaced: dict[str, Event] = {}
    for version in versions(journal.events):
        sha256 = version.event.sha256 or ""
        if _SHA256.fullmatch(sha256):
            (current if version.is_current else replaced).setdefault(sha256, version.event)
    files = dict(_files_below(raw_dir))
    kept = [
        _source(raw_dir, files[sha256], sha256, event)
        for sha256, event in {**replaced, **current}.items()
        if sha256 in files
    ]
    return Fetched(
        tuple(source for source in kept if source.document_id in current),
        tuple(source for source in kept if source.document_id not in current),
        tuple(
            _source(raw_dir, path, sha256, None)
            for sha256, path in files.items()
            if sha256 not in current and sha256 not in replaced
        ),
        tuple(sorted(current.keys() - files.keys())),
        journal.unreadable_lines,
    )


def is_of_store(relative_path: str) -> bool:
    """Whether a path below the raw folder is the store's own: its files are told of by the journal, not by the folder.

    >>> is_of_store("fetched/JOURNAL.jsonl"), is_of_store("fetched/2023/决算.pdf")
    (True, False)
    """
    return _OF_STORE.fullmatch(relative_path) is not None


def _files_below(raw_dir: Path) -> Iterator[tuple[str, Path]]:
    """Yields hash and path of what lies in the store, in the order of the hashes."""
    for path in sorted(fetched_dir(raw_dir).glob("[0-9a-f][0-9a-f]/*")):
        sha256 = path.name.split(".", 1)[0]
        if _SHA256.fullmatch(sha256) and path.is_file() and not path.is_symlink():
            yield sha256, path


def _source(raw_dir: Path, path: Path, sha256: str, event: Event | None) -> SourceFile:
    return SourceFile(
        document_id=sha256,
        file_name=(event.file_name if event else None) or path.name,
        relative_path=path.relative_to(raw_dir).as_posix(),
        path=path,
        size_bytes=path.stat().st_size,
        source_url=event.address if event else None,
        retrieved_at=event.at if event else None,
        hints=Hints(event.department, event.region) if event else Hints(),
    )

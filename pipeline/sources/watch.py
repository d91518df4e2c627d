"""The raw folder at a glance: has anything changed, and is somebody still writing? No file is opened but the manifest.

What lives here: names, sizes and times, and what follows from them. What must not: hashing, reading, clocks (a time
is given).
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from pipeline.errors import BadFolder, BadManifest
from pipeline.sources.manifest import MANIFEST_NAME, note_of, read_manifest_file
from pipeline.sources.names import is_document_name
from pipeline.sources.slices import slice_key

#: A folder that is written to without pause is read all the same after this time.
LONGEST_WAIT_S = 3600.0


@dataclass(frozen=True, slots=True)
class Glance:
    """The folder now: a hash over names, sizes and times, the last change (seconds, as `time.time()`), the slices."""

    fingerprint: str
    files: int
    changed_at: float
    slices: frozenset[str]


class Watched(BaseModel):
    """What is remembered between two glances: the sensor's cursor.

    `asked` is the folder for which a run was asked last, `number` counts such runs; `seen` is the folder at the last
    glance, first seen so at `since`; `waiting_since` is when the change that is waited for was first seen.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    asked: str = ""
    number: int = 0
    seen: str = ""
    since: float = 0.0
    waiting_since: float = 0.0

    @classmethod
    def load(cls, cursor: str | None) -> Watched:
        """Reads a cursor; a new memory where there is none, or none of this shape."""
        try:
            return cls.model_validate_json(cursor or "")
        except ValidationError:
            return cls()


@dataclass(frozen=True, slots=True)
class Decision:
    """What follows from a glance: what to remember, the key of the run to ask for (`None`: none), and why."""

    watched: Watched
    run_key: str | None
    reason: str


def glance_at(raw_dir: Path) -> Glance:
    """Looks at every name below the raw folder once.

    Raises:
        BadFolder: It is not there, or cannot be listed: a folder not mounted is no change.
    """
    if not raw_dir.is_dir():
        raise BadFolder(f"{raw_dir} is not a folder", expected="the folder of documents", remedy="is it mounted?")
    try:
        notes = read_manifest_file(raw_dir / MANIFEST_NAME)
    except BadManifest:  # the run says so; here its line would come every minute
        notes = {}
    lines: list[str] = []
    slices: set[str] = set()
    changed_at = 0.0
    for path, stat in _stats_below(raw_dir):
        relative = path.relative_to(raw_dir).as_posix()
        lines.append(f"{relative}\0{stat.st_size}\0{stat.st_mtime_ns}")
        changed_at = max(changed_at, stat.st_mtime, stat.st_ctime)
        if path.name != MANIFEST_NAME:
            shown = os.fsencode(relative).decode("utf-8", errors="backslashreplace")
            slices.add(slice_key(shown, note_of(notes, shown).hints))
    text = "\n".join(sorted(lines))
    fingerprint = hashlib.sha256(text.encode("utf-8", errors="surrogateescape")).hexdigest()
    return Glance(fingerprint, len(lines), changed_at, frozenset(slices))


def decide(glance: Glance, watched: Watched, now: float, settle_s: float) -> Decision:
    """Whether to ask for a run: once for each change, when the folder has been quiet for `settle_s`.

    A time that lies ahead of our clock (another machine's) tells nothing: then the folder is quiet when two glances
    `settle_s` apart see the same.
    """
    if glance.fingerprint == watched.asked:
        return Decision(watched.model_copy(update={"seen": glance.fingerprint}), None, "nothing has changed")
    if glance.fingerprint != watched.seen:
        is_first = watched.seen in {"", watched.asked}
        waiting_since = now if is_first else watched.waiting_since
        watched = watched.model_copy(update={"seen": glance.fingerprint, "since": now, "waiting_since": waiting_since})
    quiet_s = now - (glance.changed_at if glance.changed_at <= now else watched.since)
    waited_s = now - watched.waiting_since
    if quiet_s < settle_s and waited_s < LONGEST_WAIT_S:
        return Decision(watched, None, f"a file changed {quiet_s:.0f} s ago, waiting until {settle_s:g} s are quiet")
    number = watched.number + 1
    asked = watched.model_copy(update={"asked": glance.fingerprint, "number": number})
    return Decision(asked, f"{number}:{glance.fingerprint[:16]}", f"{glance.files} files, changed since the last run")


def _stats_below(raw_dir: Path) -> list[tuple[Path, os.stat_result]]:
    def stop(error: OSError) -> None:
        raise BadFolder(f"the folder {error.filename} cannot be listed ({error.strerror})") from error

    found: list[tuple[Path, os.stat_result]] = []
    for folder, folders, names in os.walk(raw_dir, onerror=stop):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            if is_document_name(name) or (name == MANIFEST_NAME and Path(folder) == raw_dir):
                path = Path(folder) / name
                try:
                    found.append((path, path.stat()))
                except OSError:  # went away between two calls: the next glance sees the folder without it
                    continue
    return found

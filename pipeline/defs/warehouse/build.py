"""What one dbt build was made from, and what went wrong in it.

What lives here: the fingerprint of a build's inputs and the reading of dbt's results. What must not: Dagster, SQL.
"""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from pipeline.defs.warehouse.dbt_manifest import project_fingerprint
from pipeline.durable import sync_path, write_text
from pipeline.errors import BuildFailed
from pipeline.lake.compact import tables_dir
from pipeline.model.schemas import PER_RUN
from pipeline.settings import Settings

#: dbt's words for a node that did not do what it should; `skipped` nodes only follow from them.
_FAILED = frozenset({"error", "fail", "runtime error"})
_SHOWN_FAILURES = 10
_SHOWN_MESSAGE = 300


def build_fingerprint(settings: Settings) -> str:
    """One hash over all that a build reads: the lake, the dbt project, the tools.

    Of the lake's buckets the document rows (their parser and status) and the sizes of the other tables are taken: the
    same bytes read by the same parser give the same values.
    """
    lake = settings.lake_dir
    digest = hashlib.sha256(project_fingerprint(settings.dbt_project_dir).encode())
    whole = [lake / f"{table}.parquet" for table in PER_RUN]
    for path in [*whole, *sorted(tables_dir(lake).glob("*/*.parquet"))]:
        size = path.stat().st_size if path.is_file() else -1
        digest.update(f"\0{path.relative_to(lake).as_posix()}\0{size}\0".encode())
        if path in whole or path.name == "document.parquet":
            digest.update(path.read_bytes() if size >= 0 else b"")
    return digest.hexdigest()


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a file was built from, and how it and its copies look on disk."""

    build: str
    files: tuple[str, ...]

    def save(self, path: Path) -> None:
        """Writes the stamp as JSON, in one step."""
        write_text(path, json.dumps({"build": self.build, "files": self.files}))

    @classmethod
    def load(cls, path: Path) -> "Stamp | None":
        """Reads a stamp; `None` where there is none, or none that can be read."""
        try:
            stored = json.loads(path.read_text(encoding="utf-8"))
            return cls(build=stored["build"], files=tuple(stored["files"]))
        except (OSError, ValueError, KeyError, TypeError):
            return None


def published_state(settings: Settings) -> tuple[str, ...]:
    """Names, sizes and times of the published file and its Parquet copies: touched by others, they are made again."""
    return _state_of(settings, [settings.published_file, *sorted(settings.published_parquet_dir.rglob("*.parquet"))])


def _state_of(settings: Settings, paths: list[Path]) -> tuple[str, ...]:
    stats = [(path.relative_to(settings.warehouse_dir), path.stat()) for path in paths if path.is_file()]
    return tuple(f"{name.as_posix()} {stat.st_size} {stat.st_mtime_ns}" for name, stat in stats)


def is_up_to_date(settings: Settings) -> bool:
    """Whether the published file was built from exactly what a build would read now, and stands untouched."""
    stamp = Stamp.load(settings.fingerprint_file)
    if stamp is None or not settings.published_file.is_file():
        return False
    return stamp == Stamp(build_fingerprint(settings), published_state(settings))


def note_built(settings: Settings) -> None:
    """Remembers what the built and tested file was built from: a night stopped later need not build it again."""
    sync_path(settings.build_file)
    Stamp(build_fingerprint(settings), _state_of(settings, [settings.build_file])).save(_built_stamp(settings))


def is_built(settings: Settings) -> bool:
    """Whether the built file is there as dbt left it, of exactly what a build would read now."""
    stamp = Stamp.load(_built_stamp(settings))
    if stamp is None or stamp.files != _state_of(settings, [settings.build_file]):
        return False
    return stamp.build == build_fingerprint(settings)


def _built_stamp(settings: Settings) -> Path:
    return settings.build_dir / "built.json"


def build_error(run_results: Path) -> BuildFailed:
    """The error of a failed build, naming what failed first."""
    failures = _failures(run_results)
    shown = "\n".join(f"  {name}: {message}" for name, message in failures[:_SHOWN_FAILURES])
    more = len(failures) - _SHOWN_FAILURES
    rest = f"\n  … and {more} more" if more > 0 else ""
    return BuildFailed(
        f"{len(failures) or 'some'} models or tests failed in dbt:\n{shown or '  (see the log)'}{rest}\n",
        expected="every model built and every test with severity error passed",
        remedy="look at the rows the test selects; nothing was published, the last good file stands as it was",
    )


def _failures(run_results: Path) -> list[tuple[str, str]]:
    try:
        results = json.loads(run_results.read_text(encoding="utf-8"))["results"]
    except (OSError, ValueError, KeyError):
        return []
    return [
        (_short_name(result["unique_id"]), " ".join((result["message"] or result["status"]).split())[:_SHOWN_MESSAGE])
        for result in results
        if result["status"] in _FAILED
    ]


def _short_name(unique_id: str) -> str:
    """A node's name as a person says it.

    >>> _short_name("test.gongkai.unique_dim_document_document_id.8f1b2c")
    'unique_dim_document_document_id'
    """
    return unique_id.split(".")[2]

"""The published files of the last nights: `nights/<night>/fiscal.duckdb`, its manifest and its change report.

What lives here: keeping, listing, proving and pruning them. What must not: what a night came to, see `ledger`.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from pipeline.durable import link_or_copy, sha256_of, sync_path
from pipeline.errors import DamagedNight
from pipeline.nights.ledger import NIGHT_ID, Ledger
from pipeline.settings import Settings

DATA_FILE = "fiscal.duckdb"
MANIFEST_FILE = "manifest.json"
#: The change report: for programs, for people, and every changed number.
REPORT_FILE, PAGE_FILE, CELLS_FILE = "changes.json", "changes.html", "changed_cells.parquet"


@dataclass(frozen=True, slots=True)
class TableSum:
    """One published table: its rows, and the sha256 of its Parquet copy, which is the same for the same rows."""

    name: str
    rows: int
    parquet_sha256: str


@dataclass(frozen=True, slots=True)
class NightManifest:
    """What a published night holds: enough to tell whether its file is still what was published."""

    night_id: str
    published_at: str
    built_from: str
    file_sha256: str
    file_bytes: int
    tables: tuple[TableSum, ...]
    documents: Mapping[str, int]
    accepted: tuple[str, ...] = ()

    @property
    def content_sha256(self) -> str:
        """One hash over all tables: two nights with the same rows have the same, whatever the file's layout."""
        digest = hashlib.sha256()
        for table in sorted(self.tables, key=lambda table: table.name):
            digest.update(f"{table.name}\0{table.rows}\0{table.parquet_sha256}\0".encode())
        return digest.hexdigest()


@dataclass(frozen=True, slots=True)
class KeptNight:
    """One published night on disk; without its file it is only remembered."""

    folder: Path
    manifest: NightManifest
    has_file: bool


def keep_night(settings: Settings, manifest: NightManifest, new: Path, reports: Mapping[str, str | Path]) -> Path:
    """Puts a finished file among the nights in one step, under its date; readers do not see it yet.

    Args:
        settings: Where the nights are.
        manifest: What the file holds.
        new: The file; it gets a second name here and keeps its own.
        reports: Texts, or files to be moved, by the name they get beside it.

    Returns:
        The night's folder.

    Raises:
        OSError: The disk does not let us.
    """
    folder = settings.nights_dir / manifest.night_id
    temporary = settings.nights_dir / f".{manifest.night_id}.tmp"
    for leftover in (temporary, folder):
        shutil.rmtree(leftover, ignore_errors=True)
    temporary.mkdir(parents=True)
    link_or_copy(new, temporary / DATA_FILE)
    content = {**asdict(manifest), "content_sha256": manifest.content_sha256}
    (temporary / MANIFEST_FILE).write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    for name, report in reports.items():
        if isinstance(report, Path):
            shutil.move(report, temporary / name)
        else:
            (temporary / name).write_text(report, encoding="utf-8")
    for path in sorted(temporary.iterdir()):
        sync_path(path)
    sync_path(temporary)
    temporary.rename(folder)
    sync_path(settings.nights_dir)
    return folder


def kept_nights(settings: Settings) -> tuple[KeptNight, ...]:
    """The published nights on disk, oldest first; a folder without a manifest that can be read is none."""
    if not settings.nights_dir.is_dir():
        return ()
    folders = sorted(
        (path for path in settings.nights_dir.iterdir() if NIGHT_ID.fullmatch(path.name)),
        key=lambda path: path.name.rpartition(".")[2],
    )
    found = ((folder, _read_manifest(folder)) for folder in folders)
    return tuple(
        KeptNight(folder, manifest, (folder / DATA_FILE).is_file())
        for folder, manifest in found
        if manifest is not None
    )


def _read_manifest(folder: Path) -> NightManifest | None:
    try:
        read = json.loads((folder / MANIFEST_FILE).read_text(encoding="utf-8"))
        read.pop("content_sha256", None)
        tables = tuple(TableSum(**table) for table in read.pop("tables"))
        return NightManifest(**{**read, "tables": tables, "accepted": tuple(read["accepted"])})
    except (OSError, ValueError, KeyError, TypeError):
        return None


def prove_night(night: KeptNight) -> None:
    """Reads a night's file whole and compares it with its manifest.

    Raises:
        DamagedNight: The file is gone, or is no longer what was published.
    """
    file = night.folder / DATA_FILE
    remedy = "choose another night of `gongkai nights`, or publish again with `gongkai run`"
    if not night.has_file:
        raise DamagedNight(f"{night.folder.name} has no {DATA_FILE}", expected="the file of that night", remedy=remedy)
    if sha256_of(file) != night.manifest.file_sha256:
        raise DamagedNight(
            f"{file} is not what was published: its sha256 differs from the manifest's",
            expected=night.manifest.file_sha256,
            remedy=remedy,
        )


def prune_nights(settings: Settings, ledger: Ledger) -> tuple[str, ...]:
    """Removes the files of nights beyond the last `nights_kept`, never that of the current one.

    Manifests and change reports stay: they are small, and they are the history.

    Returns:
        The nights whose file was removed.
    """
    with_file = [night for night in kept_nights(settings) if night.has_file]
    old = [night for night in with_file[: -settings.nights_kept] if night.folder.name != ledger.current_night_id]
    for night in old:
        (night.folder / DATA_FILE).unlink()
    return tuple(night.folder.name for night in old)


def forget_unpublished(settings: Settings, published: Iterable[str]) -> tuple[str, ...]:
    """Removes what nights left that were ended before their file was published; returns their names."""
    if not settings.nights_dir.is_dir():
        return ()
    known = set(published)
    left = [path for path in settings.nights_dir.iterdir() if path.is_dir() and path.name not in known]
    for path in left:
        shutil.rmtree(path, ignore_errors=True)
    return tuple(path.name for path in left)

"""`MANIFEST.csv` beside the documents: where each came from and when. Optional; extra columns are kept out."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import BadManifest

MANIFEST_NAME = "MANIFEST.csv"
#: The column that names the file may be called either.
_NAME_COLUMNS = ("relative_path", "file_name", "file")


@dataclass(frozen=True, slots=True)
class ManifestNote:
    """What the manifest says about one file; `None` where it says nothing."""

    source_url: str | None = None
    retrieved_at: str | None = None
    department: str | None = None


def read_manifest_file(path: Path) -> dict[str, ManifestNote]:
    """Reads the manifest: one note per file name or relative path, as written there.

    Returns:
        An empty dict when there is no manifest.

    Raises:
        BadManifest: It is not UTF-8 text, or no column names the file.
    """
    if not path.is_file():
        return {}
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.DictReader(stream)
            columns = tuple(reader.fieldnames or ())
            rows = list(reader)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise BadManifest(
            f"{path} cannot be read ({error})",
            expected="a CSV file in UTF-8",
            remedy="save it again as UTF-8, or delete it",
        ) from error
    name_column = next((name for name in _NAME_COLUMNS if name in columns), None)
    if name_column is None:
        raise BadManifest(
            f"{path} has the columns {', '.join(columns) or '(none)'}",
            expected=f"one of {', '.join(_NAME_COLUMNS)}",
            remedy="name the column that holds the file's name",
        )
    return {row[name_column]: _note(row) for row in rows if row.get(name_column)}


def _note(row: dict[str, str]) -> ManifestNote:
    return ManifestNote(
        source_url=row.get("source_url") or None,
        retrieved_at=row.get("retrieved_at") or None,
        department=row.get("department") or None,
    )

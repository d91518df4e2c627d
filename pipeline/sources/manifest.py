"""`MANIFEST.csv` beside the documents: where each came from, when, and whose it is. Optional."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import BadManifest
from pipeline.model.source import NO_HINTS, Hints

MANIFEST_NAME = "MANIFEST.csv"
_YEAR = re.compile(r"(19|20)\d\d")
#: The column that names the file may be called either.
_NAME_COLUMNS = ("relative_path", "file_name", "file")


@dataclass(frozen=True, slots=True)
class ManifestNote:
    """What the manifest says about one file; `None` where it says nothing."""

    source_url: str | None = None
    retrieved_at: str | None = None
    hints: Hints = NO_HINTS


def read_manifest_file(path: Path) -> dict[str, ManifestNote]:
    """Reads the manifest: one note per file name or relative path, as written there.

    Returns:
        An empty dict when there is no manifest.

    Raises:
        BadManifest: It is not UTF-8 text, no column names the file, or a year is none.
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
    return {row[name_column]: _note(row, path) for row in rows if row.get(name_column)}


def note_of(notes: dict[str, ManifestNote], relative_path: str) -> ManifestNote:
    """Returns the line of a file: by its path, else its name, else the nearest folder that has a line (`dingzhou/`).

    >>> note_of({"a/": ManifestNote(source_url="u")}, "a/b/c.pdf").source_url
    'u'
    """
    names = (relative_path, relative_path.rsplit("/", 1)[-1], *folders_of(relative_path))
    return next((notes[name] for name in names if name in notes), ManifestNote())


def folders_of(relative_path: str) -> list[str]:
    """Returns the folders a file is in, the nearest first, as the manifest names them.

    >>> folders_of("a/b/c.pdf")
    ['a/b/', 'a/']
    """
    parts = relative_path.split("/")
    return ["/".join(parts[:count]) + "/" for count in range(len(parts) - 1, 0, -1)]


def _note(row: dict[str, str], path: Path) -> ManifestNote:
    return ManifestNote(
        source_url=row.get("source_url") or None,
        retrieved_at=row.get("retrieved_at") or None,
        hints=Hints(row.get("department") or None, row.get("region") or None, _year(row, path)),
    )


def _year(row: dict[str, str], path: Path) -> int | None:
    text = (row.get("fiscal_year") or "").strip()
    if text and not _YEAR.fullmatch(text):
        raise BadManifest(
            f"{path} has the fiscal_year {text}",
            expected="a year of four digits, or nothing",
            remedy="write it as 2023",
        )
    return int(text) if text else None

"""A file as it lies in `data/raw/`: bytes, name, content identity."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Hints:
    """What `MANIFEST.csv` tells of a document; `None` where it says nothing.

    `region` is a code or a name of a region, the document's own or a superior one that tells two of a name apart.
    """

    department: str | None = None
    region: str | None = None
    fiscal_year: int | None = None


NO_HINTS = Hints()


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file found below the raw folder (or inside an archive there).

    `document_id` is the sha256 of the bytes: the same bytes are the same document.
    `relative_path` is below the raw folder; a member of an archive is `archive.zip!/member`.
    `path` is where the bytes can be read now. `None` dates and addresses: nobody told us.
    """

    document_id: str
    file_name: str
    relative_path: str
    path: Path
    size_bytes: int
    source_url: str | None = None
    retrieved_at: str | None = None
    hints: Hints = NO_HINTS

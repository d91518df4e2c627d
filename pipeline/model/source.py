"""A file as it lies in `data/raw/`: bytes, name, content identity."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


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
    department_hint: str | None = None

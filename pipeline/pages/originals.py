"""Where the file of a document lies now: in the raw folder, or unpacked from its archive."""

from __future__ import annotations

from pathlib import Path


def find_original(raw_dir: Path, unpack_dir: Path, relative_path: str, document_id: str) -> Path | None:
    """Returns the path of a document's bytes, or `None` where they are gone.

    Members of archives are stored under their sha256 below the archive's. Whether the bytes are still those that
    were read is for `draw_pages` to say.
    """
    in_folder = raw_dir / relative_path
    if in_folder.is_file():
        return in_folder
    if not document_id.isalnum():  # it becomes a file's name
        return None
    return next((path for path in sorted(unpack_dir.glob(f"*/{document_id}")) if path.is_file()), None)

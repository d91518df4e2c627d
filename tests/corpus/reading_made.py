"""Reads what the typesetter made, as the pipeline would."""

from __future__ import annotations

import hashlib
import tempfile
from pathlib import Path

from pipeline.flow import extract_document
from pipeline.model.extract import Extract
from pipeline.model.source import SourceFile
from tests.corpus.typeset import Typeset


def read_made(made: Typeset) -> Extract:
    """Reads a typeset document as the pipeline would."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"document{made.ending}"
        path.write_bytes(made.content)
        digest = hashlib.sha256(made.content).hexdigest()
        return extract_document(SourceFile(digest, path.name, path.name, path, len(made.content)))

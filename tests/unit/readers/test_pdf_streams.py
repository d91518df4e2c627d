"""A PDF whose page content is broken inside says so: no engine raises, and rows are gone."""

from __future__ import annotations

import hashlib
from pathlib import Path

from pipeline.flow import extract_document
from pipeline.model.extract import Extract
from pipeline.model.source import SourceFile
from tests.corpus.random_facts import random_facts
from tests.corpus.typeset import Format, typeset


def read(data: bytes, folder: Path) -> Extract:
    path = folder / "a.pdf"
    path.write_bytes(data)
    return extract_document(SourceFile(hashlib.sha256(data).hexdigest(), path.name, path.name, path, len(data)))


def test_a_broken_page_stream_makes_the_document_partial(tmp_path: Path) -> None:
    content = typeset(random_facts(1), Format.PDF).content
    largest = max(range(content.count(b"stream\n")), key=lambda n: len(content.split(b"stream\n")[n]))
    start = sum(len(part) + len(b"stream\n") for part in content.split(b"stream\n")[:largest])
    broken = content[: start + 200] + b"!!!!!!!!" + content[start + 208 :]
    assert "damaged_page" not in {issue.category for issue in read(content, tmp_path).issues}
    extract = read(broken, tmp_path)
    assert extract.record.status == "partial"
    assert "damaged_page" in {issue.category for issue in extract.issues}

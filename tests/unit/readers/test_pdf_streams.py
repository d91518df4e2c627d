"""A PDF whose page content is broken inside says so: no engine raises, and rows are gone."""

from __future__ import annotations

import hashlib
import zlib
from pathlib import Path

import pytest

from pipeline.flow import extract_document
from pipeline.model.extract import Extract
from pipeline.model.source import SourceFile
from pipeline.readers.pdf_streams import broken_stream_count
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


#: One compressed stream cut off, one whole.
CUT, WHOLE = zlib.compress(b"BT (x) Tj ET" * 50)[:-9], zlib.compress(b"BT (y) Tj ET")


def stream(dictionary: bytes, body: bytes = CUT) -> bytes:
    """One object of a PDF."""
    return b"7 0 obj\n<<" + dictionary + b">>\nstream\r\n" + body + b"\nendstream\nendobj\n"


@pytest.mark.parametrize(
    ("data", "count"),
    [
        (stream(b"/Filter /FlateDecode"), 1),
        (stream(b"/Filter /FlateDecode", WHOLE), 0),
        (stream(b"/Filter /FlateDecode /Title (project objectives)"), 1),
        (stream(b"/Filter [/FlateDecode] /DecodeParms <</Predictor 12>> /ID <00ff>") * 3, 3),
        (stream(b"/Filter /FlateDecode /Subtype /Image") + stream(b"/Filter /FlateDecode"), 1),
        (stream(b"/Length 9", b"<< >> <<stream\n<<") + stream(b"/Filter /FlateDecode"), 1),
        (stream(b"/Filter /FlateDecode") + b"trailer <</Encrypt 9 0 R>>", 0),
        (stream(b"/Filter /FlateDecode").replace(b"7 0 obj\n", b""), 1),
        (b">>stream\n" * 9 + stream(b"/Filter /FlateDecode"), 1),
    ],
)
def test_streams_are_found_by_their_dictionary(data: bytes, count: int) -> None:
    assert broken_stream_count(data) == count

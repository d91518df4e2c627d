"""Pages kept from an earlier night give the same extract without their file being read; what needs it reads it."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline import flow, second_reading
from pipeline.flow import Keeping, extract_document
from pipeline.lake.pages import bytes_to_pages
from pipeline.model.extract import Extract
from pipeline.model.source import SourceFile
from pipeline.privacy.withhold import Withholding
from pipeline.readers import scan_engine
from tests.corpus import write_scan
from tests.corpus.persons import secrets_in, with_persons
from tests.corpus.random_facts import random_facts
from tests.corpus.typeset import Format, typeset
from tests.unit.test_second_reading import with_digit_misread

ALL = Keeping(dear_s=0.0)


def source_of(content: bytes, folder: Path, ending: str) -> SourceFile:
    path = folder / f"决算{ending}"
    path.write_bytes(content)
    return SourceFile(hashlib.sha256(content).hexdigest(), path.name, path.name, path, len(content))


def kept(extract: Extract) -> Keeping:
    assert extract.pages is not None
    pages = bytes_to_pages(extract.pages)
    assert pages is not None
    return Keeping(Withholding(pages.document, pages.places, None))


def refuse(*_arguments: object) -> object:
    raise AssertionError("the file was read")


@pytest.mark.parametrize("kind", [Format.PDF, Format.XLSX, Format.DOCX, Format.HTML, Format.OFD, Format.TABBED_TEXT])
def test_interpreting_kept_pages_gives_the_same_extract(
    kind: Format, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = typeset(random_facts(1), kind)
    source = source_of(made.content, tmp_path, made.ending)
    first = extract_document(source, keeping=ALL)
    assert first.values
    monkeypatch.setattr(flow, "read_document", refuse)
    assert extract_document(source, keeping=kept(first)) == replace(first, pages=None)


@pytest.mark.skipif(not write_scan.can_draw_chinese(), reason=write_scan.NO_FONT)
def test_a_scan_is_interpreted_again_without_ocr(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = typeset(random_facts(3, "final_2024", item_count=3), Format.PDF)
    source = source_of(write_scan.write_scan(made.content, write_scan.clean(150), pages=[1, 2]), tmp_path, ".pdf")
    first = extract_document(source, keeping=Keeping(dear_s=0.5))
    assert first.values
    assert {value.method for value in first.values} == {"scan_ocr"}
    monkeypatch.setattr(scan_engine.OcrEngine, "read_lines", refuse)
    monkeypatch.setattr(scan_engine.OcrEngine, "find_text", refuse)
    monkeypatch.setattr(flow, "read_document", refuse)
    assert extract_document(source, keeping=kept(first)) == replace(first, pages=None)


def test_what_is_quick_to_read_is_not_kept(tmp_path: Path) -> None:
    made = typeset(random_facts(1), Format.TABBED_TEXT)
    assert extract_document(source_of(made.content, tmp_path, ".txt"), keeping=Keeping(dear_s=60.0)).pages is None


def test_a_dear_document_without_forms_is_kept_too(tmp_path: Path) -> None:
    extract = extract_document(source_of("没有任何表格".encode(), tmp_path, ".txt"), keeping=ALL)
    assert (extract.record.status, extract.pages is None) == ("quarantined", False)


def test_no_person_is_in_the_kept_pages(tmp_path: Path) -> None:
    made = typeset(with_persons(random_facts(2)), Format.XLSX)
    extract = extract_document(source_of(made.content, tmp_path, ".xlsx"), keeping=ALL)
    assert extract.withheld
    assert extract.pages is not None
    assert secrets_in(gzip.decompress(extract.pages).decode()) == []


def test_sums_that_break_in_a_pdf_ask_for_its_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = typeset(random_facts(0), Format.PDF)
    source = source_of(made.content, tmp_path, ".pdf")
    read = flow.read_document
    monkeypatch.setattr(flow, "read_document", lambda source: with_digit_misread(read(source)))
    first = extract_document(source, keeping=ALL)
    assert "reading_chosen" in {issue.category for issue in first.issues}
    files: list[SourceFile] = []
    monkeypatch.setattr(flow, "read_document", lambda source: files.append(source) or with_digit_misread(read(source)))
    assert replace(extract_document(source, keeping=kept(first)), pages=None) == replace(first, pages=None)
    assert files == [source]
    assert second_reading.NeedsSource.__doc__

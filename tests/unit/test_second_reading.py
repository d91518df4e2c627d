"""Arithmetic decides between readings: a form whose sums deny it is read again, and the better reading stays."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline import second_reading
from pipeline.errors import DamagedFile
from pipeline.flow import extract_document
from pipeline.model.extract import COLUMN_DISPUTED, CellKind, Extract, Outcome
from pipeline.model.grid import Document, Grid
from pipeline.model.source import SourceFile
from pipeline.readers import registry
from pipeline.readers.pdf import PdfReading
from tests.corpus.random_facts import random_facts
from tests.corpus.typeset import Format, typeset
from tests.unit.builders import value_of


@pytest.fixture
def source(tmp_path: Path) -> SourceFile:
    content = typeset(random_facts(0), Format.PDF).content
    path = tmp_path / "决算.pdf"
    path.write_bytes(content)
    return SourceFile(hashlib.sha256(content).hexdigest(), path.name, path.name, path, len(content))


def with_digit_misread(document: Document) -> Document:
    """The same document with the first amount of the expenditure form's last row read wrong."""

    def changed(grid: Grid) -> Grid:
        cells = list(grid.cells)
        last = max(n for n, cell in enumerate(cells) if cell.text.replace(",", "").replace(".", "").isdigit())
        cells[last] = replace(cells[last], text="1" + cells[last].text)
        return replace(grid, cells=tuple(cells))

    pages = list(document.pages)
    number = next(n for n, page in enumerate(pages) if any("支出决算表" in getattr(b, "text", "") for b in page.blocks))
    blocks = tuple(changed(block) if isinstance(block, Grid) else block for block in pages[number].blocks)
    pages[number] = replace(pages[number], blocks=blocks)
    return replace(document, pages=tuple(pages))


def breaks(extract: Extract) -> int:
    return sum(check.outcome is Outcome.BREAK for check in extract.checks)


def test_the_reading_whose_sums_hold_is_taken_and_says_so(source: SourceFile, monkeypatch: pytest.MonkeyPatch) -> None:
    true = registry.read_document(source)
    monkeypatch.setattr("pipeline.flow.read_document", lambda _: with_digit_misread(true))
    monkeypatch.setattr(second_reading, "read_again", lambda *_: [])
    assert breaks(extract_document(source)) > 0
    monkeypatch.undo()
    monkeypatch.setattr("pipeline.flow.read_document", lambda _: with_digit_misread(true))
    extract = extract_document(source)
    assert breaks(extract) == 0
    (remark,) = [issue for issue in extract.issues if issue.category == "reading_chosen"]
    assert "read by pdfplumber and rules" in remark.message
    chosen = {value.form_id for value in extract.values if value.method_reason == remark.message.partition(": ")[2]}
    assert chosen == {remark.form_id}


def test_a_break_that_all_readings_print_leaves_the_first(source: SourceFile, monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = with_digit_misread(registry.read_document(source))
    monkeypatch.setattr("pipeline.flow.read_document", lambda _: wrong)
    monkeypatch.setattr(second_reading, "read_again", lambda *_: [("by another", wrong)])
    extract = extract_document(source)
    assert breaks(extract) > 0
    assert not [issue for issue in extract.issues if issue.category == "reading_chosen"]


def test_sums_that_hold_are_not_read_again(source: SourceFile, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(second_reading, "read_again", lambda *_: pytest.fail("read again"))
    assert breaks(extract_document(source)) == 0


def test_only_the_pages_asked_for_are_read_again_in_every_way(source: SourceFile) -> None:
    document = registry.read_document(source)
    readings = dict(registry.read_again(source, document, {2, 3}))
    assert set(readings) == {reading.value for reading in PdfReading}
    assert {page.page_no for other in readings.values() for page in other.pages} == {2, 3}


def test_files_of_one_reading_are_not_read_again(source: SourceFile) -> None:
    text = replace(registry.read_document(source), media_type="text/plain")
    assert list(registry.read_again(source, text, {1})) == []


def test_an_engine_that_cannot_open_the_file_has_no_say(source: SourceFile, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_source: SourceFile, _data: bytes, reading: PdfReading, _page_nos: object) -> Document:
        if reading is PdfReading.PLUMBER:
            raise DamagedFile("the PDF cannot be opened")
        return document

    document = registry.read_document(source)
    monkeypatch.setattr(registry, "read_pages_again", refuse)
    assert [name for name, _ in registry.read_again(source, document, {2})] == [PdfReading.UNRULED.value]


def test_figures_that_only_another_column_has_in_the_reading_before_are_doubted() -> None:
    before = [value_of("5.00", label="合计", measure="total"), value_of("5.00", label="合计", measure="basic")]
    before.append(value_of("7.00", label="住房", measure="project"))
    moved = value_of("5.00", label="合计", measure="project")
    taken = [before[0], moved, value_of("6.00", label="合计", measure="project"), before[2]]
    blank = value_of("5.00", label="合计", measure="other")._replace(cell_kind=CellKind.BLANK)
    reasons = [value.method_reason for value in second_reading.doubt_moved([*taken, blank], before)]
    assert reasons == [None, f"{COLUMN_DISPUTED}: basic, total in another", None, None, None]

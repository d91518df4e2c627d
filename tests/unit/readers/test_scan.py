"""Scans: seals, skew, rules, cells, what is believed of readings; one page the whole way through OCR."""

from __future__ import annotations

import importlib.util
import io
from collections import Counter
from decimal import Decimal
from pathlib import Path

import cv2
import numpy as np
import pypdfium2
import pytest
from PIL import Image

from pipeline.errors import BadSetting, DamagedFile, MissingTool
from pipeline.flow import extract_document
from pipeline.model.extract import CellKind, Grade
from pipeline.model.grid import Cell, Page, TextLine
from pipeline.model.source import SourceFile
from pipeline.parse.amounts import read_amount
from pipeline.readers import scan_engine, scan_pdf
from pipeline.readers.scan_engine import LineReading
from pipeline.readers.scan_figures import mark_lost_points, resolution_notes, settle
from pipeline.readers.scan_grid import Box, table_to_boxes
from pipeline.readers.scan_image import find_seals, find_skew, load_pictures, straighten, to_grey
from pipeline.readers.scan_lines import lines_of_boxes
from pipeline.readers.scan_rules import Rule, RuledTable, find_rules, group_tables, without_rules
from tests.corpus import write_scan
from tests.corpus.random_facts import random_facts
from tests.corpus.typeset import Format, typeset

COLS, ROWS = (100, 400, 700, 1000), (100, 150, 200, 250, 300)


def ruled_page(noise: float = 0.0, *, seed: int = 1) -> np.ndarray:
    """A grey page with a table of 4 rows and 3 columns; the first row's last two cells are merged."""
    page = np.full((1000, 1400), 255.0, np.float32)
    for y in ROWS:
        page[y : y + 3, COLS[0] : COLS[-1] + 3] = 0
    for x in COLS:
        top = ROWS[1] if x == COLS[2] else ROWS[0]
        page[top : ROWS[-1] + 3, x : x + 3] = 0
    page += np.random.default_rng(seed).normal(0, noise, page.shape)
    return np.clip(page, 0, 255).astype(np.uint8)


def turned(page: np.ndarray, angle_deg: float) -> np.ndarray:
    height, width = page.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), -angle_deg, 1)
    return cv2.warpAffine(page, matrix, (width, height), flags=cv2.INTER_CUBIC, borderValue=(255, 255, 255))


def places(boxes: list[Box]) -> list[tuple[int, int, int, int]]:
    return [(box.row_index, box.col_index, box.row_span, box.col_span) for box in boxes]


MERGED = [(0, 0, 1, 1), (0, 1, 1, 2)] + [(row, col, 1, 1) for row in (1, 2, 3) for col in (0, 1, 2)]


@pytest.mark.parametrize("noise", [0, 25])
def test_rules_become_cells_with_spans(noise: float) -> None:
    (table,) = group_tables(*find_rules(ruled_page(noise)))
    boxes, row_count, col_count = table_to_boxes(table)
    assert (row_count, col_count) == (4, 3)
    assert places(boxes) == MERGED


def test_strokes_of_text_are_no_rules() -> None:
    page = ruled_page()
    for y in (190, 240, 290):
        cv2.putText(page, "1234567.89 HHHHHHHH", (106, y), cv2.FONT_HERSHEY_SIMPLEX, 0.68, 0, 2)
    (table,) = group_tables(*find_rules(page))
    assert places(table_to_boxes(table)[0]) == MERGED


@pytest.mark.parametrize("angle", [-3.2, -0.4, 0.0, 0.1, 2.5])
def test_skew_is_found_to_a_twentieth_of_a_degree(angle: float) -> None:
    assert find_skew(turned(ruled_page(10), angle)) == pytest.approx(angle, abs=0.05)


def test_a_straightened_page_has_its_rules_whole() -> None:
    page, _ = straighten(turned(ruled_page(10), 1.7))
    (table,) = group_tables(*find_rules(page))
    assert places(table_to_boxes(table)[0]) == MERGED


def test_a_rule_with_a_gap_still_divides_cells() -> None:
    page = ruled_page()
    page[200:203, 500:515] = 255
    (table,) = group_tables(*find_rules(page))
    assert places(table_to_boxes(table)[0]) == MERGED


def test_a_rim_along_a_rule_does_not_hide_it() -> None:
    page = ruled_page()
    cv2.circle(page, (700 - 18, 225), 20, 0, 6)
    (table,) = group_tables(*find_rules(page))
    assert places(table_to_boxes(table)[0]) == MERGED


def test_a_shape_that_is_no_rectangle_is_cut_into_rectangles() -> None:
    level = (Rule(0, 0, 100), Rule(20, 0, 50), Rule(40, 0, 100))
    upright = (Rule(0, 0, 40), Rule(50, 0, 20), Rule(100, 0, 40))
    boxes, _, _ = table_to_boxes(RuledTable(level, upright))
    assert sum(box.row_span * box.col_span for box in boxes) == 4
    assert (0, 0, 1, 1) in places(boxes)


def test_taking_rules_off_leaves_the_figures() -> None:
    page = ruled_page()
    cv2.putText(page, "42", (450, 185), cv2.FONT_HERSHEY_SIMPLEX, 0.7, 0, 2)
    level, upright = find_rules(page)
    bare = without_rules(page, level, upright)
    cells = table_to_boxes(group_tables(level, upright)[0])[0]
    inked = [place for place, lines in zip(places(cells), lines_of_boxes(bare, cells), strict=True) if lines]
    assert inked == [(1, 1, 1, 1)]


def test_a_cell_of_two_lines_has_two_and_grain_makes_none() -> None:
    page = ruled_page(14)
    page[ROWS[1] : ROWS[2] + 3] = np.minimum(page[ROWS[1] : ROWS[2] + 3], 255)
    cv2.putText(page, "H1", (120, 172), cv2.FONT_HERSHEY_SIMPLEX, 0.5, 0, 2)
    cv2.putText(page, "H2", (120, 194), cv2.FONT_HERSHEY_SIMPLEX, 0.5, 0, 2)
    level, upright = find_rules(page)
    cells = table_to_boxes(group_tables(level, upright)[0])[0]
    counts = {
        place: len(lines)
        for place, lines in zip(places(cells), lines_of_boxes(without_rules(page, level, upright), cells), strict=True)
    }
    assert counts.pop((1, 0, 1, 1)) == 2
    assert not any(counts.values())


def coloured_page() -> np.ndarray:
    page = np.full((1600, 1200, 3), 250, np.uint8)
    cv2.putText(page, "1,234.56", (350, 610), cv2.FONT_HERSHEY_SIMPLEX, 1, (10, 10, 10), 2)
    return page


def test_a_red_seal_fades_and_the_figure_under_it_stays() -> None:
    plain = coloured_page()
    sealed = plain.copy()
    cv2.circle(sealed, (420, 600), 165, (210, 40, 40), 9)
    dark = plain.max(axis=2) < 100
    sealed[dark] = plain[dark]
    grey = to_grey(sealed)
    assert find_seals(sealed).any()
    assert np.mean((grey < 150) == (to_grey(plain) < 150)) > 0.9995
    assert (grey[dark] < 80).mean() > 0.95


def test_figures_printed_in_red_are_no_seal() -> None:
    page = coloured_page()
    cv2.putText(page, "-8,765.43", (350, 900), cv2.FONT_HERSHEY_SIMPLEX, 1, (220, 20, 20), 2)
    assert not find_seals(page).any()
    assert (to_grey(page)[860:910, 350:520] < 150).any()


@pytest.mark.parametrize(
    ("readings", "text"),
    [
        ([("1,234.56", 0.99), ("1,234.56", 0.98)], "1,234.56"),
        ([("1,234.5O", 0.95), ("1,234.50", 0.93)], "1,234.50"),
        ([("9.93", 0.7), ("9,93", 0.9), ("9.93", 0.65)], "9.93"),
        ([("1,234.56", 0.99), ("1,284.56", 0.98), ("1,234.56", 0.99)], None),
        ([("123456", 0.99), ("1234.56", 0.9), ("1234.56", 0.9)], None),
        ([("12.34.56", 0.99), ("12.34.56", 0.99), ("12.34.56", 0.99)], None),
        ([("5", 0.4), ("5", 0.3), ("5", 0.5)], None),
        ([("", 0.0), ("", 0.0), ("", 0.0)], None),
    ],
)
def test_a_figure_needs_readings_that_agree(readings: list[tuple[str, float]], text: str | None) -> None:
    answer = settle([LineReading(*reading) for reading in readings])
    assert answer is not None
    if text is None:
        assert read_amount(answer.text).kind is CellKind.UNREADABLE
        assert answer.note
    else:
        assert answer.text == text


def test_a_first_reading_never_decides_a_figure() -> None:
    assert settle([LineReading("1,234.56", 1.0)]) is None
    assert settle([LineReading("合计", 1.0)]) is not None


def column(*texts: str) -> list[Cell]:
    return [Cell(row, 0, text) for row, text in enumerate(texts)]


def test_a_figure_that_lost_its_point_is_unreadable() -> None:
    cells = mark_lost_points(column("2024", "1.00", "0.59", "12,345.67", "0.00", "100", "8.20", "0", "12"))
    assert [cell.text for cell in cells] == ["2024", "1.00", "0.59", "12,345.67", "0.00", "100?", "8.20", "0", "12"]
    assert cells[5].note


def test_whole_figures_stand_where_decimals_vary() -> None:
    cells = column("1.5", "0.59", "12,345.67", "0.01", "100", "8.20", "7.15")
    assert mark_lost_points(cells) == tuple(cells)


def test_a_flat_stroke_is_a_dash_and_not_the_word_one() -> None:
    answer = settle([LineReading("一", 0.9)], is_flat=True)
    assert answer is not None
    assert read_amount(answer.text).kind is CellKind.DASH


def test_a_picture_without_resolution_is_taken_for_a4() -> None:
    out = io.BytesIO()
    Image.new("L", (877, 1240), 255).save(out, "PNG")
    (scan,) = load_pictures(out.getvalue())
    assert max(scan.pixels.shape) == pytest.approx(2339, abs=2)
    assert scan.px_per_pt == pytest.approx(200 / 72, abs=0.01)


def test_a_coarse_scan_is_noted() -> None:
    out = io.BytesIO()
    Image.new("L", (877, 1240), 255).save(out, "PNG")
    (scan,) = load_pictures(out.getvalue())
    assert scan.scanned_dpi == pytest.approx(106, abs=1)
    assert "106 dpi" in resolution_notes(1, scan.scanned_dpi)[0]
    assert not resolution_notes(1, 150)


@pytest.mark.parametrize("size", [(1, 1), (3, 900), (900, 2)])
def test_a_strip_of_a_few_pixels_is_a_picture_of_nothing(size: tuple[int, int], tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    Image.new("RGB", size, "white").save(path)
    extract = extract_document(SourceFile("0" * 64, path.name, path.name, path, path.stat().st_size))
    assert [issue.category for issue in extract.issues] == ["empty_file"]


def test_a_picture_cut_off_is_damaged() -> None:
    out = io.BytesIO()
    Image.new("L", (400, 400), 255).save(out, "PNG")
    with pytest.raises(DamagedFile):
        list(load_pictures(out.getvalue()[:60]))


def test_missing_packages_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    found = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "rapidocr" else found(name))
    with pytest.raises(MissingTool, match="rapidocr is not installed"):
        scan_engine.require_ocr()


def image_pdf(tmp_path: Path) -> bytes:
    picture = tmp_path / "page.pdf"
    Image.new("RGB", (600, 800), "white").save(picture, "PDF")
    return picture.read_bytes()


def test_a_mixed_document_without_the_packages_keeps_its_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_ocr(page: object, page_no: int) -> Page:
        raise MissingTool("rapidocr is not installed")

    monkeypatch.setattr(scan_pdf, "read_pdf_picture_page", no_ocr)
    data = image_pdf(tmp_path)
    both = pypdfium2.PdfDocument.new()
    both.import_pages(pypdfium2.PdfDocument(data), [0, 0])
    out = io.BytesIO()
    both.save(out)
    text = Page(1, (TextLine("说" * 60, 1),))
    pages, notes = scan_pdf.with_picture_pages(out.getvalue(), [text, Page(2, ())])
    assert pages == [text, Page(2, ())]
    assert notes == ["pages that are pictures were not read (rapidocr is not installed): 2"]
    with pytest.raises(MissingTool):
        scan_pdf.with_picture_pages(data, [Page(1, ())])


@pytest.mark.skipif(not write_scan.can_draw_chinese(), reason=write_scan.NO_FONT)
def test_a_noisy_scan_is_read_whole(tmp_path: Path) -> None:
    made = typeset(random_facts(3, "final_2024", item_count=3), Format.PDF)
    path = tmp_path / "scan.pdf"
    path.write_bytes(write_scan.write_scan(made.content, write_scan.noisy(200, seed=3), pages=[1, 2]))
    extract = extract_document(SourceFile("0" * 64, path.name, path.name, path, path.stat().st_size))
    read = [value for value in extract.values if value.cell_kind is CellKind.NUMBER]
    forms = {value.form_id for value in read}

    def figures(values: object) -> Counter[tuple[str, Decimal | None, Decimal | None]]:
        return Counter((v.form_id, v.amount_yuan, v.count_value) for v in values if v.form_id in forms)  # type: ignore[attr-defined]

    assert forms == {"summary"}
    assert figures(read) == figures(made.expected_numbers)
    assert all(value.method == "scan_ocr" and value.grade is not Grade.CONTRADICTORY for value in read)


def test_pictures_left_for_later_are_no_fault_of_the_document(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    Image.fromarray(ruled_page()).save(path)
    scan_engine.recognise_later(is_on=True)
    try:
        with pytest.raises(scan_engine.RecognitionDeferred):
            extract_document(SourceFile("d" * 64, "a.png", "a.png", path, path.stat().st_size))
    finally:
        scan_engine.recognise_later(is_on=False)


@pytest.mark.parametrize("providers", [("NoSuchProvider", scan_engine.CPU), ()])
def test_an_accelerator_that_is_not_there_is_told_with_those_that_are(providers: tuple[str, ...]) -> None:
    with pytest.raises(BadSetting, match=scan_engine.CPU):
        scan_engine.check_providers(providers)


def test_the_models_run_on_what_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    import onnxruntime

    asked: list[list[str]] = []
    true_session = onnxruntime.InferenceSession

    def session(*arguments: object, providers: list[str]) -> object:
        asked.append(providers)
        return true_session(*arguments, providers=[scan_engine.CPU])

    monkeypatch.setattr(onnxruntime, "InferenceSession", session)
    scan_engine.recognise_with(("CUDAExecutionProvider", scan_engine.CPU))
    try:
        scan_engine.OcrEngine()
    finally:
        scan_engine.recognise_with((scan_engine.CPU,))
    assert asked == [["CUDAExecutionProvider", scan_engine.CPU]] * 2

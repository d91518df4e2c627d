"""The change report: documents by what became of them, numbers cell by cell, regions; nothing steers its page."""

from __future__ import annotations

from pathlib import Path

import duckdb

from pipeline.nights.change_page import change_page
from pipeline.nights.changes import Changes, compare_nights, read_changes
from tests.unit.nights.builders import Night

GONE = "the file is no longer in the raw folder"


def compare(tmp_path: Path, old: Night, new: Night) -> Changes:
    files = old.write(tmp_path / "old.duckdb"), new.write(tmp_path / "new.duckdb")
    return compare_nights(*files, "2026-11-22.0002", "2026-11-21.0001", tmp_path / "cells.parquet")


def test_every_kind_of_change_is_told_apart_and_counted(tmp_path: Path) -> None:
    old = Night().document("same", [1, 2]).document("gone", [5]).document("read again", [1, 2, 3])
    old.document("older upload", [7, 8]).document("back", [], status="superseded", reason=GONE)
    new = Night().document("same", [1, 2]).document("gone", [], status="superseded", reason=GONE)
    new.document("read again", [1, 2.5]).document("older upload", [7, 8], status="superseded", reason="another upload")
    new.document("back", [4]).document("new", [9, 9], department="d2")
    changes = compare(tmp_path, old, new)
    told = {
        found.document_id: (found.kind, found.numbers_added, found.numbers_changed, found.numbers_removed)
        for found in changes.documents
    }
    assert told == {
        "gone": ("withdrawn", 0, 0, 1),
        "read again": ("changed", 0, 1, 1),
        "older upload": ("replaced", 0, 0, 0),
        "back": ("back", 1, 0, 0),
        "new": ("added", 2, 0, 0),
    }
    assert [(region.region_name, region.numbers_added, region.documents_withdrawn) for region in changes.regions] == [
        ("沁源县", 1, 1),
        ("阳城县", 2, 0),
    ]
    cells = {(cell.kind, cell.value_id, cell.old_value, cell.new_value) for cell in changes.cells}
    assert cells == {
        ("changed", "read again-1", "2.000000", "2.500000"),
        ("removed", "read again-2", "3.000000", None),
    }
    assert duckdb.read_parquet(str(tmp_path / "cells.parquet")).count("*").fetchall() == [(2,)]


def test_cells_of_a_new_upload_are_restated_once(tmp_path: Path) -> None:
    restated = (
        "insert into marts.fct_restatement values ('r1', 'd1', '140431', 2023, 'budget', 'revenue', null, '合计', "
        "'total', 12, 10, '12', '10', 'v2', 'v1')"
    )
    first = compare(tmp_path, Night(), Night().sql(restated))
    assert [(cell.kind, cell.old_value, cell.new_value) for cell in first.cells] == [("restated", "10.00", "12.00")]
    assert compare(tmp_path, Night().sql(restated), Night().sql(restated)).cells == ()


def test_the_first_night_is_compared_with_nothing(tmp_path: Path) -> None:
    changes = compare_nights(None, tmp_path / "new.duckdb", "n", None, tmp_path / "cells.parquet")
    assert changes.compared_with is None
    assert "第一晚" in change_page(changes)


def test_a_file_of_another_version_stops_nothing_and_says_so(tmp_path: Path) -> None:
    old = Night().sql("alter table marts.fct_form_value drop column measure")
    changes = compare(tmp_path, old, Night().document("a", [1]))
    assert changes.not_compared is not None
    assert "measure" in changes.not_compared
    assert "measure" in change_page(changes)


def test_a_report_reads_back_as_it_was(tmp_path: Path) -> None:
    changes = compare(tmp_path, Night().document("a", [1]), Night().document("a", [2]).document("b", [3]))
    report = tmp_path / "changes.json"
    report.write_text(changes.to_json(), encoding="utf-8")
    assert read_changes(report) == changes


def test_a_name_that_would_steer_the_page_is_only_text_on_it(tmp_path: Path) -> None:
    name = "<script>alert(1)</script>\u202egpj.pdf"
    page = change_page(compare(tmp_path, Night(), Night().document("a", [1], name=name)))
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert "\u202e" not in page

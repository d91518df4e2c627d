"""The manifest lists every file ever seen, duplicates as rows of their own."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.errors import SchemaMismatch
from pipeline.lake.manifest import manifest_rows, read_run_table, write_run_table
from pipeline.model.source import SourceFile


def source(relative_path: str, document_id: str) -> SourceFile:
    return SourceFile(document_id, relative_path.rsplit("/", 1)[-1], relative_path, Path(relative_path), 1)


def update(lake: Path, *files: SourceFile) -> list[tuple[object, object, object]]:
    rows = manifest_rows(files, read_run_table(lake, "manifest"))
    write_run_table(lake, "manifest", rows)
    frame = read_run_table(lake, "manifest")
    return frame.select("relative_path", "document_id", "duplicate_of").rows()


def test_the_same_bytes_again_are_a_duplicate_of_the_first_path(tmp_path: Path) -> None:
    assert update(tmp_path, source("a.txt", "1"), source("b/a.txt", "1")) == [
        ("a.txt", "1", None),
        ("b/a.txt", "1", "a.txt"),
    ]


def test_a_file_that_is_gone_stays_listed(tmp_path: Path) -> None:
    update(tmp_path, source("a.txt", "1"), source("b.txt", "2"))
    assert update(tmp_path, source("b.txt", "2")) == [("a.txt", "1", None), ("b.txt", "2", None)]


def test_a_renamed_file_is_listed_once(tmp_path: Path) -> None:
    update(tmp_path, source("a.txt", "1"))
    assert update(tmp_path, source("b.txt", "1")) == [("b.txt", "1", None)]


def test_a_changed_file_is_listed_as_it_was_and_as_it_is(tmp_path: Path) -> None:
    update(tmp_path, source("a.txt", "1"))
    assert update(tmp_path, source("a.txt", "2")) == [("a.txt", "2", None), ("a.txt@1", "1", None)]
    assert update(tmp_path, source("a.txt", "2")) == [("a.txt", "2", None), ("a.txt@1", "1", None)]
    assert update(tmp_path, source("a.txt", "1")) == [("a.txt", "1", None), ("a.txt@2", "2", None)]


def test_a_gone_duplicate_is_forgotten(tmp_path: Path) -> None:
    update(tmp_path, source("a.txt", "1"), source("b.txt", "1"))
    assert update(tmp_path, source("c.txt", "3")) == [("a.txt", "1", None), ("c.txt", "3", None)]


def test_rows_with_other_columns_are_refused_showing_both(tmp_path: Path) -> None:
    with pytest.raises(SchemaMismatch, match="rule_id"):
        write_run_table(tmp_path, "rule", [{"rule_id": "x"}])

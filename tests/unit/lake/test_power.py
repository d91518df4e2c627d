"""A power cut costs the documents it caught, and nothing else; a kill costs nothing here."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.lake import power
from pipeline.lake.compact import compact, tables_dir
from pipeline.lake.documents import document_ids, documents_dir, write_extract, write_schema_folder
from pipeline.lake.power import being_written, being_written_by_many
from tests.unit.lake.builders import make_extract


@pytest.fixture
def lake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("os.sync", lambda: None)
    with being_written(tmp_path):
        write_schema_folder(tmp_path)
        for document_id in ("aa01", "ab02"):
            write_extract(tmp_path, make_extract(document_id))
        compact(tmp_path)
    return tmp_path


def stop_in_the_middle(lake: Path) -> None:
    with pytest.raises(KeyboardInterrupt), being_written(lake):
        raise KeyboardInterrupt


def start_the_machine_anew(monkeypatch: pytest.MonkeyPatch, lake: Path) -> None:
    other = lake / "boot_id"
    other.write_text("another start", encoding="ascii")
    monkeypatch.setattr(power, "_BOOT_ID", other)


def cut_off(lake: Path) -> None:
    (documents_dir(lake) / "aa01" / "value.parquet").write_bytes(b"")
    (tables_dir(lake) / "ab" / "issue.parquet").write_bytes(b"")


def test_a_night_that_ended_leaves_no_mark(lake: Path) -> None:
    assert not (lake / "being_written").exists()


def test_after_a_power_cut_what_cannot_be_read_is_forgotten(lake: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stop_in_the_middle(lake)
    cut_off(lake)
    start_the_machine_anew(monkeypatch, lake)
    with being_written(lake):
        assert document_ids(lake) == ("ab02",)
        assert not tables_dir(lake).exists()


def test_after_a_kill_nothing_is_looked_through(lake: Path) -> None:
    stop_in_the_middle(lake)
    cut_off(lake)
    with being_written(lake):
        assert document_ids(lake) == ("aa01", "ab02")


def test_where_starts_cannot_be_told_apart_every_mark_counts(lake: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stop_in_the_middle(lake)
    cut_off(lake)
    monkeypatch.setattr(power, "_BOOT_ID", lake / "there is none")
    with being_written(lake):
        assert document_ids(lake) == ("ab02",)


def test_the_mark_of_one_of_many_counts_as_well(lake: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (lake / "being_written.pod.7.before").write_text("the start before", encoding="ascii")
    cut_off(lake)
    start_the_machine_anew(monkeypatch, lake)
    with being_written_by_many(lake):
        assert document_ids(lake) == ("aa01", "ab02")  # only who builds looks it through
    with being_written(lake):
        assert document_ids(lake) == ("ab02",)
    assert not list(lake.glob("being_written*"))


def test_an_error_while_one_of_many_writes_is_no_power_cut(lake: Path) -> None:
    with pytest.raises(ValueError, match="bad"), being_written_by_many(lake):
        raise ValueError("bad")
    assert not list(lake.glob("being_written*"))

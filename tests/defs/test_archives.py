"""An archive is a row of its own beside its documents, and goes with them when it goes."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from pipeline.defs.extract import batches, reading
from pipeline.lake.documents import read_all
from pipeline.lake.manifest import manifest_rows, read_run_table
from pipeline.settings import Settings
from pipeline.sources.folder import Scan, scan_folder
from tests.defs.workers import GuardsHere


@pytest.fixture(autouse=True)
def read_in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """No worker processes, and nothing is recognised in documents of one letter."""
    monkeypatch.setattr(batches, "Guards", GuardsHere)


def read(settings: Settings) -> Scan:
    scan = scan_folder(settings.raw_dir, max_file_bytes=1000, unpack_dir=settings.unpack_dir)
    reading.read_documents(settings, scan, on_total=lambda _total: None, advance=lambda _name: None)
    return scan


def rows(settings: Settings) -> list[tuple[str, str, str | None]]:
    frame = read_all(settings.lake_dir, "document").sort("media_type", "status")
    return frame.select("media_type", "status", "status_reason").rows()


def test_an_archive_is_listed_as_loaded_with_the_number_of_its_documents(settings: Settings) -> None:
    with zipfile.ZipFile(settings.raw_dir / "a.zip", "w") as package:
        package.writestr("a.txt", "甲")
        package.writestr("b.txt", "乙")
    read(settings)
    assert ("archive/zip", "loaded", "archive of 2 documents") in rows(settings)
    assert len(rows(settings)) == 3


def test_the_column_of_reasons_says_what_an_archive_is() -> None:
    columns = Path(__file__).parents[2] / "dbt_project" / "models" / "docs" / "columns.md"
    described = columns.read_text(encoding="utf-8").split("{% docs status_reason %}")[1].split("{% enddocs %}")[0]
    assert "archive of n documents" in described


def test_the_manifest_names_members_below_their_archive(settings: Settings) -> None:
    with zipfile.ZipFile(settings.raw_dir / "a.zip", "w") as package:
        package.writestr("a.txt", "甲")
    found = manifest_rows(read(settings).every_file(), read_run_table(settings.lake_dir, "manifest"))
    assert [row["relative_path"] for row in found] == ["a.zip", "a.zip!/a.txt"]


def test_of_a_file_and_its_copy_in_an_archive_the_file_is_kept(settings: Settings) -> None:
    with zipfile.ZipFile(settings.raw_dir / "a.zip", "w") as package:
        package.writestr("甲局决算.txt", "甲")
    (settings.raw_dir / "b.txt").write_text("甲", encoding="utf-8")
    scan = read(settings)
    found = manifest_rows(scan.every_file(), read_run_table(settings.lake_dir, "manifest"))
    assert [(row["relative_path"], row["duplicate_of"]) for row in found] == [
        ("a.zip", None),
        ("b.txt", None),
        ("a.zip!/甲局决算.txt", "b.txt"),
    ]
    assert [source.relative_path for source in scan.first_of_each()] == ["b.txt"]


def test_an_archive_that_is_gone_is_superseded_with_its_documents(settings: Settings) -> None:
    with zipfile.ZipFile(settings.raw_dir / "a.zip", "w") as package:
        package.writestr("a.txt", "甲")
    read(settings)
    (settings.raw_dir / "a.zip").unlink()
    (settings.raw_dir / "b.txt").write_text("丙", encoding="utf-8")
    read(settings)
    assert sorted(status for _, status, _ in rows(settings)) == ["quarantined", "superseded", "superseded"]


def test_an_archive_that_came_back_is_loaded_again(settings: Settings) -> None:
    (settings.raw_dir / "b.txt").write_text("丙", encoding="utf-8")
    with zipfile.ZipFile(settings.raw_dir / "a.zip", "w") as package:
        package.writestr("a.txt", "甲")
    read(settings)
    away = (settings.raw_dir / "a.zip").rename(settings.raw_dir.parent / "a.zip")
    read(settings)
    away.rename(settings.raw_dir / "a.zip")
    read(settings)
    assert "superseded" not in {status for _, status, _ in rows(settings)}

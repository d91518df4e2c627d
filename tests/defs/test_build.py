"""A build is skipped only when nothing it reads has changed; a failed one names what failed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipeline.defs.warehouse.build import Stamp, build_error, build_fingerprint, is_up_to_date, published_state
from pipeline.defs.warehouse.dbt_manifest import project_fingerprint
from pipeline.lake.compact import compact
from pipeline.lake.documents import write_extract
from pipeline.settings import Settings
from tests.unit.lake.builders import make_extract


@pytest.fixture
def published(settings: Settings, tmp_path: Path) -> Settings:
    project = tmp_path / "project"
    (project / "models").mkdir(parents=True)
    (project / "models" / "a.sql").write_text("select 1", encoding="utf-8")
    used = settings.model_copy(update={"dbt_project_dir": project})
    write_extract(used.lake_dir, make_extract())
    used.build_dir.mkdir(parents=True)
    used.published_file.write_bytes(b"x")
    Stamp(build_fingerprint(used), published_state(used)).save(used.fingerprint_file)
    return used


def test_nothing_changed_means_up_to_date(published: Settings) -> None:
    assert is_up_to_date(published)


def test_no_stamp_means_build(published: Settings) -> None:
    published.fingerprint_file.write_text("{", encoding="utf-8")
    assert not is_up_to_date(published)


def test_another_parser_means_build(published: Settings) -> None:
    write_extract(published.lake_dir, make_extract(parser_version="p2"))
    compact(published.lake_dir)
    assert not is_up_to_date(published)


def test_another_document_means_build(published: Settings) -> None:
    write_extract(published.lake_dir, make_extract("d2"))
    compact(published.lake_dir)
    assert not is_up_to_date(published)


def test_a_changed_model_means_build(published: Settings) -> None:
    (published.dbt_project_dir / "models" / "a.sql").write_text("select 2", encoding="utf-8")
    assert not is_up_to_date(published)


@pytest.mark.parametrize("content", [b"y", None])
def test_a_published_file_that_was_touched_means_build(published: Settings, content: bytes | None) -> None:
    published.published_file.unlink()
    if content is not None:
        published.published_file.write_bytes(content * 2)
    assert not is_up_to_date(published)


def test_what_dbt_writes_is_no_part_of_the_project(published: Settings) -> None:
    before = project_fingerprint(published.dbt_project_dir)
    (published.dbt_project_dir / "target").mkdir()
    (published.dbt_project_dir / "target" / "manifest.json").write_text("{}", encoding="utf-8")
    (published.dbt_project_dir / ".user.yml").write_text("id: 1", encoding="utf-8")
    assert project_fingerprint(published.dbt_project_dir) == before


def test_a_failed_build_names_the_tests_that_failed(tmp_path: Path) -> None:
    results = tmp_path / "run_results.json"
    rows = [
        {"unique_id": "test.gongkai.unique_dim_document.ab12", "status": "fail", "message": "Got 2 results"},
        {"unique_id": "model.gongkai.fct_project", "status": "error", "message": None},
        {"unique_id": "model.gongkai.mart_x", "status": "skipped", "message": "SKIP"},
        {"unique_id": "test.gongkai.fine.cd34", "status": "pass", "message": None},
    ]
    results.write_text(json.dumps({"results": rows}), encoding="utf-8")
    found = build_error(results).found
    assert "unique_dim_document: Got 2 results" in found
    assert "fct_project: error" in found
    assert "mart_x" not in found
    assert "fine" not in found


def test_a_build_without_results_still_says_what_to_do(tmp_path: Path) -> None:
    assert "last good file" in build_error(tmp_path / "none.json").remedy

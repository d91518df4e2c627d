"""The whole way, as a person walks it: `gongkai run` on the demo set, then every command on what it published."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from typer.testing import Result

from pipeline.lake.lock import run_lock
from pipeline.screens.queries import QUERIES
from pipeline.settings import project_root
from tests.conftest import BuiltWarehouse

Gongkai = Callable[..., Result]
pytestmark = pytest.mark.e2e


def ask(file: Path, sql: str, *parameters: object) -> list[tuple[object, ...]]:
    with duckdb.connect(str(file), read_only=True) as connection:
        return connection.execute(sql, list(parameters)).fetchall()


def parquet_bytes(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*.parquet")}


def events(warehouse: Path, event: str) -> list[dict[str, object]]:
    lines = (warehouse / "logs" / "gongkai.jsonl").read_text(encoding="utf-8").splitlines()
    return [line for line in map(json.loads, lines) if line["event"] == event]


def test_a_run_prints_what_was_loaded_what_was_not_and_where(built: BuiltWarehouse) -> None:
    printed = built.output
    for name in (path.name for path in built.raw_dir.iterdir() if path.name != "MANIFEST.csv"):
        assert name[:12] in printed
    assert "empty_file" in printed
    assert "same bytes as" in printed
    assert str(built.file) in printed.replace("\n", "")
    assert "Published as night " in printed


@pytest.mark.parametrize("sql", QUERIES.values(), ids=QUERIES.keys())
def test_the_queries_it_prints_work(built: BuiltWarehouse, gongkai: Gongkai, sql: str) -> None:
    assert sql in built.output
    assert gongkai("query", sql, "--warehouse", built.warehouse_dir).exit_code == 0
    assert ask(built.file, sql)


def test_every_file_is_listed_once_with_its_status(built: BuiltWarehouse) -> None:
    listed = dict(ask(built.file, "select relative_path, status from marts.dim_document"))  # type: ignore[arg-type]
    in_folder = {path.name for path in built.raw_dir.iterdir() if path.name != "MANIFEST.csv"}
    assert listed.keys() == in_folder
    assert listed["empty.pdf"] == "quarantined"
    assert listed["x'; drop table marts.dim_document; --.txt"] == "quarantined"
    assert "duplicate" in listed.values()
    assert sum(status in ("loaded", "partial") for status in listed.values()) == len(in_folder) - 3


def test_the_published_file_opens_from_any_folder(
    built: BuiltWarehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    moved = tmp_path / "elsewhere.duckdb"
    shutil.copyfile(built.file, moved)
    monkeypatch.chdir(tmp_path)
    assert ask(moved, "select count(*) from marts.fct_form_value") > [(0,)]
    assert ask(moved, "select count(*) from duckdb_views() where not internal") == [(0,)]


def test_the_parquet_beside_it_holds_the_same_tables(built: BuiltWarehouse) -> None:
    for schema, table in ask(built.file, "select schema_name, table_name from duckdb_tables()"):
        file = built.warehouse_dir / "parquet" / str(schema) / f"{table}.parquet"
        assert ask(built.file, "select count(*) from read_parquet(?)", str(file)) == ask(
            built.file, f"select count(*) from {schema}.{table}"
        )


def test_a_second_run_changes_nothing_and_reads_no_document(
    built: BuiltWarehouse, gongkai: Gongkai, tmp_path: Path
) -> None:
    copy = built.copy_to(tmp_path)
    before = parquet_bytes(copy.warehouse_dir)
    read_before = len(events(copy.warehouse_dir, "read"))
    result = gongkai("run", "--raw", copy.raw_dir, "--warehouse", copy.warehouse_dir)
    assert result.exit_code == 0
    assert len(events(copy.warehouse_dir, "read")) == read_before
    assert parquet_bytes(copy.warehouse_dir) == before
    # the copy lies elsewhere, the numbers are the same: the summary is the one printed before
    again, first = (
        printed.split("Warehouse:")[0].replace(str(place), "DIR")
        for printed, place in ((result.output, copy.warehouse_dir), (built.output, built.warehouse_dir))
    )
    assert again == first


def test_one_document_more_reads_one_and_a_changed_one_supersedes(
    built: BuiltWarehouse, gongkai: Gongkai, tmp_path: Path
) -> None:
    copy = built.copy_to(tmp_path)
    values = "select value_id from marts.fct_form_value order by 1"
    before, read_before = ask(copy.file, values), len(events(copy.warehouse_dir, "read"))
    odd = copy.raw_dir / "x'; drop table marts.dim_document; --.txt"
    odd.write_text("仍然没有任何表格", encoding="utf-8")
    result = gongkai("run", "--raw", copy.raw_dir, "--warehouse", copy.warehouse_dir)
    assert result.exit_code == 0
    assert len(events(copy.warehouse_dir, "read")) == read_before + 1
    assert ask(copy.file, values) == before
    rows = ask(copy.file, "select status from marts.dim_document where file_name = ? order by 1", odd.name)
    assert rows == [("quarantined",), ("superseded",)]


def test_a_failing_test_publishes_nothing_and_is_named(
    built: BuiltWarehouse, gongkai: Gongkai, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = built.copy_to(tmp_path)
    project = tmp_path / "dbt_project"
    shutil.copytree(project_root() / "dbt_project", project, ignore=shutil.ignore_patterns("target", "logs"))
    (project / "tests" / "assert_nothing_is_ever_right.sql").write_text(
        "select document_id from {{ ref('dim_document') }}", encoding="utf-8"
    )
    monkeypatch.setenv("GONGKAI_DBT_PROJECT_DIR", str(project))
    before = copy.file.read_bytes()
    result = gongkai("run", "--raw", copy.raw_dir, "--warehouse", copy.warehouse_dir)
    assert result.exit_code == 1
    assert "assert_nothing_is_ever_right" in result.output
    assert "last good file" in result.output
    assert "Traceback" not in result.output
    assert copy.file.read_bytes() == before


def test_a_run_beside_another_says_who_is_running(built: BuiltWarehouse, gongkai: Gongkai, tmp_path: Path) -> None:
    copy = built.copy_to(tmp_path)
    with run_lock(copy.warehouse_dir / "run.lock"):
        result = gongkai("run", "--raw", copy.raw_dir, "--warehouse", copy.warehouse_dir)
    assert result.exit_code == 1
    assert f"process {os.getpid()} is writing" in result.output


def test_an_empty_raw_folder_publishes_nothing(built: BuiltWarehouse, gongkai: Gongkai, tmp_path: Path) -> None:
    copy = built.copy_to(tmp_path)
    (tmp_path / "empty").mkdir()
    before = copy.file.read_bytes()
    result = gongkai("run", "--raw", tmp_path / "empty", "--warehouse", copy.warehouse_dir)
    assert result.exit_code == 1
    assert "holds no documents" in result.output
    assert copy.file.read_bytes() == before


def test_status_lists_every_document(built: BuiltWarehouse, gongkai: Gongkai) -> None:
    result = gongkai("status", "--warehouse", built.warehouse_dir)
    assert result.exit_code == 0
    assert "quarantined" in result.output
    assert "duplicate" in result.output


def test_trace_shows_where_every_kind_of_number_stands(built: BuiltWarehouse, gongkai: Gongkai) -> None:
    rows = ask(
        built.file,
        "select min(value_id), method from marts.fct_form_value group by method, amount_yuan is null, page_no is null",
    )
    for value_id, _method in rows:
        result = gongkai("trace", value_id, "--warehouse", built.warehouse_dir)
        assert result.exit_code == 0, result.output
        for word in ("file", "place", "form", "row", "column", "printed", "line", "read by", "grade"):
            assert f"\n{word} " in result.output


def test_trace_shows_the_unit_with_its_reason_and_the_sums(built: BuiltWarehouse, gongkai: Gongkai) -> None:
    ((value_id,),) = ask(
        built.file,
        "select left_value_ids[1] from marts.fct_reconciliation where outcome = 'pass' "
        "and len(left_value_ids) > 0 order by check_id limit 1",
    )
    result = gongkai("trace", value_id, "--warehouse", built.warehouse_dir)
    assert "because" in result.output
    assert "It takes part in" in result.output
    assert "pass" in result.output


def test_trace_takes_the_beginning_of_an_id(built: BuiltWarehouse, gongkai: Gongkai) -> None:
    ((value_id,),) = ask(built.file, "select min(value_id) from marts.fct_form_value")
    unique = str(value_id)[:-1]
    whole, part = (gongkai("trace", wanted, "--warehouse", built.warehouse_dir) for wanted in (value_id, unique))
    assert whole.output == part.output


@pytest.mark.parametrize("wanted", ["zzzz-no-such-id", "", "a"])
def test_an_unknown_id_is_a_friendly_error(built: BuiltWarehouse, gongkai: Gongkai, wanted: str) -> None:
    result = gongkai("trace", wanted, "--warehouse", built.warehouse_dir)
    assert result.exit_code == 1
    assert "no value_id is or begins with" in result.output
    assert "Traceback" not in result.output


def test_check_lists_the_issues_of_one_document(built: BuiltWarehouse, gongkai: Gongkai) -> None:
    result = gongkai("check", "empty.pdf", "--warehouse", built.warehouse_dir)
    assert result.exit_code == 0
    assert "empty_file" in result.output
    assert "No sum breaks." in result.output


def test_check_of_all_lists_every_break(built: BuiltWarehouse, gongkai: Gongkai) -> None:
    ((count,),) = ask(built.file, "select count(*) from marts.fct_reconciliation where outcome = 'break'")
    result = gongkai("check", "--warehouse", built.warehouse_dir)
    assert result.exit_code == 0
    assert f"{count} sums break" in result.output or count == 0


def test_check_of_an_unknown_document_says_how_to_list_them(built: BuiltWarehouse, gongkai: Gongkai) -> None:
    result = gongkai("check", "no such file", "--warehouse", built.warehouse_dir)
    assert result.exit_code == 1
    assert "gongkai status" in result.output


def test_docs_writes_one_page(built: BuiltWarehouse, gongkai: Gongkai, tmp_path: Path) -> None:
    copy = built.copy_to(tmp_path)
    result = gongkai("docs", "--warehouse", copy.warehouse_dir)
    assert result.exit_code == 0, result.output
    assert "fct_form_value" in (copy.warehouse_dir / "docs" / "index.html").read_text(encoding="utf-8")

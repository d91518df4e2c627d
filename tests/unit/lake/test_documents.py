"""The lake's document folders: written in one step, the same bytes each time, read again only when needed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from pipeline.errors import SchemaMismatch
from pipeline.lake.documents import (
    GONE_REASON,
    document_ids,
    documents_dir,
    fresh_status,
    read_all,
    read_document_table,
    read_retired,
    restore,
    retire,
    write_extract,
    write_schema_folder,
)
from pipeline.model.schemas import PER_DOCUMENT
from tests.unit.lake.builders import CHECK, ISSUE, VALUE, make_extract


def by_any(version: str) -> Callable[[str], str]:
    """One parser for every media type."""
    return lambda _media_type: version


def file_bytes(lake: Path) -> dict[str, bytes]:
    return {path.relative_to(lake).as_posix(): path.read_bytes() for path in lake.rglob("*.parquet")}


def test_an_extract_comes_back_as_it_was_written(tmp_path: Path) -> None:
    write_extract(tmp_path, make_extract())
    row = read_document_table(tmp_path, "d1", "value").row(0, named=True)
    assert row["amount_yuan"] == Decimal("29397100.00")
    assert row["precision_yuan"] == Decimal(100)
    assert row["bbox"] == [1.0, 2.0, 3.0, 4.0]
    assert row["cell_kind"] == "number"
    assert read_document_table(tmp_path, "d1", "reconciliation").row(0, named=True)["left_value_ids"] == ["v1"]


def test_the_same_extract_gives_the_same_bytes(tmp_path: Path) -> None:
    write_extract(tmp_path, make_extract())
    before = file_bytes(tmp_path)
    write_extract(tmp_path, make_extract())
    assert file_bytes(tmp_path) == before
    assert len(before) == len(PER_DOCUMENT)


def test_the_order_of_values_does_not_change_the_bytes(tmp_path: Path) -> None:
    other = VALUE._replace(value_id="v2", row_no=15)
    write_extract(tmp_path / "a", replace(make_extract(), values=(VALUE, other)))
    write_extract(tmp_path / "b", replace(make_extract(), values=(other, VALUE)))
    assert file_bytes(tmp_path / "a") == file_bytes(tmp_path / "b")


def test_two_equal_issues_and_sums_keep_different_keys(tmp_path: Path) -> None:
    write_extract(tmp_path, replace(make_extract(), issues=(ISSUE, ISSUE), checks=(CHECK, CHECK)))
    assert read_document_table(tmp_path, "d1", "issue").get_column("issue_id").n_unique() == 2
    assert read_document_table(tmp_path, "d1", "reconciliation").get_column("check_id").n_unique() == 2


def test_an_empty_lake_still_has_every_column(tmp_path: Path) -> None:
    write_schema_folder(tmp_path)
    for table, schema in PER_DOCUMENT.items():
        frame = read_all(tmp_path, table)
        assert frame.is_empty()
        assert frame.schema == schema


@pytest.mark.parametrize("amount", [Decimal("1.005"), Decimal(10) ** 18, Decimal("NaN")])
def test_an_amount_that_does_not_fit_is_refused_and_nothing_is_written(tmp_path: Path, amount: Decimal) -> None:
    with pytest.raises(SchemaMismatch, match="amount_yuan"):
        write_extract(tmp_path, replace(make_extract(), values=(VALUE._replace(amount_yuan=amount),)))
    assert document_ids(tmp_path) == ()


def test_two_values_with_one_id_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SchemaMismatch, match="v1"):
        write_extract(tmp_path, replace(make_extract(), values=(VALUE, VALUE)))


def test_a_document_is_fresh_until_the_parser_changes(tmp_path: Path) -> None:
    write_extract(tmp_path, make_extract(status="partial"))
    assert fresh_status(tmp_path, "d1", by_any("p1")) == "partial"
    assert fresh_status(tmp_path, "d1", by_any("p2")) is None
    assert fresh_status(tmp_path, "d2", by_any("p1")) is None


@pytest.mark.parametrize("table", list(PER_DOCUMENT))
def test_an_incomplete_folder_is_not_fresh(tmp_path: Path, table: str) -> None:
    write_extract(tmp_path, make_extract())
    (documents_dir(tmp_path) / "d1" / f"{table}.parquet").unlink()
    assert fresh_status(tmp_path, "d1", by_any("p1")) is None


def test_a_damaged_folder_is_not_fresh(tmp_path: Path) -> None:
    write_extract(tmp_path, make_extract())
    (documents_dir(tmp_path) / "d1" / "document.parquet").write_bytes(b"PAR1")
    assert fresh_status(tmp_path, "d1", by_any("p1")) is None


def test_a_document_whose_file_is_gone_stays_listed_without_its_numbers(tmp_path: Path) -> None:
    write_schema_folder(tmp_path)
    write_extract(tmp_path, make_extract())
    assert retire(tmp_path, []) == ("d1",)
    assert retire(tmp_path, []) == ()
    row = read_document_table(tmp_path, "d1", "document").row(0, named=True)
    assert (row["status"], row["status_reason"]) == ("superseded", GONE_REASON)
    assert read_all(tmp_path, "value").is_empty()
    assert read_retired(tmp_path, "retired_value").get_column("document_id").to_list() == ["d1"]


def test_a_gone_document_that_an_older_version_set_aside_gets_the_tables_of_today(tmp_path: Path) -> None:
    write_schema_folder(tmp_path)
    write_extract(tmp_path, make_extract())
    retire(tmp_path, [])
    before = file_bytes(documents_dir(tmp_path))
    folder = documents_dir(tmp_path) / "d1"
    (folder / "finding.parquet").unlink()
    pl.read_parquet(folder / "reconciliation.parquet").drop("relation").write_parquet(folder / "reconciliation.parquet")
    assert retire(tmp_path, []) == ()
    assert file_bytes(documents_dir(tmp_path)) == before


def test_a_file_that_comes_back_is_not_read_again(tmp_path: Path) -> None:
    write_schema_folder(tmp_path)
    write_extract(tmp_path, make_extract())
    before = file_bytes(tmp_path)
    retire(tmp_path, [])
    assert restore(tmp_path, ["d1", "d2"]) == ("d1",)
    assert fresh_status(tmp_path, "d1", by_any("p1")) == "loaded"
    assert file_bytes(tmp_path) == before


def test_a_gone_document_of_another_shape_is_removed(tmp_path: Path) -> None:
    folder = documents_dir(tmp_path) / "d1"
    folder.mkdir(parents=True)
    pl.DataFrame({"document_id": ["d1"]}).write_parquet(folder / "document.parquet")
    assert retire(tmp_path, []) == ()
    assert document_ids(tmp_path) == ()

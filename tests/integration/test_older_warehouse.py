"""A warehouse folder that an older version wrote, before there were findings, is taken over by the next run."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import duckdb
import polars as pl
import pytest
from typer.testing import Result

from pipeline.lake.documents import documents_dir
from tests.conftest import BuiltWarehouse

pytestmark = pytest.mark.e2e

FINDINGS = "select * from marts.fct_finding order by finding_id"
GONE = "x'; drop table marts.dim_document; --.txt"


def ask(file: Path, sql: str, *parameters: object) -> list[tuple[object, ...]]:
    with duckdb.connect(str(file), read_only=True) as connection:
        return connection.execute(sql, list(parameters)).fetchall()


def make_older(lake_dir: Path, gone_id: str) -> None:
    """Takes out of a lake what came with findings; one document's file is gone since, as that version noted it."""
    for folder in documents_dir(lake_dir).iterdir():
        (folder / "finding.parquet").unlink()
        sums = folder / "reconciliation.parquet"
        pl.read_parquet(sums).drop("relation").write_parquet(sums)
        document = folder / "document.parquet"
        row = pl.read_parquet(document).with_columns(pl.lit("older").alias("parser_version"))
        if folder.name == gone_id:
            row = row.with_columns(pl.lit("superseded").alias("status"))
        row.write_parquet(document)
    rules = lake_dir / "rule.parquet"
    pl.read_parquet(rules).drop("kind", "relation", "valid_from", "valid_to").write_parquet(rules)


def test_a_lake_without_findings_is_read_again_and_published(
    built: BuiltWarehouse, gongkai: Callable[..., Result], tmp_path: Path
) -> None:
    copy = built.copy_to(tmp_path)
    before = ask(copy.file, FINDINGS)
    ((gone_id,),) = ask(copy.file, "select document_id from marts.dim_document where file_name = ?", GONE)
    make_older(copy.warehouse_dir / "lake", str(gone_id))
    (copy.raw_dir / GONE).unlink()
    result = gongkai("run", "--raw", copy.raw_dir, "--warehouse", copy.warehouse_dir)
    assert result.exit_code == 0, result.output
    assert before
    assert ask(copy.file, FINDINGS) == before
    ((status,),) = ask(copy.file, "select status from marts.dim_document where file_name = ?", GONE)
    assert status == "superseded"
    assert ask(copy.file, "select count(*) from marts.fct_reconciliation where relation is null") == [(0,)]

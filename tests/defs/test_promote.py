"""The published file holds public tables only, is replaced in one step, and its Parquet copies are stable."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from pipeline.defs.publish.promote import PublishedTable, copy_as_parquet, promote
from pipeline.errors import ContractError
from pipeline.nights.folder import kept_nights, prove_night
from pipeline.nights.ledger import Outcome, end_night, start_night
from pipeline.nights.rollback import choose_night, roll_back
from pipeline.settings import Settings

BUILD = """
    create schema marts; create schema ref; create schema staging;
    create table marts.dim_document (document_id varchar primary key, status varchar not null);
    insert into marts.dim_document values ('b', 'loaded'), ('a', 'partial');
    comment on table marts.dim_document is 'One row per file. 每个文件一行。';
    comment on column marts.dim_document.status is 'What became of it. 状态。';
    create table marts.fct_form_value as select 'v' || i as value_id, i::decimal(20, 2) as amount_yuan
    from range(9) t(i);
    create table ref.ref_region as select '140431' as region_code;
    create table staging.big as select range as i from range(100000);
    create view staging.stg as select * from marts.dim_document;
    create table main.leftover as select 1 as i;
    create view main.seen as select * from main.leftover;
"""


@pytest.fixture
def built_settings(settings: Settings) -> Settings:
    build(settings, BUILD)
    return settings


def build(settings: Settings, sql: str) -> None:
    settings.build_dir.mkdir(parents=True, exist_ok=True)
    settings.build_file.unlink(missing_ok=True)
    with duckdb.connect(str(settings.build_file)) as connection:
        connection.execute(sql)


def publish(settings: Settings) -> tuple[PublishedTable, ...]:
    night = start_night(settings, "test")
    published = promote(settings, night.night_id, built_from="fingerprint")
    end_night(settings, night.night_id, Outcome.PUBLISHED)
    return published.tables


def parquet_bytes(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*.parquet")}


def test_only_public_tables_are_published_with_their_comments(built_settings: Settings) -> None:
    tables = publish(built_settings)
    assert tables == (
        PublishedTable("marts", "dim_document", 2),
        PublishedTable("marts", "fct_form_value", 9),
        PublishedTable("ref", "ref_region", 1),
    )
    with duckdb.connect(str(built_settings.published_file), read_only=True) as connection:
        schemas = connection.execute("select distinct schema_name from duckdb_tables() order by 1").fetchall()
        views = connection.execute("select count(*) from duckdb_views() where not internal").fetchall()
        comment = connection.execute("select comment from duckdb_columns() where column_name = 'status'").fetchall()
        keys = connection.execute(
            "select count(*) from duckdb_constraints() where constraint_type = 'PRIMARY KEY'"
        ).fetchall()
    assert schemas == [("marts",), ("ref",)]
    assert views == [(0,)]
    assert comment == [("What became of it. 状态。",)]
    assert keys == [(1,)]


def test_the_parquet_copies_have_the_same_bytes_each_time(built_settings: Settings) -> None:
    publish(built_settings)
    before = parquet_bytes(built_settings.published_parquet_dir)
    publish(built_settings)
    assert parquet_bytes(built_settings.published_parquet_dir) == before
    assert sorted(before) == ["marts/dim_document.parquet", "marts/fct_form_value.parquet", "ref/ref_region.parquet"]


def test_a_reader_keeps_the_old_file_while_a_new_one_is_published(built_settings: Settings) -> None:
    publish(built_settings)
    with duckdb.connect(str(built_settings.published_file), read_only=True) as reader:
        build(built_settings, BUILD.replace("range(9)", "range(3)"))
        publish(built_settings)
        assert reader.execute("select count(*) from marts.fct_form_value").fetchall() == [(9,)]
    with duckdb.connect(str(built_settings.published_file), read_only=True) as reader:
        assert reader.execute("select count(*) from marts.fct_form_value").fetchall() == [(3,)]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("create view marts.v as select 1 as i", "marts.v"),
        ("drop table marts.fct_form_value", "marts.fct_form_value"),
    ],
)
def test_a_file_that_breaks_the_contract_is_not_published(built_settings: Settings, change: str, said: str) -> None:
    publish(built_settings)
    before = built_settings.published_file.read_bytes()
    build(built_settings, f"{BUILD}; {change}")
    with pytest.raises(ContractError, match=said):
        publish(built_settings)
    assert built_settings.published_file.read_bytes() == before
    assert not list(built_settings.build_dir.glob("publish_*"))


def test_a_folder_with_a_quote_in_its_name_is_published_too(tmp_path: Path) -> None:
    settings = Settings(raw_dir=tmp_path, warehouse_dir=tmp_path / "it's here")
    build(settings, BUILD)
    assert len(publish(settings)) == 3


def test_every_night_is_kept_with_its_sums_and_its_report(built_settings: Settings) -> None:
    publish(built_settings)
    build(built_settings, BUILD.replace("range(9)", "range(3)"))
    publish(built_settings)
    first, second = kept_nights(built_settings)
    for night in (first, second):
        prove_night(night)
        assert {"changes.json", "changes.html", "manifest.json"} <= {path.name for path in night.folder.iterdir()}
    assert dict(second.manifest.documents) == {"loaded": 1, "partial": 1}
    assert [(table.name, table.rows) for table in second.manifest.tables] == [
        ("marts.dim_document", 2),
        ("marts.fct_form_value", 3),
        ("ref.ref_region", 1),
    ]
    assert first.manifest.content_sha256 != second.manifest.content_sha256
    assert (built_settings.warehouse_dir / "changes.html").is_file()


def test_the_same_rows_have_the_same_sums_night_after_night(built_settings: Settings) -> None:
    publish(built_settings)
    publish(built_settings)
    first, second = kept_nights(built_settings)
    assert first.manifest.content_sha256 == second.manifest.content_sha256


def test_going_back_brings_the_parquet_copies_back_too(built_settings: Settings) -> None:
    publish(built_settings)
    before = parquet_bytes(built_settings.published_parquet_dir)
    build(built_settings, BUILD.replace("range(9)", "range(3)"))
    publish(built_settings)
    assert parquet_bytes(built_settings.published_parquet_dir) != before
    night = choose_night(built_settings, None)
    roll_back(built_settings, night, "why", lambda file: copy_as_parquet(built_settings, file))
    assert parquet_bytes(built_settings.published_parquet_dir) == before

"""Buckets hold what the folders hold, whatever came and went; what did not change is not written again."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import polars as pl
import pytest

from pipeline.lake import compact as compacting
from pipeline.lake.compact import compact, known_documents, read_compacted, tables_dir
from pipeline.lake.documents import documents_dir, read_all, retire, write_extract, write_schema_folder
from pipeline.model.schemas import PER_DOCUMENT
from tests.unit.lake.builders import make_extract

IDS = ("aa01", "aa02", "ab03", "b404")


def fill(lake_dir: Path, *ids: str) -> None:
    write_schema_folder(lake_dir)
    for document_id in ids:
        write_extract(lake_dir, make_extract(document_id))


def bucket_bytes(lake_dir: Path) -> dict[str, bytes]:
    folder = tables_dir(lake_dir)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*.parquet"))}


def same_as_folders(lake_dir: Path) -> bool:
    return all(
        read_compacted(lake_dir, table, list(schema)).sort(list(schema)[:2], maintain_order=True).to_dicts()
        == read_all(lake_dir, table).sort(list(schema)[:2], maintain_order=True).to_dicts()
        for table, schema in PER_DOCUMENT.items()
    )


def test_an_empty_lake_has_every_table_without_rows(tmp_path: Path) -> None:
    write_schema_folder(tmp_path)
    compact(tmp_path)
    for table in PER_DOCUMENT:
        assert (tables_dir(tmp_path) / "_schema" / f"{table}.parquet").is_file()


def test_buckets_hold_what_the_folders_hold_and_are_written_once(tmp_path: Path) -> None:
    fill(tmp_path, *IDS)
    assert compact(tmp_path) == 4
    assert same_as_folders(tmp_path)
    before = bucket_bytes(tmp_path)
    assert compact(tmp_path) == 0
    write_extract(tmp_path, make_extract("ab03"))
    assert compact(tmp_path) == 1
    assert bucket_bytes(tmp_path) == before


def test_history_leaves_no_trace_in_their_bytes(tmp_path: Path) -> None:
    wandering, straight = tmp_path / "wandering", tmp_path / "straight"
    rng = random.Random(4)
    fill(wandering, *IDS)
    for _ in range(12):
        chosen = rng.sample(IDS, rng.randint(0, len(IDS)))
        for document_id in IDS:
            if document_id in chosen:
                write_extract(wandering, make_extract(document_id))
            else:
                shutil.rmtree(documents_dir(wandering) / document_id, ignore_errors=True)
        compact(wandering)
        assert same_as_folders(wandering)
    fill(wandering, *IDS)
    compact(wandering)
    fill(straight, *IDS)
    compact(straight)
    assert bucket_bytes(wandering) == bucket_bytes(straight)


def test_what_a_night_knows_it_need_not_open(tmp_path: Path) -> None:
    fill(tmp_path, *IDS)
    compact(tmp_path)
    assert set(known_documents(tmp_path)) == set(IDS)
    write_extract(tmp_path, make_extract("aa01"))
    shutil.rmtree(documents_dir(tmp_path) / "b404")
    assert set(known_documents(tmp_path)) == {"aa02", "ab03"}


def test_a_document_set_aside_leaves_its_bucket(tmp_path: Path) -> None:
    fill(tmp_path, *IDS)
    compact(tmp_path)
    retire(tmp_path, set(IDS) - {"aa01"})
    assert compact(tmp_path) == 1
    assert same_as_folders(tmp_path)
    statuses = dict(read_compacted(tmp_path, "document", ["document_id", "status"]).rows())
    assert statuses["aa01"] == "superseded"


@pytest.mark.parametrize("damage", ["cut off", "of another version", "no index"])
def test_a_damaged_bucket_is_made_again_from_the_folders(tmp_path: Path, damage: str) -> None:
    fill(tmp_path, *IDS)
    compact(tmp_path)
    before = bucket_bytes(tmp_path)
    bucket = tables_dir(tmp_path) / "aa"
    if damage == "cut off":
        (bucket / "value.parquet").write_bytes(b"")
    elif damage == "of another version":
        pl.read_parquet(bucket / "value.parquet").drop("measure").write_parquet(bucket / "value.parquet")
    else:
        (bucket / "index.json").write_text("{", encoding="ascii")
    write_extract(tmp_path, make_extract("aa01"))
    compact(tmp_path)
    assert bucket_bytes(tmp_path) == before


def test_ended_while_a_bucket_is_written_the_next_call_ends_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(tmp_path, *IDS)
    compact(tmp_path)
    before = bucket_bytes(tmp_path)
    write_extract(tmp_path, make_extract("aa01"))

    def die(*_arguments: object, **_options: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(compacting, "write_table", die)
        with pytest.raises(KeyboardInterrupt):
            compact(tmp_path)
    compact(tmp_path)
    assert bucket_bytes(tmp_path) == before

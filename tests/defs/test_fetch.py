"""Fetching as an operator sees it: nothing without a list, counts with one, and a stop where too much failed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import dagster as dg
import polars as pl
import pytest

from pipeline import flow
from pipeline.defs.automation.in_process import _own_error
from pipeline.defs.extract import batches, reading
from pipeline.defs.ingest.assets import lake_manifest, raw_documents
from pipeline.defs.ingest.fetch import CHECK, fetched_files, lake_retrieval
from pipeline.errors import BadSourceList, TooManyFailures
from pipeline.lake.documents import read_all, read_retired
from pipeline.lake.manifest import read_run_table
from pipeline.model.extract import Extract
from pipeline.model.source import SourceFile
from pipeline.settings import Settings
from pipeline.sources.fetched import REPLACED_REASON
from pipeline.sources.folder import scan_folder
from tests.defs.workers import GuardsHere
from tests.unit.lake.builders import make_extract
from tests.webserver import Site, document, page, serving, status

ASSETS = [fetched_files, raw_documents, lake_manifest, lake_retrieval]


@pytest.fixture
def site() -> Iterator[Site]:
    with serving(Site()) as started:
        yield started


@pytest.fixture
def fetching(settings: Settings, site: Site) -> Settings:
    """Settings with a list of one page on our own machine."""
    settings.sources_file.write_text(
        f"source_id,region,address,pattern\ncounty,140431,{site.address}/,pdf\n", encoding="utf-8"
    )
    return settings.model_copy(update={"fetch_allow_private": True, "fetch_delay_s": 0.0, "fetch_attempts": 1})


def publish(site: Site, **files: str | None) -> None:
    site.answers["/"] = page("".join(f'<a href="{name}.pdf">{name}</a>' for name in files))
    for name, words in files.items():
        data = f"%PDF-1.7\n{words}\n%%EOF".encode()
        site.answers[f"/{name}.pdf"] = document(data) if words else status(403)


def materialize(settings: Settings, *, raise_on_error: bool = True) -> dg.ExecuteInProcessResult:
    return dg.materialize(
        ASSETS,
        resources={"settings": settings},
        instance=dg.DagsterInstance.ephemeral(),
        raise_on_error=raise_on_error,
    )


def metadata(result: dg.ExecuteInProcessResult, key: str) -> dict[str, object]:
    (found,) = [event for event in result.get_asset_materialization_events() if event.asset_key == dg.AssetKey(key)]
    return {name: value.value for name, value in found.step_materialization_data.materialization.metadata.items()}


def test_without_a_list_nothing_is_fetched_and_it_says_so(settings: Settings) -> None:
    (settings.raw_dir / "a.txt").write_text("甲", encoding="utf-8")
    result = materialize(settings)
    told = metadata(result, "fetched_files")
    assert told["fetched"] is False
    assert str(settings.sources_file) in str(told["why"])
    assert [check.passed for check in result.get_asset_check_evaluations()] == [True]
    assert not (settings.raw_dir / "fetched").exists()
    assert read_run_table(settings.lake_dir, "retrieval").is_empty()


def test_an_operator_reads_what_was_fetched(fetching: Settings, site: Site) -> None:
    publish(site, a="a", b="b")
    told = metadata(materialize(fetching), "fetched_files")
    assert (told["new"], told["failed"], told["asked"], told["failures"]) == (2, 0, 3, "none")
    assert told["by_source"]["county"]["new"] == 2  # type: ignore[index]


def test_too_many_failures_stop_the_night_and_keep_what_came(fetching: Settings, site: Site) -> None:
    publish(site, a="a", b=None)
    result = materialize(fetching, raise_on_error=False)
    (check,) = result.get_asset_check_evaluations()
    assert (check.check_name, check.passed, check.severity) == (CHECK, False, dg.AssetCheckSeverity.ERROR)
    assert "1 of 3 addresses failed (bad_answer 1)" in str(check.description)
    made = {event.asset_key.to_user_string() for event in result.get_asset_materialization_events()}
    assert made == {"fetched_files"}, "nothing after it ran"
    assert len(list((fetching.raw_dir / "fetched").glob("??/*.pdf"))) == 1
    with pytest.raises(dg.Failure) as failure:
        materialize(fetching)
    assert isinstance(_own_error(failure.value), TooManyFailures), "gongkai run says it in our words"


def test_a_list_that_is_none_stops_the_night_with_its_own_error(fetching: Settings) -> None:
    fetching.sources_file.write_text("name\n", encoding="utf-8")
    with pytest.raises(dg.Failure) as failure:
        materialize(fetching)
    assert isinstance(_own_error(failure.value), BadSourceList)
    assert failure.value.allow_retries is False


def test_every_version_of_an_address_is_a_row_of_the_lake(fetching: Settings, site: Site) -> None:
    for words in ("old", "new", None):
        publish(site, a=words)
        if words is None:
            site.answers["/a.pdf"] = status(410)
        materialize(fetching)
    rows = read_run_table(fetching.lake_dir, "retrieval").to_dicts()
    assert [(row["version_no"], row["is_current"]) for row in rows] == [(1, False), (2, True)]
    assert rows[0]["replaced_at"] == rows[1]["retrieved_at"]
    assert (rows[0]["gone_at"], rows[1]["gone_at"] is not None) == (None, True)
    assert rows[1]["source_url"] == f"{site.address}/a.pdf"


def test_a_night_without_changes_leaves_the_lake_to_the_byte(fetching: Settings, site: Site) -> None:
    publish(site, a="a")
    materialize(fetching)
    before = {path.name: path.read_bytes() for path in fetching.lake_dir.glob("*.parquet")}
    materialize(fetching)
    assert {path.name: path.read_bytes() for path in fetching.lake_dir.glob("*.parquet")} == before


def read_now(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> reading.Reading:
    def read_here(_job: object, source: SourceFile) -> Extract:
        extract = make_extract(source.document_id)
        return replace(extract, parser_version=flow.parser_version(extract.record.media_type))

    monkeypatch.setattr(batches, "Guards", GuardsHere)
    monkeypatch.setattr(batches, "read_one_document", read_here)
    scan = scan_folder(settings.raw_dir, max_file_bytes=settings.max_file_bytes, unpack_dir=settings.unpack_dir)
    return reading.read_documents(settings, scan, on_total=lambda _total: None, advance=lambda _name: None)


def listed(settings: Settings) -> dict[str, tuple[str, str]]:
    """Status and reason of every document, by the words it holds."""
    files = {path.name.split(".")[0]: path.read_text() for path in (settings.raw_dir / "fetched").glob("??/*.pdf")}
    rows = read_all(settings.lake_dir, "document").select("document_id", "status", "status_reason").rows()
    return {files[document_id].split("\n")[1]: (state, reason) for document_id, state, reason in rows}


def test_a_replaced_version_is_listed_and_its_numbers_leave(
    fetching: Settings, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    for words in ("old", "new"):
        publish(site, a=words)
        materialize(fetching)
        read_now(fetching, monkeypatch)
    assert listed(fetching)["old"] == ("superseded", REPLACED_REASON)
    assert listed(fetching)["new"][0] == "loaded"
    assert read_all(fetching.lake_dir, "value").get_column("document_id").n_unique() == 1
    assert read_retired(fetching.lake_dir, "retired_value").get_column("document_id").n_unique() == 1
    manifest = read_run_table(fetching.lake_dir, "manifest")
    assert manifest.height == 2
    assert manifest.get_column("file_name").to_list() == ["a.pdf", "a.pdf"]
    assert not manifest.select(pl.col("is_duplicate").any()).item()


def test_a_version_replaced_before_it_was_read_is_listed_too(
    fetching: Settings, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    for words in ("old", "new"):
        publish(site, a=words)
        materialize(fetching)
    assert read_now(fetching, monkeypatch).read == 1
    assert listed(fetching)["old"] == ("superseded", REPLACED_REASON)
    assert read_now(fetching, monkeypatch).read == 0
    publish(site, a="old")
    materialize(fetching)
    read_now(fetching, monkeypatch)
    assert {words: state for words, (state, _reason) in listed(fetching).items()} == {
        "old": "loaded",
        "new": "superseded",
    }


def test_what_a_replaced_archive_held_is_replaced_with_it(
    fetching: Settings, site: Site, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    import io
    import zipfile

    def packed(*words: str) -> bytes:
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w") as package:
            for word in words:
                package.writestr(f"{word}.txt", word)
        return stream.getvalue()

    site.answers["/"] = page('<a href="a.zip">pdf</a>')
    for words in (("same", "old"), ("same", "new")):
        site.answers["/a.zip"] = document(packed(*words), content_type="application/zip")
        materialize(fetching)
        read_now(fetching, monkeypatch)
    states = sorted(read_all(fetching.lake_dir, "document").select("status", "status_reason").rows(), key=str)
    assert [state for state, _reason in states] == ["loaded", "loaded", "loaded", "superseded", "superseded"]
    assert {reason for state, reason in states if state == "superseded"} == {REPLACED_REASON}

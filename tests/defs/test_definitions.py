"""The asset graph as an operator sees it: every step there, in one direction, nothing switched on by itself."""

from __future__ import annotations

import os
from collections.abc import Iterator

import dagster as dg
import pytest

from pipeline.settings import Settings, activate

LAKE = [
    "document",
    "finding",
    "form",
    "form_catalogue",
    "issue",
    "manifest",
    "mention",
    "narrative",
    "narrative_term",
    "account",
    "performance_indicator",
    "retired_value",
    "project",
    "reconciliation",
    "rule",
    "value",
    "withheld",
]
CHECKS = {"few_documents_quarantined", "sums_hold", "no_document_lost"}


@pytest.fixture(scope="module")
def definitions(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dg.Definitions]:
    from pipeline.definitions import defs

    folder = tmp_path_factory.mktemp("definitions")
    before = dict(os.environ)
    activate(Settings(raw_dir=folder / "raw", warehouse_dir=folder / "warehouse"))
    yield defs()
    os.environ.clear()
    os.environ.update(before)


def keys(definitions: dg.Definitions) -> set[str]:
    return {key.to_user_string() for key in definitions.resolve_asset_graph().get_all_asset_keys()}


def test_the_graph_goes_from_raw_documents_to_the_published_file(definitions: dg.Definitions) -> None:
    graph = definitions.resolve_asset_graph()
    above = graph.get_ancestor_asset_keys(dg.AssetKey("published_warehouse"))
    assert {key.to_user_string() for key in above} >= {"raw_documents", *(f"lake/{table}" for table in LAKE)}


def test_every_lake_table_is_an_asset(definitions: dg.Definitions) -> None:
    assert {key for key in keys(definitions) if key.startswith("lake/")} == {f"lake/{table}" for table in LAKE}


def test_every_asset_can_be_made_here(definitions: dg.Definitions) -> None:
    graph = definitions.resolve_asset_graph()
    assert graph.external_asset_keys == set()


def test_our_checks_and_the_dbt_tests_are_asset_checks(definitions: dg.Definitions) -> None:
    names = {key.name for key in definitions.resolve_asset_graph().asset_check_keys}
    assert names >= CHECKS
    assert len(names) > len(CHECKS)


def test_the_schedule_is_off_by_default(definitions: dg.Definitions) -> None:
    schedule = definitions.resolve_schedule_def("nightly_schedule")
    assert schedule.default_status is dg.DefaultScheduleStatus.STOPPED
    assert schedule.cron_schedule == "0 2 * * *"


def test_every_asset_of_ours_is_described(definitions: dg.Definitions) -> None:
    graph = definitions.resolve_asset_graph()
    assert [key for key in graph.get_all_asset_keys() if not graph.get(key).description] == []

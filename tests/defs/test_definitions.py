"""The asset graph as an operator sees it: every step there, in one direction, nothing switched on by itself."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import timedelta

import dagster as dg
import pytest
from dagster._core.definitions.freshness import TimeWindowFreshnessPolicy

from pipeline.defs.extract.slices import MOST_SLICES_A_RUN
from pipeline.defs.pools import WRITER
from pipeline.defs.slices import SLICES
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
    "retrieval",
    "rule",
    "value",
    "withheld",
]
CHECKS = {"few_documents_quarantined", "sums_hold", "no_document_lost", "few_addresses_failed"}


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


def test_the_published_file_is_fresh_for_26_hours(definitions: dg.Definitions) -> None:
    policy = definitions.resolve_asset_graph().get(dg.AssetKey("published_warehouse")).freshness_policy
    assert isinstance(policy, TimeWindowFreshnessPolicy)
    assert policy.fail_window.to_timedelta() == timedelta(hours=26)


def test_every_asset_of_ours_says_which_code_makes_it(definitions: dg.Definitions) -> None:
    graph = definitions.resolve_asset_graph()
    without = {key.to_user_string() for key in graph.get_all_asset_keys() if not graph.get(key).code_version}
    assert without == set()


def test_writers_wait_for_each_other(definitions: dg.Definitions) -> None:
    graph = definitions.resolve_asset_graph()
    writing = [dg.AssetKey(["lake", "document"]), dg.AssetKey("slice_documents"), dg.AssetKey("published_warehouse")]
    writing.append(dg.AssetKey(["marts", "dim_document"]))
    assert {graph.get(key).pools == {WRITER} for key in writing} == {True}


def test_slices_are_partitions_that_one_run_reads_and_a_night_leaves_out(definitions: dg.Definitions) -> None:
    node = definitions.resolve_asset_graph().get(dg.AssetKey("slice_documents"))
    assert node.partitions_def == SLICES
    assert node.backfill_policy == dg.BackfillPolicy.single_run()
    nightly, reread, ahead = (
        definitions.resolve_job_def(name).asset_layer.executable_asset_keys
        for name in ("nightly", "reread", "read_ahead")
    )
    assert reread - nightly == {dg.AssetKey("slice_documents")}
    assert ahead == {dg.AssetKey("documents_ahead")}
    assert not ahead & reread


def test_reading_ahead_runs_many_at_a_time(definitions: dg.Definitions) -> None:
    node = definitions.resolve_asset_graph().get(dg.AssetKey("documents_ahead"))
    assert (node.partitions_def, node.pools) == (SLICES, set())
    assert node.backfill_policy == dg.BackfillPolicy.multi_run(MOST_SLICES_A_RUN)


def test_alerts_are_sent_wherever_the_daemon_runs(definitions: dg.Definitions) -> None:
    names = ("alert_on_failure", "alert_on_success", "build_after_reread", "slice_sensor", "raw_folder_sensor")
    running = [name for name in names if definitions.resolve_sensor_def(name).default_status.value == "RUNNING"]
    assert running == [*names[:4]]

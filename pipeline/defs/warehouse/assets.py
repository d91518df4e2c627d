"""The lake -> a new DuckDB file, built and tested by dbt alone; every model, seed and test is seen by Dagster."""

import shutil
import time
from collections.abc import Iterator, Mapping
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb
import structlog
from dagster_dbt import DagsterDbtTranslator, DbtCliResource, dbt_assets

from pipeline.defs.failures import told_to_operator
from pipeline.defs.pools import WRITER
from pipeline.defs.progress import waiting
from pipeline.defs.warehouse.build import build_error, is_built, is_up_to_date, note_built
from pipeline.defs.warehouse.dbt_manifest import prepare_manifest
from pipeline.nights.ledger import Outcome, end_night, read_ledger
from pipeline.nights.rollback import refuse_on_hold
from pipeline.settings import Settings, load_settings

PUBLISHED = dg.AssetKey("published_warehouse")
DIM_DOCUMENT = dg.AssetKey(["marts", "dim_document"])


class FolderTranslator(DagsterDbtTranslator):
    """Groups dbt's nodes by layer: staging, intermediate, marts, ref."""

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str:
        """The schema a node is built into."""
        return str(dbt_resource_props["config"].get("schema") or dbt_resource_props["resource_type"])


@dg.definitions
def warehouse() -> dg.Definitions:
    """The dbt nodes as assets, their tests as checks, and the check that no document was lost on the way."""
    manifest = prepare_manifest(load_settings())
    return dg.Definitions(assets=[warehouse_assets(manifest)], asset_checks=[no_document_lost])


def warehouse_assets(manifest: Path) -> dg.AssetsDefinition:
    """All models and seeds of the project as one step.

    Args:
        manifest: `manifest.json` as written by `dbt parse`.
    """

    @dbt_assets(
        manifest=manifest,
        name="warehouse",
        dagster_dbt_translator=FolderTranslator(),
        pool=WRITER,
    )
    def build(
        context: dg.AssetExecutionContext, dbt: DbtCliResource, settings: dg.ResourceParam[Settings]
    ) -> Iterator[Any]:
        if is_up_to_date(settings):
            context.log.info("Nothing changed since the published file was built: not built again.")
            structlog.get_logger().info("unchanged", stage="build")
            if (night := read_ledger(settings).running) is not None:
                end_night(settings, night.night_id, Outcome.UNCHANGED)
            _say_still_good(context, settings)
            return
        with told_to_operator(context):
            refuse_on_hold(settings, read_ledger(settings))
            if is_built(settings):
                context.log.info("Built and tested by an earlier night that did not publish: not built again.")
                structlog.get_logger().info("built_before", stage="build")
                yield from _built_before(context)
                return
            yield from _build(context, dbt, settings)

    return build


def _built_before(context: dg.AssetExecutionContext) -> Iterator[Any]:
    """The nodes and blocking tests of a build that ended well, in an order in which each comes after what it reads."""
    depends_on = context.assets_def.asset_deps
    in_order = TopologicalSorter({key: depends_on[key] for key in context.selected_asset_keys}).static_order()
    yield from (dg.MaterializeResult(asset_key=key) for key in in_order if key in depends_on)
    for check in sorted(context.selected_asset_check_keys):
        if context.assets_def.get_spec_for_check_key(check).blocking:
            yield dg.AssetCheckResult(
                asset_key=check.asset_key, check_name=check.name, passed=True, description="held when it was built"
            )


def _say_still_good(context: dg.AssetExecutionContext, settings: Settings) -> None:
    """Tells a server that the published file was looked at and is what would be built: it is fresh without a build."""
    if context.instance.is_ephemeral:
        return
    facts = {
        "outcome": dg.MetadataValue.text("unchanged: not built again"),
        "file": dg.MetadataValue.path(settings.published_file),
    }
    context.instance.report_runless_asset_event(dg.AssetMaterialization(PUBLISHED, metadata=facts))


def _build(context: dg.AssetExecutionContext, dbt: DbtCliResource, settings: Settings) -> Iterator[Any]:
    """Runs `dbt build` into a new file.

    Raises:
        BuildFailed: A model or a test of severity error failed.
    """
    for leftover in settings.build_dir.glob(f"{settings.build_file.name}*"):
        shutil.rmtree(leftover) if leftover.is_dir() else leftover.unlink()
    settings.dbt_target_dir.mkdir(parents=True, exist_ok=True)
    results = settings.dbt_target_dir / "run_results.json"
    results.unlink(missing_ok=True)
    # unit tests prove the SQL, not the data: `make test` runs them, a night need not
    command = ["build", "--exclude-resource-type", "unit_test"]
    begun = time.monotonic()
    invocation = dbt.cli(command, context=context, target_path=settings.dbt_target_dir, raise_on_error=False)
    with waiting("Building and testing", is_shown=settings.show_progress):
        yield from invocation.stream()
    is_successful = invocation.is_successful()
    seconds = round(time.monotonic() - begun, 3)
    structlog.get_logger().info("built", stage="build", is_successful=is_successful, seconds=seconds)
    if not is_successful:
        raise build_error(results)
    note_built(settings)


@dg.asset_check(asset=DIM_DOCUMENT, blocking=True)
def no_document_lost(settings: dg.ResourceParam[Settings]) -> dg.AssetCheckResult:
    """Stops publishing when the manifest and `dim_document` do not list the same number of files."""
    with duckdb.connect(str(settings.build_file), read_only=True) as connection:
        listed = _count(connection, "select count(*) from read_parquet(?)", str(settings.lake_dir / "manifest.parquet"))
        built = _count(connection, "select count(*) from marts.dim_document")
    return dg.AssetCheckResult(
        passed=listed == built,
        severity=dg.AssetCheckSeverity.ERROR,
        description=f"{listed} files in the manifest, {built} rows in marts.dim_document",
        metadata={"files": listed, "rows": built},
    )


def _count(connection: duckdb.DuckDBPyConnection, query: str, *parameters: object) -> int:
    row = connection.execute(query, list(parameters)).fetchone()
    return int(row[0]) if row else 0

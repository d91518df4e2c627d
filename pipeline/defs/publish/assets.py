"""The built file takes the place of the last good one."""

import time
from datetime import timedelta

import dagster as dg
import structlog

from pipeline.defs.failures import told_to_operator
from pipeline.defs.pools import WRITER
from pipeline.defs.publish.promote import PUBLIC_SCHEMAS, promote
from pipeline.defs.warehouse.assets import warehouse_assets
from pipeline.defs.warehouse.build import Stamp, build_fingerprint, published_state
from pipeline.defs.warehouse.dbt_manifest import prepare_manifest
from pipeline.settings import Settings, load_settings
from pipeline.versions import code_version_of

#: A night is a day; two hours are for one that takes long or is tried again.
FRESHNESS = dg.FreshnessPolicy.time_window(fail_window=timedelta(hours=26), warn_window=timedelta(hours=25))


@dg.definitions
def publish() -> dg.Definitions:
    """The published file, which waits for every public dbt node and its tests."""
    built = warehouse_assets(prepare_manifest(load_settings())).keys
    public = sorted(key for key in built if key.path[0] in PUBLIC_SCHEMAS)
    return dg.Definitions(assets=[published_asset(public)])


def published_asset(public: list[dg.AssetKey]) -> dg.AssetsDefinition:
    """The asset that renames the new file over `fiscal.duckdb`.

    Args:
        public: The dbt nodes whose tables are published.
    """

    @dg.asset(
        deps=public,
        group_name="publish",
        kinds={"duckdb"},
        pool=WRITER,
        freshness_policy=FRESHNESS,
        code_version=code_version_of("pipeline.defs.publish.promote"),
    )
    def published_warehouse(
        context: dg.AssetExecutionContext, settings: dg.ResourceParam[Settings]
    ) -> dg.MaterializeResult[None]:
        """`fiscal.duckdb`: public tables only, replaced in one step; the same tables as Parquet beside it."""
        begun = time.monotonic()
        with told_to_operator(context):
            build = build_fingerprint(settings)
            tables = promote(settings)
            Stamp(build, published_state(settings)).save(settings.fingerprint_file)
        rows = {f"{table.schema}.{table.name}": table.rows for table in tables}
        structlog.get_logger().info("published", stage="publish", tables=len(tables), rows=sum(rows.values()))
        return dg.MaterializeResult(
            metadata={
                "file": dg.MetadataValue.path(settings.published_file),
                "bytes": settings.published_file.stat().st_size,
                "tables": len(tables),
                "rows": dg.MetadataValue.json(rows),
                "seconds": round(time.monotonic() - begun, 3),
            }
        )

    return published_warehouse

"""The built file is held against the last good one, then takes its place."""

import time
from datetime import timedelta

import dagster as dg
import structlog

from pipeline.defs.failures import told_to_operator
from pipeline.defs.pools import WRITER
from pipeline.defs.publish.promote import PUBLIC_SCHEMAS, promote
from pipeline.defs.warehouse.assets import DIM_DOCUMENT, warehouse_assets
from pipeline.defs.warehouse.build import Stamp, build_fingerprint, published_state
from pipeline.defs.warehouse.dbt_manifest import prepare_manifest
from pipeline.nights.folder import prune_nights
from pipeline.nights.ledger import Outcome, end_night, read_ledger
from pipeline.nights.limits import Exceeded, exceeded_limits
from pipeline.nights.rollback import refuse_on_hold
from pipeline.settings import Settings, load_settings
from pipeline.versions import code_version_of

#: A night is a day; two hours are for one that takes long or is tried again.
FRESHNESS = dg.FreshnessPolicy.time_window(fail_window=timedelta(hours=26), warn_window=timedelta(hours=25))


@dg.definitions
def publish() -> dg.Definitions:
    """The published file, which waits for every public dbt node, its tests, and the comparison with the last night."""
    built = warehouse_assets(prepare_manifest(load_settings())).keys
    public = sorted(key for key in built if key.path[0] in PUBLIC_SCHEMAS)
    return dg.Definitions(assets=[published_asset(public)], asset_checks=[changes_within_limits])


@dg.asset_check(asset=DIM_DOCUMENT, blocking=True)
def changes_within_limits(settings: dg.ResourceParam[Settings]) -> dg.AssetCheckResult:
    """Stops publishing when tables, documents or sums differ from the last good night by more than `limits.yaml`."""
    found = _exceeded(settings)
    is_accepted = settings.accept_changes
    return dg.AssetCheckResult(
        passed=not found or is_accepted,
        severity=dg.AssetCheckSeverity.ERROR,
        description=_in_words(found),
        metadata={"exceeded": dg.MetadataValue.json([str(limit) for limit in found]), "accepted": is_accepted},
    )


def _exceeded(settings: Settings) -> tuple[Exceeded, ...]:
    if not settings.published_file.is_file():
        return ()
    return exceeded_limits(settings.published_file, settings.build_file)


def _in_words(found: tuple[Exceeded, ...]) -> str:
    return "\n".join(str(limit) for limit in found) or "nothing moved further than the limits allow"


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
        """`fiscal.duckdb`: public tables only, replaced in one step; kept under its date; Parquet copies beside it."""
        with told_to_operator(context):
            return _publish(settings)

    return published_warehouse


def _publish(settings: Settings) -> dg.MaterializeResult[None]:
    begun = time.monotonic()
    ledger = read_ledger(settings)
    refuse_on_hold(settings, ledger)
    accepted = tuple(str(limit) for limit in _exceeded(settings)) if settings.accept_changes else ()
    night_id = ledger.running.night_id if ledger.running else "unknown"
    build = build_fingerprint(settings)
    published = promote(settings, night_id, built_from=build, accepted=accepted)
    rows = {f"{table.schema}.{table.name}": table.rows for table in published.tables}
    facts: dict[str, str | int | float] = {**published.changes.totals, "accepted_limits": len(accepted)}
    if published.changes.compared_with is None:
        facts["is_first"] = 1
    end_night(settings, night_id, Outcome.PUBLISHED, facts=facts)
    Stamp(build, published_state(settings)).save(settings.fingerprint_file)
    pruned = prune_nights(settings, read_ledger(settings))
    seconds = round(time.monotonic() - begun, 3)
    counts = {"tables": len(rows), "rows": sum(rows.values())}
    structlog.get_logger().info("published", stage="publish", night=night_id, seconds=seconds, **counts, **facts)
    return dg.MaterializeResult(
        metadata={
            "night": night_id,
            "file": dg.MetadataValue.path(settings.published_file),
            "bytes": settings.published_file.stat().st_size,
            "tables": len(rows),
            "rows": dg.MetadataValue.json(rows),
            "changes": dg.MetadataValue.json(dict(facts)),
            "change_report": dg.MetadataValue.path(settings.nights_dir / night_id / "changes.html"),
            "accepted": list(accepted),
            "nights_pruned": list(pruned),
            "seconds": seconds,
        }
    )

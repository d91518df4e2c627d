"""What starts a night before its time: documents in the raw folder, and slices that were read again."""

import time
from typing import Any

import dagster as dg

from pipeline.defs.extract.slices import slice_documents
from pipeline.defs.failures import said_of
from pipeline.defs.slices import SLICES, new_slices
from pipeline.errors import FiscalError
from pipeline.settings import load_settings
from pipeline.sources.watch import Watched, decide, glance_at

_EVERY_S = 60
#: Jobs that build after they read.
_BUILDING = frozenset({"nightly", "reread"})


def watching_sensors(nightly: Any, *, is_on: bool) -> list[dg.SensorDefinition]:
    """The sensors that ask for a night.

    Args:
        nightly: The job they ask for.
        is_on: Whether the folder is watched without anybody turning it on.
    """

    @dg.sensor(
        name="raw_folder_sensor",
        job=nightly,
        minimum_interval_seconds=_EVERY_S,
        default_status=dg.DefaultSensorStatus.RUNNING if is_on else dg.DefaultSensorStatus.STOPPED,
        description="Asks for a night once for each change of the raw folder, when nobody writes there any more. On "
        "where GONGKAI_SCHEDULE is on.",
    )
    def raw_folder_sensor(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
        return look(context)

    @dg.sensor(
        name="slice_sensor",
        minimum_interval_seconds=_EVERY_S,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Adds a partition for every publisher and year that is new in the raw folder, and starts nothing.",
    )
    def slice_sensor(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
        return look_for_slices(context)

    @dg.run_status_sensor(
        name="build_after_reread",
        run_status=dg.DagsterRunStatus.SUCCESS,
        request_job=nightly,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Asks for a night after slices were read again by a backfill of slice_documents.",
    )
    def build_after_reread(context: dg.RunStatusSensorContext) -> dg.RunRequest | dg.SkipReason:
        run = context.dagster_run
        if run.job_name in _BUILDING or slice_documents.key not in (run.asset_selection or ()):
            return dg.SkipReason(f"{run.job_name} has built, or read no slice again")
        return dg.RunRequest(run_key=f"build after {run.run_id}", tags={"gongkai/why": "slices were read again"})

    return [raw_folder_sensor, slice_sensor, build_after_reread]


def look(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
    """One look at the folder: a run where it has changed and is quiet."""
    settings = load_settings()
    try:
        glance = glance_at(settings.raw_dir)
    except FiscalError as error:
        return dg.SkipReason(said_of(error))
    decision = decide(glance, Watched.load(context.cursor), time.time(), settings.drop_settle_s)
    runs = [dg.RunRequest(run_key=decision.run_key, tags={"gongkai/why": decision.reason})] if decision.run_key else []
    return dg.SensorResult(
        run_requests=runs,
        skip_reason=None if runs else dg.SkipReason(decision.reason),
        cursor=decision.watched.model_dump_json(),
    )


def look_for_slices(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
    """One look at the folder: partitions for slices that have none."""
    try:
        glance = glance_at(load_settings().raw_dir)
    except FiscalError as error:
        return dg.SkipReason(said_of(error))
    slices = new_slices(context.instance, glance.slices)
    if not slices:
        return dg.SkipReason("no new slice")
    return dg.SensorResult(dynamic_partitions_requests=[SLICES.build_add_request(slices)])

"""The jobs, when they run by themselves, and who is told: schedule, watched folder, alerts."""

import dagster as dg

from pipeline.defs.automation.alerting import alert_sensors
from pipeline.defs.automation.watching import watching_sensors
from pipeline.defs.extract.slices import documents_ahead, slice_documents
from pipeline.defs.slices import SLICES
from pipeline.settings import load_settings

#: A crashed process is worth a second try; steps ask for their own where it can help (`defs/failures.py`).
_MAX_RETRIES = "1"
#: A night over 5,000 documents takes an hour; a run that hangs must end before the next night.
_LONGEST_RUN_S = "43200"
_TAGS = {"dagster/max_retries": _MAX_RETRIES, "dagster/max_runtime": _LONGEST_RUN_S}
_IS_ON = {"on": dg.DefaultScheduleStatus.RUNNING, "off": dg.DefaultScheduleStatus.STOPPED}


@dg.definitions
def automation() -> dg.Definitions:
    """The nightly job, the jobs that read slices, and what starts or watches them."""
    is_on = load_settings().schedule
    nightly = dg.define_asset_job(
        "nightly",
        selection=dg.AssetSelection.all() - dg.AssetSelection.assets(slice_documents, documents_ahead),
        description="Ingest what is new or changed, build, test, publish.",
        tags=_TAGS,
        executor_def=dg.in_process_executor,
    )
    reread = dg.define_asset_job(
        "reread",
        selection=dg.AssetSelection.all() - dg.AssetSelection.assets(documents_ahead),
        partitions_def=SLICES,
        description="Read a slice (publisher and year) again, fresh or not; then do what a night does.",
        tags=_TAGS,
        executor_def=dg.in_process_executor,
    )
    read_ahead = dg.define_asset_job(
        "read_ahead",
        selection=dg.AssetSelection.assets(documents_ahead),
        partitions_def=SLICES,
        description="Read the new documents of slices, many runs at a time; the next night builds on them.",
        tags=_TAGS,
        executor_def=dg.in_process_executor,
    )
    schedule = dg.ScheduleDefinition(
        name="nightly_schedule",
        job=nightly,
        cron_schedule="0 2 * * *",
        execution_timezone="Asia/Shanghai",
        default_status=_IS_ON[is_on],
        description="Two o'clock at night, when publishers' sites and people sleep. On where GONGKAI_SCHEDULE is on.",
    )
    return dg.Definitions(
        jobs=[nightly, reread, read_ahead],
        schedules=[schedule],
        sensors=[*watching_sensors(nightly, is_on=is_on == "on"), *alert_sensors()],
    )

"""The job that runs every asset, and its schedule at night, off until somebody turns it on."""

import dagster as dg

#: One retry: a night lost to a full disk or a network folder is worth a second try, a bug is not worth ten.
_MAX_RETRIES = "1"

nightly = dg.define_asset_job(
    "nightly",
    selection=dg.AssetSelection.all(),
    description="Ingest what is new or changed, build, test, publish.",
    tags={"dagster/max_retries": _MAX_RETRIES},
    executor_def=dg.in_process_executor,
)

nightly_schedule = dg.ScheduleDefinition(
    name="nightly_schedule",
    job=nightly,
    cron_schedule="30 2 * * *",
    execution_timezone="Asia/Shanghai",
    default_status=dg.DefaultScheduleStatus.STOPPED,
    description="Half past two at night, when publishers' sites and people sleep. Off by default.",
)

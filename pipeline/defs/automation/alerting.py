"""What becomes an alert: a run that failed for good, checks that began to warn, the first good night after failures."""

from collections.abc import Iterable, Iterator

import dagster as dg
from dagster import AssetCheckEvaluation

from pipeline.alerts.alert import Alert
from pipeline.alerts.told import tell_failure, tell_success, tell_warnings
from pipeline.privacy.withhold import withhold_in_text
from pipeline.settings import load_settings

_NIGHTS = frozenset({"nightly", "reread"})
_WILL_RETRY = "dagster/will_retry"
_REMEDY = (
    "Nothing was published; the last good file stands. Open the run in Dagster's pages (gongkai serve), or read "
    "logs/gongkai.jsonl below the warehouse folder; docs/operating.md says what to do."
)
LOOK = "The file was published. Look at the checks' metadata in Dagster's pages, or run gongkai check."


def alert_sensors() -> list[dg.SensorDefinition]:
    """The sensors that tell people; they run wherever the daemon runs."""

    @dg.run_failure_sensor(
        name="alert_on_failure",
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Tells people that a run failed, once for a run and its retries.",
    )
    def alert_on_failure(context: dg.RunFailureSensorContext) -> dg.SkipReason:
        run = context.dagster_run
        if run.tags.get(_WILL_RETRY) == "true":
            return dg.SkipReason("it is tried again")
        said = [_said_of_step(event) for event in context.get_step_failure_events()]
        alert = failure_alert(run.job_name, run.run_id, said, _failed_checks(context.instance, run.run_id))
        undelivered = tell_failure(load_settings(), run.root_run_id or run.run_id, alert)
        return dg.SkipReason("; ".join(("told", *undelivered)))

    @dg.run_status_sensor(
        name="alert_on_success",
        run_status=dg.DagsterRunStatus.SUCCESS,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Tells people of checks that began to warn, and of the first good night after failures.",
    )
    def alert_on_success(context: dg.RunStatusSensorContext) -> dg.SkipReason:
        run = context.dagster_run
        if run.job_name not in _NIGHTS:
            return dg.SkipReason(f"{run.job_name} is no night")
        settings = load_settings()
        passed, failed = checks_of(context.instance, run.run_id)
        undelivered = [*tell_success(settings, {"run": run.run_id}), *tell_warnings(settings, failed, passed, LOOK)]
        return dg.SkipReason("; ".join(("told what is new", *undelivered)))

    return [alert_on_failure, alert_on_success]


def failure_alert(job: str, run_id: str, said: Iterable[str], checks: Iterable[str]) -> Alert:
    """The alert of a run that failed.

    Args:
        job: Its name.
        run_id: As Dagster's pages show it.
        said: What each failed step said.
        checks: The names of checks that failed, with what they said.
    """
    lines = [*said, *(f"check failed: {check}" for check in checks)]
    body = "\n".join(lines) or "the process that ran it died"
    return Alert("failure", f"the run of {job} failed", f"{body}\n\n{_REMEDY}", {"job": job, "run": run_id})


def _said_of_step(event: dg.DagsterEvent) -> str:
    """The step and our own words; of an error that is not ours the kind alone, for it may quote a document."""
    data = event.step_failure_data
    if data.user_failure_data is not None and data.user_failure_data.description:
        return f"{event.step_key}: {withhold_in_text(data.user_failure_data.description)}"
    kind = data.error.cls_name if data.error is not None else None
    return f"{event.step_key}: {kind or 'failed'}"


def _failed_checks(instance: dg.DagsterInstance, run_id: str) -> list[str]:
    _passed, failed = checks_of(instance, run_id)
    return [f"{name}: {said}" if said else name for name, said in failed.items()]


def checks_of(instance: dg.DagsterInstance, run_id: str) -> tuple[set[str], dict[str, str]]:
    """The checks of a run: those that passed, and those that did not with what they said."""
    passed: set[str] = set()
    failed: dict[str, str] = {}
    for check in evaluations_of(instance, run_id):
        name = f"{check.asset_key.to_user_string()} {check.check_name}"
        if check.passed:
            passed.add(name)
        else:
            failed[name] = withhold_in_text(check.description or check.severity.value)
    return passed, failed


def evaluations_of(instance: dg.DagsterInstance, run_id: str) -> Iterator[AssetCheckEvaluation]:
    """What became of each check of a run, in its order."""
    for entry in instance.all_logs(run_id, of_type=dg.DagsterEventType.ASSET_CHECK_EVALUATION):
        if entry.dagster_event is not None:
            yield entry.dagster_event.asset_check_evaluation_data

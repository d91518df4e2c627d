"""The nightly job run here and now, quietly, with its failure as one of our own errors."""

import contextlib
import warnings
from collections.abc import Iterator

import dagster as dg

from pipeline.alerts.told import tell_failure, tell_success, tell_warnings
from pipeline.defs.automation.alerting import LOOK, checks_of, evaluations_of, failure_alert
from pipeline.disk import chain_of, check_writable, said_by_disk
from pipeline.errors import BuildFailed, FiscalError, PublishBlocked, PublishHeld
from pipeline.nights.ledger import Night, Outcome, end_night, read_ledger
from pipeline.privacy.withhold import withhold_in_text
from pipeline.settings import Settings

#: Dagster's own lines say nothing to the person who waits; ours go to the log file.
_QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
_PUBLISHED = dg.AssetKey("published_warehouse")
#: Of a reason, as much as an operator reads in a list.
_REASON_LETTERS = 2_000


def run_nightly(definitions: dg.Definitions, settings: Settings) -> bool:
    """Runs the same assets as the nightly job, in this process, keeping no record of it in Dagster.

    What came of it stands in the ledger of nights.

    Returns:
        Whether a new file was published; `False` means that nothing had changed.

    Raises:
        FiscalError: What stopped the run: nothing was published.
    """
    job = definitions.resolve_job_def("nightly")
    before = read_ledger(settings).nights
    run_id = dg.DagsterRun(job_name=job.name).run_id
    with _quiet(settings), dg.DagsterInstance.ephemeral(settings={"telemetry": {"enabled": False}}) as instance:
        try:
            result = job.execute_in_process(instance=instance, run_config=_QUIET, run_id=run_id)
        except (dg.DagsterError, dg.Failure, FiscalError, OSError) as error:
            stopped = (
                said_by_disk(error, settings)
                or _own_error(error)
                or _failed_check(instance, run_id)
                or _unforeseen(error)
            )
            if (night := _note_failure(settings, stopped, len(before))) is not None:
                said = withhold_in_text(str(stopped))
                tell_failure(settings, night.night_id, failure_alert(job.name, night.night_id, [said], ()))
            raise stopped from error
        passed, warned = checks_of(instance, run_id)
    tell_success(settings)
    tell_warnings(settings, warned, passed, LOOK)
    return any(event.asset_key == _PUBLISHED for event in result.get_asset_materialization_events())


def _note_failure(settings: Settings, error: FiscalError, nights_before: int) -> Night | None:
    """Writes into the ledger why the night that this run began came to nothing; returns it, if one was begun.

    A disk that is full may not even take that line: then the next night finds this one without an end.
    """
    outcomes: dict[type[FiscalError], Outcome] = {PublishBlocked: Outcome.BLOCKED, PublishHeld: Outcome.HELD}
    nights = read_ledger(settings).nights
    if len(nights) == nights_before:
        return None
    with contextlib.suppress(OSError):
        reason = withhold_in_text(str(error))[:_REASON_LETTERS]
        end_night(settings, nights[-1].night_id, outcomes.get(type(error), Outcome.FAILED), reason)
    return nights[-1]


def _failed_check(instance: dg.DagsterInstance, run_id: str) -> FiscalError | None:
    """The blocking checks that did not hold, in their own words."""
    failed = [
        check
        for check in evaluations_of(instance, run_id)
        if not check.passed and check.blocking and check.severity is dg.AssetCheckSeverity.ERROR
    ]
    if not failed:
        return None
    said = "\n".join(f"  {check.check_name}:\n{_indented(check.description or '')}" for check in failed)
    return PublishBlocked(
        f"what was built is not published:\n{said}\n",
        expected="every blocking check to hold",
        remedy="look at what changed (a folder not mounted? a publisher's new template?); if it is right, publish it "
        "with `gongkai run --accept`; the last good file stands as it was",
    )


def _indented(text: str) -> str:
    return "\n".join(f"    {line}" for line in text.splitlines())


@contextlib.contextmanager
def _quiet(settings: Settings) -> Iterator[None]:
    """Sends what dbt repeats on stdout to a file."""
    check_writable(settings)
    log = settings.log_file.with_name("dbt.log")
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("w", encoding="utf-8") as stream, contextlib.redirect_stdout(stream), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _own_error(error: BaseException) -> FiscalError | None:
    """The error of ours that Dagster wrapped."""
    return next((link for link in chain_of(error) if isinstance(link, FiscalError)), None)


def _unforeseen(error: BaseException) -> FiscalError:
    """What Dagster said, where it is all there is."""
    return BuildFailed(
        " ".join(str(error).split()),
        expected="every step and every blocking check to pass",
        remedy="run with --verbose for the whole story; nothing was published, the last good file stands as it was",
    )

"""The nightly job run here and now, quietly, with its failure as one of our own errors."""

import contextlib
import warnings
from collections.abc import Iterator
from pathlib import Path

import dagster as dg

from pipeline.errors import BuildFailed, FiscalError
from pipeline.settings import Settings

#: Dagster's own lines say nothing to the person who waits; ours go to the log file.
_QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
_PUBLISHED = dg.AssetKey("published_warehouse")


def run_nightly(definitions: dg.Definitions, settings: Settings) -> bool:
    """Runs the same assets as the nightly job, in this process, keeping no record of it in Dagster.

    Returns:
        Whether a new file was published; `False` means that nothing had changed.

    Raises:
        FiscalError: What stopped the run: nothing was published.
    """
    job = definitions.resolve_job_def("nightly")
    log = settings.log_file.with_name("dbt.log")
    with _quiet(log), dg.DagsterInstance.ephemeral(settings={"telemetry": {"enabled": False}}) as instance:
        try:
            result = job.execute_in_process(instance=instance, run_config=_QUIET)
        except (dg.DagsterError, dg.Failure, FiscalError) as error:
            raise _our_error(error) from error
    return any(event.asset_key == _PUBLISHED for event in result.get_asset_materialization_events())


@contextlib.contextmanager
def _quiet(log: Path) -> Iterator[None]:
    """Sends what dbt repeats on stdout to a file."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("w", encoding="utf-8") as stream, contextlib.redirect_stdout(stream), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _our_error(error: BaseException) -> FiscalError:
    """The error of ours that Dagster wrapped, else one that says what Dagster said."""
    link: BaseException | None = error
    while link is not None:
        if isinstance(link, FiscalError):
            return link
        link = getattr(link, "user_exception", None) or link.__cause__
    return BuildFailed(
        " ".join(str(error).split()),
        expected="every step and every blocking check to pass",
        remedy="run with --verbose for the whole story; nothing was published, the last good file stands as it was",
    )

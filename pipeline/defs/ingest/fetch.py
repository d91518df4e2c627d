"""The list of disclosure pages -> documents in the raw folder, and the lake's table of what was fetched from where."""

from collections import Counter
from collections.abc import Iterator

import dagster as dg

from pipeline.errors import AnotherFetch, FiscalError
from pipeline.lake.manifest import write_run_table
from pipeline.settings import Settings
from pipeline.sources.fetch.fetching import fetch_sources
from pipeline.sources.fetch.options import FetchOptions
from pipeline.sources.fetch.report import FetchReport, Outcome
from pipeline.sources.fetch.retrievals import retrieval_rows
from pipeline.sources.fetch.source_list import read_source_list
from pipeline.versions import code_version_of

GROUP = "ingest"
CHECK = "few_addresses_failed"
#: What an operator reads in the run's page; the journal names them all.
_SHOWN_FAILURES = 50
#: A fetch on its way, or a network folder that is away for a moment.
_RETRIES = dg.RetryPolicy(max_retries=2, delay=60, backoff=dg.Backoff.EXPONENTIAL)


@dg.asset(
    group_name=GROUP,
    kinds={"http"},
    code_version=code_version_of("pipeline.sources.fetch.fetching"),
    retry_policy=_RETRIES,
    check_specs=[
        dg.AssetCheckSpec(
            CHECK,
            asset="fetched_files",
            blocking=True,
            description="Stops the night when more addresses failed than GONGKAI_FETCH_FAILURE_SHARE allows.",
        )
    ],
)
def fetched_files(
    settings: dg.ResourceParam[Settings],
) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
    """What is new or changed at the publishers' pages, kept by hash; nothing where there is no list of pages."""
    if not settings.sources_file.is_file():
        why = f"there is no list of disclosure pages at {settings.sources_file}"
        yield dg.MaterializeResult(metadata={"fetched": False, "why": why})
        yield dg.AssetCheckResult(passed=True, check_name=CHECK, description="Nothing was fetched.")
        return
    try:
        report = fetch_sources(read_source_list(settings.sources_file), settings.raw_dir, FetchOptions.of(settings))
    except AnotherFetch:
        raise
    except FiscalError as error:  # a wrong list or a full disk is the same in a minute
        raise dg.Failure(str(error), allow_retries=False) from error
    yield dg.MaterializeResult(metadata=_metadata(report))
    yield _check(report)
    if report.error is not None:  # the check alone would stop the night too, without saying why
        raise dg.Failure(str(report.error), allow_retries=False) from report.error


def _metadata(report: FetchReport) -> dict[str, dg.MetadataValue]:
    """What an operator wants to read of a fetch."""
    reasons = Counter(failure.error.category for failure in report.failures)
    failures = "\n".join(
        f"- `{failure.source_id or 'list'}` {failure.error.category}: {failure.error}"
        for failure in report.failures[:_SHOWN_FAILURES]
    )
    by_source = {
        source.source_id: {"pages": source.pages, **{outcome.value: source.outcomes[outcome] for outcome in Outcome}}
        for source in report.sources
    }
    return {
        "fetched": dg.MetadataValue.bool(True),
        **{outcome.value: dg.MetadataValue.int(report.count(outcome)) for outcome in Outcome},
        "not_modified": dg.MetadataValue.int(sum(source.not_modified for source in report.sources)),
        "bytes_received": dg.MetadataValue.int(sum(source.bytes_received for source in report.sources)),
        "asked": dg.MetadataValue.int(report.asked),
        "failure_share": dg.MetadataValue.float(round(report.failure_share, 4)),
        "reasons": dg.MetadataValue.json(dict(reasons)),
        "by_source": dg.MetadataValue.json(by_source),
        "failures": dg.MetadataValue.md(failures or "none"),
        "seconds": dg.MetadataValue.float(round(report.seconds, 1)),
    }


def _check(report: FetchReport) -> dg.AssetCheckResult:
    return dg.AssetCheckResult(
        check_name=CHECK,
        passed=report.error is None,
        severity=dg.AssetCheckSeverity.ERROR,
        description=str(report.error or f"{len(report.failures):,} of {report.asked:,} addresses failed"),
        metadata={"asked": report.asked, "failed": len(report.failures), "share": round(report.failure_share, 4)},
    )


@dg.asset(
    key=["lake", "retrieval"],
    group_name=GROUP,
    kinds={"parquet"},
    deps=["raw_documents"],
    code_version=code_version_of("pipeline.sources.fetched"),
)
def lake_retrieval(settings: dg.ResourceParam[Settings]) -> dg.MaterializeResult[None]:
    """One row per address and version of a fetched document, as the journal tells."""
    count = write_run_table(settings.lake_dir, "retrieval", retrieval_rows(settings.raw_dir))
    return dg.MaterializeResult(metadata={"dagster/row_count": count})

"""A `Scan` -> the per-document tables of the lake; the catalogue -> its once-per-run tables."""

from collections.abc import Iterator

import dagster as dg
import polars as pl

from pipeline import run_tables
from pipeline.defs.extract.reading import QUARANTINED, Reading, read_documents
from pipeline.defs.failures import told_to_operator
from pipeline.defs.pools import WRITER
from pipeline.defs.progress import reading_bar
from pipeline.flow import parser_version
from pipeline.lake.compact import read_compacted
from pipeline.lake.documents import read_retired
from pipeline.lake.manifest import write_run_table
from pipeline.model.schemas import PER_DOCUMENT, PER_RETIRED
from pipeline.settings import Settings
from pipeline.sources.folder import Scan
from pipeline.versions import code_version_of

GROUP = "extract"
#: More than this share of documents in quarantine is worth a look: a template may have changed.
QUARANTINE_SHARE_LIMIT = 0.2

_DESCRIPTIONS = {
    "document": "Who, when and what each document is about, and its status.",
    "form": "One row per printing of a statutory form.",
    "value": "One row per cell of an amount column.",
    "issue": "One row per problem met in reading.",
    "reconciliation": "One row per instance of a sum.",
    "finding": "One row per cause of broken sums: the figure, row or unit blamed.",
    "mention": "One row per amount with its unit in running text.",
    "narrative": "One row per figure of a sentence and what it is about.",
    "account": "How many numbers of each kind a document prints, form by form; unexplained ones among them.",
    "withheld": "One row per place where personal data stood, never the text.",
    "project": "One row per printing of a project.",
    "performance_indicator": "One row per indicator of a performance attachment.",
    "retired_value": "The cells of documents whose files are gone, or were replaced.",
}

#: All three come of the same module and the catalogues it reads.
_RUN_TABLES_VERSION = code_version_of("pipeline.run_tables")

#: What an operator sees counted of each table.
_COUNTED_COLUMNS = {
    "document": "status",
    "form": "status",
    "value": "cell_kind",
    "issue": "category",
    "reconciliation": "outcome",
    "finding": "cause",
    "mention": "reported_unit",
    "narrative": "measure",
    "account": "number_kind",
    "withheld": "kind",
    "project": "kind",
    "performance_indicator": "phase",
}


@dg.multi_asset(
    name="documents",
    specs=[
        dg.AssetSpec(
            ["lake", table],
            deps=["raw_documents", "slice_documents", "documents_ahead"],
            group_name=GROUP,
            kinds={"parquet"},
            description=_DESCRIPTIONS[table],
            code_version=parser_version(),
        )
        for table in (*PER_DOCUMENT, *PER_RETIRED)
    ],
    ins={"raw_documents": dg.AssetIn("raw_documents")},
    pool=WRITER,
)
def documents(
    context: dg.AssetExecutionContext, settings: dg.ResourceParam[Settings], raw_documents: Scan
) -> Iterator[dg.MaterializeResult[None]]:
    """Every document that is new or changed, read in worker processes under a time limit."""
    with told_to_operator(context), reading_bar(is_shown=settings.show_progress) as (on_total, advance):
        reading = read_documents(settings, raw_documents, on_total=on_total, advance=advance)
    for table in PER_DOCUMENT:
        frame = read_compacted(settings.lake_dir, table, [_COUNTED_COLUMNS[table]])
        yield dg.MaterializeResult(
            asset_key=["lake", table], metadata={"dagster/row_count": frame.height, **_metadata(table, frame, reading)}
        )

    for table in PER_RETIRED:
        rows = read_retired(settings.lake_dir, table).height
        yield dg.MaterializeResult(asset_key=["lake", table], metadata={"dagster/row_count": rows})


def _metadata(table: str, frame: pl.DataFrame, reading: Reading) -> dict[str, dg.MetadataValue]:
    """What an operator wants to read beside each table."""
    counts: dict[str, dg.MetadataValue] = {
        f"by_{column}": dg.MetadataValue.json(_counts(frame, column)) for column in frame.columns
    }
    if table == "document":
        return {
            "read_now": dg.MetadataValue.int(reading.read),
            "left_as_they_were": dg.MetadataValue.int(reading.fresh),
            "refused": dg.MetadataValue.int(reading.refused),
            "gone": dg.MetadataValue.int(reading.gone),
            "reading_seconds": dg.MetadataValue.float(round(reading.seconds, 3)),
            **counts,
        }
    return counts


def _counts(frame: pl.DataFrame, column: str) -> dict[str, int]:
    return dict(frame.get_column(column).value_counts(sort=True).sort("count", column, descending=[True, False]).rows())


@dg.asset(key=["lake", "rule"], group_name=GROUP, kinds={"parquet"}, code_version=_RUN_TABLES_VERSION)
def lake_rule(settings: dg.ResourceParam[Settings]) -> dg.MaterializeResult[None]:
    """One row per sum that must hold (勾稽关系), as the catalogue states it."""
    return _run_table(settings, "rule")


@dg.asset(key=["lake", "form_catalogue"], group_name=GROUP, kinds={"parquet"}, code_version=_RUN_TABLES_VERSION)
def lake_form_catalogue(settings: dg.ResourceParam[Settings]) -> dg.MaterializeResult[None]:
    """One row per statutory form, as the catalogue describes it."""
    return _run_table(settings, "form_catalogue")


@dg.asset(key=["lake", "narrative_term"], group_name=GROUP, kinds={"parquet"}, code_version=_RUN_TABLES_VERSION)
def lake_narrative_term(settings: dg.ResourceParam[Settings]) -> dg.MaterializeResult[None]:
    """One row per topic, measure, basis and section of the sentences."""
    return _run_table(settings, "narrative_term")


_RUN_TABLES = {
    "rule": run_tables.rule_rows,
    "form_catalogue": run_tables.form_catalogue_rows,
    "narrative_term": run_tables.narrative_term_rows,
}


def _run_table(settings: Settings, table: str) -> dg.MaterializeResult[None]:
    rows = _RUN_TABLES[table]()
    return dg.MaterializeResult(metadata={"dagster/row_count": write_run_table(settings.lake_dir, table, rows)})


@dg.asset_check(asset=["lake", "document"])
def few_documents_quarantined(settings: dg.ResourceParam[Settings]) -> dg.AssetCheckResult:
    """Warns when more than a fifth of the documents could not be read: a publisher's template may have changed."""
    frame = read_compacted(settings.lake_dir, "document", ["status"]).filter(pl.col("status") != "superseded")
    count = frame.filter(pl.col("status") == QUARANTINED).height
    share = count / frame.height if frame.height else 0.0
    return dg.AssetCheckResult(
        passed=share <= QUARANTINE_SHARE_LIMIT,
        severity=dg.AssetCheckSeverity.WARN,
        description=f"{count} of {frame.height} documents could not be read ({share:.1%}; more than "
        f"{QUARANTINE_SHARE_LIMIT:.0%} is unusual): `gongkai status` lists them with their reasons",
        metadata={"documents": frame.height, "quarantined": count, "share": round(share, 4)},
    )


@dg.asset_check(asset=["lake", "reconciliation"])
def sums_hold(settings: dg.ResourceParam[Settings]) -> dg.AssetCheckResult:
    """Warns of sums that do not add up as printed. They are loaded as printed and reported; nothing is blocked."""
    columns = ["document_id", "outcome", "difference_yuan"]
    breaks = read_compacted(settings.lake_dir, "reconciliation", columns).filter(pl.col("outcome") == "break")
    largest = breaks.select(pl.col("difference_yuan").abs().max()).item()
    return dg.AssetCheckResult(
        passed=breaks.is_empty(),
        severity=dg.AssetCheckSeverity.WARN,
        description=f"{breaks.height} sums of {breaks.get_column('document_id').n_unique()} documents do not add up as "
        "printed; mostly the publisher's own errors: `gongkai check` names their causes",
        metadata={
            "breaks": breaks.height,
            "documents": breaks.get_column("document_id").n_unique(),
            "largest_yuan": str(largest),
        },
    )

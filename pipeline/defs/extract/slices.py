"""Slices (publisher and year) read apart from the night: again, fresh or not; or ahead of it, by many machines."""

from collections.abc import Sequence

import dagster as dg

from pipeline.defs.extract.reading import Reading, read_beside_others, reread_documents
from pipeline.defs.failures import told_to_operator
from pipeline.defs.ingest.unpacking import scan_raw
from pipeline.defs.pools import WRITER
from pipeline.defs.progress import reading_bar
from pipeline.defs.slices import SLICES
from pipeline.flow import parser_version
from pipeline.model.source import SourceFile
from pipeline.settings import Settings
from pipeline.sources.folder import Scan, files_of_slices
from pipeline.sources.slices import slice_of

#: One run of a backfill: enough documents that starting a pod is not most of it.
MOST_SLICES_A_RUN = 50


@dg.asset(
    group_name="extract",
    kinds={"parquet"},
    partitions_def=SLICES,
    backfill_policy=dg.BackfillPolicy.single_run(),
    pool=WRITER,
    code_version=parser_version(),
)
def slice_documents(
    context: dg.AssetExecutionContext, settings: dg.ResourceParam[Settings]
) -> dg.MaterializeResult[None]:
    """The documents of chosen slices, read again from their files whether or not they changed. A night needs it not."""
    with told_to_operator(context), reading_bar(is_shown=settings.show_progress) as (on_total, advance):
        scan = scan_raw(settings)
        sources = documents_in(scan, frozenset(context.partition_keys))
        reading = reread_documents(settings, sources, on_total=on_total, advance=advance)
    return dg.MaterializeResult(metadata=_metadata(sources, reading))


@dg.asset(
    group_name="extract",
    kinds={"parquet"},
    partitions_def=SLICES,
    backfill_policy=dg.BackfillPolicy.multi_run(MOST_SLICES_A_RUN),
    code_version=parser_version(),
)
def documents_ahead(
    context: dg.AssetExecutionContext, shared_settings: dg.ResourceParam[Settings]
) -> dg.MaterializeResult[None]:
    """New and changed documents of chosen slices, read by as many runs at a time as there are machines for them.

    A backfill of all slices is a first night's reading on a cluster. The next night finds the documents read, opens
    the archives, and builds.
    """
    settings = shared_settings
    with told_to_operator(context), reading_bar(is_shown=settings.show_progress) as (on_total, advance):
        slices = frozenset(context.partition_keys)
        sources = files_of_slices(settings.raw_dir, slices, max_file_bytes=settings.max_file_bytes)
        reading = read_beside_others(settings, sources, on_total=on_total, advance=advance)
    return dg.MaterializeResult(metadata=_metadata(sources, reading))


def documents_in(scan: Scan, slices: frozenset[str]) -> list[SourceFile]:
    """The documents one of whose files lies in the slices, each once."""
    chosen = {source.document_id for source in scan.files if slice_of(source) in slices}
    return [source for source in scan.first_of_each() if source.document_id in chosen]


def _metadata(sources: Sequence[SourceFile], reading: Reading) -> dict[str, dg.MetadataValue]:
    return {
        "read_now": dg.MetadataValue.int(reading.read),
        "reading_seconds": dg.MetadataValue.float(round(reading.seconds, 3)),
        "by_status": dg.MetadataValue.json(dict(reading.statuses)),
        "by_issue": dg.MetadataValue.json(dict(reading.issues.most_common())),
        "documents": dg.MetadataValue.int(len(sources)),
    }

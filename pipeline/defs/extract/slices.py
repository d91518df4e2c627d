"""A slice (publisher and year) read again from its files, fresh or not: after a better parser, or for a second look."""

import dagster as dg

from pipeline.defs.extract.reading import Reading, reread_documents
from pipeline.defs.failures import told_to_operator
from pipeline.defs.ingest.unpacking import scan_raw
from pipeline.defs.pools import WRITER
from pipeline.defs.progress import reading_bar
from pipeline.defs.slices import SLICES
from pipeline.flow import parser_version
from pipeline.model.source import SourceFile
from pipeline.settings import Settings
from pipeline.sources.folder import Scan
from pipeline.sources.slices import slice_of


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


def documents_in(scan: Scan, slices: frozenset[str]) -> list[SourceFile]:
    """The documents one of whose files lies in the slices, each once."""
    chosen = {source.document_id for source in scan.files if slice_of(source) in slices}
    return [source for source in scan.first_of_each() if source.document_id in chosen]


def _metadata(sources: list[SourceFile], reading: Reading) -> dict[str, dg.MetadataValue]:
    return {
        "read_now": dg.MetadataValue.int(reading.read),
        "reading_seconds": dg.MetadataValue.float(round(reading.seconds, 3)),
        "by_status": dg.MetadataValue.json(dict(reading.statuses)),
        "by_issue": dg.MetadataValue.json(dict(reading.issues.most_common())),
        "documents": dg.MetadataValue.int(len(sources)),
    }

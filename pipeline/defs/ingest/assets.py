"""The raw folder -> a `Scan`, and the lake's manifest of it."""

import shutil
from collections import Counter
from collections.abc import Sequence

import dagster as dg
import structlog

from pipeline.defs.failures import told_to_operator
from pipeline.defs.ingest.unpacking import scan_raw
from pipeline.defs.progress import warn
from pipeline.defs.slices import add_slices
from pipeline.lake.manifest import manifest_rows, read_run_table, write_run_table
from pipeline.settings import Settings
from pipeline.sources.folder import Scan
from pipeline.sources.slices import slice_of
from pipeline.versions import code_version_of

GROUP = "ingest"
#: The log names them all.
SHOWN_NAMES = 5
#: Where versions before 2026-11-21 kept what archives hold: nothing below the warehouse may name persons.
_OLD_UNPACK_DIR = "unpacked"


@dg.asset(
    group_name=GROUP, kinds={"file"}, deps=["fetched_files"], code_version=code_version_of("pipeline.sources.folder")
)
def raw_documents(context: dg.AssetExecutionContext, settings: dg.ResourceParam[Settings]) -> dg.Output[Scan]:
    """Every file below the raw folder and in archives there, hashed; what is no document is refused with its reason."""
    shutil.rmtree(settings.lake_dir / _OLD_UNPACK_DIR, ignore_errors=True)
    with told_to_operator(context):
        scan = scan_raw(settings)
    slices = {slice_of(source) for source in scan.files}
    added = add_slices(context.instance, slices)
    reasons = Counter(refusal.error.category for refusal in scan.refused)
    structlog.get_logger().info("scanned", stage="ingest", files=len(scan.every_file()), refused=dict(reasons))
    if scan.unmatched_notes:
        structlog.get_logger().warning("manifest_names_no_file", stage="ingest", names=list(scan.unmatched_notes))
        warn(unmatched_message(scan.unmatched_notes))
    return dg.Output(
        scan,
        metadata={
            "folder": dg.MetadataValue.path(settings.raw_dir),
            "files": len(scan.every_file()),
            "bytes": sum(source.size_bytes for source in scan.every_file()),
            "archives": len(scan.archives),
            "manifest_names_no_file": list(scan.unmatched_notes),
            "replaced": len(scan.replaced),
            "fetched_files_missing": list(scan.missing),
            "refused": len(scan.refused),
            "reasons": dict(reasons),
            "slices": len(slices),
            "new_slices": added,
        },
    )


def unmatched_message(names: Sequence[str]) -> str:
    """Says which lines of MANIFEST.csv name no file, and what to do."""
    count = "1 file" if len(names) == 1 else f"{len(names):,} files"
    rest = f" and {len(names) - SHOWN_NAMES:,} more" if len(names) > SHOWN_NAMES else ""
    return (
        f"MANIFEST.csv names {count} not in the folder: {', '.join(names[:SHOWN_NAMES])}{rest}; expected the path of a "
        "file below the folder, or its name alone; to do: correct the lines, or add the files"
    )


@dg.asset(
    key=["lake", "manifest"],
    group_name=GROUP,
    kinds={"parquet"},
    code_version=code_version_of("pipeline.lake.manifest"),
)
def lake_manifest(settings: dg.ResourceParam[Settings], raw_documents: Scan) -> dg.MaterializeResult[None]:
    """One row per file ever seen: path, content identity, address, whether its bytes were seen before."""
    earlier = read_run_table(settings.lake_dir, "manifest")
    listed = [*raw_documents.every_file(), *raw_documents.replaced]
    rows = manifest_rows(listed, earlier)
    count = write_run_table(settings.lake_dir, "manifest", rows)
    return dg.MaterializeResult(
        metadata={
            "dagster/row_count": count,
            "duplicates": sum(bool(row["is_duplicate"]) for row in rows),
            "replaced": len(raw_documents.replaced),
            "gone": count - len(listed),
        }
    )

"""dbt's documentation as one HTML page beside the warehouse. Not Dagster's business: only a reader asks for it."""

import shutil
from pathlib import Path

from pipeline.defs.warehouse.dbt_manifest import run_dbt
from pipeline.errors import NoWarehouse
from pipeline.settings import Settings


def write_documentation(settings: Settings) -> Path:
    """Writes the page for the file built last and returns its path.

    Raises:
        NoWarehouse: Nothing was built yet: the page shows the columns as they were built.
        BuildFailed: dbt cannot make the page.
    """
    if not settings.build_file.is_file():
        raise NoWarehouse(
            f"there is no {settings.build_file}", expected="a warehouse built once", remedy="run `gongkai run` first"
        )
    run_dbt(settings, "docs", "generate", "--static")
    settings.docs_dir.mkdir(parents=True, exist_ok=True)
    page = settings.docs_dir / "index.html"
    shutil.copyfile(settings.dbt_target_dir / "static_index.html", page)
    return page

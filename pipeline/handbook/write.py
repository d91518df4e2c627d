"""dbt's documentation with the handbook in it, as one HTML page beside the warehouse: `gongkai docs`."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import duckdb

from pipeline.defs.warehouse.dbt_manifest import prepare_manifest, project_fingerprint
from pipeline.errors import BadFolder
from pipeline.handbook.artefacts import page_catalog, page_manifest
from pipeline.handbook.coverage import count_warehouse
from pipeline.handbook.dbt_page import make_page
from pipeline.handbook.entries import Chapter
from pipeline.handbook.forms import forms_chapter
from pipeline.handbook.guide import guide_chapter
from pipeline.handbook.overview import overview_text
from pipeline.handbook.rules import rules_chapter
from pipeline.handbook.slimmed import ColumnTypes
from pipeline.handbook.words import words_chapter
from pipeline.published.warehouse import Connection, open_published
from pipeline.settings import Settings

_TYPES = "select schema_name, table_name, column_name, data_type from duckdb_columns() where not internal"
_PACKAGE = Path(__file__).resolve().parent.parent
#: What the page is made from besides the warehouse and the dbt project.
_MADE_FROM = ("handbook/*.py", "forms/catalogue/*.yaml", "reconcile/rules.yaml", "parse/sentences/phrases.yaml")


def write_handbook(settings: Settings) -> Path:
    """Writes the page for the published file and returns its path; at once where nothing changed.

    Raises:
        NoWarehouse: Nothing was published yet, or by another version of this program.
        BuildFailed: The dbt project cannot be parsed.
        BadFolder: The page cannot be written.
    """
    page, mark = settings.docs_dir / "index.html", settings.docs_dir / ".made_from"
    with open_published(settings.published_file) as connection:
        made_from = _fingerprint(settings)
        if page.is_file() and mark.is_file() and mark.read_text(encoding="ascii") == made_from:
            return page
        text = _page_text(connection, settings)
    try:
        settings.docs_dir.mkdir(parents=True, exist_ok=True)
        mark.unlink(missing_ok=True)
        page.write_text(text, encoding="utf-8")
        mark.write_text(made_from, encoding="ascii")
    except OSError as error:
        raise BadFolder(
            f"{settings.docs_dir} cannot be written to ({error.strerror})",
            expected="a folder for the page",
            remedy="allow writing there, or name another warehouse with --warehouse",
        ) from error
    return page


def _page_text(connection: Connection, settings: Settings) -> str:
    manifest = json.loads(prepare_manifest(settings).read_text(encoding="utf-8"))
    counts = count_warehouse(connection)
    chapters: tuple[Chapter, ...] = (
        guide_chapter(counts, _accuracy_file(settings)),
        forms_chapter(counts.forms),
        rules_chapter(counts.rules),
        words_chapter(connection, manifest, counts.issues),
    )
    written = manifest["docs"]["doc.gongkai.__overview__"]["block_contents"]
    overview = overview_text(written, counts, manifest, chapters)
    shown = page_manifest(manifest, _column_types(connection, settings), counts.rows, overview, chapters)
    return make_page(shown, page_catalog(shown))


def _accuracy_file(settings: Settings) -> Path:
    return settings.dbt_project_dir.parent / "docs" / "accuracy.md"


def _column_types(published: Connection, settings: Settings) -> ColumnTypes:
    """Types of the published columns; of the steps before them where the file that dbt built can be opened."""
    rows = published.execute(_TYPES).fetchall()
    if settings.build_file.is_file():
        try:
            with duckdb.connect(str(settings.build_file), read_only=True) as built:
                rows = built.execute(_TYPES).fetchall() + rows
        except duckdb.Error:  # a run is writing to it: the steps are shown without their types
            pass
    return {(schema, table, column): data_type for schema, table, column, data_type in rows}


def _fingerprint(settings: Settings) -> str:
    """What the page is made from: the dbt project, the program's data and the state of the published file."""
    digest = hashlib.sha256(project_fingerprint(settings.dbt_project_dir).encode())
    files = [path for pattern in _MADE_FROM for path in sorted(_PACKAGE.glob(pattern))]
    for path in (*files, _accuracy_file(settings)):
        digest.update(path.read_bytes() if path.is_file() else b"")
    published = settings.published_file.stat()
    digest.update(f"{published.st_size} {published.st_mtime_ns}".encode())
    return digest.hexdigest()

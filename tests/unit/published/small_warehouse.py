"""A published file made straight from extracts, without dbt: the public tables and the columns people are shown."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb
import polars as pl

from pipeline.flow import extract_document
from pipeline.lake.rows import extract_rows
from pipeline.model.extract import Extract
from pipeline.model.schemas import PER_DOCUMENT, PER_RUN
from pipeline.model.source import SourceFile
from pipeline.run_tables import form_catalogue_rows, narrative_term_rows, rule_rows

_MARTS = """
    create schema marts;
    create table marts.dim_document as
        select document.*, files.file_name, files.relative_path, null as source_url,
            (select count(*) from value where value.document_id = document.document_id) as number_count,
            (select count(*) from issue where issue.document_id = document.document_id) as issue_count,
            (select count(*) from reconciliation as r where r.document_id = document.document_id
                and r.outcome = 'break') as break_count
        from document join files using (document_id);
    create table marts.dim_department as select distinct department_id, null::text as region_name from document;
    create table marts.dim_region as select null::text as region_code, null::text as region_name, true as is_current;
    create table marts.dim_form as select * from form_catalogue;
    create table marts.dim_rule as select * from rule;
    create table marts.fct_form_value as
        select value.*, form.title as form_title, d.fiscal_year, d.phase
        from value
        left join form using (document_id, form_id, instance_no)
        join document as d using (document_id)
        where cell_kind = 'number';
    create table marts.fct_reconciliation as select * from reconciliation;
    create table marts.fct_number_account as select * from account;
    create table marts.fct_issue as select * from issue;
    create table marts.fct_narrative_amount as
        select narrative.*, narrative.precision as reported_precision, narrative.doubt as reading_doubt,
            d.fiscal_year, d.phase
        from narrative join document as d using (document_id);
    create table marts.fct_withheld as select *, kind as personal_data from withheld;
    create table marts.fct_finding as
        select finding.*, d.fiscal_year, d.phase from finding join document as d using (document_id);
"""


def read_bytes(raw_dir: Path, relative_path: str, content: bytes) -> Extract:
    """Writes a document into the raw folder and reads it, as a run would."""
    path = raw_dir / relative_path
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    document_id = hashlib.sha256(content).hexdigest()
    return extract_document(SourceFile(document_id, path.name, relative_path, path, len(content)))


def publish(warehouse_dir: Path, extracts: Mapping[str, Extract]) -> Path:
    """Writes `fiscal.duckdb` with these documents, keyed by their path below the raw folder."""
    warehouse_dir.mkdir(parents=True, exist_ok=True)
    file = warehouse_dir / "fiscal.duckdb"
    rows: dict[str, list[dict[str, object]]] = {name: [] for name in PER_DOCUMENT}
    for extract in extracts.values():
        for name, found in extract_rows(extract).items():
            rows[name] += found
    files = [
        {"document_id": extract.document_id, "file_name": path.rpartition("/")[2], "relative_path": path}
        for path, extract in extracts.items()
    ]
    with duckdb.connect(str(file)) as connection:
        for name, found in rows.items():
            _load(connection, warehouse_dir, name, found, PER_DOCUMENT[name])
        _load(connection, warehouse_dir, "rule", rule_rows(), PER_RUN["rule"])
        _load(connection, warehouse_dir, "form_catalogue", form_catalogue_rows(), PER_RUN["form_catalogue"])
        _load(connection, warehouse_dir, "narrative_term", narrative_term_rows(), PER_RUN["narrative_term"])
        _load(connection, warehouse_dir, "files", files, pl.Schema(dict.fromkeys(files[0], pl.String())))
        connection.execute(_MARTS)
    return file


def _load(
    connection: duckdb.DuckDBPyConnection,
    folder: Path,
    name: str,
    rows: Sequence[Mapping[str, object]],
    schema: pl.Schema,
) -> None:
    parquet = folder / f"{name}.parquet"
    pl.DataFrame([dict(row) for row in rows], schema=schema, strict=False).write_parquet(parquet)
    connection.execute(f"create table {name} as select * from read_parquet('{parquet}')")
    parquet.unlink()

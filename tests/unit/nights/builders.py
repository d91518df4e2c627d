"""Small published files: as many columns of the public tables as nights look at."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import duckdb

from pipeline.settings import Settings

_TABLES = """
    create schema marts; create schema ref; create schema staging;
    create table marts.dim_document (
        document_id varchar primary key, file_name varchar, status varchar not null, status_reason varchar,
        department_id varchar, department_name varchar, region_code varchar, fiscal_year integer, phase varchar
    );
    create table marts.dim_department (department_id varchar, department_name varchar, region_name varchar);
    insert into marts.dim_department values ('d1', '沁源县财政局', '沁源县'), ('d2', '阳城县财政局', '阳城县');
    create table marts.fct_form_value (
        value_id varchar, document_id varchar, form_id varchar, line_code varchar, line_label varchar, measure varchar,
        amount_yuan decimal(20, 2), count_value decimal(20, 6), reported_text varchar, grade varchar
    );
    create table marts.fct_restatement (
        restatement_id varchar, department_id varchar, region_code varchar, fiscal_year integer, phase varchar,
        form_id varchar, line_code varchar, line_label varchar, measure varchar, amount_yuan decimal(20, 2),
        replaced_amount_yuan decimal(20, 2), reported_text varchar, replaced_reported_text varchar, value_id varchar,
        replaced_value_id varchar
    );
    create table ref.ref_region as select '140431' as region_code;
    create table staging.big as select range as i from range(100);
"""


class Night:
    """A warehouse to be: documents with their numbers, then a file."""

    def __init__(self) -> None:
        self._rows: list[tuple[str, Sequence[object]]] = []

    def document(
        self,
        document_id: str,
        amounts: Sequence[float],
        *,
        status: str = "loaded",
        reason: str | None = None,
        name: str | None = None,
        department: str = "d1",
    ) -> Night:
        """Adds a document whose numbers are `<document>-<place>`."""
        region = {"d1": "140431", "d2": "140522"}[department]
        body = {"d1": "沁源县财政局", "d2": "阳城县财政局"}[department]
        row = (document_id, name or f"{document_id}.pdf", status, reason, department, body, region, 2023, "budget")
        self._rows.append((f"insert into marts.dim_document values ({', '.join('?' * 9)})", row))
        numbers = """
            insert into marts.fct_form_value
            select
                ? || '-' || (place - 1), ?, 'revenue', null, '第' || place || '行', 'total', amounts[place], null,
                amounts[place]::varchar, 'proven'
            from (select ?::decimal(20, 2)[] as amounts), range(1, ? + 1) as t(place)
        """
        self._rows.append((numbers, (document_id, document_id, list(amounts), len(amounts))))
        return self

    def sql(self, statement: str) -> Night:
        """Adds any statement."""
        self._rows.append((statement, ()))
        return self

    def write(self, file: Path) -> Path:
        """Makes the file."""
        file.parent.mkdir(parents=True, exist_ok=True)
        file.unlink(missing_ok=True)
        with duckdb.connect(str(file)) as connection:
            connection.execute(_TABLES)
            for statement, parameters in self._rows:
                connection.execute(statement, list(parameters))
        return file


def at(settings: Settings, time: str) -> Settings:
    """The same settings at another time of day."""
    return settings.model_copy(update={"rehearsal_time": datetime.fromisoformat(time)})

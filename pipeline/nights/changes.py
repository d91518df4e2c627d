"""What changed from one published night to the next: documents, and numbers cell by cell, by region.

What lives here: two files compared. What must not: how it is shown, see `change_page` and `screens`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import TypeVar

import duckdb

from pipeline.errors import DamagedNight

_Row = TypeVar("_Row")
_SQL = Path(__file__).with_name("changes.sql")
#: Cells of `changes.json` and of the page; the Parquet file holds them all.
SHOWN_CELLS = 200


@dataclass(frozen=True, slots=True)
class DocumentChange:
    """One document: `added`, `withdrawn` (its file is gone), `replaced` (another upload counts now), `changed`, `back`.

    The counts are of its numbers in `fct_form_value`.
    """

    kind: str
    document_id: str
    file_name: str
    region_name: str | None
    department_name: str | None
    fiscal_year: int | None
    phase: str | None
    old_status: str | None
    new_status: str | None
    reason: str | None
    numbers_added: int
    numbers_changed: int
    numbers_removed: int


@dataclass(frozen=True, slots=True)
class RegionChange:
    """One region's counts; `region_name` is empty for documents whose region is unknown."""

    region_code: str | None
    region_name: str | None
    documents_added: int
    documents_changed: int
    documents_withdrawn: int
    numbers_added: int
    numbers_changed: int
    numbers_removed: int
    numbers_restated: int


@dataclass(frozen=True, slots=True)
class CellChange:
    """One number that differs.

    `kind`: `changed`, `added`, `removed` of a document that both nights hold, or `restated`: the publisher put another
    file in the place of an earlier one, and this cell of it differs (`fct_restatement`).
    """

    kind: str
    region_name: str | None
    department_name: str | None
    fiscal_year: int | None
    phase: str | None
    form_id: str
    line_code: str | None
    line_label: str | None
    measure: str
    old_value: str | None
    new_value: str | None
    old_text: str | None
    new_text: str | None
    value_id: str | None


@dataclass(frozen=True, slots=True)
class Changes:
    """Everything that differs between two nights; `compared_with` is `None` for the first one.

    `not_compared` says why where the earlier file could not be compared.
    """

    night_id: str
    compared_with: str | None
    documents: tuple[DocumentChange, ...] = ()
    regions: tuple[RegionChange, ...] = ()
    cells: tuple[CellChange, ...] = ()
    cell_count: int = 0
    not_compared: str | None = None

    def count(self, kind: str) -> int:
        """How many documents changed in that way."""
        return sum(document.kind == kind for document in self.documents)

    @property
    def totals(self) -> dict[str, int]:
        """The counts of the whole country."""
        documents = {f"documents_{kind}": self.count(kind) for kind in ("added", "changed", "withdrawn", "replaced")}
        numbers = ("numbers_added", "numbers_changed", "numbers_removed", "numbers_restated")
        return {**documents, **{name: sum(getattr(region, name) for region in self.regions) for name in numbers}}

    def to_json(self) -> str:
        """The report as other programs read it."""
        content = {**asdict(self), "totals": self.totals}
        return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def read_changes(report: Path) -> Changes:
    """A report as `Changes.to_json` wrote it.

    Raises:
        DamagedNight: The file is gone, or is no such report.
    """
    try:
        read = json.loads(report.read_text(encoding="utf-8"))
        read.pop("totals")
        for name, kind in (("documents", DocumentChange), ("regions", RegionChange), ("cells", CellChange)):
            read[name] = tuple(kind(**row) for row in read[name])
        return Changes(**read)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DamagedNight(
            f"{report} cannot be read as a change report ({error})",
            expected="the file that night wrote",
            remedy="choose another night of `gongkai nights`",
        ) from error


def compare_nights(old: Path | None, new: Path, night_id: str, compared_with: str | None, cells_file: Path) -> Changes:
    """Compares a file with the one published before it.

    Args:
        old: The file before; `None` where there is none.
        new: The file that is about to be published.
        night_id: Of the new one.
        compared_with: The night of the old one.
        cells_file: Where all changed cells go, as Parquet; not written where nothing is compared.

    Returns:
        The changes. An old file of another version, which lacks what is compared, is said and stops nothing.
    """
    if old is None:
        return Changes(night_id, None)
    with duckdb.connect() as connection:
        try:
            for name, file in (("old", old), ("new", new)):
                connection.execute(f"attach {_literal(file)} as {name} (read_only)")
            connection.execute(_SQL.read_text(encoding="utf-8"))
            connection.execute(f"copy cells to {_literal(cells_file)} (format parquet)")
            return Changes(
                night_id,
                compared_with,
                tuple(_fetch(connection, DocumentChange, "document_changes")),
                tuple(_fetch(connection, RegionChange, "region_changes")),
                tuple(_fetch(connection, CellChange, "cells", SHOWN_CELLS)),
                connection.execute("select count(*) from cells").fetchall()[0][0],
            )
        except duckdb.Error as error:
            return Changes(night_id, compared_with, not_compared=str(error).splitlines()[0])


def _fetch(
    connection: duckdb.DuckDBPyConnection, kind: type[_Row], table: str, most: int | None = None
) -> Sequence[_Row]:
    rows = connection.table(table).select(*(field.name for field in fields(kind)))  # type: ignore[arg-type]  # any one
    return [kind(*row) for row in (rows if most is None else rows.limit(most)).fetchall()]


def _literal(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"

"""One Parquet table: rows -> checked frame -> temporary file -> rename; and the way back.

What lives here: schema checks and the one call that writes Parquet. What must not: which tables there are.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
from polars.exceptions import PolarsError

from pipeline.errors import SchemaMismatch

#: Fixed, so that the same rows give the same bytes on every machine and with every default.
_COMPRESSION_LEVEL = 3
_ROW_GROUP_ROWS = 100_000

Row = Mapping[str, object]


def rows_to_frame(rows: Iterable[Row], schema: pl.Schema, *, table: str, sort_by: Sequence[str]) -> pl.DataFrame:
    """Rows (dicts keyed by column) -> a frame with exactly the columns of `schema`, sorted.

    Raises:
        SchemaMismatch: A row has other columns, or a value does not fit its column without loss.
    """
    listed = list(rows)
    for row in listed:
        if row.keys() != schema.keys():
            raise SchemaMismatch(
                f"a row for the table {table} has the columns {', '.join(sorted(row))}",
                expected=", ".join(sorted(schema)),
                remedy="fill every column; None where nothing could be told",
            )
    # column by column: by rows polars takes four times as long
    columns = {name: [row[name] for row in listed] for name in schema}
    for name, dtype in schema.items():
        if isinstance(dtype, pl.Decimal):
            for value in columns[name]:
                if value is not None:
                    _check_decimal(value, dtype, f"{table}.{name}")
    try:
        frame = pl.DataFrame({name: _series(name, columns[name], dtype) for name, dtype in schema.items()})
    except (PolarsError, TypeError, OverflowError) as error:
        raise SchemaMismatch(
            f"rows for the table {table} do not fit: {error}",
            expected="values of the column's type",
            remedy="correct the room that makes these rows",
        ) from error
    return frame.sort(by=list(sort_by), nulls_last=True, maintain_order=True)


def _series(name: str, values: list[Any], dtype: pl.DataType) -> pl.Series:
    """A column; lists go in as one flat column with their rows' numbers, or polars makes a series of each."""
    if not isinstance(dtype, pl.List):
        return pl.Series(name, values, dtype, strict=True)
    numbers = [number for number, value in enumerate(values) for _ in value or ()]
    parts = pl.Series(name, [part for value in values for part in value or ()], dtype.inner, strict=True)
    lists = pl.DataFrame([pl.Series("row", numbers, pl.UInt32), parts]).group_by("row", maintain_order=True).agg(name)
    is_empty = pl.Series("is_empty", [value is not None and not value for value in values], pl.Boolean)
    rows = pl.DataFrame([pl.Series("row", range(len(values)), pl.UInt32), is_empty])
    joined = rows.join(lists, on="row", how="left", maintain_order="left")
    return joined.select(pl.when("is_empty").then(pl.lit([], dtype)).otherwise(name).alias(name)).to_series()


def _check_decimal(value: object, dtype: pl.Decimal, where: str) -> None:
    """Polars would round silently; an amount is exact or it is refused."""
    if not isinstance(value, Decimal) or not value.is_finite():
        raise SchemaMismatch(
            f"{where} is {value!r}", expected="a finite Decimal", remedy="never pass floats as amounts"
        )
    if value != round(value, dtype.scale):
        raise SchemaMismatch(
            f"{where} is {value}",
            expected=f"at most {dtype.scale} decimal places",
            remedy="keep the text, raise an issue",
        )
    if abs(value) >= Decimal(10) ** (dtype.precision - dtype.scale):
        raise SchemaMismatch(
            f"{where} is {value}", expected=f"at most {dtype.precision} digits", remedy="keep the text, raise an issue"
        )


def check_frame(frame: pl.DataFrame, schema: pl.Schema, *, table: str) -> pl.DataFrame:
    """Returns the frame when its columns and types are those of the schema, in order.

    Raises:
        SchemaMismatch: They are not; the message shows both.
    """
    if frame.schema != schema:
        differing = {
            name: (str(frame.schema.get(name)), str(schema.get(name)))
            for name in {*frame.schema, *schema}
            if frame.schema.get(name) != schema.get(name)
        }
        raise SchemaMismatch(
            f"the table {table} differs in {differing or 'the order of its columns'}",
            expected=", ".join(schema),
            remedy="delete the lake folder: it was written by another version",
        )
    return frame


def write_table(path: Path, frame: pl.DataFrame, schema: pl.Schema, *, table: str) -> None:
    """Writes one Parquet file in one step: readers see the old file or the new one, never half of it.

    Raises:
        SchemaMismatch: The frame does not follow the schema.
    """
    check_frame(frame, schema, table=table)
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        frame.write_parquet(
            temporary,
            compression="zstd",
            compression_level=_COMPRESSION_LEVEL,
            statistics=True,
            row_group_size=_ROW_GROUP_ROWS,
        )
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def read_table(
    path: Path | list[Path], schema: pl.Schema, *, table: str, columns: Sequence[str] | None = None
) -> pl.DataFrame:
    """Reads one Parquet file, or several of one shape below each other, and checks the columns.

    Args:
        path: Where.
        schema: What must be there.
        table: Its name, for messages.
        columns: Only these, in this order; all where it is `None`.

    Raises:
        SchemaMismatch: It cannot be read, or does not follow the schema.
    """
    try:
        chosen = None if columns is None else list(columns)
        frame = pl.read_parquet(path, columns=chosen, hive_partitioning=False, glob=False)
    except (PolarsError, OSError) as error:
        raise SchemaMismatch(
            f"{path if isinstance(path, Path) else f'the table {table}'} cannot be read ({error})",
            expected="Parquet files of one shape",
            remedy="delete the lake folder: the next run writes it again",
        ) from error
    wanted = schema if columns is None else pl.Schema({name: schema[name] for name in columns})
    return check_frame(frame, wanted, table=table)

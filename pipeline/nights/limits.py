"""The built file against the last good one: what differs by more than the stated limits stops the night.

What lives here: counting both and comparing. What must not: the limits, they are data (`limits.yaml`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

import duckdb
import yaml
from pydantic import BaseModel, ConfigDict, Field

_FILE = Path(__file__).with_name("limits.yaml")
_PUBLIC_SCHEMAS = ("marts", "ref")


class Limit(BaseModel):
    """How far one number may move: `fall` and `rise` as shares of the old one, `slack` in any case."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = ""
    en: str
    zh: str
    sql: str
    fall: float | None = Field(default=None, ge=0)
    rise: float | None = Field(default=None, ge=0)
    slack: int = Field(default=0, ge=0)

    def of_table(self, table: str) -> Limit:
        """The same limit for one table."""
        filled = {name: getattr(self, name).replace("{table}", table) for name in ("en", "zh", "sql")}
        return self.model_copy(update={"id": f"rows_of_{table}", **filled})


class LimitFile(BaseModel):
    """`limits.yaml`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    numbers: tuple[Limit, ...]
    unlimited_tables: frozenset[str]
    every_fact: Limit
    every_table: Limit


@dataclass(frozen=True, slots=True)
class Exceeded:
    """A number that moved by more than its limit."""

    limit_id: str
    en: str
    zh: str
    old: Decimal
    new: Decimal
    allowed: str

    def __str__(self) -> str:
        change = f" ({(self.new - self.old) / self.old:+.1%})" if self.old else ""
        return f"{self.en}: {self.old:,} in the last good night, {self.new:,} now{change}; allowed {self.allowed}"


@cache
def limit_file() -> LimitFile:
    """The limits as stated."""
    return LimitFile(**yaml.safe_load(_FILE.read_text(encoding="utf-8")))


def exceeded_limits(last_good: Path, built: Path) -> tuple[Exceeded, ...]:
    """Compares a built file with the last good one.

    Args:
        last_good: The published file.
        built: The file dbt has built; it may hold more schemas.

    Returns:
        What moved too far, in the order of the limits. Tables that only one file has are not compared: another version
        of the program published them, and its other tables are still held against each other.

    Raises:
        duckdb.Error: One of the files cannot be opened.
    """
    with duckdb.connect() as connection:
        for name, file in (("old", last_good), ("new", built)):
            path = str(file).replace("'", "''")
            connection.execute(f"attach '{path}' as {name} (read_only)")
        connection.execute(
            "create temp table kept as "
            "select distinct document_id from old.marts.dim_document where status in ('loaded', 'partial') intersect "
            "select distinct document_id from new.marts.dim_document where status in ('loaded', 'partial')"
        )
        measured = [(limit, *_both(connection, limit)) for limit in _limits(connection)]
    return tuple(
        Exceeded(limit.id, limit.en, limit.zh, old, new, _allowed(limit))
        for limit, old, new in measured
        if _is_exceeded(limit, old, new)
    )


def _limits(connection: duckdb.DuckDBPyConnection) -> Iterator[Limit]:
    stated = limit_file()
    yield from stated.numbers
    tables = connection.execute(
        "select schema_name || '.' || table_name as name, "
        "bool_and(table_name like 'fct_%' and has_document) as is_fact from ("
        "  select database_name, schema_name, table_name, bool_or(column_name = 'document_id') as has_document"
        "  from duckdb_columns() where database_name in ('old', 'new') and list_contains(?, schema_name)"
        "  group by all) group by 1 having count(*) = 2 order by 1",
        [list(_PUBLIC_SCHEMAS)],
    ).fetchall()
    for name, is_fact in tables:
        if name in stated.unlimited_tables:
            continue
        if is_fact:
            yield stated.every_fact.of_table(name)
        yield stated.every_table.of_table(name)


def _both(connection: duckdb.DuckDBPyConnection, limit: Limit) -> tuple[Decimal, Decimal]:
    old, new = (connection.execute(limit.sql.replace("{db}", name)).fetchall()[0][0] for name in ("old", "new"))
    return Decimal(old), Decimal(new)


def _is_exceeded(limit: Limit, old: Decimal, new: Decimal) -> bool:
    change = new - old
    if abs(change) <= limit.slack:
        return False
    share = limit.fall if change < 0 else limit.rise
    return share is not None and abs(change) > Decimal(str(share)) * old


def _allowed(limit: Limit) -> str:
    """The limit in words.

    >>> _allowed(Limit(en="", zh="", sql="", fall=0.05, slack=3))
    'at most -5% (or 3)'
    """
    shares = [f"-{limit.fall:.0%}" if limit.fall is not None else "", f"+{limit.rise:.0%}" if limit.rise else ""]
    slack = f" (or {limit.slack})" if limit.slack else ""
    return f"at most {' and '.join(share for share in shares if share)}{slack}"

"""What rehearsals share: the command run as a user does, what a warehouse holds, two warehouses compared."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb

ROOT = Path(__file__).parents[2]
Ended = subprocess.CompletedProcess[str]


@dataclass(frozen=True, slots=True)
class Warehouse:
    """Two folders: documents, and what is built of them."""

    raw: Path
    folder: Path

    @property
    def file(self) -> Path:
        """What readers open."""
        return self.folder / "fiscal.duckdb"

    def command(self, *arguments: object) -> list[str]:
        """A command of ours on this warehouse, for `subprocess`."""
        return [sys.executable, "-m", "pipeline.cli", *map(str, arguments), "--warehouse", str(self.folder)]

    def start(self, environment: Mapping[str, str] | None = None) -> subprocess.Popen[bytes]:
        """Begins `gongkai run` in a process group of its own, which can be ended as a whole."""
        return subprocess.Popen(
            self.command("run", "--raw", self.raw),
            cwd=ROOT,
            env={**os.environ, **(environment or {})},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )

    def call(
        self, *arguments: object, environment: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Calls a command and waits for its end."""
        return subprocess.run(
            self.command(*arguments),
            cwd=ROOT,
            env={**os.environ, **(environment or {})},
            capture_output=True,
            text=True,
            check=False,
        )

    def run(self, *arguments: object, environment: Mapping[str, str] | None = None) -> Ended:
        """`gongkai run` to its end."""
        return self.call("run", "--raw", self.raw, *arguments, environment=environment)


def parquet_sums(folder: Path) -> dict[str, str]:
    """The sha256 of every Parquet copy, by its name below the folder."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*.parquet"))
    }


_DESCRIBED = """
    select distinct schema_name, table_name from (
        select schema_name, table_name, column_name, data_type, comment from duckdb_columns() where database_name = ?
        except all
        select schema_name, table_name, column_name, data_type, comment from duckdb_columns() where database_name = ?
    )
"""


def differing_tables(one: Path, other: Path) -> list[str]:
    """The tables of two published files whose rows, order of rows, columns or comments differ.

    The files themselves are not compared byte by byte: DuckDB leaves unused parts of its blocks as the memory was.
    """
    with duckdb.connect() as connection:
        connection.execute(f"attach '{one}' as one (read_only)")
        connection.execute(f"attach '{other}' as other (read_only)")
        one_by_one = ("one", "other"), ("other", "one")
        differing = {
            f"{schema}.{table}"
            for left, right in one_by_one
            for schema, table in connection.execute(_DESCRIBED, [left, right]).fetchall()
        }
        names = connection.execute(
            "select schema_name || '.' || table_name from duckdb_tables() where database_name = 'one' order by 1"
        ).fetchall()
        for name in {name for (name,) in names} - differing:
            numbered = f"select *, row_number() over () as row_no from {{}}.{name}"
            for left, right in one_by_one:
                apart = f"select count(*) from ({numbered.format(left)} except all {numbered.format(right)})"
                if connection.execute(apart).fetchall() != [(0,)]:
                    differing.add(name)
    return sorted(differing)

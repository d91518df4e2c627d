"""Asks a published file one query, in a process that loads nothing else: `python -m tests.bench.ask_query FILE TIMES`.

The query comes from standard input; one JSON object goes to standard output: seconds of each time, the first with
opening the file, rows of the answer, DuckDB's peak of buffers and the process's largest resident size in bytes.
"""

from __future__ import annotations

import json
import resource
import sys
import tempfile
import time
from pathlib import Path

import duckdb

_KB = 1024


def ask(file: Path, sql: str, times: int) -> dict[str, object]:
    """Asks `times` times, each until the whole answer stands in this process, and once more for DuckDB's memory."""
    seconds = []
    began = time.perf_counter()
    with duckdb.connect(str(file), read_only=True) as connection:
        for _ in range(times):
            answer = connection.sql(sql).execute()
            seconds.append(time.perf_counter() - began)
            began = time.perf_counter()
        resident = _most_resident()
        rows = len(answer)
        return {
            "seconds": seconds,
            "rows": rows,
            "buffer_bytes": _peak_of_buffers(connection, sql),
            "resident_bytes": resident,
        }


def _most_resident() -> int:
    """The largest resident size since this program began; `getrusage` counts that of the one it was started from."""
    status = Path("/proc/self/status")
    if status.exists():
        lines = status.read_text(encoding="ascii").splitlines()
        return _KB * next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:"))
    return _KB * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def _peak_of_buffers(connection: duckdb.DuckDBPyConnection, sql: str) -> int:
    with tempfile.NamedTemporaryFile(suffix=".json") as profile:
        connection.execute("pragma enable_profiling = 'json'")
        connection.execute(f"pragma profiling_output = '{profile.name}'")
        connection.execute("""pragma custom_profiling_settings = '{"SYSTEM_PEAK_BUFFER_MEMORY": "true"}'""")
        connection.sql(sql).execute()
        connection.execute("pragma disable_profiling")
        return int(json.loads(Path(profile.name).read_text(encoding="utf-8"))["system_peak_buffer_memory"])


if __name__ == "__main__":
    print(json.dumps(ask(Path(sys.argv[1]), sys.stdin.read(), int(sys.argv[2]))))

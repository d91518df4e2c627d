"""A week of nights under a pretended clock, three of which fail: ledger, alerts, watchdog and rollback must be right.

    python -m tests.rehearse.week

Every night is a real `gongkai run` at 02:00 of its day, every morning at 08:00 the watchdog is asked. Monday, first
night; Tuesday, a document more; Wednesday, the raw folder is not mounted; Thursday, all is well again; Friday, the
run is killed while it builds; Saturday, most documents are gone: stopped by the limits; Sunday, they are back, and at
noon somebody goes back to the night published before, Monday's.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

from tests.bench.base_documents import write_base_documents
from tests.rehearse.warehouse import Warehouse

DAYS = [f"2026-11-{day}" for day in range(23, 30)]


@contextmanager
def webhook() -> Iterator[tuple[str, list[str]]]:
    """A server that takes alerts; yields its address and the levels of what it got."""
    levels: list[str] = []

    class Take(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            levels.append(body["level"])
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_arguments: object) -> None:
            return

    server = HTTPServer(("127.0.0.1", 0), Take)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/", levels
    server.shutdown()


class Week:
    """The nights as they go by, and what was not as it should be."""

    def __init__(self, warehouse: Warehouse, hook: str) -> None:
        self.warehouse = warehouse
        self.hook = hook
        self.wrong: list[str] = []

    def environment(self, day: str, hour: str) -> dict[str, str]:
        """The pretended clock, and where alerts go."""
        return {"GONGKAI_REHEARSAL_TIME": f"{day}T{hour}:00+08:00", "GONGKAI_ALERT_WEBHOOK_URL": self.hook}

    def night(self, day: str, expected_exit: int, *arguments: object) -> None:
        """One night; it must end as expected."""
        begun = time.monotonic()
        done = self.warehouse.run(*arguments, environment=self.environment(day, "02:00"))
        self.expect(f"{day} ends with", done.returncode, expected_exit)
        print(f"{day}: exit {done.returncode} in {time.monotonic() - begun:.0f} s", flush=True)

    def killed_night(self, day: str) -> None:
        """One night killed while dbt builds."""
        process = self.warehouse.start(self.environment(day, "02:00"))
        build = self.warehouse.folder / "build" / "fiscal_build.duckdb"
        before = build.stat().st_mtime_ns if build.exists() else 0
        while process.poll() is None and not (build.exists() and build.stat().st_mtime_ns > before):
            time.sleep(0.05)
        self.expect(f"{day} is alive when it is killed", process.poll(), None)
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        print(f"{day}: killed", flush=True)

    def morning(self, day: str, expected_exit: int) -> None:
        """The watchdog at eight."""
        done = self.warehouse.call("status", "--max-age", "26h", environment=self.environment(day, "08:00"))
        self.expect(f"watchdog of {day}", done.returncode, expected_exit)

    def expect(self, what: str, found: object, wanted: object) -> None:
        """Notes what is not as it should be."""
        if found != wanted:
            self.wrong.append(f"{what}: {found!r}, expected {wanted!r}")


def live(week: Week, levels: list[str], spare: Path) -> None:
    """The week, day by day."""
    warehouse = week.warehouse
    raw, aside = warehouse.raw, warehouse.raw.with_name("aside")
    monday, tuesday, wednesday, thursday, friday, saturday, sunday = DAYS
    week.night(monday, 0)
    week.morning(monday, 0)
    told = ["warning"]  # documents with planted errors: sums that do not hold are told once
    week.expect("alerts after Monday", levels, told)
    shutil.copy(spare, raw / spare.name)
    week.night(tuesday, 0)
    week.morning(tuesday, 0)
    raw.rename(aside)
    raw.mkdir()
    week.night(wednesday, 1)
    week.morning(wednesday, 1)
    week.expect("alerts after Wednesday", levels, [*told, "failure"])
    raw.rmdir()
    aside.rename(raw)
    week.night(thursday, 0)
    week.morning(thursday, 0)
    week.expect("alerts after Thursday", levels, [*told, "failure", "recovered"])
    (raw / spare.name).unlink()
    week.killed_night(friday)
    week.morning(friday, 1)
    shutil.copy(spare, raw / spare.name)
    shutil.copytree(raw, aside)
    for path in sorted(raw.iterdir())[2:]:
        path.unlink()
    week.night(saturday, 1)
    week.morning(saturday, 1)
    week.expect("alerts after Saturday", levels, [*told, "failure", "recovered", "failure"])
    shutil.rmtree(raw)
    aside.rename(raw)
    week.night(sunday, 0)
    week.morning(sunday, 0)
    week.expect("alerts after Sunday", levels, [*told, "failure", "recovered", "failure", "recovered"])
    look_back(week)


def look_back(week: Week) -> None:
    """Sunday noon: the ledger of the week, and back to the night before the last one published."""
    sunday = DAYS[-1]
    done = week.warehouse.call("nights", environment=week.environment(sunday, "11:00"))
    found = [line.split("│")[4].strip() for line in reversed(done.stdout.splitlines()) if "│ 2026-" in line]
    wanted = ["published", "published", "failed", "unchanged", "killed", "blocked", "unchanged"]
    week.expect("outcomes", found, wanted)
    before = week.warehouse.file.read_bytes()
    done = week.warehouse.call("rollback", "--reason", "a rehearsal", environment=week.environment(sunday, "12:00"))
    week.expect("rollback ends with", done.returncode, 0)
    week.expect("readers see another file", week.warehouse.file.read_bytes() != before, wanted=True)
    week.night(sunday, 1)
    week.night(sunday, 0, "--accept")


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="gongkai-week-") as name, webhook() as (hook, levels):
        raw = Path(name) / "raw"
        raw.mkdir()
        write_base_documents(raw, 13)
        spare = max(raw.iterdir())
        spare = shutil.move(spare, Path(name) / spare.name)
        week = Week(Warehouse(raw, Path(name) / "warehouse"), hook)
        live(week, levels, Path(spare))
    for wrong in week.wrong:
        print(f"  WRONG: {wrong}")
    print(f"a week of {len(DAYS)} nights, {len(week.wrong)} things not as they should be")
    sys.exit(1 if week.wrong else 0)


if __name__ == "__main__":
    main()

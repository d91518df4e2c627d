"""`gongkai serve` as it is used: real processes, a night through GraphQL, pages on loopback only, no secret shown."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import psutil
import psycopg2
import pytest

from pipeline.settings import Settings
from tests.conftest import REPOSITORY, BuiltWarehouse
from tests.integration.postgres import PASSWORD, postgres
from tests.unit.alerts.servers import free_port

pytestmark = pytest.mark.e2e

#: On two busy cores loading the code and a night take minutes.
LIMIT_S = 420.0
LAUNCH = """mutation Launch($selector: JobOrPipelineSelector!) {
  launchRun(executionParams: {selector: $selector, mode: "default"}) {
    __typename ... on LaunchRunSuccess { run { runId } } ... on PythonError { message } } }"""
RUN = "query Run($id: ID!) { runOrError(runId: $id) { ... on Run { status } } }"
SELECTOR = {"repositoryName": "__repository__", "jobName": "nightly"}


class Server:
    """What a person with a browser can do."""

    def __init__(self, port: int) -> None:
        self._client = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=LIMIT_S, trust_env=False)

    def ask(self, query: str, **variables: Any) -> Any:
        answer = self._client.post("/graphql", json={"query": query, "variables": variables}).json()
        assert "errors" not in answer, answer
        return answer["data"]

    def wait_until_loaded(self, log: Path, started: list[Any]) -> str:
        """The name of the code location; fails at once when a part has ended."""
        query = (
            "{ workspaceOrError { ... on Workspace { locationEntries { name locationOrLoadError { __typename } } } } }"
        )

        def loaded() -> str | None:
            assert all(process.poll() is None for process in started), log.read_text()[-2000:]
            try:
                entries = self.ask(query)["workspaceOrError"]["locationEntries"]
            except (httpx.TransportError, json.JSONDecodeError):
                return None
            found = [entry for entry in entries if entry["locationOrLoadError"]]
            assert "PythonError" not in str(found), found
            return str(found[0]["name"]) if found else None

        return wait_for(loaded, f"the pages to load, see {log}")

    def run_nightly(self, location: str) -> str:
        """Launches the nightly job and waits for its end; returns its status."""
        launched = self.ask(LAUNCH, selector={**SELECTOR, "repositoryLocationName": location})["launchRun"]
        assert launched["__typename"] == "LaunchRunSuccess", launched
        run_id = launched["run"]["runId"]

        def ended() -> str | None:
            try:
                status = self.ask(RUN, id=run_id)["runOrError"]["status"]
            except httpx.TransportError:  # two busy cores: the pages answer later
                return None
            return status if status in {"SUCCESS", "FAILURE", "CANCELED"} else None

        return wait_for(ended, f"run {run_id} to end")


def wait_for(question: Any, what: str) -> str:
    deadline = time.monotonic() + LIMIT_S
    while time.monotonic() < deadline:
        if answer := question():
            return str(answer)
        time.sleep(1.0)
    pytest.fail(f"waited {LIMIT_S:g} s for {what}")


@contextmanager
def serving(settings: Settings, *parts: tuple[str, ...], environment: Mapping[str, str]) -> Iterator[list[Any]]:
    """Starts `gongkai serve` once for each part; yields the processes; ends all they started."""
    folders = ("--raw", str(settings.raw_dir), "--warehouse", str(settings.warehouse_dir))
    log = (settings.warehouse_dir / "serve.log").open("ab")
    started = [
        subprocess.Popen(
            [sys.executable, "-m", "pipeline.cli", "serve", *folders, *part],
            cwd=REPOSITORY,
            env={**os.environ, "PYTHONPATH": str(REPOSITORY), "GONGKAI_WORKERS": "1", **environment},
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        for part in parts
    ]
    try:
        yield started
    finally:
        for process in started:
            process.terminate()
        psutil.wait_procs(processes_of(settings), timeout=30)
        while left := processes_of(settings):  # a run is a process of its own, and one may just be starting
            for process in left:
                process.kill()
            psutil.wait_procs(left, timeout=10)
        for process in started:
            process.wait(30)
        log.close()


def processes_of(settings: Settings) -> list[psutil.Process]:
    """All that was started for a warehouse, whoever its parent is today."""
    found: list[psutil.Process] = []
    for process in psutil.process_iter():
        try:
            if process.environ().get("DAGSTER_HOME") == str(settings.dagster_home):
                found.append(process)
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
    return found


def listening(settings: Settings) -> set[str]:
    """The addresses that the processes of a warehouse listen on."""
    found: set[str] = set()
    for process in processes_of(settings):
        try:
            connections = process.net_connections("inet")
        except psutil.NoSuchProcess:
            continue
        found |= {connection.laddr.ip for connection in connections if connection.status == psutil.CONN_LISTEN}
    return found


def settings_of(copy: BuiltWarehouse) -> Settings:
    return Settings(raw_dir=copy.raw_dir, warehouse_dir=copy.warehouse_dir)


def test_one_person_runs_a_night_from_the_pages(built: BuiltWarehouse, tmp_path: Path) -> None:
    settings = settings_of(built.copy_to(tmp_path))
    settings.fingerprint_file.unlink()  # the night builds and publishes
    before = settings.published_file.stat().st_ino
    port = free_port()
    with serving(settings, ("--port", str(port)), environment={}) as started:
        server = Server(port)
        location = server.wait_until_loaded(settings.warehouse_dir / "serve.log", started)
        assert listening(settings) == {"127.0.0.1"}
        assert server.run_nightly(location) == "SUCCESS"
    assert settings.published_file.stat().st_ino != before
    assert (settings.dagster_home / "history" / "runs.db").is_file()


def test_a_server_keeps_its_records_in_postgres_and_its_password_nowhere(built: BuiltWarehouse, tmp_path: Path) -> None:
    settings = settings_of(built.copy_to(tmp_path))
    port = free_port()
    parts = ("--part", "web", "--port", str(port)), ("--part", "daemon")
    with postgres() as address:
        environment = {"GONGKAI_DAGSTER_POSTGRES_URL": address, "GONGKAI_SCHEDULE": "on"}
        with serving(settings, *parts, environment=environment) as started:
            server = Server(port)
            location = server.wait_until_loaded(settings.warehouse_dir / "serve.log", started)
            assert listening(settings) == {"127.0.0.1"}
            assert server.run_nightly(location) == "SUCCESS"
            commands = [process.cmdline() for process in processes_of(settings)]
            assert PASSWORD not in str(commands)  # every user of the machine sees them
            shown = json.dumps(server.ask("{ instance { info daemonHealth { allDaemonStatuses { daemonType } } } }"))
        with contextlib.closing(psycopg2.connect(address)) as connection, connection.cursor() as cursor:
            cursor.execute("select pipeline_name, status from runs")
            assert ("nightly", "SUCCESS") in cursor.fetchall()  # the sensor of the folder may have asked for one more
    assert PASSWORD not in shown
    assert not list(settings.dagster_home.rglob("runs.db"))
    guilty = [path for path in settings.warehouse_dir.rglob("*") if path.is_file() and has(path, PASSWORD)]
    assert guilty == []


def has(path: Path, secret: str) -> bool:
    return secret.encode() in path.read_bytes()

"""`gongkai serve` opens no door by itself, starts the part asked for, and writes no secret down."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from pathlib import Path

import dagster as dg
import pytest
from typer.testing import Result

from pipeline.commands.dagster_home import instance_config, write_dagster_home
from pipeline.settings import Settings

ADDRESS = "postgresql://gongkai:very-secret@127.0.0.1:1/dagster"
Gongkai = Callable[..., Result]


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> list[list[str]]:
    commands: list[list[str]] = []
    monkeypatch.setattr(os, "execve", lambda _path, command, _environment: commands.append(command))
    monkeypatch.chdir(settings.raw_dir)
    return commands


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "example.org"])
def test_an_address_that_others_reach_is_refused_and_says_why(
    host: str, gongkai: Gongkai, settings: Settings, started: list[list[str]]
) -> None:
    result = gongkai("serve", "--host", host, "--warehouse", settings.warehouse_dir)
    assert (result.exit_code, started) == (1, [])
    assert "no login" in result.output
    assert "--anyone" in result.output


@pytest.mark.parametrize(
    ("options", "program", "host"),
    [
        (("--host", "0.0.0.0", "--anyone"), "dagster", "0.0.0.0"),
        (("--host", "localhost"), "dagster", "localhost"),
        (("--part", "web"), "dagster-webserver", "127.0.0.1"),
    ],
)
def test_the_part_is_started_on_its_address(
    options: tuple[str, ...],
    program: str,
    host: str,
    gongkai: Gongkai,
    settings: Settings,
    started: list[list[str]],
) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    result = gongkai("serve", "--port", port, *options, "--warehouse", settings.warehouse_dir)
    ((path, *arguments),) = started
    assert (Path(path).name, arguments[arguments.index("-h") + 1]) == (program, host)
    assert f"http://{host}:{port}" in result.output


def test_the_daemon_needs_no_port(gongkai: Gongkai, settings: Settings, started: list[list[str]]) -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        gongkai("serve", "--part", "daemon", "--port", port, "--warehouse", settings.warehouse_dir)
    ((path, *arguments),) = started
    assert (Path(path).name, arguments) == ("dagster-daemon", ["run", "-m", "pipeline.definitions"])


def test_the_password_of_postgres_is_not_written(settings: Settings) -> None:
    server = Settings(**{**settings.model_dump(), "dagster_postgres_url": ADDRESS})
    text = (write_dagster_home(server) / "dagster.yaml").read_text(encoding="utf-8")
    assert "very-secret" not in text
    assert "env: GONGKAI_DAGSTER_POSTGRES_URL" in text
    assert "storage" not in instance_config(settings)


def test_dagster_takes_the_configuration(settings: Settings) -> None:
    home = write_dagster_home(settings)
    with dg.DagsterInstance.from_config(str(home)) as instance:
        assert not instance.telemetry_enabled
        assert instance.run_monitoring_enabled
        assert instance.run_retries_enabled
        assert instance.get_concurrency_config().run_queue_config.max_concurrent_runs == 1

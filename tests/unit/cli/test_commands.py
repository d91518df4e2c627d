"""Every command has its help with an example, and errors say what was found, expected and to be done."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from typer.testing import Result

from pipeline.cli import app
from pipeline.commands import look
from pipeline.errors import BuildFailed
from pipeline.settings import Settings

Gongkai = Callable[..., Result]
COMMANDS = [command.name or command.callback.__name__ for command in app.registered_commands if command.callback]
READING_COMMANDS = [("status",), ("trace", "abcdef12"), ("check",), ("query", "select 1")]


def test_the_commands_of_the_contract_are_there() -> None:
    assert {"run", "status", "trace", "check", "docs", "serve"} <= set(COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_shows_an_example(gongkai: Gongkai, command: str) -> None:
    result = gongkai(command, "--help")
    assert result.exit_code == 0
    assert f"Example: gongkai {command}" in result.output


@pytest.mark.parametrize("arguments", READING_COMMANDS, ids=lambda arguments: arguments[0])
def test_without_a_warehouse_we_say_how_to_make_one(
    gongkai: Gongkai, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    result = gongkai(*arguments, "--warehouse", tmp_path)
    assert result.exit_code == 1
    assert "expected: a published warehouse" in result.output
    assert "to do: run `gongkai run`" in result.output
    assert "Traceback" not in result.output


def test_a_file_that_is_no_warehouse_is_an_error_not_a_traceback(gongkai: Gongkai, tmp_path: Path) -> None:
    (tmp_path / "fiscal.duckdb").write_bytes(b"no database" * 1000)
    result = gongkai("status", "--warehouse", tmp_path)
    assert result.exit_code == 1
    assert "cannot be opened" in result.output


@pytest.mark.parametrize(
    "arguments",
    [
        ("run", "--raw", "nowhere"),
        ("run", "--no-such-option"),
        ("serve", "--port", "1"),
        ("trace",),
        ("no-such-command",),
    ],
    ids=lambda arguments: " ".join(arguments),
)
def test_wrong_usage_ends_with_2(gongkai: Gongkai, arguments: tuple[str, ...]) -> None:
    assert gongkai(*arguments).exit_code == 2


def test_a_warehouse_inside_the_raw_folder_is_wrong_usage(gongkai: Gongkai, settings: Settings) -> None:
    result = gongkai("run", "--raw", settings.raw_dir, "--warehouse", settings.raw_dir / "warehouse")
    assert result.exit_code == 2
    assert "inside the raw folder" in " ".join(result.output.split())


def test_a_wrong_setting_ends_with_1_and_its_name(
    gongkai: Gongkai, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GONGKAI_WORKERS", "none")
    result = gongkai("status", "--warehouse", settings.warehouse_dir)
    assert result.exit_code == 1
    assert "GONGKAI_WORKERS" in result.output


def fail_with(error: Exception) -> Callable[..., None]:
    def fail(*_arguments: object, **_options: object) -> None:
        raise error

    return fail


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (BuildFailed("2 tests failed", expected="none", remedy="look"), "2 tests failed"),
        (ZeroDivisionError("by zero"), "did not foresee: ZeroDivisionError: by zero"),
    ],
)
def test_the_traceback_is_shown_only_when_asked_for(
    gongkai: Gongkai, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception, said: str
) -> None:
    monkeypatch.setattr(look, "open_published", fail_with(error))
    short, long = gongkai("status", "--warehouse", tmp_path), gongkai("status", "--warehouse", tmp_path, "--verbose")
    assert (short.exit_code, long.exit_code) == (1, 1)
    assert said in short.output
    assert "Traceback" not in short.output
    assert "Traceback" in long.output


def test_ctrl_c_ends_with_1_and_no_traceback(gongkai: Gongkai, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(look, "open_published", fail_with(KeyboardInterrupt()))  # type: ignore[arg-type]
    result = gongkai("status", "--warehouse", tmp_path)
    assert result.exit_code == 1
    assert "Interrupted" in result.output


def test_a_query_can_only_read(gongkai: Gongkai, tmp_path: Path) -> None:
    with duckdb.connect(str(tmp_path / "fiscal.duckdb")) as connection:
        connection.execute("create table t as select 1 as i union all select null")
    assert "null" in gongkai("query", "select * from t order by i", "--warehouse", tmp_path).output
    refused = gongkai("query", "drop table t", "--warehouse", tmp_path)
    assert refused.exit_code == 1
    assert "read-only" in refused.output


def test_serve_becomes_dagster_on_loopback_only(
    gongkai: Gongkai, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[tuple[list[str], dict[str, str]]] = []
    monkeypatch.setattr(os, "execve", lambda _path, command, environment: calls.append((command, environment)))
    monkeypatch.chdir(settings.raw_dir)
    gongkai("serve", "--port", free_port(), "--raw", settings.raw_dir, "--warehouse", settings.warehouse_dir)
    ((command, environment),) = calls
    assert command[command.index("-h") + 1] == "127.0.0.1"
    assert environment["DAGSTER_HOME"] == str(settings.dagster_home)
    assert environment["GONGKAI_RAW_DIR"] == str(settings.raw_dir)
    assert "enabled: false" in (settings.dagster_home / "dagster.yaml").read_text(encoding="utf-8")


def test_serve_says_when_the_port_is_taken(gongkai: Gongkai, settings: Settings) -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        result = gongkai("serve", "--port", port, "--warehouse", settings.warehouse_dir)
    assert result.exit_code == 1
    assert f"port {port} is taken" in result.output


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_looking_things_up_does_not_wait_for_dagster() -> None:
    code = "import sys, pipeline.cli; print([m for m in ('dagster', 'pdfplumber', 'polars') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"

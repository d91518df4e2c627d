"""`gongkai serve`: Dagster's web pages and daemon for one person."""

from __future__ import annotations

import os
import socket
from pathlib import Path
from typing import Annotated

import typer

from pipeline.commands.shared import VerboseOption, WarehouseOption, app, check_folders, friendly
from pipeline.errors import BadSetting
from pipeline.screens import console as screen
from pipeline.settings import Settings, full_environment, load_settings, project_root, tool_path

_PORT_FIRST, _PORT_LAST = 1024, 65535


@app.command(epilog="Example: gongkai serve --port 3000")
@friendly
def serve(
    port: Annotated[int, typer.Option("--port", min=_PORT_FIRST, max=_PORT_LAST, help="Port on this machine.")] = 3000,
    raw: Annotated[Path | None, typer.Option("--raw", metavar="DIR", help="Folder of documents as published.")] = None,
    warehouse: WarehouseOption = None,
    verbose: VerboseOption = False,
) -> None:
    """Start Dagster's web pages and daemon for this machine only; the nightly schedule is off until you turn it on."""
    settings = load_settings(raw_dir=raw, warehouse_dir=warehouse)
    check_folders(settings, is_raw_given=raw is not None)
    home = _dagster_home(settings)
    command = [str(tool_path("dagster")), "dev", "-m", "pipeline.definitions", "-h", "127.0.0.1", "-p", str(port)]
    _check_port(port)
    screen.make_console().print(f"http://127.0.0.1:{port} (end with Ctrl-C)", markup=False)
    os.chdir(project_root())
    os.execve(command[0], command, full_environment(settings, DAGSTER_HOME=str(home)))  # noqa: S606 (our own program)


def _check_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise BadSetting(
                f"port {port} is taken ({error.strerror})",
                expected="a free port on this machine",
                remedy="give another one with --port",
            ) from error


def _dagster_home(settings: Settings) -> Path:
    """Dagster's folder below the warehouse: no telemetry, one writer at a time, a failed night tried once more."""
    home = settings.dagster_home
    home.mkdir(parents=True, exist_ok=True)
    (home / "dagster.yaml").write_text(
        "telemetry:\n  enabled: false\nrun_retries:\n  enabled: true\nconcurrency:\n  pools:\n    default_limit: 1\n",
        encoding="utf-8",
    )
    return home

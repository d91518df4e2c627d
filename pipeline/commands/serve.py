"""`gongkai serve`: Dagster's web pages and daemon, for one person or, part by part, for a server."""

from __future__ import annotations

import ipaddress
import os
import socket
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from pipeline.commands.dagster_home import server_environment, write_dagster_home
from pipeline.commands.shared import VerboseOption, WarehouseOption, app, check_folders, friendly
from pipeline.errors import BadSetting
from pipeline.screens import console as screen
from pipeline.settings import load_settings, project_root, tool_path

_PORT_FIRST, _PORT_LAST = 1024, 65535
_CODE = ("-m", "pipeline.definitions")


class Part(StrEnum):
    """What of Dagster to start: one person wants all, a server starts each on its own."""

    ALL = "all"
    WEB = "web"
    DAEMON = "daemon"


@app.command(epilog="Example: gongkai serve --port 3000")
@friendly
def serve(
    port: Annotated[int, typer.Option("--port", min=_PORT_FIRST, max=_PORT_LAST, help="Port of the pages.")] = 3000,
    host: Annotated[str, typer.Option("--host", metavar="ADDRESS", help="Address the pages listen on.")] = "127.0.0.1",
    anyone: Annotated[
        bool, typer.Option("--anyone", help="Let --host be an address that other machines reach: there is no login.")
    ] = False,
    part: Annotated[Part, typer.Option("--part", help="The web pages or the daemon alone, for a server.")] = Part.ALL,
    raw: Annotated[Path | None, typer.Option("--raw", metavar="DIR", help="Folder of documents as published.")] = None,
    warehouse: WarehouseOption = None,
    verbose: VerboseOption = False,
) -> None:
    """Start Dagster's web pages and daemon for this machine only; GONGKAI_SCHEDULE=on turns the nights on."""
    settings = load_settings(raw_dir=raw, warehouse_dir=warehouse)
    check_folders(settings, is_raw_given=raw is not None)
    if part is not Part.DAEMON:
        _refuse_open_door(host, is_allowed=anyone)
        _check_port(host, port)
    home = write_dagster_home(settings)
    command = _command(part, host, port)
    told = "Dagster's daemon" if part is Part.DAEMON else f"http://{host}:{port}"
    screen.make_console().print(f"{told} (end with Ctrl-C)", markup=False)
    os.chdir(project_root())
    os.execve(command[0], command, server_environment(settings, home))  # noqa: S606 (our own program)


def _command(part: Part, host: str, port: int) -> list[str]:
    """The program of Dagster that is the part, with its arguments."""
    address = ("-h", host, "-p", str(port))
    match part:
        case Part.ALL:
            return [str(tool_path("dagster")), "dev", *_CODE, *address]
        case Part.WEB:
            return [str(tool_path("dagster-webserver")), *_CODE, *address]
        case Part.DAEMON:
            return [str(tool_path("dagster-daemon")), "run", *_CODE]


def _refuse_open_door(host: str, *, is_allowed: bool) -> None:
    if is_allowed or host == "localhost":
        return
    try:
        is_loopback = ipaddress.ip_address(host).is_loopback
    except ValueError:
        is_loopback = False
    if not is_loopback:
        raise BadSetting(
            f"the address {host} can be reached by other machines, and Dagster's pages have no login: whoever reaches "
            "them can start, stop and delete runs",
            expected="an address of this machine alone, such as 127.0.0.1",
            remedy="reach the pages through `ssh -L 3000:127.0.0.1:3000`, or a proxy that asks for a login; "
            "in a network that you trust whole, add --anyone",
        )


def _check_port(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise BadSetting(
                f"port {port} is taken, or {host} is no address of this machine ({error.strerror})",
                expected="an address and a free port of this machine",
                remedy="give another one with --port, or --host",
            ) from error

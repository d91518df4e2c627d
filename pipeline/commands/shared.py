"""What every command shares: the app they register with, options, errors shown as found, expected, to do."""

from __future__ import annotations

import functools
import shlex
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import structlog
import typer

from pipeline.errors import FiscalError
from pipeline.screens import console as screen
from pipeline.settings import Settings, tool_path

app = typer.Typer(
    name="gongkai",
    help="Disclosed budgets and final accounts (公开) as one DuckDB file whose every number can be traced.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

WarehouseOption = Annotated[
    Path | None,
    typer.Option(
        "--warehouse", metavar="DIR", help="Folder of the warehouse [default: data/warehouse]", file_okay=False
    ),
]
VerboseOption = Annotated[bool, typer.Option("--verbose", help="Show the traceback of an error.")]


def friendly(command: Callable[..., None]) -> Callable[..., None]:
    """Shows errors as found, expected, to do, and ends with 1; the traceback only with --verbose."""

    @functools.wraps(command)
    def guarded(*args: object, **options: object) -> None:
        console = screen.make_console(to_stderr=True)
        try:
            command(*args, **options)
        except FiscalError as error:
            if options.get("verbose"):
                screen.show_traceback(console)
            screen.show_error(console, error)
            raise typer.Exit(1) from error
        except (typer.Exit, typer.Abort, typer.BadParameter):
            raise
        except KeyboardInterrupt as error:
            console.print("Interrupted: nothing more was published.")
            raise typer.Exit(1) from error
        except Exception as error:  # the last door before the user: a traceback helps nobody there
            if structlog.is_configured():  # only a run has a log file; elsewhere it would be the screen
                structlog.get_logger().exception("unexpected")
            if options.get("verbose"):
                screen.show_traceback(console)
            screen.show_error(console, _unexpected(error))
            raise typer.Exit(1) from error

    return guarded


def _unexpected(error: Exception) -> FiscalError:
    return FiscalError(
        f"something we did not foresee: {type(error).__name__}: {error}",
        expected="this not to happen",
        remedy="run again with --verbose and report what it shows; the published file stands as it was",
    )


def warehouse_option(warehouse: Path | None) -> str:
    """The option as it must be repeated in a hint; empty where the usual folder is meant."""
    return f" --warehouse {shlex.quote(str(warehouse))}" if warehouse else ""


def check_folders(settings: Settings, *, is_raw_given: bool) -> None:
    """Refuses folders that cannot be meant: no raw folder, or a warehouse inside of it."""
    if is_raw_given and not settings.raw_dir.is_dir():
        raise typer.BadParameter(
            f"{settings.raw_dir} is not a folder; expected a folder of documents as published; "
            "to do: name one that exists",
            param_hint="--raw",
        )
    if settings.warehouse_dir.is_relative_to(settings.raw_dir):
        raise typer.BadParameter(
            f"{settings.warehouse_dir} lies inside the raw folder, and what is built would be read as documents; "
            "to do: name a folder outside of it",
            param_hint="--warehouse",
        )


def our_name() -> str:
    """What to type here to call us again: after `make run` the program is not on the PATH."""
    if shutil.which("gongkai"):
        return "gongkai"
    ours = tool_path("gongkai")
    return str(ours.relative_to(Path.cwd())) if ours.is_relative_to(Path.cwd()) else str(ours)

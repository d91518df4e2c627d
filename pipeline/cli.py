"""The `gongkai` command: thin. Options become settings, rooms do the work, `screens/` shows what came of it.

Dagster and the readers are imported inside the commands that need them: `gongkai status` answers at once.
"""

from __future__ import annotations

import functools
import os
import shlex
import shutil
import socket
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import structlog
import typer

from pipeline.errors import BadSetting, FiscalError
from pipeline.exports.folder_format import FolderFormat
from pipeline.logs import configure_logs
from pipeline.published.account import list_kinds, list_unexplained
from pipeline.published.documents import find_documents, list_breaks, list_documents, list_issues
from pipeline.published.findings import FindingLine, Language, list_findings
from pipeline.published.trace import trace_value
from pipeline.published.warehouse import Connection, open_published, run_query
from pipeline.screens import console as screen
from pipeline.screens.account import show_account, show_worst_accounts
from pipeline.screens.documents import show_documents, show_not_loaded
from pipeline.screens.findings import (
    SHOWN,
    Reader,
    show_count_of_sums,
    show_findings,
    show_issues,
    show_sums,
)
from pipeline.screens.queries import RowFormat, show_file, show_rows, write_rows
from pipeline.screens.trace import show_trace
from pipeline.settings import Settings, activate, full_environment, load_settings, project_root, tool_path

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

_PORT_FIRST, _PORT_LAST = 1024, 65535


def _friendly(command: Callable[..., None]) -> Callable[..., None]:
    """Shows errors as found, expected, to do, and ends with 1; the traceback only with --verbose."""

    @functools.wraps(command)
    def guarded(*args: object, **options: object) -> None:
        console = screen.make_console(to_stderr=True)
        try:
            command(*args, **options)
        except FiscalError as error:
            if options.get("verbose"):
                console.print_exception()
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
                console.print_exception()
            screen.show_error(console, _unexpected(error))
            raise typer.Exit(1) from error

    return guarded


def _unexpected(error: Exception) -> FiscalError:
    return FiscalError(
        f"something we did not foresee: {type(error).__name__}: {error}",
        expected="this not to happen",
        remedy="run again with --verbose and report what it shows; the published file stands as it was",
    )


@app.command(epilog="Example: gongkai run --raw data/raw --warehouse data/warehouse")
@_friendly
def run(
    raw: Annotated[
        Path | None,
        typer.Option("--raw", metavar="DIR", help="Folder of documents as published [default: data/raw]"),
    ] = None,
    warehouse: WarehouseOption = None,
    retry: Annotated[bool, typer.Option("--retry", help="Read quarantined documents again.")] = False,
    verbose: VerboseOption = False,
) -> None:
    """Ingest what is new or changed, build, test, publish fiscal.duckdb. Exit 0: published; 1: nothing published."""
    settings = load_settings(
        raw_dir=raw, warehouse_dir=warehouse, retry_quarantined=retry or None, show_progress=sys.stderr.isatty() or None
    )
    _check_folders(settings, is_raw_given=raw is not None)
    activate(settings)
    configure_logs(settings.log_file, settings.log_level)
    from pipeline.definitions import defs
    from pipeline.defs.automation.in_process import run_nightly

    is_new = run_nightly(defs(), settings)
    _show_run(settings, is_new=is_new, option=_warehouse_option(warehouse))


def _warehouse_option(warehouse: Path | None) -> str:
    """The option as it must be repeated in a hint; empty where the usual folder is meant."""
    return f" --warehouse {shlex.quote(str(warehouse))}" if warehouse else ""


def _check_folders(settings: Settings, *, is_raw_given: bool) -> None:
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


def _show_run(settings: Settings, *, is_new: bool, option: str) -> None:
    console = screen.make_console()
    reader = Reader(f"{_our_name()} check{option}")
    with open_published(settings.published_file) as connection:
        documents = list_documents(connection)
        findings = list_findings(connection, [line.document_id for line in documents])
        breaks = list_breaks(connection)
    show_documents(console, documents)
    show_not_loaded(console, documents)
    show_findings(console, findings, reader)
    show_count_of_sums(console, breaks, reader)
    show_file(console, settings.published_file, _our_name(), option)
    console.print("Published." if is_new else "Nothing had changed: the published file is up to date.")


def _our_name() -> str:
    """What to type here to call us again: after `make run` the program is not on the PATH."""
    if shutil.which("gongkai"):
        return "gongkai"
    ours = tool_path("gongkai")
    return str(ours.relative_to(Path.cwd())) if ours.is_relative_to(Path.cwd()) else str(ours)


@app.command(epilog="Example: gongkai status --warehouse data/warehouse")
@_friendly
def status(warehouse: WarehouseOption = None, verbose: VerboseOption = False) -> None:
    """List the documents of the warehouse and their state."""
    settings = load_settings(warehouse_dir=warehouse)
    console = screen.make_console()
    with open_published(settings.published_file) as connection:
        documents = list_documents(connection)
    show_documents(console, documents)
    show_not_loaded(console, documents)
    console.print(f"Warehouse: {settings.published_file}", markup=False, soft_wrap=True)


@app.command(epilog="Example: gongkai trace 3f8e8e0c40817d1e")
@_friendly
def trace(
    value_id: Annotated[str, typer.Argument(help="A value_id of marts.fct_form_value, or its beginning.")],
    warehouse: WarehouseOption = None,
    verbose: VerboseOption = False,
) -> None:
    """Show where a number stands: file, page, form, row, column, printed text, unit and why, amount, sums."""
    settings = load_settings(warehouse_dir=warehouse)
    with open_published(settings.published_file) as connection:
        value, sums = trace_value(connection, value_id)
    show_trace(screen.make_console(), value, sums)


@app.command(epilog="Example: gongkai check 000_7845e93f4cea73fd.txt")
@_friendly
def check(
    document: Annotated[
        str | None,
        typer.Argument(help="A file name, a part of one, or the beginning of a document_id; all if left out."),
    ] = None,
    html: Annotated[bool, typer.Option("--html", help="Write the findings as offline pages with pictures.")] = False,
    to: Annotated[
        Path | None,
        typer.Option("--to", metavar="DIR", help="Folder for the pages [default: check, in the warehouse's folder]"),
    ] = None,
    sums: Annotated[bool, typer.Option("--sums", help="List the sums that break, each by itself.")] = False,
    lang: Annotated[Language, typer.Option("--lang", help="Language of the sentences.")] = Language.BOTH,
    limit: Annotated[int, typer.Option("--limit", min=1, help="Findings, issues and sums to list.")] = SHOWN,
    raw: Annotated[
        Path | None,
        typer.Option("--raw", metavar="DIR", help="Folder of the documents, for the pictures [default: data/raw]"),
    ] = None,
    warehouse: WarehouseOption = None,
    verbose: VerboseOption = False,
) -> None:
    """Show what is wrong, of one document or of all: findings, worst first, issues, broken sums, unread numbers."""
    settings = load_settings(raw_dir=raw, warehouse_dir=warehouse)
    console = screen.make_console()
    name = f" {shlex.quote(document)}" if document else ""
    reader = Reader(f"{_our_name()} check{name}{_warehouse_option(warehouse)}", limit, lang)
    with open_published(settings.published_file) as connection:
        documents = list_documents(connection)
        chosen = find_documents(documents, document) if document else documents
        ids = {line.document_id for line in chosen}
        findings = list_findings(connection, ids)
        issues = list_issues(connection, chosen)
        breaks = [broken for broken in list_breaks(connection) if broken.document_id in ids]
        kinds = list_kinds(connection, chosen)
        unexplained = list_unexplained(connection, chosen) if document else []
        if html or to is not None:
            _write_pages(connection, findings, settings, to, lang)
            return
    show_findings(console, findings, reader)
    show_issues(console, issues, chosen, reader)
    show_breaks = show_sums if sums else show_count_of_sums
    show_breaks(console, breaks, reader)
    if document:
        show_account(console, kinds, unexplained, reader)
    else:
        show_worst_accounts(console, kinds, reader.again)


def _write_pages(
    connection: Connection, findings: list[FindingLine], settings: Settings, to: Path | None, lang: Language
) -> None:
    from pipeline.pages.write import write_check_pages

    folder = (to or settings.check_dir).absolute()
    index = write_check_pages(connection, findings, folder, settings, lang)
    files = len({finding.document_id for finding in findings})
    console = screen.make_console()
    told = f"{screen.counted(len(findings), 'finding')} in {screen.counted(files, 'document')}"
    console.print(screen.said(f"{told}: {index}"), soft_wrap=True)


@app.command(epilog='Example: gongkai query "select form_id, count(*) from marts.fct_form_value group by all"')
@_friendly
def query(
    sql: Annotated[str, typer.Argument(help="One SQL query in DuckDB's dialect; it can only read.")],
    row_format: Annotated[
        RowFormat, typer.Option("--format", help="A table to look at; CSV or JSON for other programs, always whole.")
    ] = RowFormat.TABLE,
    warehouse: WarehouseOption = None,
    limit: Annotated[int, typer.Option("--limit", min=1, help="Rows of a table to show.")] = 50,
    verbose: VerboseOption = False,
) -> None:
    """Ask the published file a question."""
    settings = load_settings(warehouse_dir=warehouse)
    columns, rows = run_query(settings.published_file, sql)
    if row_format is RowFormat.TABLE:
        show_rows(screen.make_console(), columns, rows, limit=limit)
    else:
        write_rows(sys.stdout, row_format, columns, rows)


@app.command(epilog="Example: gongkai export --to 比较.xlsx --region 沁源县 --region 阳城县 --type 政府办公室")
@_friendly
def export(
    to: Annotated[Path, typer.Option("--to", metavar="FILE.xlsx|DIR", help="A workbook, or a folder for --format.")],
    region: Annotated[
        list[str] | None,
        typer.Option("--region", metavar="REGION", help="Code or name of a region; more than one may be named."),
    ] = None,
    year: Annotated[
        list[int] | None, typer.Option("--year", metavar="YEAR", help="A fiscal year; more than one may be named.")
    ] = None,
    phase: Annotated[
        list[str] | None, typer.Option("--phase", metavar="PHASE", help="budget or final_accounts.")
    ] = None,
    department_type: Annotated[
        list[str] | None,
        typer.Option("--type", metavar="TYPE", help="A department type, such as 政府办公室; 全部 for all together."),
    ] = None,
    folder_format: Annotated[
        FolderFormat, typer.Option("--format", help="Of the files in a folder.")
    ] = FolderFormat.CSV,
    lang: Annotated[Language, typer.Option("--lang", help="Language of reasons and warnings.")] = Language.BOTH,
    warehouse: WarehouseOption = None,
    verbose: VerboseOption = False,
) -> None:
    """Write the comparison tables with the source of every figure: an .xlsx workbook, or a folder of CSV or Parquet."""
    is_workbook = to.suffix.lower() == ".xlsx"
    if to.suffix and not is_workbook and not to.is_dir():
        raise typer.BadParameter(f"{to} is neither a name that ends in .xlsx nor a folder", param_hint="--to")
    settings = load_settings(warehouse_dir=warehouse)
    from pipeline.exports.choice import choose
    from pipeline.exports.files import write_folder
    from pipeline.exports.workbook import write_workbook

    with open_published(settings.published_file) as connection:
        choice = choose(connection, region or (), year or (), phase or (), department_type or (), lang)
        if is_workbook:
            rows = write_workbook(connection, choice, to.absolute()).rows
        else:
            rows = write_folder(connection, choice, to.absolute(), folder_format)
    told = ", ".join(f"{name} {count:,}" for name, count in rows.items())
    screen.make_console().print(screen.said(f"{to.absolute()}: rows of {told}"), soft_wrap=True)


@app.command(epilog="Example: gongkai docs && python -m http.server -d data/warehouse/docs")
@_friendly
def docs(warehouse: WarehouseOption = None, verbose: VerboseOption = False) -> None:
    """Write the documentation of every table and column as one HTML page."""
    settings = load_settings(warehouse_dir=warehouse)
    from pipeline.handbook.write import write_handbook

    page = write_handbook(settings)
    screen.make_console().print(f"Documentation: {page}", markup=False, soft_wrap=True)


@app.command(epilog="Example: gongkai site --to /tmp/site")
@_friendly
def site(
    to: Annotated[
        Path | None,
        typer.Option("--to", metavar="DIR", help="Folder for the pages [default: site, in the warehouse's folder]"),
    ] = None,
    warehouse: WarehouseOption = None,
    verbose: VerboseOption = False,
) -> None:
    """Write the comparison site: regions side by side, every figure with its source; open its index.html."""
    settings = load_settings(warehouse_dir=warehouse)
    from pipeline.site.write import write_site

    with open_published(settings.published_file) as connection:
        index = write_site(connection, (to or settings.site_dir).absolute())
    screen.make_console().print(screen.said(f"Comparison site: {index}"), soft_wrap=True)


@app.command(epilog="Example: gongkai serve --port 3000")
@_friendly
def serve(
    port: Annotated[int, typer.Option("--port", min=_PORT_FIRST, max=_PORT_LAST, help="Port on this machine.")] = 3000,
    raw: Annotated[Path | None, typer.Option("--raw", metavar="DIR", help="Folder of documents as published.")] = None,
    warehouse: WarehouseOption = None,
    verbose: VerboseOption = False,
) -> None:
    """Start Dagster's web pages and daemon for this machine only; the nightly schedule is off until you turn it on."""
    settings = load_settings(raw_dir=raw, warehouse_dir=warehouse)
    _check_folders(settings, is_raw_given=raw is not None)
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


def main() -> None:
    """What the console script calls."""
    warnings.simplefilter("ignore")  # deprecations inside other people's packages are not the user's business
    app()


if __name__ == "__main__":
    main()

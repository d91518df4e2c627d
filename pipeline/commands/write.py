"""Files made from the published one: `export`, `docs`, `site`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipeline.commands.shared import VerboseOption, WarehouseOption, app, friendly
from pipeline.exports.folder_format import FolderFormat
from pipeline.published.findings import Language
from pipeline.published.warehouse import open_published
from pipeline.screens import console as screen
from pipeline.settings import load_settings


@app.command(epilog="Example: gongkai export --to 比较.xlsx --region 沁源县 --region 阳城县 --type 政府办公室")
@friendly
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
@friendly
def docs(warehouse: WarehouseOption = None, verbose: VerboseOption = False) -> None:
    """Write the documentation of every table and column as one HTML page."""
    settings = load_settings(warehouse_dir=warehouse)
    from pipeline.handbook.write import write_handbook

    page = write_handbook(settings)
    screen.make_console().print(f"Documentation: {page}", markup=False, soft_wrap=True)


@app.command(epilog="Example: gongkai site --to /tmp/site")
@friendly
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

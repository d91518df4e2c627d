"""`gongkai plan`: how long so many documents take, before anybody buys a machine."""

from __future__ import annotations

import os
import shutil
from typing import Annotated

import typer

from pipeline.commands.shared import VerboseOption, WarehouseOption, app, friendly
from pipeline.errors import BadSetting
from pipeline.planning.plan import Demand, Machines, make_plan
from pipeline.planning.rates import own_rates, reference_rates
from pipeline.screens import console as screen
from pipeline.screens.plan import show_plan
from pipeline.settings import load_settings, memory_gb


@app.command(epilog="Example: gongkai plan --documents 4500000 --pages 135000000 --machines 20 --cores 16 --memory 64")
@friendly
def plan(
    documents: Annotated[int, typer.Option("--documents", min=1, help="Documents to be read.")],
    pages: Annotated[int, typer.Option("--pages", min=1, help="Their pages.")],
    scanned: Annotated[int, typer.Option("--scanned", min=0, help="Pages among them that are pictures.")] = 0,
    machines: Annotated[int, typer.Option("--machines", min=1, help="Machines of one kind.")] = 1,
    cores: Annotated[int | None, typer.Option("--cores", min=1, help="Cores of each [default: this one's]")] = None,
    memory: Annotated[
        float | None, typer.Option("--memory", min=1, metavar="GB", help="Memory of each [default: this one's]")
    ] = None,
    disk: Annotated[
        float | None,
        typer.Option("--disk", min=1, metavar="GB", help="Free disk for the warehouse [default: this one's]"),
    ] = None,
    reference: Annotated[
        bool, typer.Option("--reference", help="Take the developers' rates, not those of the nights here.")
    ] = False,
    warehouse: WarehouseOption = None,
    verbose: VerboseOption = False,
) -> None:
    """Print time, cores, memory and disk for so many documents, from measured rates, and which part is the limit."""
    if scanned > pages:
        raise BadSetting(
            f"{scanned:,} scanned pages of {pages:,} pages",
            expected="the scanned pages among all pages",
            remedy="give all pages with --pages",
        )
    settings = load_settings(warehouse_dir=warehouse)
    here = settings.warehouse_dir if settings.warehouse_dir.is_dir() else settings.warehouse_dir.anchor
    machine = Machines(
        machines,
        cores or os.cpu_count() or 1,
        memory or memory_gb(),
        disk or shutil.disk_usage(here).free / 1e9,
    )
    rates = (None if reference else own_rates(settings)) or reference_rates()
    demand = Demand(documents, pages, scanned)
    made = make_plan(demand, machine, rates, nights_kept=settings.nights_kept)
    show_plan(screen.make_console(), made, demand, machine, rates)

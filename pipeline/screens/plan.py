"""A plan on the screen: its parts with their times, memory, disk, and what is the limit."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

from pipeline.planning.plan import Demand, Limit, Machines, Plan, Stage
from pipeline.planning.rates import Rates

_STAGES = {
    Stage.READ: ("read pages of characters", "pages"),
    Stage.RECOGNISE: ("recognise scanned pages (OCR)", "pages"),
    Stage.STORE: ("store documents in the lake", "documents"),
    Stage.BUILD: ("build and test the tables (dbt)", "numbers"),
    Stage.PUBLISH: ("publish", "numbers"),
}
_MINUTE, _HOUR, _DAY = 60.0, 3_600.0, 86_400.0


def duration(seconds: float) -> str:
    """Seconds as a person says them.

    >>> duration(42), duration(4_000), duration(300_000)
    ('42 s', '1.1 hours', '3.5 days')
    """
    if seconds < 2 * _MINUTE:
        return f"{seconds:.0f} s"
    if seconds < _HOUR:
        return f"{seconds / _MINUTE:.0f} minutes"
    if seconds < 2 * _DAY:
        return f"{seconds / _HOUR:.1f} hours"
    return f"{seconds / _DAY:.1f} days"


def size(gigabytes: float) -> str:
    """Gigabytes as a person says them.

    >>> size(0.25), size(12.3), size(4_200)
    ('250 MB', '12.3 GB', '4.2 TB')
    """
    if gigabytes < 1:
        return f"{gigabytes * 1000:.0f} MB"
    return f"{gigabytes:.1f} GB" if gigabytes < 1000 else f"{gigabytes / 1000:.1f} TB"  # noqa: PLR2004 (a terabyte)


def show_plan(console: Console, plan: Plan, demand: Demand, machines: Machines, rates: Rates) -> None:
    """Prints the plan."""
    table = Table(title=f"{demand.documents:,} documents, {demand.pages:,} pages", title_justify="left")
    for name in ("part", "how much", "cores", "time"):
        table.add_column(name, justify="left" if name == "part" else "right")
    for part in plan.parts:
        words, unit = _STAGES[part.stage]
        table.add_row(words, f"{part.amount:,.0f} {unit}", str(part.cores), duration(part.seconds))
    table.add_section()
    table.add_row("all, the first night", "", "", duration(plan.seconds))
    console.print(table)
    kind = f"{machines.cores} cores, {machines.memory_gb:g} GB of memory, {size(machines.disk_gb)} of disk"
    console.print(f"On {machines.count} machine{'s' if machines.count > 1 else ''} of {kind}.", soft_wrap=True)
    console.print(
        f"Memory: {plan.memory_gb:.1f} GB to read, on each machine; the build takes what GONGKAI_BUILD_MEMORY_GB gives "
        "it and works on disk beyond.",
        soft_wrap=True,
    )
    shares = ", ".join(f"{name} {size(amount)}" for name, amount in plan.disk_gb.items())
    console.print(f"Disk: {size(plan.disk_total_gb)} ({shares}).", soft_wrap=True)
    console.print(f"The limit is {_limit(plan)}", soft_wrap=True)
    console.print(f"Rates: {rates.source}.", markup=False, soft_wrap=True)
    if plan.is_beyond_measured:
        console.print(
            f"No build of so many numbers was measured (the largest: {rates.measured_values:,.0f}): its time and disk "
            "are drawn on in a straight line.",
            soft_wrap=True,
        )


def _limit(plan: Plan) -> str:
    if plan.limit is Limit.DISK:
        return "the disk: it does not hold what a night leaves."
    if plan.limit is Limit.MEMORY:
        return "memory: it holds fewer processes that read than there are cores."
    return f"time: most of it goes into one part, “{_STAGES[plan.longest.stage][0]}”."

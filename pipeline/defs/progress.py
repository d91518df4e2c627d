"""For the person who waits, never on stdout: a bar of documents read and a clock on a terminal, warnings anywhere."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from pipeline.model.text import one_line, without_steering


@contextmanager
def reading_bar(*, is_shown: bool) -> Iterator[tuple[Callable[[int], None], Callable[[str], None]]]:
    """Yields two functions: one told the total, one told each document's name; both do nothing when not shown."""
    progress = Progress(
        TextColumn("Reading"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.description}"),
        console=Console(stderr=True),
        transient=True,
        disable=not is_shown,
    )
    with progress:
        task = progress.add_task("", total=None)

        def advance(name: str) -> None:
            progress.update(task, advance=1, description=escape(without_steering(one_line(name))[:40]))

        yield lambda total: progress.update(task, total=total), advance


@contextmanager
def waiting(said: str, *, is_shown: bool) -> Iterator[None]:
    """Shows what is being done and for how long."""
    columns = (TextColumn("{task.description}"), SpinnerColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True, disable=not is_shown) as progress:
        progress.add_task(said, total=None)
        yield


def warn(said: str) -> None:
    """Shows one warning about the run as a whole; what concerns a document becomes an issue of it."""
    Console(stderr=True, soft_wrap=True).print(
        Text("Warning: ", style="bold yellow") + Text(without_steering(one_line(said)))
    )

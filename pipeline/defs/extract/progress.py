"""A bar for the person who waits: documents read of documents to read, with the name of the last one."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn


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
            progress.update(task, advance=1, description=name[:40].replace("[", "\\["))

        yield lambda total: progress.update(task, total=total), advance

"""The `gongkai` command: opens its commands and calls the one asked for.

Options become settings, rooms do the work, `screens/` shows what came of it. Dagster and the readers are imported
inside the commands that need them: `gongkai status` answers at once.
"""

from __future__ import annotations

import warnings

from pipeline.commands import fetch, look, nights, plan, run, serve, write
from pipeline.commands.shared import app

#: What each file registers with `app`; `gongkai --help` lists the commands in this order.
_FILES = (run, fetch, look, nights, write, plan, serve)

__all__ = ["app", "main"]

app.registered_commands.sort(
    key=lambda command: [file.__name__ for file in _FILES].index(command.callback.__module__) if command.callback else 0
)


def main() -> None:
    """What the console script calls."""
    warnings.simplefilter("ignore")  # deprecations inside other people's packages are not the user's business
    app()


if __name__ == "__main__":
    main()

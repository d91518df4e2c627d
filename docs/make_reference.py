"""Writes docs/forms.md and docs/rules.md from the catalogue and the rule file: `python -m docs.make_reference`.

With `--warehouse DIR` it also fills the answers in README.md, docs/questions.md and docs/comparing.md: the table below
each SQL block and the output below each `$ gongkai …` line, as that warehouse gives them. Tests compare the files with
what these functions return.
"""

from __future__ import annotations

import argparse
import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from pipeline.handbook.forms import make_forms_page
from pipeline.handbook.markdown import table_lines
from pipeline.handbook.rules import make_rules_page
from pipeline.published.warehouse import run_query
from pipeline.settings import load_settings, tool_path

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "README.md"
FORMS_PAGE = ROOT / "docs" / "forms.md"
RULES_PAGE = ROOT / "docs" / "rules.md"
QUESTIONS_PAGE = ROOT / "docs" / "questions.md"
COMPARING_PAGE = ROOT / "docs" / "comparing.md"

#: A fenced block of SQL, a blank line, and the table that is its answer (the table may be missing yet).
SQL_WITH_ANSWER = re.compile(r"(?P<sql>^```sql\n(?P<query>.*?)^```\n)\n(?P<answer>(?:^\|[^\n]*\n)*)\n?", re.M | re.S)
#: A fenced block that starts with one command after a prompt; the rest of it is what the command prints.
COMMAND_WITH_OUTPUT = re.compile(r"^```console\n\$ (?P<command>gongkai [^\n]*)\n(?P<output>.*?)^```\n", re.M | re.S)


def fill_answers(text: str, ask: Callable[[str], str], call: Callable[[str], str]) -> str:
    """A page with the answer below each SQL block and the output below each command replaced.

    Args:
        text: The page.
        ask: SQL to the lines of its answer, as `table_lines` writes them.
        call: A command line starting with `gongkai` to what it prints.
    """
    text = SQL_WITH_ANSWER.sub(lambda found: f"{found['sql']}\n{ask(found['query'])}\n\n", text)
    return COMMAND_WITH_OUTPUT.sub(
        lambda found: f"```console\n$ {found['command']}\n{trim(call(found['command']))}\n```\n", text
    )


def answer(file: Path, sql: str) -> str:
    """The answer to a query on the published file, as the lines of a Markdown table."""
    columns, rows = run_query(file, sql)
    return table_lines(columns, rows)


def trim(printed: str) -> str:
    """Printed lines without the blanks at their ends."""
    return "\n".join(line.rstrip() for line in printed.rstrip().splitlines())


def main() -> None:
    """Writes the pages, and the answers in README.md and the pages of questions if a warehouse is named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--warehouse", metavar="DIR", type=Path, help="also fill the answers in the pages")
    chosen: Path | None = parser.parse_args().warehouse
    FORMS_PAGE.write_text(make_forms_page(), encoding="utf-8")
    RULES_PAGE.write_text(make_rules_page(), encoding="utf-8")
    if chosen is not None:
        file = load_settings(warehouse_dir=chosen).published_file
        for page in (README, QUESTIONS_PAGE, COMPARING_PAGE):
            text = page.read_text(encoding="utf-8")
            filled = fill_answers(text, lambda sql: answer(file, sql), lambda command: _call(command, chosen))
            page.write_text(filled.rstrip() + "\n", encoding="utf-8")


def _call(command: str, warehouse: Path) -> str:
    program, *arguments = shlex.split(command)
    ours = [str(tool_path(program)), *arguments, "--warehouse", str(warehouse)]
    finished = subprocess.run(ours, capture_output=True, text=True, check=False)  # noqa: S603 (our own program)
    if finished.returncode:
        sys.exit(f"{command} ended with {finished.returncode}:\n{finished.stderr}")
    return finished.stdout


if __name__ == "__main__":
    main()

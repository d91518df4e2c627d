"""`dbt_project/analyst/*.sql` -> the macros of the published file: `from compare_departments(...)` for its readers.

What lives here: reading those files and creating what they define. What must not: what the macros compute.
"""

import re
from dataclasses import dataclass
from pathlib import Path

import duckdb
import structlog

from pipeline.errors import ContractError

#: The folder of the dbt project that holds one file per macro; dbt itself passes over it.
FOLDER = "analyst"
_HEAD = ("en", "zh", "needs", "example")
_HEAD_LINE = re.compile(rf"^-- ({'|'.join(_HEAD)}): (.+(?:\n--   .+)*)$", re.M)
_CREATES = re.compile(r"^create macro main\.(?P<name>\w+)\((?P<parameters>.*?)\) as(?P<table> table)?\s", re.M | re.S)


@dataclass(frozen=True, slots=True)
class AnalystMacro:
    """One macro: what it gives in English and Chinese, what it reads, a call to try, and its definition."""

    name: str
    en: str
    zh: str
    needs: frozenset[str]
    example: str
    is_table: bool
    definition: str

    @property
    def comment(self) -> str:
        """What stands in the published file as the macro's comment."""
        return f"{self.en} {self.zh} {self.example}"


def read_macros(folder: Path) -> tuple[AnalystMacro, ...]:
    """The macros of a folder, each after those it needs.

    Raises:
        ContractError: A file lacks a line of its head, defines another name than its own, or two need each other.
    """
    waiting = [read_macro(path) for path in sorted(folder.glob("*.sql"))]
    ours = {f"main.{macro.name}" for macro in waiting}
    ordered: list[AnalystMacro] = []
    while waiting:
        known = {f"main.{macro.name}" for macro in ordered}
        ready = [macro for macro in waiting if macro.needs & ours <= known]
        if not ready:
            raise ContractError(
                f"the macros {', '.join(macro.name for macro in waiting)} need each other or one that is not there",
                expected="needs that can be met one after the other",
                remedy=f"correct the lines `-- needs:` in {folder}",
            )
        ordered += ready
        waiting = [macro for macro in waiting if macro not in ready]
    return tuple(ordered)


def read_macro(path: Path) -> AnalystMacro:
    """One file: a head of comments `-- key: words` (longer ones go on behind `--   `), then `create macro main.NAME`.

    Raises:
        ContractError: A line of the head is missing, or the name is not the file's.
    """
    text = path.read_text(encoding="utf-8")
    head = {key: _joined(key, words) for key, words in _HEAD_LINE.findall(text)}
    created = _CREATES.search(text)
    lacking = [key for key in _HEAD if key not in head and key != "needs"]
    if lacking or created is None or created["name"] != path.stem:
        raise ContractError(
            f"{path.name} has no {', '.join(lacking) or f'`create macro main.{path.stem}(`'}",
            expected="the lines en, zh, example and one macro named like the file",
            remedy="see the other files of the folder",
        )
    needs = frozenset(head.get("needs", "").split(", ")) - {""}
    definition = "\n".join(line for line in text.splitlines() if not line.startswith("--"))
    return AnalystMacro(path.stem, head["en"], head["zh"], needs, head["example"], bool(created["table"]), definition)


def _joined(key: str, words: str) -> str:
    """A key's lines as one; Chinese has no blanks where a line ends."""
    return re.sub(r"\n--   ", "" if key == "zh" else " ", words)


def create_macros(file: Path, folder: Path) -> tuple[str, ...]:
    """Creates the macros in a published file; DuckDB binds each to the tables it reads, so a wrong one fails here.

    A macro whose tables the file does not hold is left out and logged. Returns the names of those created.

    Raises:
        ContractError: DuckDB does not accept a definition.
    """
    with duckdb.connect(str(file)) as connection:
        rows = connection.execute("select schema_name || '.' || table_name from duckdb_tables()").fetchall()
        known = {str(name) for (name,) in rows}
        created: list[str] = []
        for macro in read_macros(folder):
            if lacking := sorted(macro.needs - known):
                structlog.get_logger().warning("macro_left_out", stage="publish", macro=macro.name, lacking=lacking)
                continue
            _create(connection, macro)
            known.add(f"main.{macro.name}")
            created.append(macro.name)
        connection.execute("checkpoint")
    return tuple(created)


def _create(connection: duckdb.DuckDBPyConnection, macro: AnalystMacro) -> None:
    comment = macro.comment.replace("'", "''")
    kind = "macro table" if macro.is_table else "macro"
    try:
        connection.execute(macro.definition)
        connection.execute(f"comment on {kind} main.{macro.name} is '{comment}'")
    except duckdb.Error as error:
        raise ContractError(
            f"the macro {macro.name} cannot be created ({str(error).strip()})",
            expected="SQL over the public tables it names in `-- needs:`",
            remedy=f"correct dbt_project/{FOLDER}/{macro.name}.sql",
        ) from error

"""README.md tells the truth: commands run, queries give the printed answers, names and links exist, and the reverse.

After a change that moves an answer run `python -m docs.make_reference --warehouse data/warehouse`, read the difference.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterator
from enum import StrEnum
from pathlib import Path

import duckdb
import pytest
import typer
import yaml
from typer.testing import Result

import pipeline.model.extract
import pipeline.model.form
import pipeline.published.findings
from docs.make_reference import (
    COMMAND_WITH_OUTPUT,
    FORMS_PAGE,
    README,
    RULES_PAGE,
    SQL_WITH_ANSWER,
    answer,
    make_forms_page,
    make_rules_page,
    trim,
)
from pipeline.cli import app
from pipeline.errors import FiscalError, FormError, ReadError
from pipeline.forms.catalogue_file import catalogue
from pipeline.model.source import Hints
from pipeline.readers.registry import READERS
from pipeline.readers.sniff import MediaType
from pipeline.reconcile.rule_file import rules
from pipeline.settings import Settings
from pipeline.sources import manifest
from tests.conftest import REPOSITORY, BuiltWarehouse

Gongkai = Callable[..., Result]

TEXT = README.read_text(encoding="utf-8")
QUERIES = [(found["query"], found["answer"].strip()) for found in SQL_WITH_ANSWER.finditer(TEXT)]
OUTPUTS = [(found["command"], found["output"]) for found in COMMAND_WITH_OUTPUT.finditer(TEXT)]
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", TEXT, re.M | re.S)
SHELL_LINES = [line for kind, body in BLOCKS if kind == "sh" for line in body.splitlines() if line]
PROSE = re.sub(r"^```.*?^```$", "", TEXT, flags=re.M | re.S)
SPANS = sorted(set(re.findall(r"`([^`\n]+)`", PROSE)))

COMMANDS = typer.main.get_command(app).commands  # type: ignore[attr-defined]  # a click group
MAKE_TARGETS = set(re.findall(r"^([a-z]+):.*## ", (REPOSITORY / "Makefile").read_text(encoding="utf-8"), re.M))

#: Words in code type that name nothing of ours: the type of amounts, what a page may print, our program by its path.
FREE_SPANS = {"DECIMAL(20,2)", "12.03 12.03", "2026-03-01T10:00:00", ".venv/bin/gongkai"}


@pytest.fixture
def at_home(built: BuiltWarehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> BuiltWarehouse:
    """A copy of the session's warehouse where `gongkai` and `data/warehouse` mean that copy."""
    home = built.copy_to(tmp_path / "data")
    monkeypatch.setenv("GONGKAI_RAW_DIR", str(home.raw_dir))
    monkeypatch.setenv("GONGKAI_WAREHOUSE_DIR", str(home.warehouse_dir))
    monkeypatch.chdir(tmp_path)
    return home


# ------------------------------------------------------------------------------- commands
@pytest.mark.e2e
@pytest.mark.parametrize("line", [line for line in SHELL_LINES if line.startswith("gongkai ")])
def test_every_gongkai_command_runs(at_home: BuiltWarehouse, gongkai: Gongkai, line: str) -> None:
    result = gongkai(*shlex.split(line)[1:])
    assert result.exit_code == 0, result.output


def test_every_other_command_is_make_or_the_environment() -> None:
    others = [shlex.split(line) for line in SHELL_LINES if not line.startswith("gongkai ")]
    assert others
    for words in others:
        if words[0] == "make":
            assert words[1] in MAKE_TARGETS
        else:
            assert words == ["source", ".venv/bin/activate"]


def test_make_does_what_the_readme_says_it_does() -> None:
    recipes = (REPOSITORY / "Makefile").read_text(encoding="utf-8")
    assert re.search(r"^VENV := \.venv$", recipes, re.M)
    assert re.search(r"^run:.*\n\t@?\$\(BIN\)/gongkai run \$\(ARGS\)", recipes, re.M)
    assert re.search(r"^test:.*\n\t@?\$\(BIN\)/python -m pytest", recipes, re.M)
    assert "--require-hashes -r requirements.lock" in recipes


@pytest.mark.e2e
@pytest.mark.parametrize(("command", "printed"), OUTPUTS, ids=[command for command, _ in OUTPUTS])
def test_what_a_command_prints_is_what_the_readme_shows(
    built: BuiltWarehouse, gongkai: Gongkai, command: str, printed: str
) -> None:
    result = gongkai(*shlex.split(command)[1:], "--warehouse", built.warehouse_dir)
    assert trim(result.output) == trim(printed)


def test_the_readme_and_the_command_line_have_the_same_commands() -> None:
    assert set(re.findall(r"`gongkai (\w+)", PROSE)) == set(COMMANDS)


def test_every_option_in_the_readme_exists() -> None:
    known = {name for command in COMMANDS.values() for option in command.params for name in option.opts} | {"--help"}
    written = {
        option for span in (*SPANS, *SHELL_LINES) for option in re.findall(r"(?<!\S|\w)--[a-z]+(?:-[a-z]+)*", span)
    }
    ours = {"--warehouse"}  # of docs.make_reference too
    assert written - known - ours == set()


# -------------------------------------------------------------------------------- answers
def test_there_are_ten_questions() -> None:
    numbers = [int(number) for number in re.findall(r"^\*\*(\d+)\. ", TEXT, re.M)]
    assert numbers == list(range(1, 11))
    assert len(QUERIES) == 10


@pytest.mark.e2e
@pytest.mark.parametrize(("sql", "printed"), QUERIES, ids=range(1, len(QUERIES) + 1))
def test_an_answer_is_what_the_warehouse_gives(built: BuiltWarehouse, sql: str, printed: str) -> None:
    assert printed.count("\n") >= 2, "an answer has at least one row"
    assert cells(printed) == cells(answer(built.file, sql))


def cells(table: str) -> list[list[str]]:
    """The cells of a Markdown table, without the line of dashes."""
    rows = [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in table.splitlines()]
    return [row for index, row in enumerate(rows) if index != 1]


@pytest.mark.e2e
def test_the_python_example_runs(at_home: BuiltWarehouse, capsys: pytest.CaptureFixture[str]) -> None:
    (example,) = [body for kind, body in BLOCKS if kind == "python"]
    exec(compile(example, "README.md", "exec"), {})
    assert "summary" in capsys.readouterr().out


# ---------------------------------------------------------------------------------- names
@pytest.mark.e2e
def test_every_name_in_code_type_exists(built: BuiltWarehouse) -> None:
    words = known_words(built.file)
    assert [span for span in SPANS if not is_known(span, words)] == [], "code type is for names that exist"


def is_known(span: str, words: set[str]) -> bool:
    if span in words or span in FREE_SPANS:
        return True
    if span.startswith("gongkai "):  # its options are looked up by `test_every_option_in_the_readme_exists`
        return shlex.split(span)[1] in COMMANDS
    if span.startswith("make "):
        return shlex.split(span)[1] in MAKE_TARGETS
    if span.startswith("apt install "):  # told by the error of the missing program too
        return any(span in path.read_text(encoding="utf-8") for path in (REPOSITORY / "pipeline/readers").glob("*.py"))
    if span.startswith("python -m "):
        return (REPOSITORY / (span.split()[2].replace(".", "/") + ".py")).is_file()
    return path_exists(span)


def path_exists(written: str) -> bool:
    """True for a path of the repository, and for what a run makes below data/warehouse."""
    if written in {
        "data/warehouse/fiscal.duckdb",
        "data/warehouse/parquet",
        "data/warehouse/check",
        "data/warehouse/site",
        "data/warehouse",
        ".venv",
    }:
        return True
    return "/" in written and (REPOSITORY / written).exists()


def known_words(file: Path) -> set[str]:
    """Tables, columns, forms, measures, rules, errors, states, commands, settings, columns of the manifest."""
    with duckdb.connect(str(file), read_only=True) as connection:
        rows = connection.execute(
            "select schema_name, schema_name || '.' || table_name from duckdb_tables() union all "
            "select column_name, table_name from duckdb_columns() where not internal union all "
            "select function_name, schema_name from duckdb_functions() where not internal"
        ).fetchall()
    states = yaml.safe_load((REPOSITORY / "dbt_project/models/marts/_dimensions.yml").read_text(encoding="utf-8"))
    return {
        *(str(word) for row in rows for word in row),
        *(form.form_id for form in catalogue()),
        *(rule.measure for form in catalogue() for rule in form.columns if rule.measure),
        *(rule.id for rule in rules()),
        *(category(kind) for kind in leaves(FiscalError)),
        *enum_words(pipeline.model.extract),
        *enum_words(pipeline.model.form),
        *enum_words(pipeline.published.findings),
        *accepted_values(states),
        *{"all", "basic", "project", "_yuan", "gongkai"},
        *(name for command in COMMANDS.values() for option in command.params for name in option.opts),
        "--help",
        *(f"GONGKAI_{name.upper()}" for name in Settings.model_fields),
        *manifest.ManifestNote.__dataclass_fields__,
        *Hints.__dataclass_fields__,
        *manifest._NAME_COLUMNS,
        *(f".{kind.name.lower()}" for kind in READERS),
    }


def leaves(kind: type[FiscalError]) -> list[type[FiscalError]]:
    below = kind.__subclasses__()
    return [leaf for one in below for leaf in leaves(one)] if below else [kind]


def category(kind: type[FiscalError]) -> str:
    """What an error is called in the warehouse: `EmptyFile` is `empty_file`."""
    return kind("").category


def enum_words(module: object) -> Iterator[str]:
    for kind in vars(module).values():
        if isinstance(kind, type) and issubclass(kind, StrEnum):
            yield from (member.value for member in kind)


def accepted_values(states: object) -> Iterator[str]:
    """Every `accepted_values` below a piece of YAML."""
    if isinstance(states, dict):
        if "accepted_values" in states:
            yield from states["accepted_values"]["arguments"]["values"]
        for inner in states.values():
            yield from accepted_values(inner)
    elif isinstance(states, list):
        for inner in states:
            yield from accepted_values(inner)


@pytest.mark.e2e
def test_every_public_table_is_in_the_readme(built: BuiltWarehouse) -> None:
    with duckdb.connect(str(built.file), read_only=True) as connection:
        tables = connection.execute("select table_name from duckdb_tables() where schema_name = 'marts'").fetchall()
    assert {f"marts.{table}" for (table,) in tables} == {span for span in SPANS if span.startswith("marts.")}


def test_every_reason_for_quarantine_is_in_the_readme() -> None:
    section = TEXT.partition("| reason | met |")[2].partition("\n\n")[0]
    told = set(re.findall(r"^\| `(\w+)`", section, re.M))
    code = "\n".join(
        path.read_text(encoding="utf-8") for path in (REPOSITORY / "pipeline").rglob("*.py") if path.name != "errors.py"
    )
    stopping = {kind for kind in (*leaves(ReadError), *leaves(FormError)) if re.search(rf"\b{kind.__name__}\(", code)}
    assert {category(kind) for kind in stopping} <= told
    assert told <= {category(kind) for kind in leaves(FiscalError)}


def test_every_format_with_a_reader_is_in_the_readme_and_no_other() -> None:
    section = TEXT.partition("| format | read as |")[2].partition("\n\n")[0]
    told = "\n".join(line.split("|")[1] for line in section.splitlines() if line.startswith("|")).upper()
    listed = {kind for kind in MediaType if re.search(rf"\b{kind.name.replace('_', ' ')}\b", told)}
    assert listed == set(READERS)


def test_every_room_of_the_tree_exists() -> None:
    (tree,) = [body for kind, body in BLOCKS if kind == "text"]
    for line in tree.splitlines():
        first, *others = re.split(r"\s{2,}", line)[0].split(", ")
        folder = Path(first).parent
        for written in (first, *others):
            place = written if "/" in written else str(folder / written)
            assert (REPOSITORY / place).exists() or place == "data/warehouse/", f"{place} does not exist"


def test_every_package_of_the_house_is_in_the_tree() -> None:
    (tree,) = [body for kind, body in BLOCKS if kind == "text"]
    rooms = {path.parent.name for path in (REPOSITORY / "pipeline").glob("*/__init__.py")} - {"model"}
    assert {room for room in rooms if f"pipeline/{room}/" not in tree} == set()


# ---------------------------------------------------------------------------------- pages
@pytest.mark.parametrize("page", [README, *sorted((REPOSITORY / "docs").glob("*.md"))], ids=lambda page: page.name)
def test_every_local_link_resolves(page: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8")):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        linked = (page.parent / path) if path else page
        assert linked.exists(), f"{page.name} links to {target}"
        if anchor:
            assert anchor in anchors(linked), f"{page.name} links to {target}"


def anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


def test_the_pictures_are_small_and_can_be_made_again() -> None:
    assert (REPOSITORY / "docs/img/run.png").stat().st_size < 200_000
    assert (REPOSITORY / "docs/img/make_picture.py").is_file()
    assert all(picture.stat().st_size < 300_000 for picture in (REPOSITORY / "docs/img").glob("site_*.png"))
    assert (REPOSITORY / "docs/img/make_site_picture.py").is_file()


@pytest.mark.parametrize(
    ("page", "make"), [(FORMS_PAGE, make_forms_page), (RULES_PAGE, make_rules_page)], ids=["forms", "rules"]
)
def test_a_made_page_is_up_to_date(page: Path, make: Callable[[], str]) -> None:
    assert page.read_text(encoding="utf-8") == make(), "run `python -m docs.make_reference`"

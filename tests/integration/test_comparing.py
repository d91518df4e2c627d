"""docs/comparing.md tells the truth, its macros are those of the file, its notebook runs, all of the file is explained.

After a change that moves an answer run `python -m docs.make_reference --warehouse data/warehouse` and
`python -m docs.make_notebook --warehouse data/warehouse`, and read the difference.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import duckdb
import openpyxl
import pytest

from docs.make_notebook import NOTEBOOK, printed_tables, read_notebook, run_notebook
from docs.make_reference import COMPARING_PAGE, README, SQL_WITH_ANSWER, answer
from pipeline.defs.publish.table_macros import read_macros
from pipeline.exports.cells import title_of
from pipeline.exports.choice import Choice
from pipeline.exports.tables import TABLES
from pipeline.exports.workbook import write_workbook
from pipeline.published.warehouse import open_published
from tests.conftest import REPOSITORY, BuiltWarehouse

TEXT = COMPARING_PAGE.read_text(encoding="utf-8")
QUERIES = [(found["query"], found["answer"].strip()) for found in SQL_WITH_ANSWER.finditer(TEXT)]
MACROS = read_macros(REPOSITORY / "dbt_project" / "analyst")
HAN, ENGLISH = re.compile(r"[\u4e00-\u9fff]"), re.compile(r"[A-Za-z]{2,}")
#: A notebook larger than this is no longer quick to open or to review.
LARGEST_NOTEBOOK = 200_000


def test_there_are_ten_questions_in_both_languages() -> None:
    questions = re.findall(r"^\*\*(\d+)\. ([^?]+\?) ([^*]+)\*\*", TEXT, re.M)
    assert [int(number) for number, _, _ in questions] == list(range(1, 11))
    assert all(HAN.search(chinese) for _, _, chinese in questions)
    assert len(QUERIES) == len(questions)


def test_the_readme_leads_to_the_page_and_the_notebook() -> None:
    assert {"(docs/comparing.md)", "(docs/comparing.ipynb)"} <= set(
        re.findall(r"\([^)\s]+\)", README.read_text(encoding="utf-8"))
    )


@pytest.mark.e2e
@pytest.mark.parametrize(("sql", "printed"), QUERIES, ids=range(1, len(QUERIES) + 1))
def test_an_answer_is_what_the_warehouse_gives(built: BuiltWarehouse, sql: str, printed: str) -> None:
    assert printed.count("\n") >= 2, "an answer has at least one row"
    assert printed == answer(built.file, sql)


def test_the_page_lists_every_macro() -> None:
    section = TEXT.partition("## The macros")[2]
    assert set(re.findall(r"`(\w+)`(?=,| \|)", section)) == {macro.name for macro in MACROS}


@pytest.mark.e2e
def test_every_macro_is_in_the_published_file_and_runs_from_anywhere(built: BuiltWarehouse, tmp_path: Path) -> None:
    shutil.copyfile(built.file, tmp_path / "elsewhere.duckdb")
    with duckdb.connect(str(tmp_path / "elsewhere.duckdb"), read_only=True) as connection:
        rows = connection.execute(
            "select function_name, schema_name, comment from duckdb_functions() where not internal"
        ).fetchall()
        assert {name for name, _, _ in rows} == {macro.name for macro in MACROS}
        assert {schema for _, schema, _ in rows} == {"main"}
        for macro in MACROS:
            connection.execute(macro.example).fetchall()


@pytest.mark.e2e
def test_every_table_column_and_macro_of_the_file_has_a_comment_in_both_languages(built: BuiltWarehouse) -> None:
    with duckdb.connect(str(built.file), read_only=True) as connection:
        rows = connection.execute(
            """
            select schema_name || '.' || table_name, comment from duckdb_tables() where not internal
            union all
            select schema_name || '.' || table_name || '.' || column_name, comment from duckdb_columns()
            where not internal
            union all
            select schema_name || '.' || function_name, comment from duckdb_functions() where not internal
            """
        ).fetchall()
    assert len(rows) > 500
    assert [name for name, comment in rows if not comment or not HAN.search(comment)] == []
    assert [name for name, comment in rows if not ENGLISH.search(re.sub(r"`[^`]*`", "", comment))] == []


# -------------------------------------------------------------------------------- notebook
@pytest.mark.e2e
def test_the_notebook_runs_and_gives_what_it_shows(built: BuiltWarehouse) -> None:
    stored = read_notebook()
    ran = run_notebook(read_notebook(), built.warehouse_dir)  # raises at the first cell that fails
    assert printed_tables(ran) == printed_tables(stored)
    assert len(printed_tables(stored)) >= 5


def test_the_notebook_is_small_and_asks_for_no_more_than_three_libraries() -> None:
    assert NOTEBOOK.stat().st_size < LARGEST_NOTEBOOK
    code = "\n".join(cell.source for cell in read_notebook().cells if cell.cell_type == "code")
    imported = set(re.findall(r"^(?:import|from) (\w+)", code, re.M))
    assert imported <= {"duckdb", "polars", "altair", "os", "pathlib", "importlib"}


# -------------------------------------------------------------------------------- workbook
@pytest.mark.e2e
def test_a_workbook_of_the_demo_set_explains_and_sources_every_figure(built: BuiltWarehouse, tmp_path: Path) -> None:
    with open_published(built.file) as connection:
        written = write_workbook(connection, Choice(), tmp_path / "all.xlsx")
        tables = {row[0] for row in connection.execute("select table_name from duckdb_tables()").fetchall()}
    assert set(TABLES) <= tables, "a table to export is not published under this name"
    workbook = openpyxl.load_workbook(tmp_path / "all.xlsx", read_only=True)
    explained = list(workbook["columns 字段说明"].iter_rows(min_row=2, values_only=True))
    assert [row for row in explained if not row[3] or not HAN.search(str(row[3]))] == []
    assert {title_of(*title) for title in TABLES.values()} <= set(workbook.sheetnames)
    sources = list(workbook["sources 出处"].iter_rows(min_row=2, values_only=True))
    assert len({row[0] for row in sources}) == written.sources > 100
    assert [row for row in sources if row[4] is None] == [], "a figure without its file"

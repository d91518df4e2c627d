"""`gongkai docs`: one page that holds every table, column, form and rule in both languages and fetches nothing."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from typer.testing import Result

from pipeline.forms.catalogue_file import catalogue
from pipeline.model.schemas import PER_DOCUMENT, PER_RUN
from pipeline.reconcile.rule_file import rules
from tests.browser import Tab, find_browser, open_browser
from tests.conftest import BuiltWarehouse

Gongkai = Callable[..., Result]

HAN = re.compile(r"[\u4e00-\u9fff]")
ENGLISH = re.compile(r"[A-Za-z]{2,}")
#: Larger, and the page is slow to load; it was 5.4 MB as dbt writes it, with less in it.
MAX_BYTES = 4_000_000

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def docs(built: BuiltWarehouse, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of the demo set, of a copy of the warehouse."""
    from typer.testing import CliRunner

    from pipeline.cli import app

    copy = built.copy_to(tmp_path_factory.mktemp("docs"))
    result = CliRunner().invoke(app, ["docs", "--warehouse", str(copy.warehouse_dir)])
    assert result.exit_code == 0, result.output
    return copy.warehouse_dir / "docs" / "index.html"


@pytest.fixture(scope="module")
def inside(docs: Path) -> dict[str, Any]:
    """The manifest that the page holds."""
    text = docs.read_text(encoding="utf-8")
    start = text.index('{"metadata":{"dbt_version"')
    manifest: dict[str, Any] = json.JSONDecoder().raw_decode(text[start:])[0]
    return manifest


def in_both_languages(text: str) -> bool:
    paragraphs = text.split("\n\n")
    return len(paragraphs) == 2 and bool(ENGLISH.search(paragraphs[0]) and HAN.search(paragraphs[1]))


# ---------------------------------------------------------------------------------- what it holds
def test_every_published_column_is_there_in_both_languages(built: BuiltWarehouse, inside: dict[str, Any]) -> None:
    shown = {
        (node["schema"], node["name"], column["name"], column["type"])
        for node in inside["nodes"].values()
        if node["resource_type"] in {"model", "seed"}
        for column in node["columns"].values()
        if in_both_languages(column["description"])
    }
    with duckdb.connect(str(built.file), read_only=True) as connection:
        there = connection.execute(
            "select schema_name, table_name, column_name, data_type from duckdb_columns() where not internal"
        ).fetchall()
    assert there
    assert [column for column in there if tuple(column) not in shown] == []


def test_every_table_exposure_and_group_is_described_in_both_languages(inside: dict[str, Any]) -> None:
    told = [node for node in inside["nodes"].values() if node["resource_type"] in {"model", "seed"}]
    told += [*inside["sources"].values(), *inside["exposures"].values()]
    assert [node["name"] for node in told if not in_both_languages(node["description"])] == []


def test_the_lake_shows_its_columns_and_comes_from_the_documents(inside: dict[str, Any]) -> None:
    for table, schema in {**PER_DOCUMENT, **PER_RUN}.items():
        source = inside["sources"][f"source.gongkai.lake.{table}"]
        assert list(source["columns"]) == list(schema)
        assert [
            name for name, column in source["columns"].items() if not in_both_languages(column["description"])
        ] == []
        assert inside["parent_map"][source["unique_id"]] in (
            ["source.gongkai.raw.documents"],
            ["source.gongkai.program.data_files"],
        )


def test_every_way_leads_from_a_document_to_an_exposure(inside: dict[str, Any]) -> None:
    def before(key: str) -> set[str]:
        parents = inside["parent_map"].get(key, [])
        return set(parents).union(*(before(parent) for parent in parents))

    for key in inside["exposures"]:
        assert "source.gongkai.raw.documents" in before(key)


def test_every_form_and_rule_has_its_page(inside: dict[str, Any]) -> None:
    assert {f"analysis.forms.{form.form_id}" for form in catalogue()} <= set(inside["nodes"])
    assert {f"analysis.rules.{rule.id}" for rule in rules()} <= set(inside["nodes"])


def test_every_query_of_the_pages_runs(built: BuiltWarehouse, inside: dict[str, Any]) -> None:
    queries = {node["raw_code"] for node in inside["nodes"].values() if node["resource_type"] == "analysis"}
    with duckdb.connect(str(built.file), read_only=True) as connection:
        for query in queries:
            connection.execute(query)


def test_the_first_page_says_what_the_warehouse_holds(built: BuiltWarehouse, inside: dict[str, Any]) -> None:
    text = inside["docs"]["doc.gongkai.__overview__"]["block_contents"]
    with duckdb.connect(str(built.file), read_only=True) as connection:
        ((documents, printed),) = connection.execute(
            "select count(*), sum(token_count)::bigint from marts.dim_document"
        ).fetchall()
        tables = connection.execute(
            "select schema_name, table_name from duckdb_tables() where schema_name in ('marts', 'ref')"
        ).fetchall()
        counts = {
            table: connection.execute(f"select count(*) from {schema}.{table}").fetchall()[0][0]
            for schema, table in tables
        }
    assert f"| {documents:,} |" in text
    assert f"of {printed:,} printed numbers" in text
    for table, rows in counts.items():
        assert re.search(rf"\| \[`{table}`\]\(#!/(model|seed)/[\w.]+\) \| {rows:,} \|", text), table


def test_links_within_the_page_lead_somewhere(inside: dict[str, Any]) -> None:
    there = {*inside["nodes"], *inside["sources"], *inside["exposures"]}
    texts = [doc["block_contents"] for doc in inside["docs"].values()]
    texts += [node["description"] for node in inside["nodes"].values() if "description" in node]
    linked = {link for text in texts for link in re.findall(r"\(#!/(?:analysis|model|seed|source)/([\w.]+)", text)}
    assert len(linked) > 100
    assert linked - there == set()


def test_nothing_of_this_machine_stands_in_it(docs: Path, built: BuiltWarehouse) -> None:
    text = docs.read_text(encoding="utf-8")
    for path in (docs.parents[2], built.warehouse_dir, Path.home()):
        assert str(path) not in text
    assert docs.stat().st_size < MAX_BYTES


# --------------------------------------------------------------------------------------- calling it
def test_a_second_call_changes_nothing_and_a_new_warehouse_does(docs: Path, gongkai: Gongkai, tmp_path: Path) -> None:
    warehouse = tmp_path / "warehouse"
    shutil.copytree(docs.parents[1], warehouse, copy_function=shutil.copy2)
    page = warehouse / "docs" / "index.html"
    before = page.stat().st_mtime_ns
    assert gongkai("docs", "--warehouse", warehouse).exit_code == 0
    assert page.stat().st_mtime_ns == before
    with duckdb.connect(str(warehouse / "fiscal.duckdb")) as connection:
        connection.execute("delete from marts.fct_issue")
        connection.execute("checkpoint")
    assert gongkai("docs", "--warehouse", warehouse).exit_code == 0
    assert page.stat().st_mtime_ns != before


def test_without_a_warehouse_it_says_what_to_do(gongkai: Gongkai, tmp_path: Path) -> None:
    result = gongkai("docs", "--warehouse", tmp_path / "nothing")
    assert result.exit_code == 1
    assert "fiscal.duckdb" in result.output
    assert "expected: a published warehouse" in result.output
    assert "gongkai run" in result.output
    assert not (tmp_path / "nothing").exists()


def test_a_warehouse_that_was_only_copied_is_enough(built: BuiltWarehouse, gongkai: Gongkai, tmp_path: Path) -> None:
    (tmp_path / "alone").mkdir()
    shutil.copyfile(built.file, tmp_path / "alone" / "fiscal.duckdb")
    result = gongkai("docs", "--warehouse", tmp_path / "alone")
    assert result.exit_code == 0, result.output
    assert "fct_form_value" in (tmp_path / "alone" / "docs" / "index.html").read_text(encoding="utf-8")


# --------------------------------------------------------------------------------------- in a browser
@pytest.fixture
def page(docs: Path, tmp_path: Path) -> Iterator[Tab]:
    browser = find_browser()
    if browser is None:
        pytest.skip("Chromium is not installed: apt install chromium")
    with open_browser(browser, tmp_path) as opened:
        opened.open(docs.as_uri())
        opened.wait_for("document.body.innerText.includes('In this warehouse 库中情况')")
        yield opened
        outside = [url for url in opened.requested() if not url.startswith((docs.as_uri(), "data:", "about:"))]
        assert outside == [], "the page asks for nothing but itself"
        assert opened.complaints() == []


def test_a_click_on_a_table_shows_its_columns_in_both_languages(page: Tab) -> None:
    page.click("a", "fct_three_public")
    page.wait_for("document.body.innerText.includes('Columns 列')")
    page.wait_for("document.body.innerText.includes('金额（元），精确值。')")
    shown = page.text()
    assert "Amount in yuan, exact." in shown
    assert "DECIMAL(20,2)" in shown
    assert "Rows 行数".upper() in shown.upper()
    assert "Enforced" in shown


def test_contents_lead_to_forms_and_forms_to_rules(page: Tab) -> None:
    page.click("a", "forms 法定报表")
    page.wait_for("document.body.innerText.includes('The statutory forms 法定报表')")
    page.click("td a", "three_public")
    page.wait_for("document.body.innerText.includes('Sums that must hold 勾稽关系')")
    page.click("a", "The three public expenses add up")
    page.wait_for("document.body.innerText.includes('formula 等式')")
    assert "from marts.fct_reconciliation" in page.text()


@pytest.mark.parametrize(
    ("words", "table"), [("三公", "fct_three_public"), ("决算", "fct_finding"), ("编制", "fct_staffing")]
)
def test_the_search_understands_chinese_and_puts_tables_first(page: Tab, words: str, table: str) -> None:
    page.click("#search")
    page.type(words)
    first = "document.querySelector('.search-result h4 small')"
    page.wait_for(f"document.querySelector('.app-title h1').innerText.includes('{words}')")
    page.wait_for(f"{first} !== null && {first}.innerText === 'model'")
    page.click(".search-result h4 span", table)
    page.wait_for(f"location.hash.endsWith('.{table}')")
    page.wait_for("document.body.innerText.includes('Columns 列')")


def test_the_graph_begins_with_the_raw_documents(page: Tab) -> None:
    page.click("a", "the whole way of")
    page.wait_for("document.body.innerText.includes('Lineage Graph')")
    page.wait_for("document.querySelectorAll('canvas').length > 0")
    kept = "angular.element(document.body).injector().get('graph').graph.elements.map(one => one.data.unique_id)"
    page.wait_for(f"{kept}.includes('source.gongkai.raw.documents')")
    shown = page.run(kept)
    assert "model.gongkai.fct_three_public" in shown
    assert not [key for key in shown if key.startswith("analysis.")]

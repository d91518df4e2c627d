"""Groups, access and exposures of the dbt project say what is so."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from docs.make_reference import SQL_WITH_ANSWER
from pipeline.defs.publish.table_macros import read_macros
from pipeline.handbook.languages import split_languages
from tests.conftest import REPOSITORY, BuiltWarehouse

TABLES = re.compile(r"\bmarts\.((?:dim|fct|mart)_\w+)")

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def manifest(built: BuiltWarehouse) -> dict[str, Any]:
    text = (built.warehouse_dir / "build" / "dbt_target" / "manifest.json").read_text(encoding="utf-8")
    manifest: dict[str, Any] = json.loads(text)
    return manifest


def models(manifest: dict[str, Any], schema: str) -> list[dict[str, Any]]:
    return [
        node for node in manifest["nodes"].values() if node["resource_type"] == "model" and node["schema"] == schema
    ]


def test_every_model_and_list_belongs_to_a_group(manifest: dict[str, Any]) -> None:
    groups = {group["name"] for group in manifest["groups"].values()}
    nodes = [node for node in manifest["nodes"].values() if node["resource_type"] in {"model", "seed"}]
    assert [node["name"] for node in nodes if node["group"] not in groups] == []


def test_every_group_has_an_owner_and_is_described_in_both_languages(manifest: dict[str, Any]) -> None:
    for group in manifest["groups"].values():
        assert group["owner"]["name"]
        assert all(split_languages(group["description"])), group["name"]


@pytest.mark.parametrize(
    ("schema", "access"),
    [("marts", {"public"}), ("intermediate", {"private", "protected"}), ("staging", {"protected"})],
)
def test_public_are_the_marts_and_nothing_else(manifest: dict[str, Any], schema: str, access: set[str]) -> None:
    assert {node["access"] for node in models(manifest, schema)} == access


def test_every_public_model_has_an_enforced_contract(manifest: dict[str, Any]) -> None:
    assert [node["name"] for node in models(manifest, "marts") if not node["config"]["contract"]["enforced"]] == []


def test_every_exposure_reads_what_its_files_ask_for(manifest: dict[str, Any]) -> None:
    for exposure in manifest["exposures"].values():
        files = exposure["config"]["meta"]["read_in"]
        asked = set().union(*(tables_in(REPOSITORY / name) for name in files))
        reads = {key.rpartition(".")[2] for key in exposure["depends_on"]["nodes"]}
        assert reads == asked, exposure["name"]


def tables_in(file: Path) -> set[str]:
    """The public tables that the SQL of a page or module asks for; in a module, after `from` and `join` only.

    A page or notebook reads what the macros it calls read; `exports` names its tables as keys of a dictionary.
    """
    text = file.read_text(encoding="utf-8")
    if file.suffix == ".md":
        sql = "\n".join(found["query"] for found in SQL_WITH_ANSWER.finditer(text))
        return set(TABLES.findall(sql)) | tables_of_macros(sql)
    if file.suffix == ".ipynb":
        return tables_of_macros(text)
    keys = re.findall(r"^    \"((?:dim|fct|mart)_\w+)\": \(", text, re.M)
    return {*re.findall(r"\b(?:from|join) marts\.((?:dim|fct|mart)_\w+)", text), *keys}


def tables_of_macros(sql: str) -> set[str]:
    """The public tables behind the macros that some SQL calls, and behind those that they call."""
    tables: set[str] = set()
    for macro in read_macros(REPOSITORY / "dbt_project" / "analyst"):
        if re.search(rf"\b{macro.name}\(", sql):
            tables |= tables_in(REPOSITORY / "dbt_project" / "analyst" / f"{macro.name}.sql")
            tables |= tables_of_macros(macro.definition.partition(") as")[2])
    return tables

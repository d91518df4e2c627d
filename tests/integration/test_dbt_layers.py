"""The dbt project keeps its direction and says what it holds, in its manifest and in the file it builds.

Staging reads sources only, intermediate reads staging, intermediate and seeds, marts read intermediate, marts and
seeds; nothing reads upward. Every model, seed and column is described in English and Chinese, every mart has its
contract and a unit test.
"""

from __future__ import annotations

import csv
import json
import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from pipeline.model.account import NumberKind
from pipeline.model.schemas import PER_DOCUMENT, PER_RETIRED, PER_RUN
from pipeline.normalise.identity import department_type
from pipeline.reconcile.rule_file import rules

REPOSITORY = Path(__file__).resolve().parents[2]
PROJECT = REPOSITORY / "dbt_project"
DBT_TIMEOUT_S = 300

#: What a layer may read, by the layer of what it reads.
ALLOWED_PARENTS = {
    "source": frozenset[str](),
    "seed": frozenset[str](),
    "staging": frozenset({"source"}),
    "intermediate": frozenset({"staging", "intermediate", "seed"}),
    "marts": frozenset({"intermediate", "marts", "seed"}),
}

NAME_PATTERNS = {
    "seed": r"ref_[a-z_]+",
    "staging": r"stg_lake__[a-z_]+",
    "intermediate": r"int_[a-z_]+__[a-z_]+",
    "marts": r"(dim|fct|mart)_[a-z_]+",
}

HAN = re.compile(r"[\u4e00-\u9fff]")
ENGLISH_WORD = re.compile(r"[A-Za-z]{2,}")


def run_dbt(command: str, target: Path, **environment: str) -> None:
    """Run one dbt command on the project, writing its artefacts below `target`."""
    arguments = [
        sys.executable, "-m", "dbt.cli.main", command, "--quiet",
        "--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT),
        "--target-path", str(target), "--log-path", str(target),
    ]  # fmt: skip
    finished = subprocess.run(
        arguments,
        capture_output=True,
        text=True,
        timeout=DBT_TIMEOUT_S,
        check=False,
        env={**os.environ, **environment},
    )
    assert finished.returncode == 0, finished.stdout + finished.stderr


@pytest.fixture(scope="module")
def manifest(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    target = tmp_path_factory.mktemp("dbt_target")
    run_dbt("parse", target, GONGKAI_BUILD_DB=":memory:")
    manifest: dict[str, Any] = json.loads((target / "manifest.json").read_text(encoding="utf-8"))
    return manifest


@pytest.fixture(scope="module")
def built_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `dbt build` makes of a lake without documents: all tables, no rows but those of the code lists."""
    folder = tmp_path_factory.mktemp("empty_lake")
    lake, built = folder / "lake", folder / "build.duckdb"
    (lake / "tables" / "_schema").mkdir(parents=True)
    for table, schema in PER_DOCUMENT.items():
        pl.DataFrame(schema=schema).write_parquet(lake / "tables" / "_schema" / f"{table}.parquet")
    (lake / "retired" / "_schema").mkdir(parents=True)
    for table, schema in PER_RETIRED.values():
        pl.DataFrame(schema=schema).write_parquet(lake / "retired" / "_schema" / f"{table}.parquet")
    for table, schema in PER_RUN.items():
        pl.DataFrame(schema=schema).write_parquet(lake / f"{table}.parquet")
    run_dbt("build", folder / "target", GONGKAI_LAKE=str(lake), GONGKAI_BUILD_DB=str(built))
    return built


def nodes_of(manifest: dict[str, Any], *kinds: str) -> dict[str, dict[str, Any]]:
    """Nodes of the kinds `model`, `seed`, `source` by their unique id."""
    both = {**manifest["nodes"], **manifest["sources"]}
    return {key: node for key, node in both.items() if node["resource_type"] in kinds}


def layer_of(node: dict[str, Any]) -> str:
    """`source`, `seed`, or the folder a model stands in."""
    if node["resource_type"] != "model":
        return str(node["resource_type"])
    return str(node["fqn"][1])


def is_in_both_languages(text: str) -> bool:
    """Whether a description has Chinese characters and, apart from `code`, English words."""
    return bool(HAN.search(text)) and len(ENGLISH_WORD.findall(re.sub(r"`[^`]*`", "", text))) > 0


def test_no_layer_reads_upward_or_past_its_neighbour(manifest: dict[str, Any]) -> None:
    nodes = nodes_of(manifest, "model", "seed", "source")
    wrong = [
        f"{node['name']} ({layer_of(node)}) reads {nodes[parent]['name']} ({layer_of(nodes[parent])})"
        for node in nodes.values()
        if node["resource_type"] == "model"
        for parent in node["depends_on"]["nodes"]
        if layer_of(nodes[parent]) not in ALLOWED_PARENTS[layer_of(node)]
    ]
    assert not wrong, "\n".join(wrong)


def test_every_name_says_its_layer(manifest: dict[str, Any]) -> None:
    wrong = [
        f"{node['name']} stands in {layer_of(node)}"
        for node in nodes_of(manifest, "model", "seed").values()
        if not re.fullmatch(NAME_PATTERNS[layer_of(node)], node["name"])
    ]
    assert not wrong, "\n".join(wrong)


def test_staging_has_one_model_per_lake_table(manifest: dict[str, Any]) -> None:
    tables = {f"stg_lake__{node['name']}" for node in nodes_of(manifest, "source").values()}
    models = {n["name"] for n in nodes_of(manifest, "model").values() if layer_of(n) == "staging"}
    assert models == tables


def test_every_lake_table_of_the_python_side_is_a_source(manifest: dict[str, Any]) -> None:
    assert {node["name"] for node in nodes_of(manifest, "source").values()} == {*PER_DOCUMENT, *PER_RETIRED, *PER_RUN}


def test_every_source_names_its_files_and_its_dagster_asset(manifest: dict[str, Any]) -> None:
    for node in nodes_of(manifest, "source").values():
        meta = node["config"].get("meta") or node["meta"]
        assert meta["dagster"]["asset_key"] == ["lake", node["name"]]
        file_name = PER_RETIRED[node["name"]][0] if node["name"] in PER_RETIRED else node["name"]
        assert f"/{file_name}.parquet" in meta["external_location"]


def test_every_model_seed_and_source_is_described_in_both_languages(manifest: dict[str, Any]) -> None:
    wrong = [
        node["name"]
        for node in nodes_of(manifest, "model", "seed", "source").values()
        if not is_in_both_languages(node["description"])
    ]
    assert not wrong, "\n".join(wrong)


def test_every_column_is_described_in_both_languages(manifest: dict[str, Any]) -> None:
    wrong = [
        f"{node['name']}.{column['name']}"
        for node in nodes_of(manifest, "model", "seed").values()
        for column in node["columns"].values()
        if not is_in_both_languages(column["description"])
    ]
    assert not wrong, "\n".join(wrong)


def test_no_two_tests_share_the_name_dagster_checks_them_by(manifest: dict[str, Any]) -> None:
    """dbt leaves signs out of a test's name: tests of `= 0` and `<= 0` of one column would be one check, twice."""
    names = Counter(node["name"] for node in nodes_of(manifest, "test").values())
    assert names
    assert [name for name, count in names.items() if count > 1] == []


def test_every_mart_is_a_table_with_an_enforced_contract(manifest: dict[str, Any]) -> None:
    marts = [node for node in nodes_of(manifest, "model").values() if layer_of(node) == "marts"]
    assert marts
    for node in marts:
        assert node["config"]["contract"]["enforced"] is True, node["name"]
        assert node["config"]["materialized"] == "table", node["name"]
        assert node["schema"] == "marts", node["name"]
        assert all(column["data_type"] for column in node["columns"].values()), node["name"]


def test_every_mart_has_a_unit_test_described_in_both_languages(manifest: dict[str, Any]) -> None:
    marts = {node["name"] for node in nodes_of(manifest, "model").values() if layer_of(node) == "marts"}
    tests = [test for test in manifest["unit_tests"].values() if test["model"] in marts]
    assert marts - {test["model"] for test in tests} == set()
    assert [test["name"] for test in tests if not is_in_both_languages(test["description"])] == []


def test_every_seed_column_has_a_type(manifest: dict[str, Any]) -> None:
    for node in nodes_of(manifest, "seed").values():
        assert node["schema"] == "ref", node["name"]
        header = (PROJECT / node["original_file_path"]).read_text(encoding="utf-8").split("\n", 1)[0]
        columns = set(header.strip().split(","))
        assert columns == set(node["config"]["column_types"]) == set(node["columns"]), node["name"]


def test_every_amount_is_exact_and_every_code_is_text(manifest: dict[str, Any]) -> None:
    for node in nodes_of(manifest, "model").values():
        if layer_of(node) != "marts":
            continue
        for name, column in node["columns"].items():
            place = f"{node['name']}.{name}"
            if name.endswith("_yuan") and name not in {"precision_yuan", "tolerance_yuan"}:
                assert column["data_type"] == "decimal(20,2)", place
            if name.endswith(("_code", "_id")):
                assert column["data_type"] == "varchar", place
            if name.endswith("_year"):
                assert column["data_type"] == "integer", place


def test_every_fact_says_who_and_when(manifest: dict[str, Any]) -> None:
    context = {"document_id", "department_id", "region_code", "fiscal_year", "phase", "reporting_scope"}
    for node in nodes_of(manifest, "model").values():
        if node["name"].startswith("fct_"):
            assert context <= set(node["columns"]), node["name"]


def test_every_rule_between_documents_has_its_model() -> None:
    models = (PROJECT / "models" / "intermediate").glob("int_*__paired.sql")
    paired = [re.findall(r"'(\w+)' as (?:yearly_)?rule_id", model.read_text(encoding="utf-8")) for model in models]
    assert sorted(rule_id for found in paired for rule_id in found) == sorted(
        rule.id for rule in rules() if rule.kind == "cross_document"
    )


def test_python_and_duckdb_give_every_department_the_same_type() -> None:
    with (PROJECT / "seeds" / "ref_department_type.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    with duckdb.connect() as connection:
        for row in rows:
            for name in row["examples"].split("; ") if row["department_type"] != "其他" else ():
                assert department_type(name) == row["department_type"], name
                found = connection.execute(
                    "select arg_min(kind, place) from"
                    " (select unnest(?) as kind, unnest(?) as place, unnest(?) as pattern)"
                    " where regexp_matches(?, pattern)",
                    [
                        [other["department_type"] for other in rows],
                        [int(other["match_order"]) for other in rows],
                        [other["pattern"] for other in rows],
                        name,
                    ],
                ).fetchone()
                assert found == (row["department_type"],), name


def test_every_kind_of_number_is_in_its_list() -> None:
    with (PROJECT / "seeds" / "ref_number_kind.csv").open(encoding="utf-8", newline="") as lines:
        listed = {row["number_kind"]: row["is_read"] for row in csv.DictReader(lines)}
    assert set(listed) == {kind.value for kind in NumberKind}
    assert {kind for kind, is_read in listed.items() if is_read == "true"} == {"value", "attachment", "sentence"}


def test_a_lake_without_documents_builds_every_table_of_the_contract(built_file: Path) -> None:
    with duckdb.connect(str(built_file), read_only=True) as connection:
        rows = connection.execute("select schema_name, table_name from duckdb_tables()").fetchall()
    tables = {(schema, name) for schema, name in rows}
    facts = {
        "form_value",
        "form",
        "expenditure_by_function",
        "expenditure_by_economic",
        "revenue_by_function",
        "three_public",
        "procurement",
        "operating_cost",
        "state_asset",
        "project",
        "reconciliation",
        "finding",
        "issue",
        "number_account",
    }
    dimensions = {"document", "region", "department", "function", "economic", "form", "rule"}
    lists = {
        "function",
        "economic_department",
        "economic_government",
        "economic_mapping",
        "revenue",
        "region",
        "number_kind",
        "department_type",
        "department_abbreviation",
        "department_succession",
        "department_override",
    }
    assert {("marts", f"fct_{name}") for name in facts} <= tables
    assert {("marts", f"dim_{name}") for name in dimensions} <= tables
    assert {("ref", f"ref_{name}") for name in lists} <= tables


def test_every_built_column_says_what_it_is_in_both_languages(built_file: Path) -> None:
    with duckdb.connect(str(built_file), read_only=True) as connection:
        rows = connection.execute(
            """
            select schema_name || '.' || table_name || '.' || column_name, comment
            from duckdb_columns() where schema_name in ('marts', 'ref')
            union all
            select schema_name || '.' || table_name, comment
            from duckdb_tables() where schema_name in ('marts', 'ref')
            """
        ).fetchall()
    assert rows
    wrong = [place for place, comment in rows if not is_in_both_languages(comment or "")]
    assert not wrong, "\n".join(wrong)


def test_every_column_built_on_the_way_is_described_in_the_project(built_file: Path, manifest: dict[str, Any]) -> None:
    described = {
        (node["schema"], node["name"], column)
        for node in nodes_of(manifest, "model").values()
        for column in node["columns"]
    }
    with duckdb.connect(str(built_file), read_only=True) as connection:
        built = connection.execute(
            "select schema_name, table_name, column_name from duckdb_columns() "
            "where schema_name in ('staging', 'intermediate')"
        ).fetchall()
    assert built
    assert [place for place in built if place not in described] == []


def test_form_values_have_the_columns_of_the_contract_in_order(built_file: Path) -> None:
    contract = (
        "value_id document_id department_id region_code fiscal_year phase reporting_scope form_id line_side line_code "
        "line_label qualifier measure amount_yuan reported_text reported_unit precision_yuan class_level is_leaf "
        "page_no row_no col_no bbox method grade"
    )
    with duckdb.connect(str(built_file), read_only=True) as connection:
        columns = [row[0] for row in connection.execute("describe marts.fct_form_value").fetchall()]
    assert " ".join(columns).startswith(contract)


@pytest.mark.parametrize(
    ("code", "name"),
    [("140431", "沁源县"), ("140522", "阳城县"), ("140500", "晋城市"), ("411200", "三门峡市")],
)
def test_regions_of_the_five_documents_are_known(built_file: Path, code: str, name: str) -> None:
    with duckdb.connect(str(built_file), read_only=True) as connection:
        found = connection.execute("select region_name from marts.dim_region where region_code = ?", [code]).fetchall()
    assert found == [(name,)]

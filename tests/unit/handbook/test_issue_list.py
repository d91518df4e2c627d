"""Every kind of problem the code can meet stands in the list `ref_issue_category`, and no other."""

from __future__ import annotations

import ast
import csv
import re
from pathlib import Path

from pipeline import errors
from pipeline.errors import FiscalError
from tests.conftest import REPOSITORY

PIPELINE = REPOSITORY / "pipeline"
LIST = REPOSITORY / "dbt_project" / "seeds" / "ref_issue_category.csv"
#: Functions and types that take a category, by what their names end with.
MAKERS = re.compile(r"(issue|Issue|_at|at_cell|_issue_at|Remark|remark_at|Problem|quarantined)$")
#: A category is two words and more: `unknown_form`.
CATEGORY = re.compile(r"[a-z]+(_[a-z]+)+")


def listed() -> list[str]:
    with LIST.open(encoding="utf-8", newline="") as lines:
        return [row["category"] for row in csv.DictReader(lines)]


def categories_of(path: Path) -> set[str]:
    """What stands where a problem is made, by itself or through a constant of the module."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    constants = {
        target.id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    found = set()
    for call in ast.walk(tree):
        if not (isinstance(call, ast.Call) and MAKERS.search(name_of(call))):
            continue
        for given in (*call.args, *(keyword.value for keyword in call.keywords if keyword.arg == "category")):
            value = constants.get(given.id) if isinstance(given, ast.Name) else getattr(given, "value", None)
            if isinstance(value, str) and CATEGORY.fullmatch(value):
                found.add(value)
                break
    return found


def name_of(call: ast.Call) -> str:
    function = call.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def leaves(kind: type[FiscalError]) -> list[type[FiscalError]]:
    below = kind.__subclasses__()
    return [leaf for one in below for leaf in leaves(one)] if below else [kind]


def test_every_problem_of_the_code_is_listed() -> None:
    made = {category for path in PIPELINE.rglob("*.py") for category in categories_of(path)}
    assert len(made) > 30, "the search finds them"
    assert made - set(listed()) == set(), "add it to dbt_project/seeds/ref_issue_category.csv, in both languages"


def test_every_error_that_stops_a_document_is_listed() -> None:
    stopping = {kind("").category for base in (errors.ReadError, errors.FormError) for kind in leaves(base)} | {
        "empty_file",
        "file_too_large",
        "unreadable_file",
    }
    assert stopping <= set(listed())


def test_no_entry_of_the_list_is_of_no_use() -> None:
    code = "\n".join(path.read_text(encoding="utf-8") for path in PIPELINE.rglob("*.py"))
    told = {kind("").category for kind in leaves(FiscalError)}
    assert [name for name in listed() if name not in told and f'"{name}"' not in code] == []


def test_the_list_is_in_order_and_complete() -> None:
    with LIST.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert listed() == sorted(set(listed()))
    assert [row["category"] for row in rows if not all(row.values())] == []

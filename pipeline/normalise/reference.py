"""Official names as data: regions, economic classes and department types from the dbt seeds.

The seeds are the one copy of every code list: dbt publishes them as schema `ref`, this room reads the same files.
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pipeline.errors import ContractError
from pipeline.model.text import match_key

SEEDS_DIR = Path(__file__).resolve().parents[2] / "dbt_project" / "seeds"
#: The seeds this room reads: a change in one of them reads every document again, one in another builds again only.
SEEDS_READ = (
    "ref_region.csv",
    "ref_function.csv",
    "ref_revenue.csv",
    "ref_economic_department.csv",
    "ref_economic_government.csv",
    "ref_department_type.csv",
)


@dataclass(frozen=True, slots=True)
class Region:
    """A province, prefecture or county and the years its code is valid (`None`: open)."""

    code: str
    name: str
    level: str
    parent: str
    valid_from: int | None
    valid_to: int | None

    def is_valid_in(self, year: int | None) -> bool:
        """Whether the region existed in a year; every region does where the year is unknown."""
        if year is None:
            return self.valid_to is None
        return (self.valid_from or 0) <= year <= (self.valid_to or 9999)


@dataclass(frozen=True, slots=True)
class EconomicClass:
    """A department economic class (301) or section (30101)."""

    code: str
    name: str
    valid_from: int | None
    valid_to: int | None


def _rows(seed: str) -> Iterator[dict[str, str]]:
    assert seed in SEEDS_READ, f"{seed} decides what is read: add it to SEEDS_READ"
    path = SEEDS_DIR / seed
    if not path.exists():
        raise ContractError(
            f"the code list {path.name} is missing", expected=f"it in {path.parent.name}/", remedy="restore it from git"
        )
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _year(text: str) -> int | None:
    return int(text) if text else None


@cache
def regions_by_name() -> dict[str, tuple[Region, ...]]:
    """Returns all regions of all years by name (names repeat: there are several 普陀区)."""
    found: dict[str, list[Region]] = defaultdict(list)
    for row in _rows("ref_region.csv"):
        region = Region(
            row["code"], row["name"], row["level"], row["parent"], _year(row["valid_from"]), _year(row["valid_to"])
        )
        found[region.name].append(region)
    return {name: tuple(regions) for name, regions in found.items()}


@cache
def function_classes_by_name() -> dict[str, str]:
    """Returns function classes (类) by name: 一般公共服务支出 is 201. A name of former years keeps its code."""
    rows = _rows("ref_function.csv")
    return {match_key(row["name"]): row["code"] for row in rows if row["level"] == "类"}


@cache
def function_names() -> dict[str, frozenset[str]]:
    """Returns the names of every function class, section and item by code, with and without 支出 at their end."""
    found: dict[str, set[str]] = defaultdict(set)
    for row in _rows("ref_function.csv"):
        name = match_key(row["name"])
        found[row["code"]] |= {name, name.removesuffix("支出")}
    return {code: frozenset(names) for code, names in found.items()}


_LISTS: dict[str, tuple[str, ...]] = {
    "function": ("ref_function.csv",),
    "revenue": ("ref_revenue.csv",),
    "economic": ("ref_economic_department.csv",),
    "economic_government": ("ref_economic_government.csv",),
}


@cache
def names_of_list(code_list: str) -> dict[str, frozenset[str]]:
    """Returns the names of a list's codes, of all years."""
    found: dict[str, set[str]] = defaultdict(set)
    for file_name in _LISTS[code_list]:
        for row in _rows(file_name):
            found[row["code"]].add(match_key(row["name"]))
    return {code: frozenset(names) for code, names in found.items()}


@cache
def economic_classes_by_name() -> dict[str, tuple[EconomicClass, ...]]:
    """Returns department economic classes by printed name (names repeat: 公务用车购置 is 30913 and 31013)."""
    found: dict[str, list[EconomicClass]] = defaultdict(list)
    for row in _rows("ref_economic_department.csv"):
        item = EconomicClass(row["code"], row["name"], _year(row["valid_from"]), _year(row["valid_to"]))
        if item.code not in {known.code for known in found[item.name]}:
            found[item.name].append(item)
    return {name: tuple(items) for name, items in found.items()}


@cache
def department_types() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Returns (canonical type, pattern on the official name), first match wins."""
    rows = sorted(_rows("ref_department_type.csv"), key=lambda row: int(row["match_order"]))
    return tuple((row["department_type"], re.compile(row["pattern"])) for row in rows)

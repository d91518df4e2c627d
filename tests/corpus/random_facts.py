"""Random documents of known content, driven by a seed: the same seed gives the same facts, all sums true."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from tests.corpus import random_budget, random_final
from tests.corpus.facts import DocumentFacts, NumberStyle
from tests.corpus.facts_files import load_facts
from tests.corpus.layouts import load_family

REGIONS = (("沁源县", "140431"), ("阳城县", "140522"), ("晋城市", "140500"), ("三门峡市", "411200"))
DEPARTMENTS = ("人民政府办公室", "财政局", "教育局", "民政局", "政务服务中心", "司法局", "水利局")
FAMILIES = tuple(sorted(random_final.MODELS | random_budget.MODELS))
_YEARS = range(2019, 2026)
_MAX_ITEMS = 40


def random_facts(
    seed: int,
    family: str | None = None,
    *,
    item_count: int | None = None,
    unit: str | None = None,
    number_style: NumberStyle | None = None,
    place: tuple[str, str] | None = None,
) -> DocumentFacts:
    """Makes up one document.

    Args:
        seed: decides everything that is not given.
        family: one of `FAMILIES`; `None` lets the seed choose. Likewise the others.
        item_count: number of function 项; many make the tables run over pages.
        unit: 元 or 万元.
        place: name and code of the region, for documents that must not be those of one department.

    Raises:
        ValueError: no such family.

    >>> random_facts(3) == random_facts(3)
    True
    """
    rng = Random(seed)
    family = family or rng.choice(FAMILIES)
    if family not in FAMILIES:
        raise ValueError(f"found family {family!r}, expected one of {', '.join(FAMILIES)}")
    model = load_facts((random_final.MODELS | random_budget.MODELS)[family])
    drawn = rng.choice(REGIONS)  # drawn even where it is given: what follows stays the same
    region, region_code = place or drawn
    department = region + rng.choice(DEPARTMENTS)
    year = rng.choice(_YEARS)
    is_unit = rng.random() < 0.3
    chosen_style = number_style or rng.choice(tuple(NumberStyle))
    chosen_unit = unit or rng.choice(("元", "万元"))
    count = item_count or rng.randint(2, _MAX_ITEMS)
    styled = replace(model, number_style=chosen_style)
    is_budget = load_family(family).phase == "budget"
    return replace(
        styled,
        source=f"random seed {seed}",
        department=department,
        region=region,
        region_code=region_code,
        fiscal_year=year,
        reporting_scope="unit" if is_unit else "department",
        unit=chosen_unit,
        cover=(department, f"{year}年度{'单位' if is_unit else '部门'}{'预算' if is_budget else '决算'}公开"),
        running_header="",
        forms=(
            random_budget.random_budget_forms(rng, styled, count, department)
            if is_budget
            else random_final.random_final_forms(rng, styled, count)
        ),
    )

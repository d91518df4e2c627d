"""Everything the site says of one region: its groups, their figures with totals, and the numbers behind them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property

from pipeline.published.comparison import (
    ComparedDocument,
    Figure,
    Group,
    LedgerLine,
    PrintedValue,
    PublishedTotal,
    list_compared_documents,
    list_figures,
    list_groups,
    list_ledger,
    list_published_totals,
    list_values,
)
from pipeline.published.warehouse import Connection
from pipeline.site.addresses import ALL_TYPES, part_name, sources_page
from pipeline.site.wording import CODES

TOTAL = "TOTAL"
#: Subjects whose first level adds up to a total that the marts do not list as a row.
ADDED_UP = ("function", "economic")
#: A figure of more numbers than these shows the sums below it, each of which shows its own.
MOST_NUMBERS_LISTED = 40
#: So many lines make a page of about half a megabyte: beyond, each kind of figures has a page of its own.
MOST_LINES_A_PAGE = 1500
#: The fund whose total the government publishes beside the sum of its departments.
_OF_PUBLISHED_TOTAL = "general_public_budget"
_GRADES = ("contradictory", "unproven", "consistent", "proven")

GroupKey = tuple[str, int, str, str]
Part = tuple[str, str]


@dataclass(frozen=True)
class GroupFigures:
    """One group and its figures by subject and variant, in the order of their codes, each total first."""

    group: Group
    parts: Mapping[Part, tuple[Figure, ...]]

    @cached_property
    def is_split(self) -> bool:
        """Whether each part has a page of sources of its own."""
        return sum(len(listed) for part in self.parts for listed in self.listed(part).values()) > MOST_LINES_A_PAGE

    def children(self, figure: Figure) -> list[Figure]:
        """The figures one level below that add up to a figure; empty where they do not."""
        part = self.parts[(figure.subject, figure.variant)]
        below = [
            one
            for one in part
            if one.class_level == figure.class_level + 1 and (figure.code == TOTAL or one.parent_code == figure.code)
        ]
        return below if sum(one.amount_yuan or 0 for one in below) == figure.amount_yuan else []

    def listed(self, part: Part) -> dict[str, Sequence[Figure | str]]:
        """What the sources of each figure list, by code: the numbers' ids, or the figures below where they are many."""
        listed: dict[str, Sequence[Figure | str]] = {}
        for figure in self.parts[part]:
            is_long = figure.code == TOTAL or len(figure.value_ids) > MOST_NUMBERS_LISTED
            listed[figure.code] = (self.children(figure) if is_long else []) or figure.value_ids
        return listed

    def sources(self, part: Part) -> str:
        """The page with the sources of a part."""
        return sources_page(self.group.key, part_name(*part) if self.is_split else None)


@dataclass(frozen=True, slots=True)
class Region:
    """One region; `ledger` is `None` where no ledger is published."""

    code: str
    name: str
    level: str | None
    groups: tuple[GroupFigures, ...]
    values: Mapping[str, PrintedValue]
    documents: tuple[ComparedDocument, ...]
    ledger: tuple[LedgerLine, ...] | None
    published: tuple[PublishedTotal, ...] = ()

    def published_ids(self, figure: Figure) -> list[str]:
        """The numbers of the government's own tables that say what is published beside a figure."""
        if figure.subject != "function" or figure.published_total_yuan is None:
            return []
        wanted = (figure.fiscal_year, figure.phase, figure.variant, figure.code, figure.published_total_yuan)
        found = [
            one.value_ids
            for one in self.published
            if (one.fiscal_year, one.phase, one.fund, one.code, one.amount_yuan) == wanted
        ]
        return [value_id for value_ids in found for value_id in value_ids if value_id in self.values]

    @property
    def department_types(self) -> list[str]:
        """The types it has groups of, all together last."""
        types = {one.group.department_type for one in self.groups}
        return sorted(types, key=lambda name: (name == ALL_TYPES, name))

    def of_type(self, department_type: str) -> list[GroupFigures]:
        """Its groups of one type, by year and phase."""
        return [one for one in self.groups if one.group.department_type == department_type]


def load_region(connection: Connection, region_code: str) -> Region:
    """Reads one region from the published file."""
    by_group: dict[GroupKey, list[Figure]] = {}
    for figure in list_figures(connection, region_code):
        by_group.setdefault(figure.group_key, []).append(figure)
    groups = [
        GroupFigures(group, parts_with_totals(group, by_group.get(group.key, ())))
        for group in list_groups(connection, region_code)
    ]
    first = groups[0].group
    ledger = list_ledger(connection, region_code)
    return Region(
        region_code,
        first.region_name,
        first.region_level,
        tuple(groups),
        list_values(connection, region_code),
        tuple(list_compared_documents(connection, region_code)),
        None if ledger is None else tuple(ledger),
        tuple(list_published_totals(connection, region_code)),
    )


def parts_with_totals(group: Group, figures: Iterable[Figure]) -> dict[Part, tuple[Figure, ...]]:
    """The figures of a group by part, with the total of each part whose classes add up to one."""
    parts: dict[Part, list[Figure]] = {}
    for figure in figures:
        parts.setdefault((figure.subject, figure.variant), []).append(figure)
    return {
        part: ((total_of(group, ofpart), *in_tree_order(ofpart)) if part[0] in ADDED_UP else _in_named_order(ofpart))
        for part, ofpart in parts.items()
    }


def _in_named_order(figures: Sequence[Figure]) -> tuple[Figure, ...]:
    """Figures of kinds without codes in the order the site names them, their total first."""
    order = list(CODES)

    def place(figure: Figure) -> tuple[bool, int, str]:
        name = f"{figure.subject}.{figure.code}"
        return figure.code != "total", order.index(name) if name in order else len(order), figure.code

    return tuple(sorted(figures, key=place))


def total_of(group: Group, figures: Sequence[Figure]) -> Figure:
    """The sum of the classes: what the marts take shares of. It has no rank, and is as comparable as its group."""
    classes = [figure for figure in figures if figure.class_level == 1]
    amount = sum((figure.amount_yuan or Decimal(0) for figure in classes), Decimal(0))
    grades = [figure.grade for figure in classes]
    return replace(
        classes[0],
        amount_per_capita_yuan=None,
        amount_per_head_yuan=None,
        prior_year_amount_yuan=None,
        growth_rate=None,
        comparable_rank=None,
        comparable_count=None,
        published_total_yuan=group.published_total_yuan if classes[0].variant == _OF_PUBLISHED_TOTAL else None,
        code=TOTAL,
        name=None,
        class_level=0,
        parent_code=None,
        amount_yuan=amount,
        share=Decimal(1) if amount else None,
        grade=next((grade for grade in _GRADES if grade in grades), None),
        is_comparable=group.is_comparable,
        incomparable_reasons=group.incomparable_reasons,
        warnings=group.warnings,
        value_ids=tuple(value_id for figure in classes for value_id in figure.value_ids),
    )


def in_tree_order(figures: Sequence[Figure]) -> list[Figure]:
    """Each class followed by its sections, each section by its items; what has no parent here stands by its code."""
    below: dict[str | None, list[Figure]] = {}
    codes = {(figure.class_level, figure.code) for figure in figures}
    for figure in sorted(figures, key=lambda one: (one.class_level, one.code)):
        is_below = (figure.class_level - 1, figure.parent_code) in codes
        below.setdefault(figure.parent_code if is_below else None, []).append(figure)

    def with_those_below(figure: Figure) -> list[Figure]:
        return [figure, *(one for child in below.get(figure.code, ()) for one in with_those_below(child))]

    return [one for top in below.get(None, ()) for one in with_those_below(top)]

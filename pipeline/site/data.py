"""The scripts that carry figures to the comparison page: what can be chosen, and one script per region.

What lives here: which facts go there, as compact JSON. What must not: how they are shown (`assets/compare.js`).
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from pipeline.model.text import without_steering
from pipeline.published.comparison import DepartmentType, Figure, Group, Reason
from pipeline.site import wording
from pipeline.site.addresses import ALL_TYPES, data_file, part_name, type_key
from pipeline.site.region import GroupFigures, Region

#: A figure's columns in a region's script; `reasons` and `warnings` only where they go beyond its group's.
FIGURE_COLUMNS = ("code", "class_level", "parent_code", "grade", "comparable_count", *wording.MEASURES)
_OWN = ("reasons", "warnings")
#: Regions chosen for a visitor who has chosen nothing yet.
_FIRST_REGIONS = 3
_UNLIKE = "其他"


@dataclass(frozen=True, slots=True)
class Entry:
    """What the catalogue and the index know of a region, without its figures.

    `kinds` are department type, phase and year of each of its groups, `wholes` the groups of all departments together.
    """

    code: str
    name: str
    level: str | None
    document_count: int
    kinds: tuple[tuple[str, str, int], ...]
    wholes: tuple[Group, ...]

    @property
    def types(self) -> set[str]:
        """Its types of department."""
        return {kind[0] for kind in self.kinds}

    @property
    def years(self) -> list[int]:
        """Its years, oldest first."""
        return sorted({kind[2] for kind in self.kinds})


def region_script(region: Region) -> str:
    """A region's figures: a call of the page's `addRegion`."""
    names: dict[str, dict[str, str]] = {}
    for one in region.groups:
        for (subject, variant), figures in one.parts.items():
            for figure in figures:
                if figure.name:
                    names.setdefault(subject, {})[_name_key(variant, figure)] = figure.name
    told = {
        "code": region.code,
        "name": region.name,
        "level": region.level,
        "names": names,
        "groups": [_group(one) for one in region.groups],
    }
    return f"gongkai.addRegion({_json(told)});\n"


def _name_key(variant: str, figure: Figure) -> str:
    """The two economic classifications have their own codes."""
    return f"{variant.split('.')[0]}.{figure.code}" if figure.subject == "economic" else figure.code


def _group(one: GroupFigures) -> dict[str, object]:
    group = one.group
    return {
        "year": group.fiscal_year,
        "phase": group.phase,
        "type": group.department_type,
        "type_key": type_key(group.department_type),
        "departments": group.departments,
        "departments_known": group.departments_known,
        "basis": group.departments_known_basis,
        "coverage": group.coverage,
        "documents": group.documents,
        "scope": group.reporting_scope,
        "grade": group.grade,
        "precision": None if group.precision_yuan is None else f"{group.precision_yuan.normalize():f}",
        "population": group.population,
        "population_year": group.population_year,
        "headcount": group.headcount,
        "is_comparable": group.is_comparable,
        "reasons": group.incomparable_reasons,
        "warnings": group.warnings,
        "is_split": one.is_split,
        "parts": {
            part_name(*part): [_figure(figure, one) for figure in figures] for part, figures in one.parts.items()
        },
    }


def _figure(figure: Figure, one: GroupFigures) -> list[object]:
    """A figure as a list; empty columns at its end are left out."""
    group = one.group
    own_reasons = [reason for reason in figure.incomparable_reasons if reason not in group.incomparable_reasons]
    own_warnings = [warning for warning in figure.warnings if warning not in group.warnings]
    row: list[object] = [getattr(figure, name) for name in FIGURE_COLUMNS]
    row += [own_reasons or None, own_warnings or None]
    while row[-1] is None:
        row.pop()
    return row


def catalogue_script(
    entries: Sequence[Entry], types: Iterable[DepartmentType], reasons: Iterable[Reason], has_ledger: bool
) -> str:
    """What can be chosen, and all words of the comparison page.

    Args:
        entries: One per region, as `catalogue_entry` makes them.
        types: The canonical types in their order.
        reasons: In words.
        has_ledger: Whether there is a page of the ledger.
    """
    counts: Counter[str] = Counter(name for entry in entries for name in entry.types)
    english = {one.department_type: one.name_en for one in types} | {ALL_TYPES: "all departments together"}
    ordered = [name for name in english if name in counts] + sorted(set(counts) - set(english))
    told = {
        "regions": [
            {
                "code": entry.code,
                "name": entry.name,
                "level": entry.level,
                "years": entry.years,
                "file": data_file(entry.code),
            }
            for entry in entries
        ],
        "types": [(name, english.get(name, ""), counts[name]) for name in ordered],
        "first": first_choice(entries),
        "figure_columns": [*FIGURE_COLUMNS, *_OWN],
        "phases": wording.PHASES,
        "subjects": wording.SUBJECTS,
        "variants": wording.VARIANTS,
        "codes": wording.CODES,
        "scopes": wording.SCOPES,
        "grades": wording.GRADES,
        "bases": wording.BASES,
        "measures": wording.MEASURES,
        "said": wording.SAID,
        "reasons": {reason.reason_id: (reason.name_zh, reason.name_en) for reason in reasons},
        "has_ledger": has_ledger,
    }
    return f"gongkai.catalogue = {_json(told)};\n"


def catalogue_entry(region: Region) -> Entry:
    """What the catalogue keeps of a region."""
    groups = [one.group for one in region.groups]
    return Entry(
        region.code,
        region.name,
        region.level,
        len(region.documents),
        tuple((group.department_type, group.phase, group.fiscal_year) for group in groups),
        tuple(one.group for one in region.of_type(ALL_TYPES)),
    )


def first_choice(entries: Sequence[Entry]) -> dict[str, object]:
    """What a visitor sees first: the type and phase that most regions have, in their newest years."""
    kinds: dict[tuple[str, str], dict[str, int]] = {}
    for entry in entries:
        for department_type, phase, year in entry.kinds:
            newest = kinds.setdefault((department_type, phase), {})
            newest[entry.code] = max(year, newest.get(entry.code, year))
    if not kinds:
        return {"regions": [], "years": [], "phase": "final_accounts", "type": ALL_TYPES}
    (department_type, phase), newest = max(
        kinds.items(), key=lambda item: (item[0][0] not in (_UNLIKE, ALL_TYPES), len(item[1]), item[0][1], item[0][0])
    )
    regions = sorted(newest)[:_FIRST_REGIONS]
    years = sorted({newest[code] for code in regions})
    return {"regions": regions, "years": years, "phase": phase, "type": department_type}


def _json(told: object) -> str:
    written = json.dumps(told, ensure_ascii=False, separators=(",", ":"), default=_plain)
    return without_steering(written)


def _plain(value: object) -> str:
    """Amounts travel as text: a browser's numbers are floats."""
    if isinstance(value, Decimal):
        return f"{value:f}"
    raise TypeError(type(value))

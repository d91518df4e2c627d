"""A document's values as the rules ask for them: by form and printing, by measure, by what a line is."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

from pipeline.model.extract import CellKind, FormValue
from pipeline.model.text import match_key
from pipeline.reconcile.rule_file import Selector

TOTAL = "TOTAL"
Roles = Mapping[str, tuple[re.Pattern[str], ...]]
#: A line within its printing: side, page, row, label.
_Line = tuple[str | None, int | None, int, str]


class Printing:
    """One printing of one form: its values in printed order, and the same by measure, line, code and role.

    The views are built when first asked for; all values must be in `values` by then.
    """

    def __init__(self, form_id: str, instance_no: int, roles: Roles) -> None:
        self.form_id = form_id
        self.instance_no = instance_no
        self.values: list[FormValue] = []
        self._roles = roles
        self._by_code: dict[str | None, dict[str, list[FormValue]]] = {}

    @cached_property
    def by_measure(self) -> dict[str, list[FormValue]]:
        """The values of each measure, in printed order."""
        found: dict[str, list[FormValue]] = defaultdict(list)
        for value in self.values:
            found[value.measure].append(value)
        return dict(found)

    @cached_property
    def by_line(self) -> list[list[FormValue]]:
        """The values of each line, over its measures."""
        found: dict[tuple[object, ...], list[FormValue]] = defaultdict(list)
        for value in self.values:
            found[*_line_of(value), value.line_code, value.qualifier].append(value)
        return list(found.values())

    def by_code(self, measure: str | None) -> dict[str, list[FormValue]]:
        """The values of one measure by code, TOTAL among them, in printed order."""
        if measure not in self._by_code:
            found: dict[str, list[FormValue]] = defaultdict(list)
            for value in self.by_measure.get(measure or "", ()):
                if value.line_code and (value.line_code == TOTAL or value.line_code.isdigit()):
                    found[value.line_code].append(value)
            self._by_code[measure] = dict(found)
        return self._by_code[measure]

    @cached_property
    def is_filled(self) -> bool:
        """Whether any amount is printed."""
        return any(is_number(value) for value in self.values)

    @cached_property
    def role_of(self) -> dict[_Line, str]:
        """What the lines without a code are: the first role that claims a line has it.

        Of a role's patterns the first that fits any free line of the side counts: where 总计 is printed, 合计 is the
        year's. A label printed again further down (the funds again, below 年初结转和结余) has no role.
        """
        sides: dict[str | None, dict[str, _Line]] = defaultdict(dict)
        for value in self.values:
            if value.line_code in (None, TOTAL) or not value.is_leaf:
                sides[value.line_side].setdefault(match_key(value.line_label), _line_of(value))
        found: dict[_Line, str] = {}
        for lines in sides.values():
            for role, patterns in self._roles.items():
                for pattern in patterns:
                    claimed = [line for key, line in lines.items() if line not in found and pattern.search(key)]
                    found.update(dict.fromkeys(claimed, role))
                    if claimed:
                        break
        return found

    @cached_property
    def _by_role(self) -> dict[str, list[FormValue]]:
        found: dict[str, list[FormValue]] = defaultdict(list)
        for value in self.values:
            role = self.role_of.get(_line_of(value))
            if role:
                found[role].append(value)
        return dict(found)

    @cached_property
    def _by_line_code(self) -> dict[str, list[FormValue]]:
        found: dict[str, list[FormValue]] = defaultdict(list)
        for value in self.values:
            if value.line_code:
                found[value.line_code].append(value)
        return dict(found)

    def select(self, selectors: Iterable[Selector], measure: str | None = None) -> list[FormValue]:
        """Returns the values that any of the selectors takes, of one measure or of the selectors' own."""
        found: dict[str, FormValue] = {}
        for selector in selectors:
            if selector.form not in (None, self.form_id):
                continue
            wanted = measure or selector.measure
            for value in self._pool(selector, wanted):
                if (wanted is None or value.measure == wanted) and _fits(value, selector):
                    found[value.value_id] = value
        return list(found.values())

    def _pool(self, selector: Selector, measure: str | None) -> Iterable[FormValue]:
        """The few values a selector can take, by the first thing it asks for."""
        if selector.role:
            return (value for role in selector.role for value in self._by_role.get(role, ()))
        if selector.codes:
            return (value for code in selector.codes for value in self._by_line_code.get(code, ()))
        return self.by_measure.get(measure, ()) if measure else self.values

    def has_code(self, code: str) -> bool:
        """Whether a line of a code is printed."""
        return code in self._by_line_code

    def has_role(self, role: str, side: str | None) -> bool:
        """Whether a side prints a line of a role."""
        return any(found == role and line[0] == side for line, found in self.role_of.items())


def _fits(value: FormValue, selector: Selector) -> bool:
    if selector.side not in (None, value.line_side) or selector.leaf not in (None, value.is_leaf):
        return False
    return selector.code is None or bool(selector.code.search(value.line_code or ""))


def _line_of(value: FormValue) -> _Line:
    return value.line_side, value.page_no, value.row_no, value.line_label


class Figures:
    """All printings of a document, by form."""

    def __init__(self, values: Sequence[FormValue], roles: Roles) -> None:
        self.printings: dict[str, list[Printing]] = defaultdict(list)
        by_key: dict[tuple[str, int], Printing] = {}
        for value in values:
            key = value.form_id, value.instance_no
            if key not in by_key:
                by_key[key] = Printing(*key, roles)
                self.printings[value.form_id].append(by_key[key])
            by_key[key].values.append(value)

    def together(self, form_ids: Sequence[str]) -> list[dict[str, Printing]]:
        """Returns the printings of several forms that belong together.

        Forms printed equally often (a document of several units) go together in order; otherwise the first filled
        printing of each stands for its form.
        """
        counts = {len(self.printings.get(form_id, ())) for form_id in form_ids}
        if len(counts) == 1:
            rows = zip(*(self.printings.get(form_id, []) for form_id in form_ids), strict=True)
            return [dict(zip(form_ids, row, strict=True)) for row in rows]
        first = {}
        for form_id in form_ids:
            printed = self.printings.get(form_id, [])
            if printed:
                first[form_id] = next((printing for printing in printed if printing.is_filled), printed[0])
        return [first]


def with_roles(values: Sequence[FormValue], roles: Roles) -> list[FormValue]:
    """The values with what their lines are, where they have no code: the roles of their printing."""
    printings = {
        (printing.form_id, printing.instance_no): printing
        for printed in Figures(values, roles).printings.values()
        for printing in printed
    }
    return [
        value._replace(line_role=printings[form_of(value)].role_of.get(_line_of(value)))
        if value.line_code in (None, TOTAL)
        else value
        for value in values
    ]


def form_of(value: FormValue) -> tuple[str, int]:
    """The printing a value stands in: form and number."""
    return value.form_id, value.instance_no


def is_number(value: FormValue) -> bool:
    """Whether a value is a number of yuan."""
    return value.cell_kind is CellKind.NUMBER and value.amount_yuan is not None


def is_open(value: FormValue) -> bool:
    """Whether something is printed whose amount is not known: unreadable, without a unit, or too large."""
    if value.cell_kind is CellKind.UNREADABLE:
        return True
    return value.cell_kind is CellKind.NUMBER and value.count_value is None and value.amount_yuan is None

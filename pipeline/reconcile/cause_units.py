"""Broken sums explained by a unit: a whole form printed, or read, in 元 where the others are in 万元."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from decimal import Decimal

from pipeline.model.finding import Cause, Finding
from pipeline.reconcile.compare import ZERO
from pipeline.reconcile.evidence import Evidence
from pipeline.reconcile.figures import form_of
from pipeline.reconcile.new_findings import new_finding, unit_factor
from pipeline.reconcile.rule_file import Rule
from pipeline.reconcile.sentence_values import NARRATIVE
from pipeline.reconcile.unit_checks import UNITS

_Form = tuple[str, int]
_TWO = 2
#: A part may be larger than its whole by a slip of a pen; by ten times and more, in a unit of its own, it is the unit.
_BEYOND_A_SLIP = 10


def denied_units(evidence: Evidence, rules: Mapping[str, Rule]) -> Iterator[Finding]:
    """Figures whose unit the text or the size of the other forms denies; which unit is wrong the sums may tell.

    Where sums with other forms confirm the form's unit, the text is wrong: the figure is not blamed.
    """
    for number in evidence.gaps():
        check = evidence.checks[number]
        if check.rule_id not in rules or rules[check.rule_id].kind not in UNITS:
            continue
        value = evidence.members(number)[0]
        is_vouched = evidence.agrees_with_another_form(value)
        evidence.close(frozenset((number,)))
        yield new_finding(
            Cause.UNIT,
            value,
            frozenset((number,)),
            blamed=[] if is_vouched else [value],
            is_located=not is_vouched,
            difference=check.difference_yuan,
        )


def unit_slips(evidence: Evidence, _: Mapping[str, Rule]) -> Iterator[Finding]:
    """Forms whose figures differ from the other forms' by a factor of units wherever they meet."""
    slips = _slips(evidence)
    forms: Counter[_Form] = Counter(form for pair in slips.values() for form in pair)
    units = _units(evidence)
    usual = Counter(units.values()).most_common(1)[0][0] if units else None
    order = sorted(forms, key=lambda form: (-forms[form], units.get(form) == usual, form))
    for form in order:
        numbers = frozenset(number for number, pair in slips.items() if form in pair) & evidence.open
        if not numbers:
            continue
        is_odd = units.get(form) != usual
        others = {other for number in numbers for other in slips[number]} - {form}
        is_located = is_odd or len(others) > 1
        blamed = [v for n in sorted(numbers) for v in evidence.members(n) if not is_located or form_of(v) == form]
        place = next(v for n in sorted(numbers) for v in evidence.members(n) if form_of(v) == form)
        evidence.close(numbers)
        difference = evidence.checks[min(numbers)].difference_yuan
        yield new_finding(Cause.UNIT, place, numbers, blamed=blamed, is_located=is_located, difference=difference)


def _units(evidence: Evidence) -> dict[_Form, str | None]:
    """The unit most figures of each form are printed in."""
    printed: dict[_Form, Counter[str | None]] = defaultdict(Counter)
    for value in evidence.values.values():
        if value.amount_yuan:
            printed[form_of(value)][value.reported_unit] += 1
    return {form: counts.most_common(1)[0][0] for form, counts in printed.items()}


def _slips(evidence: Evidence) -> dict[int, tuple[_Form, _Form]]:
    """Open breaks between two forms that a factor of units explains, where it explains all breaks of the two."""
    by_pair: dict[tuple[_Form, _Form], dict[int, Decimal | None]] = defaultdict(dict)
    units = _units(evidence)
    for number in sorted(evidence.open):
        check = evidence.checks[number]
        forms = sorted({form_of(value) for value in evidence.members(number)})
        is_spoken = any(form_id == NARRATIVE for form_id, _ in forms)  # a sentence prints its unit with each figure
        if is_spoken or len(forms) != _TWO or not check.left_yuan or not check.right_yuan:
            continue
        factor = unit_factor(check.left_yuan, check.right_yuan, check.tolerance_yuan or ZERO)
        if check.relation == "<=" and factor is None and units.get(forms[0]) != units.get(forms[1]):
            ratio = check.left_yuan / check.right_yuan
            factor = ratio if ratio >= _BEYOND_A_SLIP else None
        by_pair[forms[0], forms[1]][number] = factor
    return {number: pair for pair, found in by_pair.items() if all(found.values()) for number in found}

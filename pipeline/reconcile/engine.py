"""Evaluates the rule file on the values of one document: outcomes with both sides and a derived tolerance."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pipeline.model.extract import FormValue, SumCheck
from pipeline.model.form import Phase
from pipeline.reconcile.across import ACROSS, Disclosed
from pipeline.reconcile.figures import Figures
from pipeline.reconcile.levels import LEVELS
from pipeline.reconcile.rule_file import Rule, rule_file
from pipeline.reconcile.sentence_checks import SENTENCES
from pipeline.reconcile.unit_checks import UNITS
from pipeline.reconcile.unit_sums import BODIES
from pipeline.reconcile.within import WITHIN

_BY_DOCUMENT = ACROSS | LEVELS | SENTENCES | UNITS


def reconcile(
    values: Sequence[FormValue],
    rules: Iterable[Rule],
    phase: Phase | None,
    year: int | None = None,
    disclosed: Disclosed | None = None,
) -> tuple[SumCheck, ...]:
    """Returns every instance of every rule that the document's forms give rise to.

    The figures of units in their department's document are held to the rules apart from it, unit by unit, and then
    against the department's.

    Args:
        values: All values of the document.
        rules: The rules to hold it to; those between documents are dbt's.
        phase: Rules of the other phase are left out; all apply where the phase is unknown.
        year: Rules of other years are left out; all apply where the year is unknown.
        disclosed: What the document had to print, to tell an absent side from an empty one.
    """
    held = [rule for rule in rules if rule.applies_to(phase, year)]
    disclosed = disclosed or Disclosed()
    by_body: dict[str | None, list[FormValue]] = {None: []}
    for value in values:
        by_body.setdefault(value.reporting_unit, []).append(value)
    own, *units = [Figures(found, rule_file().roles) for found in by_body.values()]
    checks = _checks(held, own, disclosed)
    for unit in units:
        checks += _checks(held, unit, Disclosed(class_codes=disclosed.class_codes))
    for rule in held if units else ():
        if rule.kind in BODIES:
            checks += BODIES[rule.kind](rule, own, units)
    return tuple(_each_amount_once(checks))


def _checks(rules: Iterable[Rule], figures: Figures, disclosed: Disclosed) -> list[SumCheck]:
    checks: list[SumCheck] = []
    for rule in rules:
        if rule.kind in _BY_DOCUMENT:
            checks += _BY_DOCUMENT[rule.kind](rule, figures, disclosed)
        elif rule.kind in WITHIN:
            for form_id in rule.forms:
                for printing in figures.printings.get(form_id, ()):
                    checks += WITHIN[rule.kind](rule, printing)
    return checks


def _each_amount_once(checks: Sequence[SumCheck]) -> list[SumCheck]:
    """Leaves out what the size of an amount in the text tells where a rule compares the sentence itself."""
    kinds = {rule.id: rule.kind for rule in rule_file().rules}
    spoken = {check.left_yuan for check in checks if kinds.get(check.rule_id) in SENTENCES}
    return [check for check in checks if kinds.get(check.rule_id) != "text_unit" or check.right_yuan not in spoken]

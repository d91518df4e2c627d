"""Broken sums explained by one figure, and those that remain: disagreements whose wrong side the sums do not tell."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import pairwise

from pipeline.model.extract import FormValue, SumCheck
from pipeline.model.finding import Cause, Finding
from pipeline.reconcile.compare import ZERO
from pipeline.reconcile.evidence import Blame, Evidence
from pipeline.reconcile.figures import form_of
from pipeline.reconcile.new_findings import is_swapped, new_finding, unit_factor, whose_error
from pipeline.reconcile.rule_file import RATES, Rule

#: An amount of fewer digits tells no unit: 0.3 is a ten-thousandth of anything.
_TELLING = 10


def lone_rates(evidence: Evidence, rules: Mapping[str, Rule]) -> Iterator[Finding]:
    """Printed rates that their own amounts deny, where nothing else denies the amounts: the rate is wrong."""
    doubted = {
        value.value_id
        for number in evidence.open
        if rules[evidence.checks[number].rule_id].kind not in RATES
        for value in evidence.members(number)
    }
    for number in _open_rates(evidence, rules):
        if evidence.checks[number].left_value_ids[0] not in doubted:
            yield _wrong_rate(evidence, number)


def wrong_rates(evidence: Evidence, rules: Mapping[str, Rule]) -> Iterator[Finding]:
    """Printed rates that no other cause explains."""
    for number in _open_rates(evidence, rules):
        yield _wrong_rate(evidence, number)


def _open_rates(evidence: Evidence, rules: Mapping[str, Rule]) -> list[int]:
    return [n for n in sorted(evidence.open) if rules[evidence.checks[n].rule_id].kind in RATES]


def _wrong_rate(evidence: Evidence, number: int) -> Finding:
    rate = evidence.values[evidence.checks[number].right_value_ids[0]]
    evidence.close(frozenset((number,)))
    return new_finding(
        Cause.PUBLISHER_ARITHMETIC,
        rate,
        frozenset((number,)),
        blamed=[rate],
        is_located=True,
        difference=evidence.checks[number].difference_yuan,
        measure=rate.measure,
    )


def wrong_figures(evidence: Evidence, _: Mapping[str, Rule]) -> Iterator[Finding]:
    """One figure that no sum speaks for and whose change would mend every sum it breaks, that of most sums first.

    A figure has one true amount: where its sums ask for two, the second is left to `disagreements`.
    """
    undecided: set[int] = set()
    named: set[str] = set()
    while blames := [
        blame
        for blame in evidence.blames()
        if not blame.checks & undecided and named.isdisjoint(value.value_id for value in blame.values)
    ]:
        rivals = [blame for blame in blames if blame.checks == blames[0].checks]
        rivals = _near_readings(rivals) or rivals
        if len(rivals) > 1:
            undecided |= blames[0].checks
            continue
        evidence.close(rivals[0].checks)
        named.update(value.value_id for value in rivals[0].values)
        yield _wrong_figure(rivals[0], evidence)


def _wrong_figure(blame: Blame, evidence: Evidence) -> Finding:
    value, proposed = blame.values[0], blame.mended_yuan
    cause = whose_error(blame.values, evidence)
    amount, precision = value.amount_yuan or ZERO, value.precision_yuan or ZERO
    if abs(amount) > precision * _TELLING and unit_factor(amount, proposed, precision):
        cause = Cause.UNIT
    return new_finding(
        cause,
        value,
        blame.checks,
        blamed=blame.values,
        difference=blame.error_yuan,
        proposed=proposed,
        measure=value.measure,
    )


def _near_readings(rivals: list[Blame]) -> list[Blame]:
    """Of several figures that may be wrong the one whose mended amount is the printed one with two digits swapped.

    A changed digit would fit many figures; swapped neighbours (off by a multiple of nine) fit few.
    """
    swapped = [blame for blame in rivals if is_swapped(blame.values[0].amount_yuan or ZERO, blame.mended_yuan)]
    return swapped if len(swapped) == 1 else []


def disagreements(evidence: Evidence, _: Mapping[str, Rule]) -> Iterator[Finding]:
    """Breaks that no one figure explains, put together where they are one disagreement: who is wrong stays open."""
    suspects_of: dict[int, dict[str, FormValue]] = defaultdict(dict)
    for blame in evidence.blames():
        for number in blame.checks:
            suspects_of[number].update((value.value_id, value) for value in blame.values)
    for numbers in _grouped(evidence):
        suspects = {key: value for n in sorted(numbers) for key, value in suspects_of[n].items()}
        blamed = list(suspects.values()) or _least_vouched(evidence, numbers)
        evidence.close(numbers)
        check = evidence.checks[min(numbers, key=lambda n: (-abs(evidence.checks[n].difference_yuan or ZERO), n))]
        yield new_finding(
            whose_error(blamed, evidence),
            evidence.values[(check.left_value_ids or check.right_value_ids)[0]],
            numbers,
            blamed=blamed,
            is_located=False,
            difference=check.difference_yuan,
            measure=check.measure,
        )


def _least_vouched(evidence: Evidence, numbers: frozenset[int]) -> list[FormValue]:
    members = {value.value_id: value for number in sorted(numbers) for value in evidence.members(number)}
    least = min(evidence.holding_count(value_id) for value_id in members)
    return [value for value_id, value in members.items() if evidence.holding_count(value_id) == least]


def _grouped(evidence: Evidence) -> list[frozenset[int]]:
    """Open breaks that are off by the same amount, or that compare the same two forms, are one disagreement."""
    group_of: dict[int, int] = {number: number for number in sorted(evidence.open)}

    def root(number: int) -> int:
        while group_of[number] != number:
            number = group_of[number]
        return number

    numbers = list(group_of)
    pairs: dict[frozenset[tuple[str, int]], int] = {}
    by_size = sorted(numbers, key=lambda n: abs(evidence.checks[n].difference_yuan or ZERO))
    for one, other in pairwise(by_size):
        if _is_same_size(evidence.checks[one], evidence.checks[other]):
            group_of[root(other)] = root(one)
    for number in numbers:
        forms = frozenset(form_of(value) for value in evidence.members(number))
        if len(forms) > 1:
            group_of[root(number)] = root(pairs.setdefault(forms, number))
    groups: dict[int, set[int]] = defaultdict(set)
    for number in numbers:
        groups[root(number)].add(number)
    return [frozenset(group) for group in groups.values()]


def _is_same_size(one: SumCheck, other: SumCheck) -> bool:
    slack = (one.tolerance_yuan or ZERO) + (other.tolerance_yuan or ZERO)
    return abs(abs(one.difference_yuan or ZERO) - abs(other.difference_yuan or ZERO)) <= slack

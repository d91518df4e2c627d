"""How far the sums vouch for each value."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from pipeline.model.extract import FormValue, Grade, Outcome, SumCheck
from pipeline.model.finding import Finding
from pipeline.reconcile.compare import HOLDING


def grade_values(
    values: Sequence[FormValue], checks: Sequence[SumCheck], findings: Iterable[Finding] = ()
) -> tuple[FormValue, ...]:
    """Gives each value its grade.

    `proven`: at least two independent sums hold over it, which share no other figure; `consistent`: one;
    `contradictory`: a finding blames it, or a sum it stands in breaks and no finding says which figure is wrong;
    `unproven`: no sum applies. A sum that only bounds a figure (`<=`) vouches for nothing.
    """
    findings = tuple(findings)
    blamed = {value_id for finding in findings for value_id in finding.value_ids}
    located = {number for finding in findings if finding.is_located for number in finding.checks}
    others_of: dict[str, list[frozenset[str]]] = defaultdict(list)
    doubted = set(blamed)
    for number, check in enumerate(checks):
        ids = frozenset((*check.left_value_ids, *check.right_value_ids))
        if check.outcome is Outcome.BREAK and number not in located:
            doubted |= ids
        elif check.outcome in HOLDING and check.relation == "=" and check.left_value_ids and check.right_value_ids:
            for value_id in ids:
                others_of[value_id].append(ids)
    return tuple(value._replace(grade=_grade(value.value_id, others_of, doubted)) for value in values)


def _grade(value_id: str, sums_of: dict[str, list[frozenset[str]]], doubted: set[str]) -> Grade:
    if value_id in doubted:
        return Grade.CONTRADICTORY
    sums = sums_of.get(value_id)
    if not sums:
        return Grade.UNPROVEN
    return Grade.PROVEN if _has_independent_pair(sums) else Grade.CONSISTENT


def _has_independent_pair(sums: list[frozenset[str]]) -> bool:
    """Whether two of the sums share only the figure itself."""
    return any(len(one & other) == 1 for number, one in enumerate(sums) for other in sums[:number])

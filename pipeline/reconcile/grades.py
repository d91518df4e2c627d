"""How far the sums vouch for each value."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from pipeline.model.extract import COLUMNS_LOST, UNVOUCHED, FormValue, Grade, Outcome, SumCheck
from pipeline.model.finding import Finding
from pipeline.model.grid import GridKind
from pipeline.reconcile.compare import vouches

#: A rule and the figures of one of its sums.
_Sum = tuple[str, frozenset[str]]


def grade_values(
    values: Sequence[FormValue], checks: Sequence[SumCheck], findings: Iterable[Finding] = ()
) -> tuple[FormValue, ...]:
    """Gives each value its grade.

    `proven`: at least two independent sums hold over it, which share no other figure; `consistent`: one. For figures
    of a scan the two must be of different rules, and the page's columns whole: a column read in another's place still
    adds up.
    Where something says that a figure may stand in a wrong place or be a piece of one (`UNVOUCHED`), no sum vouches for
    it: it stays `unproven`.
    `contradictory`: a finding blames it, or a sum it stands in breaks and no finding says what is wrong;
    `unproven`: no sum applies. A sum that only bounds a figure (`<=`) vouches for nothing.
    """
    findings = tuple(findings)
    blamed = {value_id for finding in findings for value_id in finding.value_ids}
    explained = {
        number for finding in findings if finding.is_located or not finding.value_ids for number in finding.checks
    }
    sums_of: dict[str, list[_Sum]] = defaultdict(list)
    doubted = set(blamed)
    for number, check in enumerate(checks):
        ids = frozenset((*check.left_value_ids, *check.right_value_ids))
        if check.outcome is Outcome.BREAK and number not in explained:
            doubted |= ids
        elif vouches(check):
            for value_id in ids:
                sums_of[value_id].append((check.rule_id, ids))
    return tuple(value._replace(grade=_grade(value, sums_of, doubted)) for value in values)


def _grade(value: FormValue, sums_of: dict[str, list[_Sum]], doubted: set[str]) -> Grade:
    if value.value_id in doubted:
        return Grade.CONTRADICTORY
    sums = sums_of.get(value.value_id)
    if not sums or (value.method_reason or "").startswith(UNVOUCHED):
        return Grade.UNPROVEN
    is_scanned = value.method == GridKind.SCAN.value
    if (value.method_reason or "").startswith(COLUMNS_LOST):
        return Grade.CONSISTENT
    return Grade.PROVEN if _has_independent_pair(sums, of_two_rules=is_scanned) else Grade.CONSISTENT


def _has_independent_pair(sums: list[_Sum], *, of_two_rules: bool) -> bool:
    """Whether two of the sums share only the figure itself."""
    return any(
        len(one & other) == 1 and not (of_two_rules and rule == other_rule)
        for number, (rule, one) in enumerate(sums)
        for other_rule, other in sums[:number]
    )

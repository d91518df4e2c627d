"""How far the sums vouch for each value."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from pipeline.model.extract import FormValue, Grade, Outcome, SumCheck

#: Two sums that share a value prove it independently of each other.
PROVEN_BY = 2
_HOLDS = (Outcome.PASS, Outcome.ROUNDING)


def grade_values(values: Sequence[FormValue], checks: Iterable[SumCheck]) -> tuple[FormValue, ...]:
    """Gives each value its grade.

    `proven`: at least two sums that hold; `consistent`: one; `contradictory`: a sum it stands in breaks;
    `unproven`: no sum applies.
    """
    holding: Counter[str] = Counter()
    broken: set[str] = set()
    for check in checks:
        ids = {*check.left_value_ids, *check.right_value_ids}
        if check.outcome in _HOLDS and check.left_value_ids and check.right_value_ids:
            holding.update(ids)
        elif check.outcome is Outcome.BREAK:
            broken |= ids
    return tuple(value._replace(grade=_grade(value.value_id, holding, broken)) for value in values)


def _grade(value_id: str, holding: Counter[str], broken: set[str]) -> Grade:
    if value_id in broken:
        return Grade.CONTRADICTORY
    if holding[value_id] >= PROVEN_BY:
        return Grade.PROVEN
    return Grade.CONSISTENT if holding[value_id] else Grade.UNPROVEN

"""Broken sums explained by a whole column: one that does not go with the columns beside it, line after line."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping

from pipeline.model.extract import SumCheck
from pipeline.model.finding import Finding
from pipeline.reconcile.compare import HOLDING, ZERO
from pipeline.reconcile.evidence import Evidence
from pipeline.reconcile.new_findings import new_finding, whose_error
from pipeline.reconcile.rule_file import Rule

#: Fewer lines than these may be wrong each by itself; of a wrong column some lines agree by chance.
MIN_LINES, _ONE_LINE_OF = 5, 3
#: Rule, form, printing.
_Column = tuple[str, str, int]


def columns_apart(evidence: Evidence, rules: Mapping[str, Rule]) -> Iterator[Finding]:
    """A column that disagrees with its parts in many lines of a printing: a column of another version, or misread.

    定州市林业局2017: 合计 is the department's 210.45; 一般公共预算拨款 beside it, 325.35, counts a unit twice.
    """
    broken: dict[_Column, list[int]] = defaultdict(list)
    for number in evidence.equalities():
        check = evidence.checks[number]
        if check.rule_id in rules and rules[check.rule_id].kind == "parts":
            broken[_column(check)].append(number)
    many = {key: numbers for key, numbers in broken.items() if len(numbers) >= MIN_LINES}
    judged = Counter(_column(check) for check in evidence.checks if many and _is_judged(check))
    for key, numbers in many.items():
        if len(numbers) * _ONE_LINE_OF < judged[key]:
            continue
        values = [value for number in numbers for value in evidence.members(number)]
        largest = max(numbers, key=lambda number: abs(evidence.checks[number].difference_yuan or ZERO))
        evidence.close(frozenset(numbers))
        yield new_finding(
            whose_error(values, evidence),
            evidence.members(numbers[0])[0],
            frozenset(numbers),
            blamed=values,
            is_located=False,
            difference=evidence.checks[largest].difference_yuan,
            measure=evidence.checks[numbers[0]].measure,
        )


def _column(check: SumCheck) -> _Column:
    return check.rule_id, check.form_id, check.instance_no


def _is_judged(check: SumCheck) -> bool:
    return bool((check.outcome in HOLDING or check.difference_yuan) and check.left_yuan)

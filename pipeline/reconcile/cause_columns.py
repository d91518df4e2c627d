"""Broken sums explained by a whole column: one that does not go with the columns beside it, line after line."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from pipeline.model.finding import Finding
from pipeline.reconcile.compare import HOLDING, ZERO
from pipeline.reconcile.evidence import Evidence
from pipeline.reconcile.new_findings import new_finding, whose_error
from pipeline.reconcile.rule_file import Rule

#: Fewer lines than these may be wrong each by itself; of a wrong column some lines agree by chance.
MIN_LINES, _ONE_LINE_OF = 5, 3


def columns_apart(evidence: Evidence, rules: Mapping[str, Rule]) -> Iterator[Finding]:
    """A column that disagrees with its parts in many lines of a printing: a column of another version, or misread.

    定州市林业局2017: 合计 is of the office alone, 一般公共预算拨款 beside it of the whole department.
    """
    broken: dict[tuple[str, str, int], list[int]] = defaultdict(list)
    for number in evidence.equalities():
        check = evidence.checks[number]
        if check.rule_id in rules and rules[check.rule_id].kind == "parts":
            broken[check.rule_id, check.form_id, check.instance_no].append(number)
    for key, numbers in broken.items():
        judged = sum(
            1
            for check in evidence.checks
            if (check.rule_id, check.form_id, check.instance_no) == key
            and (check.outcome in HOLDING or check.difference_yuan)
            and check.left_yuan
        )
        if len(numbers) < MIN_LINES or len(numbers) * _ONE_LINE_OF < judged:
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

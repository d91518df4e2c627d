"""Broken sums to their causes: one wrong unit, row or figure explains many breaks and is named once.

Causes are looked for in order, the one that explains most at a stroke first: a whole form in another unit, a row
printed twice, a row under another code, a row left out, one figure; what remains is a disagreement whose wrong side
the sums do not tell.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

from pipeline.model.extract import FormValue, SumCheck
from pipeline.model.finding import Cause, Finding
from pipeline.model.grid import GridKind
from pipeline.reconcile.compare import ZERO
from pipeline.reconcile.evidence import Blame, Evidence
from pipeline.reconcile.rule_file import Rule
from pipeline.reconcile.wording import worded

#: How far apart amounts in 元, 千元, 万元 and 亿元 are when one is taken for the other.
UNIT_FACTORS = (Decimal(1_000), Decimal(10_000), Decimal(100_000_000))
_TWO = 2


def find_causes(
    values: Sequence[FormValue],
    checks: Sequence[SumCheck],
    rules: Sequence[Rule],
    form_names: Mapping[str, str] | None = None,
) -> tuple[Finding, ...]:
    """Returns the findings of a document, worst first.

    Args:
        values: All values of the document, of any grade.
        checks: What `reconcile` returned for them.
        rules: The rules behind the checks, for their names and severity.
        form_names: The forms' Chinese names, for the sentences.
    """
    evidence = Evidence(values, checks)
    if not evidence.open:
        return ()
    found = [
        finding
        for search in (_unit_slips, _doubled_rows, _moved_rows, _missing_rows, _wrong_figures, _disagreements)
        for finding in search(evidence)
    ]
    by_id = {rule.id: rule for rule in rules}
    found = [_with_severity(finding, checks, by_id) for finding in found]
    found.sort(key=lambda item: (item.severity != "error", -abs(item.difference_yuan or ZERO), item.checks))
    return tuple(worded(finding, evidence, by_id, form_names or {}) for finding in found)


def _with_severity(finding: Finding, checks: Sequence[SumCheck], rules: Mapping[str, Rule]) -> Finding:
    is_error = any(rules[checks[n].rule_id].severity == "error" for n in finding.checks if checks[n].rule_id in rules)
    return replace(finding, severity="error" if is_error else "warning")


def _finding(
    cause: Cause,
    place: FormValue,
    checks: frozenset[int],
    *,
    blamed: Sequence[FormValue] = (),
    is_located: bool = True,
    difference: Decimal | None = None,
    proposed: Decimal | None = None,
    measure: str | None = None,
) -> Finding:
    return Finding(
        cause=cause,
        severity="error",
        form_id=place.form_id,
        instance_no=place.instance_no,
        page_no=place.page_no,
        row_no=place.row_no,
        col_no=place.col_no if proposed is not None else None,
        line_code=place.line_code,
        line_label=place.line_label,
        measure=measure,
        is_located=is_located,
        difference_yuan=difference,
        proposed_yuan=proposed,
        value_ids=tuple(dict.fromkeys(value.value_id for value in blamed)),
        checks=tuple(sorted(checks)),
        sentence_zh="",
        sentence_en="",
    )


def unit_factor(one: Decimal, other: Decimal, slack: Decimal) -> Decimal | None:
    """Returns the factor of units between two amounts, `None` where there is none.

    >>> unit_factor(Decimal(25_850_775), Decimal("2585.08"), Decimal("0.005"))
    Decimal('10000')
    """
    large, small = max(abs(one), abs(other)), min(abs(one), abs(other))
    if not small:
        return None
    return next((factor for factor in UNIT_FACTORS if abs(large - small * factor) <= slack * factor), None)


def _unit_slips(evidence: Evidence) -> Iterator[Finding]:
    """Two forms whose figures differ by a factor of units wherever they meet."""
    by_pair: dict[tuple[str, ...], dict[int, Decimal | None]] = defaultdict(dict)
    for number in evidence.equalities():
        check = evidence.checks[number]
        forms = sorted({f"{value.form_id}#{value.instance_no}" for value in evidence.members(number)})
        if len(forms) == _TWO and check.left_yuan and check.right_yuan:
            factor = unit_factor(check.left_yuan, check.right_yuan, check.tolerance_yuan or ZERO)
            by_pair[tuple(forms)][number] = factor
    factors: dict[str, list[int]] = defaultdict(list)
    for pair, found in by_pair.items():
        slips = [number for number, factor in found.items() if factor]
        if slips and len(slips) == len(found):
            for form in pair:
                factors[form] += slips
    for form in sorted(factors, key=lambda name: (-len(factors[name]), name)):
        numbers = frozenset(factors[form]) & evidence.open
        if not numbers:
            continue
        blamed = [v for n in sorted(numbers) for v in evidence.members(n) if f"{v.form_id}#{v.instance_no}" == form]
        others = len({f"{v.form_id}#{v.instance_no}" for n in numbers for v in evidence.members(n)} - {form})
        evidence.close(numbers)
        check = evidence.checks[min(numbers)]
        both = blamed if others > 1 else [v for n in sorted(numbers) for v in evidence.members(n)]
        yield _finding(
            Cause.UNIT, blamed[0], numbers, blamed=both, is_located=others > 1, difference=check.difference_yuan
        )


def _tree_breaks(evidence: Evidence) -> dict[tuple[str, str, int, str], list[int]]:
    """Open breaks of one parent with the lines below it, over all measures."""
    groups: dict[tuple[str, str, int, str], list[int]] = defaultdict(list)
    for number in evidence.equalities():
        check = evidence.checks[number]
        if len({value.form_id for value in evidence.members(number)}) == 1 and len(check.left_value_ids) == 1:
            groups[check.rule_id, check.form_id, check.instance_no, check.instance_label].append(number)
    return groups


def _below(evidence: Evidence, number: int) -> list[FormValue]:
    return [evidence.values[value_id] for value_id in evidence.checks[number].right_value_ids]


def _doubled_rows(evidence: Evidence) -> Iterator[Finding]:
    """A line printed twice: the lines below a parent add up to too much by just that line."""
    for numbers in _tree_breaks(evidence).values():
        doubles = []
        for number in numbers:
            excess = -(evidence.checks[number].difference_yuan or ZERO)
            seen: dict[tuple[str | None, str], FormValue] = {}
            for value in _below(evidence, number):
                first = seen.setdefault((value.line_code, value.line_label), value)
                if first is not value and value.amount_yuan == first.amount_yuan == excess:
                    doubles.append(value)
        rows = {(value.page_no, value.row_no) for value in doubles}
        if len(doubles) == len(numbers) and len(rows) == 1:
            explained = frozenset(numbers)
            evidence.close(explained)
            yield _finding(
                Cause.DUPLICATE_ROW, doubles[0], explained, blamed=doubles, difference=doubles[0].amount_yuan
            )


def _moved_rows(evidence: Evidence) -> Iterator[Finding]:
    """A line under another parent's code: one parent lacks what the other has too much."""
    groups = _tree_breaks(evidence)
    for key, lacking in groups.items():
        for other, exceeding in groups.items():
            if key == other or key[:3] != other[:3] or not set(lacking + exceeding) <= evidence.open:
                continue
            short = {evidence.checks[n].measure: evidence.checks[n].difference_yuan for n in lacking}
            long = {evidence.checks[n].measure: -(evidence.checks[n].difference_yuan or ZERO) for n in exceeding}
            if short != long or any((amount or ZERO) <= 0 for amount in short.values()):
                continue
            moved = [
                value
                for n in exceeding
                for value in _below(evidence, n)
                if value.amount_yuan == short[evidence.checks[n].measure]
            ]
            rows = {(value.page_no, value.row_no) for value in moved}
            if len(rows) == 1:
                numbers = frozenset(lacking + exceeding)
                evidence.close(numbers)
                yield _finding(
                    Cause.CODE_NAME_CONFLICT, moved[0], numbers, blamed=moved, difference=moved[0].amount_yuan
                )


def _missing_rows(evidence: Evidence) -> Iterator[Finding]:
    """A line left out: a parent has too much in several measures at once, or another form prints the missing line."""
    for (_, form_id, instance_no, _), numbers in _tree_breaks(evidence).items():
        if not set(numbers) <= evidence.open:
            continue
        lacking = {evidence.checks[n].measure or "": evidence.checks[n].difference_yuan or ZERO for n in numbers}
        if any(amount <= 0 for amount in lacking.values()):
            continue
        shown = _shown_elsewhere(evidence, form_id, instance_no, numbers[0], set(lacking.values()))
        parts = sum((amount for measure, amount in lacking.items() if measure != "total"), ZERO)
        is_a_whole_line = len(lacking) > 1 and lacking.get("total") == parts
        if shown or is_a_whole_line:
            parent = evidence.values[evidence.checks[numbers[0]].left_value_ids[0]]
            place = shown._replace(page_no=parent.page_no, row_no=parent.row_no) if shown else parent
            explained = frozenset(numbers)
            evidence.close(explained)
            yield replace(
                _finding(Cause.MISSING_ROW, place, explained, difference=max(lacking.values())),
                form_id=form_id,
                instance_no=instance_no,
            )


def _shown_elsewhere(
    evidence: Evidence, form_id: str, instance_no: int, number: int, amounts: set[Decimal]
) -> FormValue | None:
    """The line below the same parent that another form prints with a missing amount and this form does not."""
    parent = evidence.checks[number].instance_label
    own = {v.line_code for v in evidence.values.values() if (v.form_id, v.instance_no) == (form_id, instance_no)}
    found = {
        value.line_code: value
        for value in evidence.values.values()
        if value.form_id != form_id
        and value.amount_yuan in amounts
        and (value.line_code or "").startswith(parent)
        and value.line_code not in own
    }
    return next(iter(found.values())) if len(found) == 1 else None


def _wrong_figures(evidence: Evidence) -> Iterator[Finding]:
    """One figure that no sum speaks for and whose change would mend every sum it breaks, that of most sums first."""
    undecided: set[int] = set()
    while blames := [blame for blame in evidence.blames() if not blame.checks & undecided]:
        rivals = [blame for blame in blames if blame.checks == blames[0].checks]
        rivals = _near_readings(rivals) or rivals
        if len(rivals) > 1:
            undecided |= blames[0].checks
            continue
        evidence.close(rivals[0].checks)
        yield _wrong_figure(rivals[0])


def _wrong_figure(blame: Blame) -> Finding:
    value, proposed = blame.values[0], blame.mended_yuan
    cause = _whose_error(blame.values)
    if unit_factor(value.amount_yuan or ZERO, proposed, value.precision_yuan or ZERO):
        cause = Cause.UNIT
    return _finding(
        cause,
        value,
        blame.checks,
        blamed=blame.values,
        difference=blame.error_yuan,
        proposed=proposed,
        measure=value.measure,
    )


def _whose_error(values: Sequence[FormValue]) -> Cause:
    """Ours, where figures are recognised or columns inferred; the publisher's, where cells print characters."""
    is_doubtful = any(value.method == GridKind.SCAN.value or value.method_reason for value in values)
    return Cause.MISREAD if is_doubtful else Cause.PUBLISHER_ARITHMETIC


def _near_readings(rivals: list[Blame]) -> list[Blame]:
    """Of several figures that may be wrong the one whose mended amount is the printed one with two digits swapped.

    A changed digit would fit many figures; swapped neighbours (off by a multiple of nine) fit few.
    """
    swapped = [blame for blame in rivals if is_swapped(blame.values[0].amount_yuan or ZERO, blame.mended_yuan)]
    return swapped if len(swapped) == 1 else []


def is_swapped(printed: Decimal, mended: Decimal) -> bool:
    """Whether two amounts differ by one pair of neighbouring digits swapped.

    >>> is_swapped(Decimal("1243.56"), Decimal("1234.56")), is_swapped(Decimal("1.10"), Decimal("1.20"))
    (True, False)
    """
    one, other = (f"{abs(amount):.2f}".replace(".", "") for amount in (printed, mended))
    if len(one) != len(other):
        return False
    differing = [number for number, (a, b) in enumerate(zip(one, other, strict=True)) if a != b]
    if len(differing) != _TWO or differing[1] != differing[0] + 1:
        return False
    first, second = differing
    return one[first] == other[second] and one[second] == other[first]


def _disagreements(evidence: Evidence) -> Iterator[Finding]:
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
        yield _finding(
            _whose_error(blamed),
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
        forms = frozenset((value.form_id, value.instance_no) for value in evidence.members(number))
        if len(forms) > 1:
            group_of[root(number)] = root(pairs.setdefault(forms, number))
    groups: dict[int, set[int]] = defaultdict(set)
    for number in numbers:
        groups[root(number)].add(number)
    return [frozenset(group) for group in groups.values()]


def _is_same_size(one: SumCheck, other: SumCheck) -> bool:
    slack = (one.tolerance_yuan or ZERO) + (other.tolerance_yuan or ZERO)
    return abs(abs(one.difference_yuan or ZERO) - abs(other.difference_yuan or ZERO)) <= slack

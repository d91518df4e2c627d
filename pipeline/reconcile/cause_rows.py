"""Broken sums explained by whole rows: printed twice, left out, or standing under another code."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal

from pipeline.model.extract import FormValue, SumCheck
from pipeline.model.finding import Cause, Finding
from pipeline.reconcile.compare import ZERO, amount
from pipeline.reconcile.evidence import Evidence
from pipeline.reconcile.figures import form_of
from pipeline.reconcile.new_findings import new_finding
from pipeline.reconcile.rule_file import Rule

#: Rule, form, printing, parent.
_Parent = tuple[str, str, int, str]


def doubled_rows(evidence: Evidence, _: Mapping[str, Rule]) -> Iterator[Finding]:
    """A line printed twice with the same figures: sums are off by just what the second printing adds.

    A sum whose figures are all of second printings is off by itself, not by them.
    """
    seen: set[tuple[object, ...]] = set()
    doubles: dict[str, FormValue] = {}
    for value in evidence.values.values():
        key = (
            (value.form_id, value.instance_no, value.line_side, value.line_code, value.line_label),
            (value.qualifier, value.measure, value.amount_yuan),
        )
        if value.amount_yuan and key in seen:
            doubles[value.value_id] = value
        seen.add(key)
    explained: dict[tuple[str, int, int | None, int], set[int]] = defaultdict(set)
    for number in evidence.equalities():
        check = evidence.checks[number]
        left = [doubles[value_id] for value_id in check.left_value_ids if value_id in doubles]
        right = [doubles[value_id] for value_id in check.right_value_ids if value_id in doubles]
        # A total printed twice counts once on its side, lines printed twice count twice: either may be what is off.
        added = {amount(left) - amount(right), amount(left), -amount(right)}
        rest = min(abs((check.difference_yuan or ZERO) - one) for one in added)
        is_whole_line = len(left) + len(right) == len(check.left_value_ids) + len(check.right_value_ids)
        if (left or right) and not is_whole_line and rest <= (check.tolerance_yuan or ZERO):
            for value in (*left, *right):
                explained[_row(value)].add(number)
    for row, numbers in explained.items():
        blamed = [value for value in doubles.values() if _row(value) == row]
        evidence.close(frozenset(numbers))
        yield new_finding(
            Cause.DUPLICATE_ROW, blamed[0], frozenset(numbers), blamed=blamed, difference=blamed[0].amount_yuan
        )


def _row(value: FormValue) -> tuple[str, int, int | None, int]:
    return value.form_id, value.instance_no, value.page_no, value.row_no


def _tree_breaks(evidence: Evidence) -> dict[_Parent, list[int]]:
    """Open breaks of one parent with the lines below it, over all measures."""
    groups: dict[_Parent, list[int]] = defaultdict(list)
    for number in evidence.equalities():
        check = evidence.checks[number]
        if len({value.form_id for value in evidence.members(number)}) == 1 and len(check.left_value_ids) == 1:
            groups[check.rule_id, check.form_id, check.instance_no, check.instance_label].append(number)
    return groups


def _below(evidence: Evidence, number: int) -> list[FormValue]:
    return [evidence.values[value_id] for value_id in evidence.checks[number].right_value_ids]


def moved_rows(evidence: Evidence, _: Mapping[str, Rule]) -> Iterator[Finding]:
    """A line under another parent's code: one parent lacks what the other has too much."""
    groups = _tree_breaks(evidence)
    for key, lacking in groups.items():
        for other, exceeding in groups.items():
            if key == other or key[:3] != other[:3] or not set(lacking + exceeding) <= evidence.open:
                continue
            short = {evidence.checks[n].measure: evidence.checks[n].difference_yuan for n in lacking}
            long = {evidence.checks[n].measure: -(evidence.checks[n].difference_yuan or ZERO) for n in exceeding}
            if short != long or any((lack or ZERO) <= 0 for lack in short.values()):
                continue
            moved = [
                value
                for n in exceeding
                for value in _below(evidence, n)
                if value.amount_yuan == short[evidence.checks[n].measure]
            ]
            if len({_row(value) for value in moved}) == 1:
                numbers = frozenset(lacking + exceeding)
                evidence.close(numbers)
                yield new_finding(
                    Cause.CODE_NAME_CONFLICT, moved[0], numbers, blamed=moved, difference=moved[0].amount_yuan
                )


def miscoded_rows(evidence: Evidence, rules: Mapping[str, Rule]) -> Iterator[Finding]:
    """A parent without codes beside codes without parent, of the same amount: the parent's code is misprinted.

    Only gaps between the levels of one form tell so; a line that another form prints is no orphan.
    """
    by_form: dict[tuple[str, str, int], list[int]] = defaultdict(list)
    for number in evidence.gaps():
        check = evidence.checks[number]
        if check.rule_id not in rules or rules[check.rule_id].kind != "levels":
            continue
        by_form[check.rule_id, check.form_id, check.instance_no].append(number)
    for gaps in by_form.values():
        for childless in gaps:
            parent = _only_line(evidence, childless)
            for orphans in gaps:
                one, other = evidence.checks[childless], evidence.checks[orphans]
                if parent is None or childless == orphans or not {childless, orphans} <= evidence.open:
                    continue
                if one.left_yuan == other.left_yuan and len(one.instance_label) == len(other.instance_label):
                    amount_yuan = one.left_yuan or ZERO
                    numbers = frozenset((childless, orphans, *_off_by_all_of(evidence, parent)))
                    evidence.close(numbers)
                    yield new_finding(
                        Cause.CODE_NAME_CONFLICT, parent, numbers, blamed=[parent], difference=amount_yuan
                    )


def _only_line(evidence: Evidence, number: int) -> FormValue | None:
    """The line whose codes are missing; `None` where it is a parent that is missing."""
    members = evidence.members(number)
    label = evidence.checks[number].instance_label
    return members[0] if len(members) == 1 and members[0].line_code == label else None


def _off_by_all_of(evidence: Evidence, line: FormValue) -> list[int]:
    """Breaks that leaving a line's figure out would mend."""
    cells = {value.value_id: value.amount_yuan for value in evidence.values.values() if _row(value) == _row(line)}
    return [
        number
        for number in evidence.equalities()
        for check in [evidence.checks[number]]
        if any(cells.get(one) == abs(check.difference_yuan or ZERO) for one in check.right_value_ids)
    ]


def rows_missing_by_gaps(evidence: Evidence, rules: Mapping[str, Rule]) -> Iterator[Finding]:
    """Lines that another form, or the levels of the codes, show to be missing: one finding for each code and form."""
    groups: dict[tuple[str, str], list[int]] = defaultdict(list)
    for number in evidence.gaps():
        check = evidence.checks[number]
        lacking = _form_without(check, rules.get(check.rule_id))
        groups[lacking, check.instance_label].append(number)
    for (form_id, code), numbers in groups.items():
        witnesses = evidence.members(numbers[0])
        broken = _tree_breaks(evidence).values()
        own = [n for group in broken for n in group if _misses(evidence.checks[n], form_id, code, numbers, evidence)]
        explained = frozenset((*numbers, *own))
        evidence.close(explained)
        near = _nearest_line(evidence, form_id, code)
        found = new_finding(Cause.MISSING_ROW, near or witnesses[0], explained, difference=amount(witnesses))
        if near is None and witnesses[0].form_id != form_id:  # the form prints nothing near: no row to point to
            found = replace(found, page_no=None, row_no=None)
        label = next((value.line_label for value in witnesses if value.line_code == code), "")
        yield replace(found, form_id=form_id, line_code=code, line_label=label)


def _form_without(check: SumCheck, rule: Rule | None) -> str:
    """The form that lacks the line: of two forms the one that did not print it."""
    others = [form for form in (rule.form_ids if rule and rule.kind == "codes" else ()) if form != check.form_id]
    return others[0] if others else check.form_id


def _nearest_line(evidence: Evidence, form_id: str, code: str) -> FormValue | None:
    """The printed line of the longest code that begins the missing one's; `None` where no line is above it."""
    above = [
        value
        for value in evidence.values.values()
        if value.form_id == form_id and value.line_code and code.startswith(value.line_code)
    ]
    return max(above, key=lambda value: len(value.line_code or ""), default=None)


def _misses(check: SumCheck, form_id: str, code: str, gaps: list[int], evidence: Evidence) -> bool:
    """Whether a parent's sum is off by just the amount of the line left out."""
    amounts = {evidence.checks[gap].difference_yuan for gap in gaps}
    amounts |= {-(one or ZERO) for one in amounts}
    return check.form_id == form_id and code.startswith(check.instance_label) and check.difference_yuan in amounts


def rows_missing_by_sums(evidence: Evidence, rules: Mapping[str, Rule]) -> Iterator[Finding]:
    """A parent has more than the lines below it, and what they lack is a line.

    It is one where all columns lack it alike, where another form prints a line of that amount, or where one of the
    lines a rule names is not printed.
    """
    for (rule_id, form_id, instance_no, _), numbers in _tree_breaks(evidence).items():
        if not set(numbers) <= evidence.open:
            continue
        lacking = {evidence.checks[n].measure or "": evidence.checks[n].difference_yuan or ZERO for n in numbers}
        if any(lack <= 0 for lack in lacking.values()):
            continue
        parent = evidence.values[evidence.checks[numbers[0]].left_value_ids[0]]
        shown = _shown_elsewhere(evidence, form_id, instance_no, numbers[0], set(lacking.values()))
        named = _named_line_lacking(evidence, rules.get(rule_id), parent)
        parts = sum((lack for measure, lack in lacking.items() if measure != "total"), ZERO)
        is_a_whole_line = len(lacking) > 1 and lacking.get("total") == parts
        if shown or named or is_a_whole_line:
            explained = frozenset(numbers)
            evidence.close(explained)
            finding = new_finding(Cause.MISSING_ROW, parent, explained, difference=max(lacking.values()))
            if shown:
                finding = replace(finding, line_code=shown.line_code, line_label=shown.line_label)
            elif named:
                finding = replace(finding, line_code=named, line_label=named)
            yield finding


def _shown_elsewhere(
    evidence: Evidence, form_id: str, instance_no: int, number: int, amounts: set[Decimal]
) -> FormValue | None:
    """The line below the same parent that another form prints with a missing amount and this form does not."""
    parent = evidence.checks[number].instance_label
    own = _codes_of(evidence, (form_id, instance_no))
    found = {
        value.line_code: value
        for value in evidence.values.values()
        if value.form_id != form_id
        and value.amount_yuan in amounts
        and (value.line_code or "").startswith(parent)
        and value.line_code not in own
    }
    return next(iter(found.values())) if len(found) == 1 else None


def _named_line_lacking(evidence: Evidence, rule: Rule | None, total: FormValue) -> str | None:
    """The one of the lines a rule names (货物, 工程, 服务) that the form does not print."""
    wanted = {code for selector in (rule.right if rule else ()) for code in selector.codes}
    lacking = sorted(wanted - _codes_of(evidence, form_of(total)))
    return lacking[0] if len(lacking) == 1 else None


def _codes_of(evidence: Evidence, form: tuple[str, int]) -> set[str | None]:
    """The codes of the lines that one printing of a form has."""
    return {value.line_code for value in evidence.values.values() if form_of(value) == form}

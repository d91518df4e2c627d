"""Evaluates the rule file on the values of one document: outcomes with both sides and a derived tolerance."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from pipeline.model.extract import CellKind, FormValue, Outcome, SumCheck
from pipeline.model.form import Phase
from pipeline.model.text import match_key
from pipeline.reconcile.rule_file import Rule, Selector

#: A figure printed to the last digit is right to half that digit; so is each figure of a sum, the total included.
HALF = Decimal("0.5")
_ZERO = Decimal(0)
_TOTAL = "TOTAL"
_CENT = Decimal("0.01")


def reconcile(values: Sequence[FormValue], all_rules: Iterable[Rule], phase: Phase | None) -> tuple[SumCheck, ...]:
    """Returns every instance of every rule that the document's forms give rise to.

    Args:
        values: All values of the document.
        all_rules: The rule file.
        phase: Rules of the other phase are left out; all apply where the phase is unknown.
    """
    printings: dict[tuple[str, int], list[FormValue]] = defaultdict(list)
    for value in values:
        printings[value.form_id, value.instance_no].append(value)
    checks: list[SumCheck] = []
    for rule in all_rules:
        if phase is not None and phase not in rule.phases:
            continue
        if rule.kind == "equal":
            checks += _equal(rule, values)
            continue
        for (form_id, _), printed in printings.items():
            if form_id in rule.forms:
                checks += _EVALUATORS[rule.kind](rule, printed)
    return tuple(checks)


def _numbers(values: Iterable[FormValue]) -> list[FormValue]:
    return [value for value in values if value.cell_kind is CellKind.NUMBER and value.amount_yuan is not None]


def _amount(values: Iterable[FormValue]) -> Decimal:
    return sum((value.amount_yuan or _ZERO for value in values), _ZERO)


def _check(
    rule: Rule, label: str, measure: str | None, left: Sequence[FormValue], right: Sequence[FormValue]
) -> SumCheck | None:
    """Compares two sides; `None` where neither printed a number (nothing to say)."""
    left_numbers, right_numbers = _numbers(left), _numbers(right)
    if not left_numbers and not right_numbers:
        return None
    anchor = (left or right)[0]
    unreadable = any(_is_open(value) for value in (*left, *right))
    tolerance = sum(((v.precision_yuan or _ZERO) * HALF for v in (*left_numbers, *right_numbers)), _ZERO)
    left_yuan = _amount(left_numbers) if left_numbers else None
    right_yuan = _amount(right_numbers) if right_numbers else None
    difference = (left_yuan or _ZERO) - (right_yuan or _ZERO)
    return SumCheck(
        rule_id=rule.id,
        form_id=anchor.form_id,
        instance_no=anchor.instance_no,
        instance_label=label,
        measure=measure,
        left_yuan=left_yuan,
        right_yuan=right_yuan,
        difference_yuan=difference.quantize(_CENT),
        tolerance_yuan=tolerance,
        outcome=_outcome(left_yuan, right_yuan, difference, tolerance, is_unreadable=unreadable),
        left_value_ids=tuple(value.value_id for value in left_numbers),
        right_value_ids=tuple(value.value_id for value in right_numbers),
    )


def _is_open(value: FormValue) -> bool:
    """Whether something is printed whose amount is not known: unreadable, without a unit, or too large."""
    is_number = value.cell_kind is CellKind.NUMBER and value.count_value is None
    return value.cell_kind is CellKind.UNREADABLE or (is_number and value.amount_yuan is None)


def _outcome(
    left: Decimal | None, right: Decimal | None, difference: Decimal, tolerance: Decimal, *, is_unreadable: bool
) -> Outcome:
    if is_unreadable:
        return Outcome.UNREADABLE
    if left is None or right is None:
        return Outcome.PASS if difference == 0 else Outcome.INSUFFICIENT
    if difference == 0:
        return Outcome.PASS
    return Outcome.ROUNDING if abs(difference) <= tolerance else Outcome.BREAK


def _tree(rule: Rule, printed: list[FormValue]) -> Iterator[SumCheck]:
    by_measure: dict[str, dict[str, list[FormValue]]] = defaultdict(lambda: defaultdict(list))
    for value in printed:
        if value.line_code and (value.line_code == _TOTAL or value.line_code.isdigit()):
            by_measure[value.measure][value.line_code].append(value)
    for measure, by_code in by_measure.items():
        children: dict[str, list[str]] = defaultdict(list)
        for code in by_code:
            if code != _TOTAL:
                children[_nearest_parent(code, by_code)].append(code)
        has_uncoded = _has_uncoded_line(printed, measure)
        for parent, codes in children.items():
            if parent in by_code:
                below = [value for code in codes for value in _counted_once(by_code[code])]
                check = _check(rule, parent, measure, by_code[parent], below)
                if check and check.outcome is Outcome.BREAK and has_uncoded:
                    check = replace(check, outcome=Outcome.INSUFFICIENT)
                if check:
                    yield check


def _has_uncoded_line(printed: list[FormValue], measure: str) -> bool:
    """Whether a line without a code carries an amount: it belongs under some code, and nobody knows which.

    Some publishers print project names or their own subtotals between the codes; a tree that does not add up
    then says nothing about the figures.
    """
    return any(
        value.line_code is None and value.is_leaf and value.measure == measure and value.amount_yuan
        for value in printed
    )


def _counted_once(lines: list[FormValue]) -> list[FormValue]:
    """Lines of one code, without the one that is the sum of the others (its leaf mark is gone)."""
    leaves = [value for value in lines if value.is_leaf]
    return leaves if leaves and len(leaves) < len(lines) else lines


def _nearest_parent(code: str, by_code: dict[str, list[FormValue]]) -> str:
    for length in range(len(code) - 2, 2, -2):
        if code[:length] in by_code:
            return code[:length]
    return _TOTAL


def _parts(rule: Rule, printed: list[FormValue]) -> Iterator[SumCheck]:
    measures = {value.measure for value in printed}
    if not set(rule.requires) <= measures or measures & set(rule.unless):
        return
    by_line: dict[tuple[object, ...], list[FormValue]] = defaultdict(list)
    for value in printed:
        by_line[value.line_side, value.line_code, value.line_label, value.qualifier, value.row_no].append(value)
    for line in by_line.values():
        whole = [value for value in line if value.measure == rule.whole]
        parts = [value for value in line if value.measure in rule.parts]
        extra = [value for value in line if value.measure in rule.optional]
        if not whole or not parts:
            continue
        label = whole[0].line_code or whole[0].line_label
        check = _check(rule, label, rule.whole, whole, parts)
        with_extra = _check(rule, label, rule.whole, whole, parts + extra) if _numbers(extra) else None
        if with_extra and with_extra.outcome in (Outcome.PASS, Outcome.ROUNDING):
            check = with_extra
        if check:
            yield check


def _lines(rule: Rule, printed: list[FormValue]) -> Iterator[SumCheck]:
    for measure in dict.fromkeys(value.measure for value in printed):
        if rule.measure and measure != rule.measure:
            continue
        same = [value for value in printed if value.measure == measure]
        left, right = _select(rule.left, same), _select(rule.right, same)
        if left and any(selector.above for selector in rule.right):
            right = [value for value in right if value.line_order < left[0].line_order]
        if left and right:
            check = _check(rule, left[0].line_label, measure, left, right)
            if check:
                yield check


def _equal(rule: Rule, values: Sequence[FormValue]) -> Iterator[SumCheck]:
    left, right = _select(rule.left, values), _select(rule.right, values)
    if not left or not right:
        return
    check = _check(rule, left[0].line_label, left[0].measure, left, right)
    if check and check.outcome is Outcome.INSUFFICIENT and _has_empty_form(left, right, values):
        check = replace(check, outcome=Outcome.NOT_APPLICABLE)
    if check:
        yield check


def _has_empty_form(left: list[FormValue], right: list[FormValue], values: Sequence[FormValue]) -> bool:
    """Whether one side's form was printed empty as a whole: it says nothing to compare with."""
    filled = {(value.form_id, value.instance_no) for value in _numbers(values)}
    return any((side[0].form_id, side[0].instance_no) not in filled for side in (left, right))


def _select(selectors: Iterable[Selector], values: Sequence[FormValue]) -> list[FormValue]:
    return [value for value in values if any(_fits(value, selector) for selector in selectors)]


def _fits(value: FormValue, selector: Selector) -> bool:
    if selector.form not in (None, value.form_id) or selector.measure not in (None, value.measure):
        return False
    if selector.side not in (None, value.line_side) or selector.leaf not in (None, value.is_leaf):
        return False
    if selector.code is not None and not selector.code.search(value.line_code or ""):
        return False
    return selector.label is None or bool(selector.label.search(match_key(value.line_label)))


_EVALUATORS = {"tree": _tree, "parts": _parts, "lines": _lines}

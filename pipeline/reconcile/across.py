"""Sums between forms of one document: one figure against one, class by class, code by code."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from pipeline.model.extract import FormValue, Outcome, SumCheck
from pipeline.model.narrative import NarrativeFact
from pipeline.model.text import match_key
from pipeline.reconcile.compare import HOLDING, amount, best_of, compare
from pipeline.reconcile.figures import TOTAL, Figures, Printing, is_number
from pipeline.reconcile.rule_file import Rule, Selector
from pipeline.reconcile.within import are_exceptions, counted_once

_ORDINAL = re.compile(r"^[一二三四五六七八九十]+、")


@dataclass(frozen=True, slots=True)
class Disclosed:
    """What a document had to print and which names have codes: needed to tell an absent side from an empty one.

    Attributes:
        expected: forms that a document of this phase must hold.
        class_codes: function classes by name: 一般公共服务支出 is 201.
        mentions: the amounts in yuan that the text beside the tables names.
        facts: what its sentences say.
    """

    expected: frozenset[str] = frozenset()
    class_codes: Mapping[str, str] | None = None
    mentions: tuple[Decimal, ...] = ()
    facts: tuple[NarrativeFact, ...] = ()


def equal(rule: Rule, figures: Figures, disclosed: Disclosed) -> Iterator[SumCheck]:
    """One figure, or a sum of figures, of one form against another form's."""
    for printings in figures.together(rule.form_ids):
        right = selected(rule.right, printings)
        found = [
            _compared(rule, selectors, right, printings, disclosed)
            for selectors in (rule.left, rule.or_left)
            if selectors
        ]
        checks = [check for check in found if check]
        two_sided = [check for check in checks if check.left_value_ids and check.right_value_ids]
        yield from best_of(two_sided or checks)  # a side that is not printed bounds nothing: it excuses no other


def _compared(
    rule: Rule,
    selectors: tuple[Selector, ...],
    right: list[FormValue],
    printings: Mapping[str, Printing],
    disclosed: Disclosed,
) -> SumCheck | None:
    left = selected(selectors, printings)
    if not _numbers(left) and not _numbers(right):
        return None
    anchor = (left or right)[0]
    check = compare(rule, anchor.line_code or anchor.line_label, anchor.measure, left, right, rule.relation)
    if check and not (_numbers(left) and _numbers(right)):
        missing = rule.right if _numbers(left) else selectors
        check = replace(check, outcome=_one_sided(missing, printings, check, disclosed))
    return check


def _one_sided(
    missing: tuple[Selector, ...], printings: Mapping[str, Printing], check: SumCheck, disclosed: Disclosed
) -> Outcome:
    """A side without a number: its form is empty or not part of the template, or it was not disclosed."""
    if check.outcome in (Outcome.PASS, Outcome.UNREADABLE):
        return check.outcome
    forms = {selector.form for selector in missing if selector.form}
    if any(form in printings and printings[form].is_filled for form in forms):
        return Outcome.INSUFFICIENT  # the form is there, the line is not
    if any(form in printings for form in forms) or not forms & disclosed.expected:
        return Outcome.NOT_APPLICABLE
    return Outcome.INSUFFICIENT


def selected(selectors: tuple[Selector, ...], printings: Mapping[str, Printing]) -> list[FormValue]:
    """The values that any of the selectors takes from its own form, each once."""
    found: dict[str, FormValue] = {}
    for selector in selectors:
        if selector.form in printings:
            found.update((value.value_id, value) for value in printings[selector.form or ""].select([selector]))
    return list(found.values())


def _numbers(values: list[FormValue]) -> list[FormValue]:
    return [value for value in values if is_number(value)]


def classes(rule: Rule, figures: Figures, disclosed: Disclosed) -> Iterator[SumCheck]:
    """Every class named in one form's lines (一、一般公共服务支出) against the class's code in another form."""
    left_selector, right_selector = rule.left[0], rule.right[0]
    for printings in figures.together(rule.form_ids):
        if len(printings) < len(rule.form_ids) or not all(printing.is_filled for printing in printings.values()):
            continue
        right_form = printings[right_selector.form or ""]
        by_code = right_form.by_code(right_selector.measure)
        for value in printings[left_selector.form or ""].select([left_selector]):
            code = class_of_line(value, disclosed)
            right = _below(code, by_code) if code else []
            check = compare(rule, code, value.measure, [value], right, rule.relation) if code and right else None
            if check:
                yield check


def class_of_line(value: FormValue, disclosed: Disclosed) -> str | None:
    """The code of the function class that a line names: 一、一般公共服务支出 is 201."""
    return (disclosed.class_codes or {}).get(_ORDINAL.sub("", match_key(value.line_label)))


def _below(code: str, by_code: Mapping[str, list[FormValue]]) -> list[FormValue]:
    """The class's own line, or its leaves where the form prints no classes."""
    if code in by_code:
        return counted_once(by_code[code])
    return [v for other, found in by_code.items() if other.startswith(code) for v in counted_once(found) if v.is_leaf]


def codes(rule: Rule, figures: Figures, _: Disclosed) -> Iterator[SumCheck]:
    """Every code of a form that is a part of another against the same code there.

    A part is at most the whole. Where both totals agree the part is the whole, and every code must agree.
    """
    left_selector, right_selector = rule.left[0], rule.right[0]
    for printings in figures.together(rule.form_ids):
        if len(printings) < len(rule.form_ids):
            continue
        part = printings[left_selector.form or ""].by_code(left_selector.measure)
        whole = printings[right_selector.form or ""].by_code(right_selector.measure)
        relation = "=" if agree(part.get(TOTAL, []), whole.get(TOTAL, [])) else "<="
        for code in (code for code in part if code in whole and code != TOTAL):
            check = compare(
                rule, code, left_selector.measure, counted_once(part[code]), counted_once(whole[code]), relation
            )
            if check and (check.outcome in (*HOLDING, Outcome.BREAK)):
                yield check
        if relation == "=":
            yield from _left_out(rule, part, whole)


def _left_out(
    rule: Rule, part: Mapping[str, list[FormValue]], whole: Mapping[str, list[FormValue]]
) -> Iterator[SumCheck]:
    """Of two forms that say the same, the lines that one of them lacks: a sum with an empty side."""
    measure = rule.left[0].measure
    for printed, other, is_left in ((part, whole, True), (whole, part, False)):
        lacking = [code for code in printed if code not in other and amount(_numbers(printed[code]))]
        for length in sorted({len(code) for code in lacking}):
            few = [code for code in lacking if len(code) == length]
            if not are_exceptions(few, [code for code in printed if len(code) == length]):
                continue
            for code in few:
                sides = (printed[code], ()) if is_left else ((), printed[code])
                check = compare(rule, code, measure, *sides)
                if check:
                    yield replace(check, outcome=Outcome.BREAK)


def agree(part: list[FormValue], whole: list[FormValue]) -> bool:
    """Whether two sides print the same amount, and not zero."""
    part, whole = _numbers(part), _numbers(whole)
    return bool(part and whole) and amount(part) == amount(whole) != 0


ACROSS: dict[str, Callable[[Rule, Figures, Disclosed], Iterator[SumCheck]]] = {
    "equal": equal,
    "classes": classes,
    "codes": codes,
}

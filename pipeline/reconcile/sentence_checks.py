"""Sentences against tables, and the rates of sentences computed again from their amounts."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

from pipeline.model.extract import FormValue, Outcome, SumCheck
from pipeline.model.narrative import NarrativeFact
from pipeline.reconcile.across import Disclosed, class_of_line, selected
from pipeline.reconcile.compare import HALF, ZERO, best_of, compare
from pipeline.reconcile.figures import Figures, Printing, is_number
from pipeline.reconcile.rule_file import Rule, Selector
from pipeline.reconcile.sentence_values import NARRATIVE

_CENT = Decimal("0.01")
_HUNDRED = Decimal(100)
#: The whole that a share is of where the sentence names none: the total its part of the text is about.
_WHOLE_OF_SECTION = {
    "revenue": "revenue",
    "expenditure": "expenditure",
    "general_public": "general_public_budget",
    "general_public_basic": "basic",
    "three_public": "three_public",
    "procurement": "procurement_total",
}
#: Topics of many lines, told apart by their code or words.
_BY_LINE = frozenset({"function", "economic", "other_item", "project_item", "indicator_item"})
#: Plain figures of the year, which shares and changes are about.
_PLAIN = ("final", "budget", "contract", "funds_covered", "amount")
#: What a rate of completion is a share of.
_PLANNED = ("initial_budget", "annual_budget")


def sentences(rule: Rule, figures: Figures, _: Disclosed) -> Iterator[SumCheck]:
    """Every figure of the sentences that a selector takes against the table's; one said again is compared once."""
    for narrative in figures.printings.get(NARRATIVE, ()):
        for said in _once(narrative.select(rule.left), rule.sections):
            found = [
                compare(rule, said.line_code or said.line_label, said.measure, [said], right)
                for selectors in (rule.right, rule.or_right)
                if selectors and (right := _printed(selectors, figures))
            ]
            yield from best_of([check for check in found if check and check.right_value_ids])


def sentence_codes(rule: Rule, figures: Figures, disclosed: Disclosed) -> Iterator[SumCheck]:
    """Every class, section and item of the sentences against the line of its code, or of its name, in a table."""
    tables = [
        _lines_by_code(selectors[0], figures, disclosed) for selectors in (rule.right, rule.or_right) if selectors
    ]
    for narrative in figures.printings.get(NARRATIVE, ()):
        for said in _once(narrative.select(rule.left), rule.sections):
            code = said.line_code or ""
            sides = [lines for by_code in tables if len(lines := by_code.get(code, ())) == 1]
            found = [compare(rule, code, said.measure, [said], lines) for lines in sides]
            yield from best_of([check for check in found if check])


def _lines_by_code(selector: Selector, figures: Figures, disclosed: Disclosed) -> Mapping[str, list[FormValue]]:
    """The numbers of the form a selector takes by code; lines that a role names by the code of their class."""
    printing = _sole_filled(figures, selector.form or "")
    if printing is None:
        return {}
    if not selector.role:
        by_code = printing.by_code(selector.measure)
        return {code: [value for value in lines if is_number(value)] for code, lines in by_code.items()}
    found: dict[str, list[FormValue]] = defaultdict(list)
    for value in printing.select([selector]):
        code = class_of_line(value, disclosed)
        if code and is_number(value):
            found[code].append(value)
    return found


def _once(values: Iterable[FormValue], wanted: Sequence[str]) -> Iterator[FormValue]:
    """The figures of the wanted parts of the text, each amount of a line once."""
    seen = set()
    for value in values:
        key = value.line_code, value.measure, value.amount_yuan
        if key not in seen and is_number(value) and (not wanted or value.line_side in wanted):
            seen.add(key)
            yield value


def _printed(selectors: tuple[Selector, ...], figures: Figures) -> list[FormValue]:
    """The selected numbers, where each form is printed once with figures: of two nobody knows which is meant."""
    printings = {}
    for selector in selectors:
        printing = _sole_filled(figures, selector.form or "")
        if printing is not None:
            printings[printing.form_id] = printing
    return [value for value in selected(selectors, printings) if is_number(value)]


def _sole_filled(figures: Figures, form_id: str) -> Printing | None:
    filled = [printing for printing in figures.printings.get(form_id, ()) if printing.is_filled]
    return filled[0] if len(filled) == 1 else None


def shares(rule: Rule, figures: Figures, disclosed: Disclosed) -> Iterator[SumCheck]:
    """Every printed share times its whole against the part: 占比58.64%."""
    plain = _plain_by_topic(disclosed.facts)
    values = _values(figures)
    for fact in disclosed.facts:
        if fact.measure != "share" or fact.fact_id not in values:
            continue
        part = _before(plain.get(_subject(fact), ()), fact)
        topic = fact.basis or _WHOLE_OF_SECTION.get(fact.section or "")
        wholes = [one for key, found in plain.items() if key[1] == topic for one in found if _may_be_whole(one, fact)]
        if part and wholes:
            checks = [_rated(rule, fact, part, whole, values) for whole in _distinct(wholes)]
            yield from best_of(checks)


def completions(rule: Rule, figures: Figures, disclosed: Disclosed) -> Iterator[SumCheck]:
    """Every printed rate of completion times the budget against the final account: 完成年初预算的103.55%."""
    values = _values(figures)
    groups = _by_paragraph(disclosed.facts)
    for fact in disclosed.facts:
        if fact.measure != "completion_rate" or fact.fact_id not in values:
            continue
        near = _said_before(fact, groups)
        planned = [one for one in near if one.measure in _PLANNED]
        done = [one for one in near if one.measure in ("final", "executed", "execution")]
        if planned and done:
            yield _rated(rule, fact, done[-1], planned[-1], values)


def growths(rule: Rule, figures: Figures, disclosed: Disclosed) -> Iterator[SumCheck]:
    """Every printed rate of change times last year's figure against the change: 增加190,451.57元，增长3.23%."""
    values = _values(figures)
    groups = _by_paragraph(disclosed.facts)
    for fact in disclosed.facts:
        if fact.measure != "prior_year_change_rate" or fact.basis != "prior_year" or fact.fact_id not in values:
            continue
        near = _said_before(fact, groups)
        change = next((one for one in reversed(near) if one.measure == "prior_year_change"), None)
        before = next((one for one in reversed(near) if one.is_derived and one.amount_yuan is not None), None)
        if change and before and before.amount_yuan and change.amount_yuan is not None:
            yield _rated(rule, fact, change, before, values)


def _values(figures: Figures) -> dict[str, FormValue]:
    return {value.value_id: value for printing in figures.printings.get(NARRATIVE, ()) for value in printing.values}


def _subject(fact: NarrativeFact) -> tuple[object, ...]:
    line = fact.line_code or fact.line_label if fact.topic in _BY_LINE else None
    return fact.section, fact.topic, line


def _order(fact: NarrativeFact) -> tuple[int, int]:
    return fact.paragraph_no, fact.offset


def _plain_by_topic(facts: Iterable[NarrativeFact]) -> dict[tuple[object, ...], list[NarrativeFact]]:
    found: dict[tuple[object, ...], list[NarrativeFact]] = defaultdict(list)
    for fact in facts:
        if fact.measure in _PLAIN and fact.amount_yuan is not None and not fact.is_derived:
            found[_subject(fact)].append(fact)
    return found


def _by_paragraph(facts: Iterable[NarrativeFact]) -> Mapping[int, list[NarrativeFact]]:
    groups: dict[int, list[NarrativeFact]] = defaultdict(list)
    for fact in facts:
        groups[fact.paragraph_no].append(fact)
    return groups


def _said_before(fact: NarrativeFact, groups: Mapping[int, list[NarrativeFact]]) -> list[NarrativeFact]:
    """What the fact's paragraph says of its subject before it."""
    return [one for one in groups[fact.paragraph_no] if _subject(one) == _subject(fact) and _order(one) < _order(fact)]


def _before(facts: Sequence[NarrativeFact], fact: NarrativeFact) -> NarrativeFact | None:
    """The nearest figure before a rate, in its paragraph; facts stand in reading order."""
    place = bisect_left(facts, _order(fact), key=_order)
    nearest = facts[place - 1] if place else None
    return nearest if nearest and nearest.paragraph_no == fact.paragraph_no else None


def _may_be_whole(one: NarrativeFact, share: NarrativeFact) -> bool:
    is_named = share.basis is not None
    return _order(one) < _order(share) and (is_named or one.section == share.section)


def _distinct(facts: Sequence[NarrativeFact]) -> list[NarrativeFact]:
    """The nearest first, each amount once."""
    return list({one.amount_yuan: one for one in facts}.values())[::-1]


def _rated(
    rule: Rule, rate: NarrativeFact, part: NarrativeFact, whole: NarrativeFact, values: Mapping[str, FormValue]
) -> SumCheck:
    """A part against its whole times a printed rate, all in yuan.

    What the printed digits of the three leave open explains a difference. The whole is no side of the check: its own
    error would be another one.
    """
    part_yuan, whole_yuan, percent = part.amount_yuan or ZERO, whole.amount_yuan or ZERO, rate.rate_percent or ZERO
    expected = (whole_yuan * percent / _HUNDRED).quantize(_CENT)
    # Rates are cut off as often as rounded: a whole digit of the rate, half a digit of each amount; a cent for ours.
    slack = HALF * (part.precision + whole.precision * abs(percent) / _HUNDRED)
    tolerance = (slack + rate.precision * abs(whole_yuan) / _HUNDRED).quantize(_CENT) + _CENT
    difference = part_yuan - expected
    holds = Outcome.PASS if difference == 0 else Outcome.ROUNDING
    anchor = values[rate.fact_id]
    return SumCheck(
        rule_id=rule.id,
        form_id=NARRATIVE,
        instance_no=anchor.instance_no,
        instance_label=anchor.line_code or anchor.line_label,
        measure=rate.measure,
        left_yuan=part_yuan,
        right_yuan=expected,
        difference_yuan=difference,
        tolerance_yuan=tolerance,
        outcome=holds if abs(difference) <= tolerance else Outcome.BREAK,
        left_value_ids=(part.fact_id,),
        right_value_ids=(rate.fact_id,),
    )


SENTENCES: dict[str, Callable[[Rule, Figures, Disclosed], Iterator[SumCheck]]] = {
    "sentence": sentences,
    "sentence_codes": sentence_codes,
    "share": shares,
    "completion": completions,
    "growth": growths,
}

"""Sums inside one printing of a form: code trees, columns, named lines, numbered outlines."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from pipeline.model.extract import FormValue, Outcome, SumCheck
from pipeline.model.text import NOT_NUMBERED, numbering_depth
from pipeline.reconcile.compare import HOLDING, ZERO, best_of, compare
from pipeline.reconcile.figures import TOTAL, Printing, is_number
from pipeline.reconcile.rule_file import Rule

#: A form prints a level where at least one code of so many has it; the codes without it are then exceptions.
_ONE_CODE_OF = 2


def tree(rule: Rule, printing: Printing) -> Iterator[SumCheck]:
    """Every printed code against the nearest printed codes below it, per measure."""
    for measure, values in printing.by_measure.items():
        by_code = printing.by_code(measure)
        children: dict[str, list[str]] = defaultdict(list)
        for code in by_code:
            if code != TOTAL:
                children[_nearest_parent(code, by_code)].append(code)
        for parent, codes in children.items():
            if parent not in by_code:
                continue
            below = [value for code in codes for value in counted_once(by_code[code])]
            check = compare(rule, parent, measure, by_code[parent], below)
            if check and check.outcome is Outcome.INSUFFICIENT and check.left_yuan and _prints_leaves(values, below):
                check = replace(check, right_yuan=ZERO, outcome=Outcome.BREAK)
            if check and check.outcome is Outcome.BREAK and _has_uncoded_line(values):
                check = replace(check, outcome=Outcome.INSUFFICIENT)
            if check:
                yield check


def _prints_leaves(values: list[FormValue], below: list[FormValue]) -> bool:
    """Whether a column is filled in for other leaves: blanks below a figure are then a figure left out."""
    blanks = {value.value_id for value in below}
    leaves = (value for value in values if value.is_leaf and value.line_code != TOTAL)
    return any(value.amount_yuan and value.value_id not in blanks for value in leaves)


def _has_uncoded_line(values: list[FormValue]) -> bool:
    """Whether a line without a code carries an amount: it belongs under some code, and nobody knows which.

    Some publishers print project names or their own subtotals between the codes; a tree that does not add up
    then says nothing about the figures.
    """
    return any(value.line_code is None and value.is_leaf and value.amount_yuan for value in values)


def counted_once(lines: list[FormValue]) -> list[FormValue]:
    """Lines of one code, without the one that is the sum of the others (its leaf mark is gone)."""
    leaves = [value for value in lines if value.is_leaf]
    return leaves if leaves and len(leaves) < len(lines) else lines


def _nearest_parent(code: str, by_code: dict[str, list[FormValue]]) -> str:
    for length in range(len(code) - 2, 2, -2):
        if code[:length] in by_code:
            return code[:length]
    return TOTAL


def are_exceptions(few: Sequence[str], all_codes: Sequence[str]) -> bool:
    """Whether no more than half of the codes lack what the others have: the form does print it."""
    return bool(few) and len(few) * _ONE_CODE_OF <= len(all_codes)


def parts(rule: Rule, printing: Printing) -> Iterator[SumCheck]:
    """In every line, the measures of `whole` against those of `parts` printed beside them."""
    measures = printing.by_measure.keys()
    if not set(rule.requires) <= measures or measures & set(rule.unless):
        return
    for line in printing.by_line:
        left = [value for value in line if value.measure in rule.whole]
        right = [value for value in line if value.measure in rule.parts]
        if not left or not right:
            continue
        label = left[0].line_code or left[0].line_label
        check = compare(rule, label, rule.whole[0], left, right)
        extra = [value for value in line if value.measure in rule.optional]
        if any(is_number(value) for value in extra):
            with_extra = compare(rule, label, rule.whole[0], left, right + extra)
            check = with_extra if with_extra and with_extra.outcome in HOLDING else check
        if check:
            yield check


def lines(rule: Rule, printing: Printing) -> Iterator[SumCheck]:
    """Lines of one form against each other, per measure; of several left lines the last counts.

    Where templates print other parts (购置 and 运行 without their subtotal) the right side that holds counts.
    """
    if any(printing.has_code(code) for code in rule.unless_codes):
        return
    for measure in [rule.measure] if rule.measure else list(printing.by_measure):
        left = printing.select(rule.left, measure)[-1:]
        if not left or any(printing.has_role(role, left[0].line_side) for role in rule.unless_roles):
            continue
        label = left[0].line_code or left[0].line_label
        checks = []
        for selectors in (rule.right, rule.or_right):
            right = [value for value in printing.select(selectors, measure) if value not in left]
            if any(selector.above for selector in selectors):
                right = [value for value in right if value.line_order < left[0].line_order]
            checks += [compare(rule, label, measure, left, right)] if right else []
        yield from best_of([check for check in checks if check])


def outline(rule: Rule, printing: Printing) -> Iterator[SumCheck]:
    """Every numbered item against the items numbered in another style right below it, per measure and side."""
    for measure, values in printing.by_measure.items():
        for side in dict.fromkeys(value.line_side for value in values):
            for item, below in _outline([value for value in values if value.line_side == side]):
                check = compare(rule, item.line_label, measure, [item], below)
                if check:
                    yield check


def _outline(values: list[FormValue]) -> Iterator[tuple[FormValue, list[FormValue]]]:
    """Yields every item with the items of the next style inwards that follow it, in printed order.

    An item of the same style, or of one further out, begins anew. Items numbered on behind a line without a number
    (其中, 小计) may be parts of that line or of the item: such an item is left out.
    """
    item: FormValue | None = None
    item_style, inner_style = NOT_NUMBERED, NOT_NUMBERED
    below: list[FormValue] = []
    is_interrupted = False
    for value in values:
        style = _style(value.line_label)
        if style == NOT_NUMBERED:
            is_interrupted = True
        elif item is None or style <= item_style:
            if item and below:
                yield item, below
            item, item_style, inner_style, below, is_interrupted = value, style, NOT_NUMBERED, [], False
        elif inner_style in (style, NOT_NUMBERED):
            inner_style = style
            below.append(value)
            item = None if is_interrupted else item
    if item and below:
        yield item, below


def lists(rule: Rule, printing: Printing) -> Iterator[SumCheck]:
    """The total of a list, and every numbered line with lines without a number below it, against the leaves.

    A leaf without a code may be the sum of others that nothing numbers: where one takes part, a list that does not add
    up says nothing.
    """
    for measure, values in printing.by_measure.items():
        totals = [value for value in values if value.line_code == TOTAL][:1]
        leaves = [value for value in values if value.is_leaf]
        for line, below in [(line, leaves) for line in totals] + list(_lists(values)):
            check = compare(rule, line.line_code or line.line_label, measure, [line], below) if below else None
            if check and check.outcome is Outcome.BREAK and any(v.line_code is None for v in below):
                check = replace(check, outcome=Outcome.INSUFFICIENT)
            if check:
                yield check


def _lists(values: list[FormValue]) -> Iterator[tuple[FormValue, list[FormValue]]]:
    """Yields every numbered line that is no leaf with the leaves up to the next numbered line or sum."""
    heading: FormValue | None = None
    below: list[FormValue] = []
    for value in values:
        is_sum = value.line_code is not None and not value.line_code.isdigit()
        is_numbered = _style(value.line_label) != NOT_NUMBERED
        if is_sum or is_numbered:
            if heading and below:
                yield heading, below
            heading, below = (None if is_sum or value.is_leaf else value), []
        elif heading and value.is_leaf:
            below.append(value)
    if heading and below:
        yield heading, below


def _style(label: str) -> int:
    """How deep an item is numbered; a part (1.其中) is no item."""
    return NOT_NUMBERED if "其中" in label else numbering_depth(label)


WITHIN: dict[str, Callable[[Rule, Printing], Iterator[SumCheck]]] = {
    "tree": tree,
    "parts": parts,
    "lines": lines,
    "outline": outline,
    "lists": lists,
}

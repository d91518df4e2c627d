"""Figures whose unit another witness denies: the text beside the tables, or the size of everything else."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from decimal import Decimal

from pipeline.model.extract import FormValue, Outcome, SumCheck
from pipeline.reconcile.across import Disclosed
from pipeline.reconcile.compare import ZERO
from pipeline.reconcile.figures import Figures, is_number
from pipeline.reconcile.new_findings import UNIT_FACTORS
from pipeline.reconcile.rule_file import Rule
from pipeline.reconcile.sentence_values import NARRATIVE

#: Two amounts of so many digits agree by chance no more than once in ten thousand documents.
_TELLING_DIGITS = 5
#: A form in a unit of its own whose largest figure is below both is most likely printed in the others' unit.
_TINY_SHARE = Decimal("0.000001")
_TINY_YUAN = Decimal(10_000)


def text_units(rule: Rule, figures: Figures, disclosed: Disclosed) -> Iterator[SumCheck]:
    """Every amount of the text that no table prints, but one prints with a factor of units between them.

    基本工资 1017685万元 in the text, 1,017,685.00 元 in the table: one of the two units is wrong.
    """
    by_amount: dict[Decimal, list[FormValue]] = defaultdict(list)
    for form_id, printings in figures.printings.items():
        for printing in printings if form_id != NARRATIVE else ():
            for value in printing.values:
                if is_number(value) and value.amount_yuan:
                    by_amount[value.amount_yuan].append(value)
    for mention in dict.fromkeys(disclosed.mentions):
        if mention in by_amount or _digits(mention) < _TELLING_DIGITS:
            continue
        factors = [factor for one in UNIT_FACTORS for factor in (one, 1 / one)]
        slips = [value for factor in factors for value in by_amount.get(mention * factor, ())]
        if slips:
            yield _denied(rule, slips[0], mention)


def _digits(amount: Decimal) -> int:
    """How many digits an amount has between its first and its last that are not zero.

    >>> _digits(Decimal("10176850000.00")), _digits(Decimal("0.50"))
    (7, 1)
    """
    return len(amount.normalize().as_tuple().digits)


def tiny_forms(rule: Rule, figures: Figures, _: Disclosed) -> Iterator[SumCheck]:
    """Forms in another unit than most of the document, whose largest figure is nothing beside the document's."""
    largest: dict[tuple[str, int], FormValue] = {}
    for form_id, printings in figures.printings.items():
        for printing in printings if form_id != NARRATIVE else ():
            numbers = [value for value in printing.values if is_number(value) and value.amount_yuan]
            if numbers:
                key = printing.form_id, printing.instance_no
                largest[key] = max(numbers, key=lambda value: value.amount_yuan or ZERO)
    if not largest:
        return
    usual = Counter(value.reported_unit for value in largest.values()).most_common(1)[0][0]
    most = max(value.amount_yuan or ZERO for value in largest.values())
    for value in largest.values():
        yuan = value.amount_yuan or ZERO
        if value.reported_unit != usual and yuan < min(most * _TINY_SHARE, _TINY_YUAN):
            yield _denied(rule, value, None)


def _denied(rule: Rule, value: FormValue, other: Decimal | None) -> SumCheck:
    return SumCheck(
        rule_id=rule.id,
        form_id=value.form_id,
        instance_no=value.instance_no,
        instance_label=value.line_code or value.line_label,
        measure=value.measure,
        left_yuan=value.amount_yuan,
        right_yuan=other,
        difference_yuan=(value.amount_yuan or ZERO) - other if other is not None else None,
        tolerance_yuan=ZERO,
        outcome=Outcome.BREAK,
        left_value_ids=(value.value_id,),
        right_value_ids=(),
    )


UNITS: dict[str, Callable[[Rule, Figures, Disclosed], Iterator[SumCheck]]] = {
    "text_unit": text_units,
    "tiny_form": tiny_forms,
}

"""Two sides of a sum to one outcome, with the tolerance that printing alone explains."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from pipeline.model.extract import FormValue, Outcome, SumCheck
from pipeline.reconcile.figures import is_number, is_open
from pipeline.reconcile.rule_file import Rule

#: A figure printed to the last digit is right to half that digit; so is each figure of a sum, the total included.
HALF = Decimal("0.5")
ZERO = Decimal(0)
_CENT = Decimal("0.01")
HOLDING = (Outcome.PASS, Outcome.ROUNDING)


def vouches(check: SumCheck) -> bool:
    """Whether a sum speaks for its figures: both sides are printed, must be equal and are. A bound (`<=`) does not."""
    is_two_sided = bool(check.left_value_ids and check.right_value_ids)
    return check.relation == "=" and check.outcome in HOLDING and is_two_sided


def best_of(checks: Sequence[SumCheck]) -> Sequence[SumCheck]:
    """Of readings of one rule that templates print differently the first that holds, else the first; none of none."""
    return ([check for check in checks if check.outcome in HOLDING] or checks)[:1]


def amount(values: Iterable[FormValue]) -> Decimal:
    """The sum of values in yuan; what is no number counts nothing."""
    return sum((value.amount_yuan for value in values if value.amount_yuan), ZERO)


def compare(
    rule: Rule,
    label: str,
    measure: str | None,
    left: Sequence[FormValue],
    right: Sequence[FormValue],
    relation: str = "=",
) -> SumCheck | None:
    """Compares two sides; `None` where neither printed a number (nothing to say).

    Args:
        rule: What they are compared by.
        label: The line or code the sum is told apart by.
        measure: The column, where both sides stand in one.
        left: The values of the left side; what is no number counts nothing, unless it is unreadable.
        right: Those of the right side.
        relation: `=`, or `<=` where the left side is a part of the right one.

    Returns:
        Both sums and their difference in yuan, with half a printed digit of tolerance for each number.
    """
    left_numbers = [value for value in left if is_number(value)]
    right_numbers = [value for value in right if is_number(value)]
    if not left_numbers and not right_numbers:
        return None
    anchor = (left or right)[0]
    tolerance = HALF * sum((v.precision_yuan for v in (*left_numbers, *right_numbers) if v.precision_yuan), ZERO)
    left_yuan = amount(left_numbers) if left_numbers else None
    right_yuan = amount(right_numbers) if right_numbers else None
    difference = (left_yuan or ZERO) - (right_yuan or ZERO)
    has_others = len(left_numbers) < len(left) or len(right_numbers) < len(right)
    # A number without an amount (no unit, too large) is open and among the others.
    is_unreadable = has_others and any(is_open(value) for value in (*left, *right))
    return SumCheck(
        rule_id=rule.id,
        form_id=anchor.form_id,
        instance_no=anchor.instance_no,
        instance_label=label,
        measure=measure,
        relation=relation,
        left_yuan=left_yuan,
        right_yuan=right_yuan,
        difference_yuan=difference.quantize(_CENT),
        tolerance_yuan=tolerance,
        outcome=_outcome(left_yuan, right_yuan, difference, tolerance, relation, is_unreadable=is_unreadable),
        left_value_ids=tuple(value.value_id for value in left_numbers),
        right_value_ids=tuple(value.value_id for value in right_numbers),
    )


def _outcome(
    left: Decimal | None,
    right: Decimal | None,
    difference: Decimal,
    tolerance: Decimal,
    relation: str,
    *,
    is_unreadable: bool,
) -> Outcome:
    if is_unreadable:
        return Outcome.UNREADABLE
    if difference == 0 or (relation == "<=" and difference < 0):
        return Outcome.PASS
    if left is None or right is None:
        return Outcome.INSUFFICIENT
    return Outcome.ROUNDING if abs(difference) <= tolerance else Outcome.BREAK

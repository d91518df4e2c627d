"""Findings as the searches for causes make them, and the small questions all searches ask of amounts."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from pipeline.model.extract import FormValue
from pipeline.model.finding import Cause, Finding
from pipeline.model.grid import GridKind
from pipeline.reconcile.evidence import Evidence

#: How far apart amounts in 元, 千元, 万元 and 亿元 are when one is taken for the other.
UNIT_FACTORS = (Decimal(1_000), Decimal(10_000), Decimal(100_000_000))
_TWO = 2


def new_finding(
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
    """Returns a finding without severity and sentences, which come when all are known.

    Args:
        cause: Why the sums break.
        place: The figure or line where it stands.
        checks: The broken sums it explains.
        blamed: The figures that are wrong, or may be.
        is_located: Whether they are.
        difference: How far off, in yuan.
        proposed: What one figure would have to be.
        measure: The column, where it is one.
    """
    return Finding(
        cause=cause,
        severity="error",
        form_id=place.form_id,
        instance_no=place.instance_no,
        page_no=place.page_no,
        row_no=place.row_no,
        col_no=place.col_no or None if proposed is not None else None,  # a sentence has no columns
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


def whose_error(values: Sequence[FormValue], evidence: Evidence) -> Cause:
    """Ours, where figures are recognised or columns inferred and no sum confirms them; else the publisher's."""
    is_doubtful = any(
        (value.method == GridKind.SCAN.value or value.method_reason) and not evidence.holding_count(value.value_id)
        for value in values
    )
    return Cause.MISREAD if is_doubtful else Cause.PUBLISHER_ARITHMETIC


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

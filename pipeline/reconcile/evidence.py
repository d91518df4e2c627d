"""Which sums hold and break over each figure: what the search for causes asks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from pipeline.model.extract import FormValue, Outcome, SumCheck
from pipeline.reconcile.compare import HOLDING, ZERO, vouches
from pipeline.reconcile.figures import form_of

#: A sum of one figure on each side.
_PAIR = 2


@dataclass(frozen=True, slots=True)
class Blame:
    """A figure, with its copies in other forms, that would explain the broken sums `checks` if off by `error_yuan`."""

    values: tuple[FormValue, ...]
    error_yuan: Decimal
    checks: frozenset[int]

    @property
    def mended_yuan(self) -> Decimal:
        """What the figure would have to be."""
        return (self.values[0].amount_yuan or ZERO) - self.error_yuan


def _is_gap(check: SumCheck) -> bool:
    """Whether a side names no figure: it is missing, or stands in the text; blanks that count nothing are a side."""
    return not check.left_value_ids or (not check.right_value_ids and check.right_yuan != ZERO)


class Evidence:
    """The values and checks of a document, and the breaks not yet explained."""

    def __init__(self, values: Sequence[FormValue], checks: Sequence[SumCheck]) -> None:
        self.checks = checks
        self.values = {value.value_id: value for value in values}
        self.open = {number for number, check in enumerate(checks) if check.outcome is Outcome.BREAK}
        self._holding: dict[str, list[SumCheck]] = defaultdict(list)
        self._breaking: dict[str, list[tuple[int, Decimal]]] = defaultdict(list)
        for number, check in enumerate(checks):
            if check.relation != "=":
                continue
            if vouches(check):
                for value_id in (*check.left_value_ids, *check.right_value_ids):
                    self._holding[value_id].append(check)
            elif check.outcome is Outcome.BREAK and not _is_gap(check):
                difference = check.difference_yuan or ZERO
                for value_id in check.left_value_ids:
                    self._breaking[value_id].append((number, difference))
                for value_id in check.right_value_ids:
                    self._breaking[value_id].append((number, -difference))

    def equalities(self) -> list[int]:
        """The open breaks of sums that must be equal and print both sides, in order."""
        return [
            number
            for number in sorted(self.open)
            if self.checks[number].relation == "=" and not _is_gap(self.checks[number])
        ]

    def gaps(self) -> list[int]:
        """The open breaks with an empty side: lines left out, in order."""
        return [number for number in sorted(self.open) if _is_gap(self.checks[number])]

    def members(self, number: int) -> list[FormValue]:
        """Both sides of a sum."""
        check = self.checks[number]
        return [self.values[value_id] for value_id in (*check.left_value_ids, *check.right_value_ids)]

    def close(self, numbers: frozenset[int]) -> None:
        """Marks breaks as explained."""
        self.open -= numbers

    def blames(self) -> list[Blame]:
        """Figures that no holding sum speaks for and whose one error explains breaks, those of most breaks first."""
        suspects = dict.fromkeys(value.value_id for number in self.equalities() for value in self.members(number))
        found: dict[frozenset[str], Blame] = {}
        for value_id in suspects:
            blame = self._blame(value_id)
            if blame:
                found.setdefault(frozenset(value.value_id for value in blame.values), blame)
        return sorted(found.values(), key=lambda blame: -len(blame.checks))

    def _blame(self, value_id: str) -> Blame | None:
        """The largest set of breaks that one error of a figure explains; `None` where a holding sum denies it.

        Where a holding sum only says that another form prints the same figure, and that one breaks sums by the same
        amount too, the error was copied: both are blamed as one.
        """
        error, checks = self._commonest_error(value_id)
        if not checks:
            return None
        copies, queue = {value_id: checks}, [value_id]
        while queue:
            for check in self._holding[queue.pop()]:
                if abs(error) <= (check.tolerance_yuan or ZERO):
                    continue
                ids = {*check.left_value_ids, *check.right_value_ids}
                if len(ids) > _PAIR:
                    return None
                for twin in sorted(ids - copies.keys()):
                    twin_error, twin_checks = self._commonest_error(twin)
                    if not twin_checks or abs(twin_error - error) > self._slack(min(checks), min(twin_checks)):
                        return None
                    copies[twin] = twin_checks
                    queue.append(twin)
        values = tuple(self.values[copy] for copy in copies)
        blame = Blame(values, error, frozenset().union(*copies.values()))
        return None if blame.mended_yuan < 0 <= (values[0].amount_yuan or ZERO) else blame

    def _commonest_error(self, value_id: str) -> tuple[Decimal, frozenset[int]]:
        """The error of a figure that most of its open breaks agree on, as the least rounded of them gives it."""
        breaks = [(number, error) for number, error in self._breaking[value_id] if number in self.open]
        best: list[tuple[int, Decimal]] = []
        for number, error in breaks:
            agreeing = [
                (other, other_error)
                for other, other_error in breaks
                if abs(error - other_error) <= self._slack(number, other)
            ]
            best = agreeing if len(agreeing) > len(best) else best
        if not best:
            return ZERO, frozenset()
        _, error = min(best, key=lambda item: (self.checks[item[0]].tolerance_yuan or ZERO, item[0]))
        return error, frozenset(number for number, _ in best)

    def _slack(self, one: int, other: int) -> Decimal:
        return (self.checks[one].tolerance_yuan or ZERO) + (self.checks[other].tolerance_yuan or ZERO)

    def holding_count(self, value_id: str) -> int:
        """How many sums that must be equal hold over a figure."""
        return len(self._holding[value_id])

    def agrees_with_another_form(self, value: FormValue) -> bool:
        """Whether any figure of the value's form is confirmed by another form: its unit is then theirs."""
        return form_of(value) in self._confirmed_forms

    @cached_property
    def _confirmed_forms(self) -> set[tuple[str, int]]:
        """The forms that meet another one in a sum that holds and is not of zeros."""
        confirmed: set[tuple[str, int]] = set()
        for number, check in enumerate(self.checks):
            if check.relation == "=" and check.outcome in HOLDING and check.left_yuan and check.right_yuan:
                forms = {form_of(value) for value in self.members(number)}
                confirmed |= forms if len(forms) > 1 else set()
        return confirmed

"""Lines left out that no sum misses: codes whose parent is not printed, parents none of whose codes is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from pipeline.model.extract import FormValue, Outcome, SumCheck
from pipeline.reconcile.across import Disclosed
from pipeline.reconcile.compare import compare
from pipeline.reconcile.figures import TOTAL, Figures, Printing
from pipeline.reconcile.rule_file import Rule
from pipeline.reconcile.within import are_exceptions

CLASS_DIGITS = 3


@dataclass(frozen=True)
class _Codes:
    """The codes of one column of a printing, and those with an amount."""

    measure: str
    printed: Mapping[str, list[FormValue]]

    @cached_property
    def filled(self) -> list[str]:
        """Codes with an amount, in printed order."""
        return [code for code, lines in self.printed.items() if any(value.amount_yuan for value in lines)]

    def parents(self, length: int) -> list[str]:
        """The parents that filled codes of a length have, printed or not."""
        return list(dict.fromkeys(code[:-2] for code in self.filled if len(code) == length > CLASS_DIGITS))

    def unprinted(self, length: int) -> list[str]:
        """Those of them that have no line."""
        return [code for code in self.parents(length) if code not in self.printed]


def levels(rule: Rule, figures: Figures, _: Disclosed) -> Iterator[SumCheck]:
    """Every gap between the levels of the printings of the rule's forms.

    Only where most codes of the printing have that level, or, of a level above, most codes of all these forms: some
    publishers print no classes, or classes alone, but then everywhere.
    """
    printings = [printing for form_id in rule.forms for printing in figures.printings.get(form_id, ())]
    found = [codes for printing in printings if (codes := _first_column(printing))]
    for codes in found:
        for missing, witnesses in _gaps(codes, found).items():
            lines = [value for code in witnesses for value in codes.printed[code]]
            check = compare(rule, missing, codes.measure, lines, ())
            if check:
                yield replace(check, outcome=Outcome.BREAK)


def _first_column(printing: Printing) -> _Codes | None:
    """The first column with amounts: all columns print the same lines."""
    for measure in printing.by_measure:
        by_code = {code: lines for code, lines in printing.by_code(measure).items() if code != TOTAL}
        codes = _Codes(measure, by_code)
        if codes.filled:
            return codes
    return None


def _gaps(codes: _Codes, of_all_forms: Sequence[_Codes]) -> dict[str, list[str]]:
    """Codes whose line, or whose codes below, are not printed, each with the codes that show it."""
    gaps: dict[str, list[str]] = {}
    beginnings = {code[:length] for code in codes.printed for length in range(CLASS_DIGITS, len(code))}
    for length in sorted({len(code) for code in codes.filled}):
        at_level = [code for code in codes.filled if len(code) == length]
        unprinted = codes.unprinted(length)
        everywhere = [code for one in of_all_forms for code in one.unprinted(length)]
        is_printed = are_exceptions(everywhere, [code for one in of_all_forms for code in one.parents(length)])
        if are_exceptions(unprinted, codes.parents(length)) or (unprinted and is_printed):
            gaps |= {parent: [code for code in at_level if code.startswith(parent)] for parent in unprinted}
        childless = [code for code in at_level if code not in beginnings]
        if are_exceptions(childless, at_level):
            gaps |= {code: [code] for code in childless}
    return gaps


LEVELS = {"levels": levels}

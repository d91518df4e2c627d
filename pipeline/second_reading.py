"""Where the sums of a form deny what was read, its pages are read in other ways, and the sums decide.

Most breaks are the publisher's: then the readings agree, and the first stays.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

from pipeline.forms.catalogue_file import forms_issued_by
from pipeline.forms.recognise import recognise_forms
from pipeline.model.extract import COLUMN_DISPUTED, CellKind, FormValue, Issue, Outcome, Severity, SumCheck
from pipeline.model.form import Issuer
from pipeline.model.source import SourceFile
from pipeline.model.text import match_key
from pipeline.normalise.identity import Identity
from pipeline.normalise.lines import normalise_lines
from pipeline.parse.form import ParsedForm, parse_form
from pipeline.privacy.withhold import Withholding, withhold_persons
from pipeline.readers.registry import has_other_readings, read_again
from pipeline.reconcile.compare import HOLDING
from pipeline.reconcile.engine import reconcile
from pipeline.reconcile.rule_file import rules
from pipeline.reconcile.within import WITHIN


class NeedsSource(Exception):
    """Pages kept from an earlier night do not do: another reading of the file must be made, and its names be found."""


#: A form by where it begins: pages read alone count its printings anew. Two of a kind on one page stay as first read.
_Place = tuple[str, int | None]


@dataclass(frozen=True, slots=True)
class _Sums:
    """How many sums within a form hold, and how many break."""

    holding: int
    breaking: int

    def is_better_than(self, other: _Sums) -> bool:
        """Whether fewer break and no fewer hold."""
        return self.breaking < other.breaking and self.holding >= other.holding

    def said(self) -> str:
        """The counts in words, for the remark."""
        return f"{self.holding} sums hold and {self.breaking} break"


def decide_by_sums(
    source: SourceFile,
    withholding: Withholding,
    parsed: list[ParsedForm],
    identity: Identity,
    checks: Iterable[SumCheck],
) -> tuple[list[ParsedForm], list[Issue]]:
    """Takes each form whose own sums break from the reading in which fewest break and no fewer hold.

    Args:
        source: The file.
        withholding: Its first reading; what it withheld is withheld from the others too.
        parsed: The forms as first read.
        identity: Whose and of when they are.
        checks: Their sums, those between forms among them.

    Returns:
        The forms in their order, and one remark for each that another reading gave.

    Raises:
        NeedsSource: The first reading was kept without its names, and others must be made.
    """
    document = withholding.document
    forms = _denied_forms(parsed, checks)
    page_nos = {page_no for form in forms.values() for page_no in _pages_of(form)}
    remarks: list[Issue] = []
    if not page_nos:
        return parsed, remarks
    if withholding.names is None and has_other_readings(document):
        raise NeedsSource
    best = {place: _sums_of(form, identity) for place, form in forms.items()}
    for name, again in read_again(source, document, page_nos):
        other = withhold_persons(again, withholding.names or ()).document
        for region in recognise_forms(other, forms_issued_by(Issuer.DEPARTMENT)).regions:
            place = region.spec.form_id, region.page_no
            if place not in forms:
                continue
            numbered = replace(region, instance_no=forms[place].record.instance_no)
            form = parse_form(numbered, document.document_id, region.phase or identity.phase)
            sums, before = _sums_of(form, identity), best[place]
            if sums.is_better_than(before):
                reason = f"read {name}: {sums.said()}, not {before.said()}"
                if sums.holding == before.holding:  # fewer sums are denied, none more is proven
                    form = replace(form, values=doubt_moved(form.values, forms[place].values))
                forms[place], best[place] = _with_reason(form, reason), sums
                remarks.append(_remark(form, reason))
        if not any(sums.breaking for sums in best.values()):
            break
    return [forms.get(_place(form), form) for form in parsed], remarks


def _denied_forms(parsed: list[ParsedForm], checks: Iterable[SumCheck]) -> dict[_Place, ParsedForm]:
    """The forms whose own sums break, by where they begin; of two at one place neither."""
    kinds = {rule.id: rule.kind for rule in rules()}
    denied = {
        (check.form_id, check.instance_no)
        for check in checks
        if check.outcome is Outcome.BREAK and kinds[check.rule_id] in WITHIN
    }
    printed_at = Counter(_place(form) for form in parsed)
    return {
        _place(form): form
        for form in parsed
        if printed_at[_place(form)] == 1 and (form.record.form_id, form.record.instance_no) in denied
    }


def _place(form: ParsedForm) -> _Place:
    return form.record.form_id, form.record.page_no


def _pages_of(form: ParsedForm) -> set[int]:
    numbers = (form.record.page_no, *(value.page_no for value in form.values))
    pages = [page_no for page_no in numbers if page_no is not None]
    return set(range(min(pages), max(pages) + 1)) if pages else set()


def _sums_of(form: ParsedForm, identity: Identity) -> _Sums:
    values, _ = normalise_lines(form.values, form.region.spec, identity.fiscal_year)
    outcomes = [check.outcome for check in reconcile(values, rules(), identity.phase, identity.fiscal_year)]
    return _Sums(sum(outcome in HOLDING for outcome in outcomes), outcomes.count(Outcome.BREAK))


def doubt_moved(values: Iterable[FormValue], before: Iterable[FormValue]) -> tuple[FormValue, ...]:
    """Marks the figures that an earlier reading has in other columns only, on whatever line: labels may be misread.

    Args:
        values: Those of the reading that is taken.
        before: Those of the earlier one.
    """
    columns: dict[tuple[str | None, str], set[str]] = defaultdict(set)
    for value in before:
        columns[_printed(value)].add(value.measure)
    return tuple(
        value._replace(method_reason=f"{COLUMN_DISPUTED}: {', '.join(sorted(there))} in another")
        if value.cell_kind is CellKind.NUMBER and (there := columns.get(_printed(value))) and value.measure not in there
        else value
        for value in values
    )


def _printed(value: FormValue) -> tuple[str | None, str]:
    return value.line_side, match_key(value.reported_text)


def _with_reason(form: ParsedForm, reason: str) -> ParsedForm:
    values = tuple(value._replace(method_reason=value.method_reason or reason) for value in form.values)
    return replace(form, values=values)


def _remark(form: ParsedForm, reason: str) -> Issue:
    return Issue(
        "reading_chosen",
        Severity.INFO,
        f"{form.record.title}: {reason}",
        "nothing: the sums decided between two readings",
        form_id=form.record.form_id,
        instance_no=form.record.instance_no,
        page_no=form.record.page_no,
    )

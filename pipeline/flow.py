"""The corridor: one document from bytes to values, room by room. The only place where rooms meet.

Run it on one file from the shell: `gongkai run --raw FOLDER`, or in Python `extract_document(source)`.
"""

from __future__ import annotations

import contextlib
import math
import time
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache

from pipeline.errors import FiscalError, GovernmentWideDocument, UnknownForm
from pipeline.forms.catalogue_file import catalogue, forms_issued_by
from pipeline.forms.document_kind import DocumentKind, document_kind
from pipeline.forms.recognise import Recognition, recognise_forms
from pipeline.lake.pages import pages_to_bytes
from pipeline.model.extract import (
    CellKind,
    DocumentRecord,
    Extract,
    FormValue,
    Issue,
    Mention,
    SumCheck,
)
from pipeline.model.form import FormRegion, Issuer, Phase, RowKind
from pipeline.model.grid import Document
from pipeline.model.narrative import NarrativeFact
from pipeline.model.performance import ProjectRecord
from pipeline.model.source import SourceFile
from pipeline.normalise.budget_books import with_units
from pipeline.normalise.government import identify_government
from pipeline.normalise.government_lines import normalise_government_lines
from pipeline.normalise.identity import Identity, identify
from pipeline.normalise.lines import normalise_lines
from pipeline.normalise.narrative import names_in_sentences, with_line_codes
from pipeline.normalise.reference import function_classes_by_name
from pipeline.parse.account.issues import unexplained_issues
from pipeline.parse.form import ParsedForm, parse_form
from pipeline.parse.hidden import hidden_issues
from pipeline.parse.mentions import read_mentions
from pipeline.parse.project_names import budget_projects, name_issues
from pipeline.parse.sentences.gaps import LineNames
from pipeline.parse.sentences.government import read_government_totals
from pipeline.parse.sentences.reading import Narrative, read_sentences
from pipeline.privacy.withhold import Withholding, withhold_persons
from pipeline.readers.registry import read_document
from pipeline.reconcile.across import Disclosed
from pipeline.reconcile.causes import find_causes
from pipeline.reconcile.engine import reconcile
from pipeline.reconcile.figures import with_roles
from pipeline.reconcile.grades import grade_values
from pipeline.reconcile.rule_file import rule_file, rules
from pipeline.reconcile.sentence_values import NARRATIVE, NARRATIVE_NAME_ZH, sentence_values, with_grades
from pipeline.second_reading import NeedsSource, decide_by_sums
from pipeline.set_aside import STAMPED_LATER, set_aside, stamped
from pipeline.told_of_document import (
    account_of,
    expected_forms,
    orphan_issues,
    prose_of,
    reader_notes,
    record_of,
    record_of_companion,
    record_of_government,
    spans_of,
    withheld_issues,
)
from pipeline.versions import Versions, current_versions

_UNDECIDED = "column_undecided"


def parser_version(media_type: str = "unknown") -> str:
    """Returns a hash of the code and data that decide what is read of a media type; a change means reading again."""
    return current_versions().parser_of(media_type)


@dataclass(frozen=True, slots=True)
class Keeping:
    """What one document's corridor is told of pages kept from an earlier night, and of keeping its own.

    `pages` were read by the reader of today and only need to be interpreted, `None`: read the file. Reading that
    takes longer than `dear_s` gives its pages back with the extract.
    """

    pages: Withholding | None = None
    dear_s: float = math.inf


def extract_document(source: SourceFile, versions: Versions | None = None, keeping: Keeping | None = None) -> Extract:
    """Reads one document. Never raises for a bad document: it comes back quarantined with its reason.

    Args:
        source: The file.
        versions: Those of this code, which a worker process need not work out again.
        keeping: What is kept of its pages, and what is to be; nothing by default.
    """
    versions = versions or current_versions()
    extract = _extract_guarded(source, keeping or Keeping())
    return stamped(extract, versions.parser_of(extract.record.media_type))


def _extract_guarded(source: SourceFile, keeping: Keeping) -> Extract:
    media_type = "unknown"
    pages: bytes | None = None
    try:
        if keeping.pages is not None:
            media_type = keeping.pages.document.media_type
            with contextlib.suppress(NeedsSource):
                return _extract_withheld(source, keeping.pages)
        begun = time.monotonic()
        document = read_document(source)
        media_type = document.media_type
        withholding = withhold_persons(document)
        if time.monotonic() - begun > keeping.dear_s:
            pages = pages_to_bytes(withholding.document, withholding.places)
        return replace(_extract_withheld(source, withholding), pages=pages)
    except Exception as error:  # noqa: BLE001 (the one corridor: a defect of ours must not stop the other documents)
        return replace(set_aside(source.document_id, error, media_type), pages=pages)


def quarantined(document_id: str, error: FiscalError, media_type: str = "unknown") -> Extract:
    """Returns the extract of a document that cannot be loaded: no values, one issue, the reason."""
    return stamped(set_aside(document_id, error, media_type), parser_version(media_type))


def _extract_withheld(source: SourceFile, withholding: Withholding) -> Extract:
    """Reads a document whose persons are withheld, and says how many; no room sees it otherwise."""
    extract = _extract(source, withholding)
    return replace(extract, withheld=withholding.places, issues=(*extract.issues, *withheld_issues(withholding.places)))


@dataclass(frozen=True, slots=True)
class _Reading:
    """What was read of a document, sums included, before their causes and the account are drawn up."""

    document: Document
    regions: tuple[FormRegion, ...]
    parsed: list[ParsedForm]
    mentions: tuple[Mention, ...]
    narrative: Narrative
    projects: tuple[ProjectRecord, ...]
    values: list[FormValue]
    spoken: list[FormValue]
    checks: tuple[SumCheck, ...]

    def issues(self) -> list[Issue]:
        """What its sentences and the names of its projects leave open."""
        return [*self.narrative.issues, *name_issues(self.projects)]


def _extract(source: SourceFile, withholding: Withholding) -> Extract:
    document = withholding.document
    recognition = recognise_forms(document, forms_issued_by(Issuer.DEPARTMENT))
    recognition = replace(recognition, regions=tuple(with_units(recognition.regions, document)))
    if not _has_department_forms(document, recognition):
        return _without_forms(source, document, recognition)
    identity = identify(document, recognition.regions, source.hints)
    parsed = _parse_forms(recognition, document.document_id, identity.phase)
    mentions = read_mentions(document)
    values, problems = _values(parsed, identity)
    checks = _sums(values, identity, mentions)
    parsed, choices = decide_by_sums(source, withholding, parsed, identity, checks)
    narrative = _narrative(document, recognition.regions, identity, values, parsed)
    if choices:
        values, problems = _values(parsed, identity)
    spoken = sentence_values(narrative.facts, identity.fiscal_year)
    if choices or narrative.facts:
        checks = _sums([*values, *spoken], identity, mentions, narrative.facts)
    reading = _Reading(
        document, recognition.regions, parsed, mentions, narrative, _projects(parsed), values, spoken, checks
    )
    issues = [*identity.issues, *reader_notes(document), *orphan_issues(recognition), *choices, *problems]
    issues += [*hidden_issues(document.hidden, recognition.regions), *reading.issues()]
    return _extract_of(reading, record_of(document, identity, parsed, issues), issues)


def _extract_of(reading: _Reading, record: DocumentRecord, issues: list[Issue]) -> Extract:
    """Draws up the causes of broken sums, the grades, the roles of lines and the account of what was read."""
    figures = [*reading.values, *reading.spoken]
    findings = find_causes(figures, reading.checks, rules(), _form_names())
    graded = grade_values(figures, reading.checks, findings)
    spans = spans_of(reading.narrative.facts, reading.document)
    account = account_of(reading.document, reading.regions, reading.parsed, spans)
    count = len(reading.values)
    return Extract(
        reading.document.document_id,
        STAMPED_LATER,
        record,
        tuple(form.record for form in reading.parsed),
        tuple(with_roles(graded[:count], rule_file().roles)),
        (*issues, *unexplained_issues(account)),
        reading.checks,
        reading.mentions,
        findings,
        narrative=with_grades(reading.narrative.facts, graded[count:]),
        account=account,
        projects=reading.projects,
        indicators=tuple(indicator for form in reading.parsed for indicator in form.indicators),
    )


def _narrative(
    document: Document,
    regions: tuple[FormRegion, ...],
    identity: Identity,
    values: list[FormValue],
    parsed: list[ParsedForm],
) -> Narrative:
    """What the document's sentences say, classes by their codes."""
    who = identity.phase, identity.fiscal_year
    narrative = read_sentences(document, regions, *who, _line_names(), prose_of(parsed))
    return replace(narrative, facts=with_line_codes(narrative.facts, values))


@cache
def _line_names() -> LineNames:
    return LineNames(*names_in_sentences())


def _values(parsed: list[ParsedForm], identity: Identity) -> tuple[list[FormValue], list[Issue]]:
    """The forms' values with codes and levels, and what was met in reading them."""
    values: list[FormValue] = []
    issues: list[Issue] = []
    for form in parsed:
        normalised, problems = normalise_lines(form.values, form.region.spec, identity.fiscal_year)
        values += normalised
        issues += [*form.issues, *problems]
    return values, issues


def _sums(
    figures: list[FormValue],
    identity: Identity,
    mentions: tuple[Mention, ...],
    facts: tuple[NarrativeFact, ...] = (),
) -> tuple[SumCheck, ...]:
    """The sums of the figures of forms and, where the facts are given, of sentences."""
    amounts = tuple(mention.amount_yuan for mention in mentions)
    disclosed = replace(_disclosed(identity.phase, identity.fiscal_year), mentions=amounts, facts=facts)
    return reconcile(figures, rules(), identity.phase, identity.fiscal_year, disclosed)


@cache
def _disclosed(phase: Phase | None, year: int | None) -> Disclosed:
    return Disclosed(expected_forms(phase, year), function_classes_by_name())


@cache
def _form_names() -> dict[str, str]:
    return {spec.form_id: spec.name_zh for spec in catalogue()} | {NARRATIVE: NARRATIVE_NAME_ZH}


#: Forms a whole government publishes under the same titles as a department.
_SHARED_WITH_GOVERNMENTS = {
    "government_fund_revenue",
    "government_fund_expenditure",
    "general_public_budget_expenditure",
    "basic_expenditure_by_economic",
    "state_capital_revenue",
    "state_capital_expenditure",
    "three_public",
}


_FILLS_IN_FOR_GOVERNMENTS = ("财政局", "财政厅", "人民政府")


def _has_department_forms(document: Document, recognition: Recognition) -> bool:
    specs = [region.spec for region in recognition.regions if not _stands_in_narratives(region)]
    found = {spec.form_id for spec in specs}
    if found and found <= _SHARED_WITH_GOVERNMENTS and not any(map(_names_a_department, recognition.regions)):
        return document_kind(document) is not DocumentKind.GOVERNMENT_WIDE
    return bool(found)


def _names_a_department(region: FormRegion) -> bool:
    """Whether a table names a body that is not the government, nor its finance bureau, which fills in its tables."""
    name = region.printed_organisation
    return region.body is not None or (name is not None and not name.endswith(_FILLS_IN_FOR_GOVERNMENTS))


def _stands_in_narratives(region: FormRegion) -> bool:
    return region.spec.row_kind is RowKind.ATTACHMENT or region.spec.beside_narrative


def _projects(parsed: list[ParsedForm]) -> tuple[ProjectRecord, ...]:
    """The projects of all forms, those of project budgets among them; a department's book prints its units' again."""
    own = [form for form in parsed if form.region.reporting_unit is None]
    return tuple(project for form in own for project in (*form.projects, *budget_projects(form)))


def _without_forms(source: SourceFile, document: Document, recognition: Recognition) -> Extract:
    """Keeps a companion with what it says and the tables in it; a government's budget is its own; the rest is unknown.

    Raises:
        GovernmentWideDocument: The document is a whole government's, without a form or a total that is known.
        UnknownForm: Nothing tells what it is.
    """
    kind = document_kind(document)
    if kind in (DocumentKind.GOVERNMENT_WIDE, DocumentKind.GOVERNMENT_REPORT):
        return _of_government(source, document)
    if kind is None and not recognition.regions:
        raise UnknownForm(
            f"no statutory form was recognised in {len(document.pages)} page(s)",
            expected="a title such as 收入支出决算总表 with its table below",
            remedy="check that the file holds the tables; add an unknown title to pipeline/forms/catalogue",
        )
    identity = identify(document, (), source.hints)
    parsed = [parse_form(region, document.document_id, identity.phase) for region in recognition.regions]
    parsed = [form for form in parsed if _stands_in_narratives(form.region)]
    mentions = read_mentions(document)
    narrative = _narrative(document, recognition.regions, identity, [], parsed)
    values, issues = _values(parsed, identity)
    spoken = sentence_values(narrative.facts, identity.fiscal_year)
    checks = _sums([*values, *spoken], identity, mentions, narrative.facts)
    reading = _Reading(
        document, recognition.regions, parsed, mentions, narrative, _projects(parsed), values, spoken, checks
    )
    issues += [*reader_notes(document), *hidden_issues(document.hidden, ()), *reading.issues()]
    return _extract_of(reading, record_of_companion(document, identity, parsed, issues), issues)


def _of_government(source: SourceFile, document: Document) -> Extract:
    """A government's own budget or accounts: its forms, and the totals its report names. Never a department's.

    Raises:
        GovernmentWideDocument: It holds neither.
    """
    recognition = recognise_forms(document, forms_issued_by(Issuer.GOVERNMENT))
    narrative = read_government_totals(document, recognition.regions)
    parsed = [parse_form(region, document.document_id, region.phase) for region in recognition.regions]
    # a title among titles is no table: nothing stands below it, and nothing is left open
    parsed = [form for form in parsed if form.region.grids or form.record.number_count or form.issues]
    if not parsed and not narrative.facts:
        raise GovernmentWideDocument(
            "a whole government's tables (全市, 本级, 转移支付, 债务限额), not a department's, and none that is read",
            expected="a form of a government's budget, or a report that names its totals",
            remedy="nothing: it is set aside by name so that it never counts as a department",
        )
    identity = identify_government(
        document,
        recognition.regions,
        [form.record for form in parsed],
        source.hints.department or source.hints.region,
    )
    values: list[FormValue] = []
    issues = [*identity.issues, *reader_notes(document), *orphan_issues(recognition)]
    for form in parsed:
        year = form.record.fiscal_year or identity.fiscal_year
        found, problems = normalise_government_lines(form.values, form.region.spec, form.region.title, year)
        values += found
        issues += [*form.issues, *problems]
    mentions = read_mentions(document)
    checks = _sums(values, identity, mentions)
    reading = _Reading(document, recognition.regions, parsed, mentions, narrative, (), values, [], checks)
    issues += hidden_issues(document.hidden, recognition.regions)
    return _extract_of(reading, record_of_government(document, identity, parsed, issues), issues)


def _parse_forms(recognition: Recognition, document_id: str, phase: Phase | None) -> list[ParsedForm]:
    """Parses all forms; those whose columns stay open are parsed again with what the others print."""
    parsed = [parse_form(region, document_id, region.phase or phase) for region in recognition.regions]
    if not any(issue.category == _UNDECIDED for form in parsed for issue in form.issues):
        return parsed
    return [
        parse_form(form.region, document_id, form.region.phase or phase, _hints(form.region, parsed))
        if any(issue.category == _UNDECIDED for issue in form.issues)
        else form
        for form in parsed
    ]


def _hints(region: FormRegion, parsed: list[ParsedForm]) -> dict[tuple[str, str], Decimal]:
    """Collects, in printed numbers of this form's unit, what other forms print for the same lines."""
    hints: dict[tuple[str, str], Decimal] = {}
    for hint in region.spec.hints:
        for form in parsed:
            if form.region.spec.form_id != hint.form_id or form.region.unit.unit != region.unit.unit:
                continue
            if any(issue.category == _UNDECIDED for issue in form.issues):
                continue
            for value in form.values:
                if value.cell_kind is CellKind.NUMBER and value.line_code and value.measure in hint.measures:
                    printed = Decimal(value.reported_text.replace(",", ""))
                    hints[value.line_code, hint.measures[value.measure]] = printed
    return hints

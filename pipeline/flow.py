"""The corridor: one document from bytes to values, room by room. The only place where rooms meet.

Run it on one file from the shell: `gongkai run --raw FOLDER`, or in Python `extract_document(source)`.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from decimal import Decimal
from functools import cache
from pathlib import Path

from pipeline.errors import FiscalError, GovernmentWideDocument, UnknownForm
from pipeline.forms.catalogue_file import catalogue
from pipeline.forms.document_kind import DocumentKind, document_kind
from pipeline.forms.recognise import Recognition, recognise_forms
from pipeline.model.extract import (
    CellKind,
    DocumentRecord,
    Extract,
    FormValue,
    Issue,
    Mention,
    Severity,
    SumCheck,
    record_without_identity,
)
from pipeline.model.form import PLACEHOLDER_MEASURES, FormRegion, FormSpec, Phase, RowKind
from pipeline.model.grid import Document
from pipeline.model.performance import IndicatorRecord, ProjectRecord
from pipeline.model.source import SourceFile
from pipeline.normalise.dates import read_cover_date
from pipeline.normalise.identity import Identity, identify
from pipeline.normalise.lines import normalise_lines
from pipeline.normalise.reference import SEEDS_DIR, function_classes_by_name
from pipeline.parse.form import ParsedForm, parse_form
from pipeline.parse.hidden import hidden_issues
from pipeline.parse.mentions import read_mentions
from pipeline.parse.project_names import budget_projects, name_issues
from pipeline.readers.registry import read_document
from pipeline.reconcile.across import Disclosed
from pipeline.reconcile.causes import find_causes
from pipeline.reconcile.engine import reconcile
from pipeline.reconcile.grades import grade_values
from pipeline.reconcile.rule_file import rules
from pipeline.second_reading import decide_by_sums

_PACKAGE = Path(__file__).parent
#: Rooms whose code or data decides what is read: a change there reads every document again.
_READING_ROOMS = ("model", "readers", "forms", "parse", "normalise", "reconcile")
_UNDECIDED = "column_undecided"


@cache
def parser_version() -> str:
    """Returns a hash of the code and data that decide what is read; a change means reading again."""
    digest = hashlib.sha256()
    files = [path for room in _READING_ROOMS for path in (_PACKAGE / room).rglob("*")]
    files += [_PACKAGE / "flow.py", _PACKAGE / "second_reading.py", *SEEDS_DIR.glob("ref_*.csv")]
    for path in sorted(files):
        if path.is_file() and path.suffix in {".py", ".yaml", ".csv"}:
            digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


def extract_document(source: SourceFile) -> Extract:
    """Reads one document. Never raises for a bad document: it comes back quarantined with its reason."""
    media_type = "unknown"
    try:
        document = read_document(source)
        media_type = document.media_type
        return _extract(source, document)
    except FiscalError as error:
        return quarantined(source.document_id, error, media_type)
    except Exception as error:  # noqa: BLE001 (the one corridor: a defect of ours must not stop the other documents)
        defect = FiscalError(
            f"the program failed on this document: {type(error).__name__}: {error}",
            expected="a document it can read",
            remedy="report it with the file",
        )
        return quarantined(source.document_id, defect, media_type, category="internal_error")


def quarantined(
    document_id: str, error: FiscalError, media_type: str = "unknown", category: str | None = None
) -> Extract:
    """Returns the extract of a document that cannot be loaded: no values, one issue, the reason."""
    issue = Issue(category or error.category, Severity.ERROR, str(error), error.remedy, page_no=error.page_no)
    record = record_without_identity(media_type, "quarantined", f"{issue.category}: {error}")
    return Extract(document_id, parser_version(), record, issues=(issue,))


def _extract(source: SourceFile, document: Document) -> Extract:
    recognition = recognise_forms(document, catalogue())
    if not _has_department_forms(document, recognition):
        return _without_forms(source, document, recognition)
    identity = identify(document, recognition.regions, source.department_hint)
    parsed = _parse_forms(recognition, document.document_id, identity.phase)
    mentions = read_mentions(document)
    values, problems, checks = _with_sums(parsed, identity, mentions)
    parsed, choices = decide_by_sums(source, document, parsed, identity, checks)
    if choices:
        values, problems, checks = _with_sums(parsed, identity, mentions)
    issues = [*identity.issues, *_reader_notes(document), *_orphan_issues(recognition), *choices, *problems]
    issues += [*hidden_issues(document.hidden, recognition.regions), *name_issues(parsed)]
    findings = find_causes(values, checks, rules(), _form_names())
    graded = grade_values(values, checks, findings)
    record = _record(document, identity, parsed, issues)
    return Extract(
        document.document_id,
        parser_version(),
        record,
        tuple(form.record for form in parsed),
        graded,
        tuple(issues),
        checks,
        mentions,
        findings,
        *_projects(parsed),
    )


def _with_sums(
    parsed: list[ParsedForm], identity: Identity, mentions: tuple[Mention, ...]
) -> tuple[list[FormValue], list[Issue], tuple[SumCheck, ...]]:
    """The forms' values with codes and levels, what was met in reading them, and their sums."""
    values: list[FormValue] = []
    issues: list[Issue] = []
    for form in parsed:
        normalised, problems = normalise_lines(form.values, form.region.spec, identity.fiscal_year)
        values += normalised
        issues += [*form.issues, *problems]
    amounts = tuple(mention.amount_yuan for mention in mentions)
    disclosed = replace(_disclosed(identity.phase, identity.fiscal_year), mentions=amounts)
    return values, issues, reconcile(values, rules(), identity.phase, identity.fiscal_year, disclosed)


@cache
def _disclosed(phase: Phase | None, year: int | None) -> Disclosed:
    expected = frozenset(spec.form_id for spec in catalogue() if spec.is_expected_of(phase, year))
    return Disclosed(expected, function_classes_by_name())


@cache
def _form_names() -> dict[str, str]:
    return {spec.form_id: spec.name_zh for spec in catalogue()}


#: Forms a whole government publishes under the same titles as a department.
_SHARED_WITH_GOVERNMENTS = {
    "government_fund_revenue",
    "government_fund_expenditure",
    "state_capital_revenue",
    "state_capital_expenditure",
    "three_public",
}


def _has_department_forms(document: Document, recognition: Recognition) -> bool:
    found = {region.spec.form_id for region in recognition.regions if region.spec.row_kind is not RowKind.ATTACHMENT}
    if found and found <= _SHARED_WITH_GOVERNMENTS:
        return document_kind(document) is not DocumentKind.GOVERNMENT_WIDE
    return bool(found)


def _projects(parsed: list[ParsedForm]) -> tuple[tuple[ProjectRecord, ...], tuple[IndicatorRecord, ...]]:
    """The projects of all forms, those of project budgets among them, and their indicators."""
    projects = [project for form in parsed for project in (*form.projects, *budget_projects(form))]
    return tuple(projects), tuple(indicator for form in parsed for indicator in form.indicators)


def _without_forms(source: SourceFile, document: Document, recognition: Recognition) -> Extract:
    """A companion is kept with who, when and its attachments; a government's totals are set aside; the rest is unknown.

    Raises:
        GovernmentWideDocument: The document is a whole government's.
        UnknownForm: Nothing tells what it is.
    """
    kind = document_kind(document)
    if kind is DocumentKind.GOVERNMENT_WIDE:
        raise GovernmentWideDocument(
            "a whole government's tables (全市, 本级, 转移支付, 债务限额), not a department's",
            expected="a department's forms",
            remedy="nothing: it is set aside by name so that it never counts as a department",
        )
    if kind is None and not recognition.regions:
        raise UnknownForm(
            f"no statutory form was recognised in {len(document.pages)} page(s)",
            expected="a title such as 收入支出决算总表 with its table below",
            remedy="check that the file holds the tables; add an unknown title to pipeline/forms/catalogue",
        )
    identity = identify(document, (), source.department_hint)
    parsed = [parse_form(region, document.document_id, identity.phase) for region in recognition.regions]
    parsed = [form for form in parsed if form.region.spec.row_kind is RowKind.ATTACHMENT]
    mentions = read_mentions(document)
    values, issues, checks = _with_sums(parsed, identity, mentions) if parsed else ([], [], ())
    findings = find_causes(values, checks, rules(), _form_names())
    record = _record(document, identity, [], [])
    problems = sum(issue.severity is not Severity.INFO for issue in issues)
    attachments = f"; {len(parsed)} performance attachment(s), {problems} problem(s) met in reading" if parsed else ""
    record = replace(
        record,
        status="partial" if problems else "loaded",
        status_reason=f"companion: narrative or contents, no statutory form{attachments}",
        missing_forms=(),
        forms_expected=0,
    )
    projects, indicators = _projects(parsed)
    return Extract(
        document.document_id,
        parser_version(),
        record,
        tuple(form.record for form in parsed),
        grade_values(values, checks, findings),
        (*_reader_notes(document), *hidden_issues(document.hidden, ()), *issues, *name_issues(parsed)),
        checks,
        mentions,
        findings,
        projects,
        indicators,
    )


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


def _reader_notes(document: Document) -> list[Issue]:
    left_out = [
        Issue("left_out_by_reader", Severity.INFO, note, "look at the file if a figure is missed")
        for note in document.notes
    ]
    damaged = [
        Issue("damaged_page", Severity.WARNING, damage, "fetch the file again; what could be read is loaded")
        for damage in document.damage
    ]
    return left_out + damaged


def _orphan_issues(recognition: Recognition) -> list[Issue]:
    """Tables no form took: listed, so that nothing is silently missing."""
    return [
        Issue(
            "table_not_recognised",
            Severity.INFO,
            f"a table of {grid.row_count} rows and {grid.col_count} columns belongs to no known form",
            "an attachment or a list; add its title to the catalogue if it is a statutory form",
            page_no=grid.page_no,
            row_no=next((cell.line_no for cell in grid.cells if cell.line_no), None),
            raw_text=" ".join(cell.text.strip() for cell in grid.cells[:6])[:80],
        )
        for grid in recognition.orphans
    ]


def _record(document: Document, identity: Identity, parsed: list[ParsedForm], issues: list[Issue]) -> DocumentRecord:
    found = {form.record.form_id for form in parsed if form.record.status != "not_read"}
    expected = _disclosed(identity.phase, identity.fiscal_year).expected
    missing = tuple(sorted(expected - found))
    warnings = [issue for issue in issues if issue.severity is not Severity.INFO]
    reasons = [f"{len(warnings)} problem(s) met in reading"] if warnings else []
    reasons += [f"forms not found: {', '.join(missing)}"] if missing else []
    statutory = [form for form in parsed if form.region.spec.row_kind is not RowKind.ATTACHMENT]
    units = {form.region.unit.unit for form in statutory if form.region.unit.unit and form.record.status != "not_read"}
    return DocumentRecord(
        media_type=document.media_type,
        page_count=document.page_count,
        title=identity.title,
        department_id=identity.department_id,
        department_name=identity.department_name,
        department_type=identity.department_type,
        region_code=identity.region_code,
        fiscal_year=identity.fiscal_year,
        phase=identity.phase.value if identity.phase else None,
        reporting_scope=identity.reporting_scope,
        reported_unit="、".join(sorted(units)) or None,
        published_on=identity.published_on or read_cover_date(document),
        status="partial" if reasons else "loaded",
        status_reason="; ".join(reasons) or None,
        forms_found=len(expected & found),
        forms_expected=len(expected),
        missing_forms=missing,
    )


def rule_rows() -> list[dict[str, object]]:
    """Returns the rule file as rows of the lake table `rule`."""
    return [
        {
            "rule_id": rule.id,
            "name_zh": rule.name_zh,
            "name_en": rule.name_en,
            "form_ids": list(rule.form_ids),
            "phases": [phase.value for phase in rule.phases],
            "kind": rule.kind,
            "relation": rule.relation,
            "severity": rule.severity,
            "valid_from": rule.valid_from,
            "valid_to": rule.valid_to,
            "formula": rule.formula,
            "source": rule.source,
        }
        for rule in rules()
    ]


def _measures_of(spec: FormSpec) -> set[str]:
    """The measures a form can yield: those of its columns, the placeholder of an unnamed amount column resolved."""
    named = {rule.measure for rule in spec.columns if rule.measure and rule.measure not in PLACEHOLDER_MEASURES}
    return named | set(spec.sole_amount_measure.values()) | set(spec.attachment_measures)


def form_catalogue_rows() -> list[dict[str, object]]:
    """Returns the catalogue as rows of the lake table `form_catalogue`."""
    return [
        {
            "form_id": spec.form_id,
            "name_zh": spec.name_zh,
            "name_en": spec.name_en,
            "phases": [phase.value for phase in spec.phases],
            "expected_in": [phase.value for phase in spec.expected_in],
            "row_kind": spec.row_kind.value,
            "measures": sorted(_measures_of(spec)),
            "titles": [pattern.pattern for pattern in spec.titles],
            "valid_from": spec.valid_from,
            "valid_to": spec.valid_to,
            "source": spec.source,
        }
        for spec in catalogue()
    ]

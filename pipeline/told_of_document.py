"""What is told of a document as a whole: its record, what was left out, withheld or found in no form, its numbers.

The layer below the corridor: it knows the types of several rooms and calls none but the account of numbers.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from functools import cache

from pipeline.forms.catalogue_file import catalogue
from pipeline.forms.contents import places_of_contents
from pipeline.forms.recognise import Recognition
from pipeline.model.account import NumberAccount
from pipeline.model.extract import DocumentRecord, Issue, Severity
from pipeline.model.form import FormRegion, Phase, RowKind
from pipeline.model.grid import Document, Grid
from pipeline.model.narrative import NarrativeFact, Position
from pipeline.model.personal import WithheldPlace, counts_by_kind
from pipeline.normalise.dates import read_cover_date
from pipeline.normalise.identity import Identity
from pipeline.parse.account.account import SentenceSpan, account_numbers
from pipeline.parse.account.places import texts_of_values
from pipeline.parse.form import ParsedForm
from pipeline.parse.sentences.reading import ProjectProse


@cache
def expected_forms(phase: Phase | None, year: int | None) -> frozenset[str]:
    """Returns the forms that a document of a phase and year must hold."""
    return frozenset(spec.form_id for spec in catalogue() if spec.is_expected_of(phase, year))


def withheld_issues(places: tuple[WithheldPlace, ...]) -> list[Issue]:
    """Says how many persons' names and numbers were withheld, never which."""
    counts = ", ".join(f"{count} {kind.word_zh} ({kind.value})" for kind, count in counts_by_kind(places).items())
    if not counts:
        return []
    return [
        Issue(
            "personal_data_withheld",
            Severity.INFO,
            f"withheld: {counts}",
            "nothing: persons' names and numbers are not stored; they stand in the file the publisher gave out",
        )
    ]


def spans_of(facts: Iterable[NarrativeFact], document: Document) -> frozenset[SentenceSpan]:
    """Where the numbers of the facts stand in running text and in cells that hold prose."""
    return frozenset(_span(fact.position, document) for fact in facts if fact.position)


def _span(place: Position, document: Document) -> SentenceSpan:
    block = document.pages[place.page_index].blocks[place.block_index]
    if place.cell_index is None or not isinstance(block, Grid):
        return place.page_index, place.block_index, -1, -1, place.offset
    cell = block.cells[place.cell_index]
    return place.page_index, place.block_index, cell.row_index, cell.col_index, place.offset


def prose_of(parsed: Iterable[ParsedForm]) -> list[ProjectProse]:
    """The performance attachments whose prose speaks of one project."""
    return [
        ProjectProse(
            form.region,
            form.projects[0].project_name,
            {(text.page_no, text.row_no) for text in form.read_texts if text.text != form.region.title},
        )
        for form in parsed
        if form.region.spec.row_kind is RowKind.ATTACHMENT and len(form.projects) == 1
    ]


def account_of(
    document: Document,
    regions: Sequence[FormRegion],
    parsed: Sequence[ParsedForm],
    sentence_spans: Collection[SentenceSpan] = frozenset(),
) -> NumberAccount:
    """Explains every number the document prints, or lists it as unexplained.

    Args:
        document: The document as first read.
        regions: The forms recognised in it.
        parsed: What was read of them.
        sentence_spans: Where the numbers of facts read from sentences begin.
    """
    reads = [
        read._replace(form=(form.region.spec.form_id, form.region.instance_no))
        for form in parsed
        for read in (*texts_of_values(form.values), *form.marks, *form.read_texts)
    ]
    return account_numbers(document, regions, reads, sentence_spans, places_of_contents(document))


def reader_notes(document: Document) -> list[Issue]:
    """What the reader left out on purpose, and where the file itself is broken."""
    left_out = [
        Issue("left_out_by_reader", Severity.INFO, note, "look at the file if a figure is missed")
        for note in document.notes
    ]
    damaged = [
        Issue("damaged_page", Severity.WARNING, damage, "fetch the file again; what could be read is loaded")
        for damage in document.damage
    ]
    return left_out + damaged


def orphan_issues(recognition: Recognition) -> list[Issue]:
    """Tables no form took, and pages out of order: listed, so that nothing is silently missing."""
    cut = [
        Issue(
            "page_out_of_order",
            Severity.WARNING,
            f"page {page_no} does not follow the page before (by the numbers printed, or that page is lost), and no "
            "title tells what it holds",
            "ask the publisher for the whole document; what the page goes on with is not read",
            page_no=page_no,
        )
        for page_no in recognition.cut_pages
    ]
    return cut + [
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


def record_of(document: Document, identity: Identity, parsed: list[ParsedForm], issues: list[Issue]) -> DocumentRecord:
    """Who, when and how far a document was read."""
    own = [form.record for form in parsed if form.record.reporting_unit is None]
    found = {record.form_id for record in own if record.status != "not_read"}
    expected = expected_forms(identity.phase, identity.fiscal_year)
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


def record_of_government(
    document: Document, identity: Identity, parsed: list[ParsedForm], issues: list[Issue]
) -> DocumentRecord:
    """The record of a government's budget or accounts: no department's form is expected of it.

    `forms_found` stays 0: tables of one budget come in many files, none of which is another upload of the others.
    """
    problems = sum(issue.severity is not Severity.INFO for issue in issues)
    return replace(
        record_of(document, identity, parsed, []),
        status="partial" if problems else "loaded",
        status_reason=f"{problems} problem(s) met in reading" if problems else None,
        forms_found=0,
        forms_expected=0,
        missing_forms=(),
    )


def record_of_companion(
    document: Document, identity: Identity, parsed: list[ParsedForm], issues: list[Issue]
) -> DocumentRecord:
    """The record of a narrative: no form is expected of it, and what stands in it is named.

    Tables that stand in narratives are no expected forms: `forms_found` stays 0, by which dbt knows a companion.
    """
    problems = sum(issue.severity is not Severity.INFO for issue in issues)
    tables = [form.region.spec.name_zh for form in parsed if form.region.spec.beside_narrative]
    attachments = len(parsed) - len(tables)
    said = [
        f"companion: narrative or contents, no statutory form{' but ' if tables else ''}{'、'.join(tables)}",
        f"{attachments} performance attachment(s)" if attachments else "",
        f"{problems} problem(s) met in reading" if problems else "",
    ]
    return replace(
        record_of(document, identity, parsed, []),
        status="partial" if problems else "loaded",
        status_reason="; ".join(part for part in said if part),
        missing_forms=(),
        forms_expected=0,
    )

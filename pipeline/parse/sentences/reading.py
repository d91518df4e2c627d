"""The sentences of a document to facts: the entry of this package.

A paragraph is read from left to right. Each number is about the topic last named before it and says of it what the
words right before it say: 年初预算, 支出决算, 增加, 占 … A topic holds until another is named or a heading comes.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from pipeline.model.extract import Issue, Severity
from pipeline.model.form import FormRegion, Phase
from pipeline.model.grid import Document
from pipeline.model.narrative import NarrativeFact
from pipeline.parse.sentences.context import Context
from pipeline.parse.sentences.derived import with_changes_placed, with_derived
from pipeline.parse.sentences.gaps import LineNames
from pipeline.parse.sentences.keeping import MEASURES_WITH_REASON
from pipeline.parse.sentences.paragraph import read_paragraph
from pipeline.parse.sentences.passages import Paragraph, paragraphs_of, paragraphs_of_attachment
from pipeline.parse.sentences.phrase_file import Section, phrases

_ID_LENGTH = 20
#: The section of text about one project.
ATTACHMENT = "attachment"
_SHOWN = 80
#: Parts of the first order close the section before them even where nothing is known of them.
_FIRST_ORDER = ("第", "一", "二", "三", "四", "五", "六", "七", "八", "九", "十")


@dataclass(frozen=True, slots=True)
class ProjectProse:
    """A performance attachment that speaks of one project: where it stands, the name, the rows its tables hold.

    `read_rows` are the page and row numbers (1-based, the line number in text files) of what was read as a table.
    """

    region: FormRegion
    project_name: str
    read_rows: Collection[tuple[int | None, int]]


@dataclass(frozen=True, slots=True)
class Narrative:
    """What the sentences say: facts in reading order, and problems met."""

    facts: tuple[NarrativeFact, ...]
    issues: tuple[Issue, ...]


def read_sentences(
    document: Document,
    regions: Iterable[FormRegion],
    phase: Phase | None,
    fiscal_year: int | None,
    names: LineNames,
    attachments: Iterable[ProjectProse] = (),
) -> Narrative:
    """Reads every figure of the running text whose topic and meaning are known.

    Args:
        document: As read.
        regions: Its forms, whose lines are not sentences.
        phase: Budget or final accounts; decides what an amount without more words is.
        fiscal_year: The document's year, `None` where unknown.
        names: Official names of classes.
        attachments: The performance attachments that speak of one project each.
    """
    facts: list[NarrativeFact] = []
    issues: list[Issue] = []
    section: Section | None = None
    context = Context(phase, fiscal_year, names)
    paragraphs = paragraphs_of(document, regions)
    for index, paragraph in enumerate(paragraphs):
        project = _project_of_statement(paragraphs, index)
        if project is not None:
            context.open_project(project, _section_of_projects())
            section = context.section
        elif paragraph.is_heading:
            section = _opened(paragraph, section, context)
        if section is not None and not section.is_read:
            continue
        if paragraph.is_overlong:
            issues.append(_overlong_issue(paragraph))
            continue
        reading = read_paragraph(paragraph, context)
        if reading.loose_reason:
            facts = _with_reason(facts, context.paragraph_no - 1, reading.loose_reason)
        facts += reading.facts
        issues += reading.issues
    facts = with_derived(with_changes_placed(facts))
    for prose in attachments:
        facts += _read_attachment(document, prose, context)
    return Narrative(with_ids(facts, document.document_id), tuple(issues))


def _opened(heading: Paragraph, section: Section | None, context: Context) -> Section | None:
    """The section that holds from a heading on; `context` is told. The parts of a project's statement open none."""
    if context.home is not None and phrases().project_parts.search(heading.text):
        return section
    found = section_of(heading, None if context.home is not None else section)
    context.open_section(found, heading.text)
    return found


def _read_attachment(document: Document, prose: ProjectProse, context: Context) -> list[NarrativeFact]:
    """The figures in an attachment's prose, as facts of its project."""
    context.open_project(prose.project_name, _section_of_projects())
    paragraphs = paragraphs_of_attachment(document, prose.region, prose.read_rows)
    return [fact for paragraph in paragraphs for fact in read_paragraph(paragraph, context).facts]


def _section_of_projects() -> Section:
    return next(section for section in phrases().sections if section.id == ATTACHMENT)


def _project_of_statement(paragraphs: Sequence[Paragraph], index: int) -> str | None:
    """The project that a line opens a statement about (科技创新专项经费情况说明, then 一、项目概述), else `None`."""
    match = phrases().project_statement.search(paragraphs[index].text)
    following = paragraphs[index + 1].text if index + 1 < len(paragraphs) else ""
    if match is None or not phrases().project_first_part.search(following):
        return None
    return match["name"] or paragraphs[index].text


def _with_reason(facts: list[NarrativeFact], paragraph_no: int, reason: str) -> list[NarrativeFact]:
    """Gives the changes of the paragraph before the reason that a paragraph of its own states."""
    begin = len(facts)
    while begin and facts[begin - 1].paragraph_no == paragraph_no:
        begin -= 1
    facts[begin:] = [
        fact._replace(reason=reason) if fact.measure in MEASURES_WITH_REASON and fact.reason is None else fact
        for fact in facts[begin:]
    ]
    return facts


def _overlong_issue(paragraph: Paragraph) -> Issue:
    line = paragraph.line_of(0)
    return Issue(
        "figure_in_sentence",
        Severity.WARNING,
        f"{len(paragraph.text):,} signs without a stop are no sentence: figures in them are not read",
        "look at the text: a table run together, or a file damaged on its way",
        page_no=line.page_no,
        row_no=line.line_no,
        raw_text=paragraph.text[:_SHOWN],
    )


def section_of(heading: Paragraph, before: Section | None) -> Section | None:
    """The section a heading opens; one of lower order that names none stays within the section before it."""
    for section in phrases().sections:
        if section.pattern.search(heading.text):
            return section
    return None if heading.text.startswith(_FIRST_ORDER) else before


def with_ids(facts: Iterable[NarrativeFact], document_id: str) -> tuple[NarrativeFact, ...]:
    """Gives each fact a stable id: document, place among equals, topic, measure, printed number."""
    seen: Counter[tuple[object, ...]] = Counter()
    ids: dict[str, str] = {}
    result = []
    for fact in facts:
        key = (
            document_id,
            fact.section,
            fact.topic,
            fact.line_label,
            fact.measure,
            fact.basis,
            fact.reported_text,
            fact.is_derived,
        )
        seen[key] += 1
        digest = hashlib.sha256("\x1f".join(map(str, (*key, seen[key]))).encode()).hexdigest()[:_ID_LENGTH]
        ids[fact.fact_id] = digest
        result.append(fact._replace(fact_id=digest, derived_from=tuple(ids[part] for part in fact.derived_from)))
    return tuple(result)

"""What one document yields: values, issues, forms, outcomes of sums. One type per Parquet table."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from pipeline.model.account import NumberAccount
from pipeline.model.finding import Finding
from pipeline.model.grid import BBox
from pipeline.model.narrative import NarrativeFact
from pipeline.model.performance import IndicatorRecord, ProjectRecord
from pipeline.model.personal import WithheldPlace

#: How `method_reason` begins where a scanned page lost a rule between two columns.
COLUMNS_LOST = "the page before has columns that this one lacks"
#: How it begins where a header does not lie over the columns of its table: sums hold in any column.
HEADER_MISFIT = "the header does not fit the table"
#: How it begins where a row has names in columns of amounts: a row of another table, whose zeros agree with anything.
FOREIGN_ROW = "names stand where amounts belong"
#: How it begins where a good part of a form cannot be read: a font without its characters, pieces of figures.
GARBLED = "much of the form cannot be read"
#: How it begins where a figure runs over the rule between two cells: each holds a piece of it.
FIGURE_CUT = "a figure runs over the rule of its cell"
#: How it begins where two readings put a figure into different columns, and as many sums hold in both.
COLUMN_DISPUTED = "readings differ about its column"
#: Reasons for which no sum vouches for a figure.
UNVOUCHED = (HEADER_MISFIT, FOREIGN_ROW, GARBLED, FIGURE_CUT, COLUMN_DISPUTED)


class CellKind(StrEnum):
    """The five things a cell of an amount column can be, and the sixth: a number."""

    NUMBER = "number"
    BLANK = "blank"
    DASH = "dash"
    NONE_WORD = "none_word"
    UNREADABLE = "unreadable"


class Severity(StrEnum):
    """`info` says what was left for later; `warning` makes a document partial; `error` quarantines it."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class Outcome(StrEnum):
    """What became of one sum."""

    PASS = "pass"  # noqa: S105 (not a password)
    ROUNDING = "rounding"
    BREAK = "break"
    NOT_APPLICABLE = "not_applicable"
    INSUFFICIENT = "insufficient"
    UNREADABLE = "unreadable"


class Grade(StrEnum):
    """How far the sums vouch for a value."""

    PROVEN = "proven"
    CONSISTENT = "consistent"
    UNPROVEN = "unproven"
    CONTRADICTORY = "contradictory"


class FormValue(NamedTuple):
    """One cell of an amount column of a statutory form. A tuple: every room fills in its part of every value.

    `amount_yuan` is `None` for counts and for anything that is not a number; `count_value` is set for counts.
    `precision_yuan` is the size of the last printed digit (100 for `2,939.71` 万元).
    `row_no`/`col_no` are 1-based; in text files `row_no` is the line number.
    `line_role` is what 合计 or a line without a code is (`grand`, `year`, `carried`, see `rules.yaml`).
    `area_scope` is the `AreaScope` of a figure in a government's form, `None` where nothing says it.
    `reporting_unit` names the unit whose own figure this is in its department's document: never added to the others.
    """

    value_id: str
    form_id: str
    instance_no: int
    line_side: str | None
    line_code: str | None
    line_label: str
    qualifier: str | None
    measure: str
    cell_kind: CellKind
    amount_yuan: Decimal | None
    count_value: Decimal | None
    reported_text: str
    stored_text: str | None
    reported_unit: str | None
    unit_evidence: str
    precision_yuan: Decimal | None
    class_level: int | None
    is_leaf: bool
    line_order: int
    page_no: int | None
    row_no: int
    col_no: int
    bbox: BBox | None
    reported_line: str
    method: str
    method_reason: str | None = None
    grade: Grade = Grade.UNPROVEN
    reporting_unit: str | None = None
    line_role: str | None = None
    area_scope: str | None = None


@dataclass(frozen=True, slots=True)
class Issue:
    """A problem met in reading, with its place, the raw text and what to do."""

    category: str
    severity: Severity
    message: str
    remedy: str
    form_id: str | None = None
    instance_no: int | None = None
    page_no: int | None = None
    row_no: int | None = None
    col_no: int | None = None
    raw_text: str = ""


@dataclass(frozen=True, slots=True)
class FormRecord:
    """One printing of a form in a document. `status`: `filled`, `empty` or `not_read` (left for later).

    `fiscal_year` and `phase` are those of a government's form that says them: beside the budget of a year it prints
    what became of the year before. `None` where they are the document's.
    """

    form_id: str
    instance_no: int
    title: str
    form_no: str | None
    status: str
    reported_unit: str | None
    unit_evidence: str
    method: str | None
    page_no: int | None
    line_no: int | None
    number_count: int = 0
    blank_count: int = 0
    dash_count: int = 0
    none_word_count: int = 0
    unreadable_count: int = 0
    empty_note: str | None = None
    reporting_unit: str | None = None
    reporting_unit_code: str | None = None
    fiscal_year: int | None = None
    phase: str | None = None


@dataclass(frozen=True, slots=True)
class SumCheck:
    """One instance of a rule: both sides, difference, tolerance, outcome, and the values that took part.

    `relation` is `=`, or `<=` where the left side is a part of the right one.
    """

    rule_id: str
    form_id: str
    instance_no: int
    instance_label: str
    measure: str | None
    left_yuan: Decimal | None
    right_yuan: Decimal | None
    difference_yuan: Decimal | None
    tolerance_yuan: Decimal | None
    outcome: Outcome
    left_value_ids: tuple[str, ...]
    right_value_ids: tuple[str, ...]
    relation: str = "="


@dataclass(frozen=True, slots=True)
class Mention:
    """An amount with its unit in running text, counted: what tells which narrative belongs to which tables."""

    amount_yuan: Decimal
    reported_text: str
    reported_unit: str
    occurrences: int


@dataclass(frozen=True, slots=True)
class DocumentRecord:
    """Who, when and what a document is about; `None` means it could not be told."""

    media_type: str
    page_count: int | None
    title: str | None
    department_id: str | None
    department_name: str | None
    department_type: str | None
    region_code: str | None
    fiscal_year: int | None
    phase: str | None
    reporting_scope: str | None
    reported_unit: str | None
    published_on: str | None
    status: str
    status_reason: str | None
    forms_found: int
    forms_expected: int
    missing_forms: tuple[str, ...] = ()


def record_without_identity(media_type: str, status: str, status_reason: str) -> DocumentRecord:
    """Returns the record of a document nobody can be named for: one in quarantine, or an archive of others."""
    return DocumentRecord(
        media_type=media_type,
        page_count=None,
        title=None,
        department_id=None,
        department_name=None,
        department_type=None,
        region_code=None,
        fiscal_year=None,
        phase=None,
        reporting_scope=None,
        reported_unit=None,
        published_on=None,
        status=status,
        status_reason=status_reason,
        forms_found=0,
        forms_expected=0,
    )


@dataclass(frozen=True, slots=True)
class Extract:
    """Everything read from one document: what the lake stores.

    `pages` holds the document without its persons, serialised, where it was dear to read, else `None`.
    """

    document_id: str
    parser_version: str
    record: DocumentRecord
    forms: tuple[FormRecord, ...] = ()
    values: tuple[FormValue, ...] = ()
    issues: tuple[Issue, ...] = ()
    checks: tuple[SumCheck, ...] = ()
    mentions: tuple[Mention, ...] = ()
    findings: tuple[Finding, ...] = ()
    narrative: tuple[NarrativeFact, ...] = ()
    account: NumberAccount = field(default_factory=NumberAccount)
    withheld: tuple[WithheldPlace, ...] = ()
    projects: tuple[ProjectRecord, ...] = ()
    indicators: tuple[IndicatorRecord, ...] = ()
    pages: bytes | None = None


def field_names(record: type) -> tuple[str, ...]:
    """Returns the names of a record's fields, which are the columns of its table."""
    named: tuple[str, ...] | None = getattr(record, "_fields", None)
    return named or tuple(field.name for field in fields(record))

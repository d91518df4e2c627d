"""What a typeset document says: facts as printed, and the truth they imply. No layout, no file format, no I/O."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from tests.corpus.amounts import CellKind


class LineKind(StrEnum):
    """What a line of a form is: figures, a heading across the table, or column names in the middle of it."""

    DATA = "data"
    SECTION = "section"
    HEADER = "header"


class NumberStyle(StrEnum):
    """How amounts are printed: `12935.11`, or `12,935.11`."""

    PLAIN = "plain"
    GROUPED = "grouped"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of one block of a form: its cells as printed, in the order of the layout's columns.

    An empty string is a blank cell. A line without any text is a blank row.
    """

    cells: tuple[str, ...]
    kind: LineKind = LineKind.DATA


@dataclass(frozen=True, slots=True)
class FormFacts:
    """One form of a document: the lines of its blocks, which stand side by side on the page.

    `layout` names the form in the family's template; `header` replaces the template's header rows where the
    publisher printed other words (档次 for 栏次).
    """

    layout: str
    blocks: tuple[tuple[Line, ...], ...]
    footer: tuple[str, ...] = ()
    is_empty: bool = False
    header: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class IndicatorFacts:
    """One indicator row as printed; `annual` and `adjusted` are its targets, empty where the cell is blank."""

    level1: str
    level2: str
    level3: str
    annual: str
    adjusted: str = ""
    actual: str = ""
    weight: str = ""
    score: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ProjectFacts:
    """One project of an attachment: its figures by measure and its score, as printed, and its indicators."""

    name: str
    figures: Mapping[str, str]
    score: str = ""
    grade: str = ""
    indicators: tuple[IndicatorFacts, ...] = ()


@dataclass(frozen=True, slots=True)
class AttachmentFacts:
    """One performance attachment: how it is laid out, its unit, its projects, and the lines below it."""

    layout: str
    unit: str
    projects: tuple[ProjectFacts, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DocumentFacts:
    """One document: who, when, in which unit and template family, and its forms in printed order.

    `about` are the marked paragraphs before the forms (机构设置), `sentences` those behind them (情况说明), as in
    `sentences`; the attachments come last.
    """

    source: str
    family: str
    department: str
    region: str
    region_code: str
    fiscal_year: int
    phase: str
    reporting_scope: str
    unit: str
    number_style: NumberStyle
    cover: tuple[str, ...]
    running_header: str
    forms: tuple[FormFacts, ...]
    about: tuple[str, ...] = ()
    sentences: tuple[str, ...] = ()
    attachments: tuple[AttachmentFacts, ...] = ()


@dataclass(frozen=True, slots=True)
class ExpectedValue:
    """What must be read from one cell: the keys of `fct_form_value`, the figure, and the text on the page.

    `amount_yuan` is set for money, `count_value` for vehicles and equipment, neither for a blank or a dash.
    """

    form_id: str
    line_side: str | None
    line_code: str | None
    line_label: str
    qualifier: str | None
    measure: str
    cell_kind: CellKind
    amount_yuan: Decimal | None
    count_value: Decimal | None
    reported_text: str
    reported_unit: str | None


@dataclass(frozen=True, slots=True)
class ExpectedForm:
    """A form that must be recognised, with its printed title and whether it says that it has no data."""

    layout: str
    form_id: str
    title: str
    is_empty: bool

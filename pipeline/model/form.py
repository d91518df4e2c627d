"""What a statutory form is (`FormSpec`, from the catalogue) and where one stands (`FormRegion`)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum

from pipeline.model.grid import Grid, TextLine


class Phase(StrEnum):
    """预算 or 决算."""

    BUDGET = "budget"
    FINAL_ACCOUNTS = "final_accounts"


#: Departments have codes of three digits, their units of six, the units of those of nine.
DEPARTMENT_DIGITS = 3
#: A body as it stands in the corner of a table: 902003清风店镇政府办公室.
CODED_BODY = r"(?P<code>\d{3}(?:\d{3}){0,2})(?P<name>[\u4e00-\u9fff()]{2,40}?)"
#: Column measures the catalogue leaves open until the columns beside them are known.
AMOUNT = "amount"
BUDGET_OR_GRAND_TOTAL = "budget_or_grand_total"
PLACEHOLDER_MEASURES = frozenset({AMOUNT, BUDGET_OR_GRAND_TOTAL})


class RowKind(StrEnum):
    """How the rows of a form name what they are about."""

    CODED = "coded"
    LINE_ITEMS = "line_items"
    NAMED = "named"
    CATEGORIES = "categories"
    ATTACHMENT = "attachment"


class Issuer(StrEnum):
    """Who publishes a form: a department (or its unit), or a government for its whole budget."""

    DEPARTMENT = "department"
    GOVERNMENT = "government"


class AreaScope(StrEnum):
    """Whose money a government's figure is of: its own level's (本级), or that of its whole area (全市, 全县)."""

    OWN_LEVEL = "own_level"
    WHOLE_AREA = "whole_area"


class Role(StrEnum):
    """What a column holds; an ordinal printed in a cell of its own is part of the label."""

    CODE = "code"
    CODE_PART = "code_part"
    NAME = "name"
    QUALIFIER = "qualifier"
    LINE_NO = "line_no"
    ORDINAL = "ordinal"
    MEASURE = "measure"
    IGNORE = "ignore"


@dataclass(frozen=True, slots=True)
class ColumnRule:
    """Header words to the column's meaning: the first rule whose pattern is found in the header path wins.

    The path is the header texts from top to bottom joined by `/`, in `match_key` form.
    `line_code` is set where the column, not the row, names the category (三公 printed in one row); `count_unit` says
    the column counts things (人, 辆) and is never money.
    """

    pattern: re.Pattern[str]
    role: Role
    measure: str | None = None
    line_code: str | None = None
    side: str | None = None
    count_unit: str | None = None


@dataclass(frozen=True, slots=True)
class TextLayout:
    """A column sequence of a form printed without separators, and the header words that show it.

    `blocks` holds one tuple of columns per block side by side: `code`, `name`, `qualifier`, `line_no`,
    or a measure (`total`, or `final:abroad` where the column names the category).
    `sides` gives each block's `line_side` (`None` in one-sided forms); `labels` the printed label of each
    column where columns name the categories, else empty.
    """

    words: tuple[str, ...]
    blocks: tuple[tuple[str, ...], ...]
    sides: tuple[str | None, ...]
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LineRule:
    """A printed line label to its identifier (`procurement_services`, `abroad`, `TOTAL`).

    `section` limits the rule to lines below a section heading; `count_unit` says the line counts things
    (辆, 台（套）) and is never money; `is_subtotal` lines are given no code and are no leaves. `opens_side` says that
    this line and those below it are of a side (预算收入 above 预算支出). `beside` limits the rule to tables that also
    print a line of that pattern: 合计 is more than 三公 where 三公小计 stands below it.
    """

    pattern: re.Pattern[str]
    line_code: str | None
    section: re.Pattern[str] | None = None
    count_unit: str | None = None
    is_subtotal: bool = False
    opens_side: str | None = None
    beside: re.Pattern[str] | None = None


@dataclass(frozen=True, slots=True)
class FormHint:
    """Another form that prints the same figures: its measures to this form's, line by line."""

    form_id: str
    measures: dict[str, str]


@dataclass(frozen=True, slots=True)
class FormSpec:
    """One statutory form as the catalogue describes it (see `pipeline/forms/catalogue/`).

    `sole_amount_measure` names, by phase, the measure of a lone unnamed amount column (`amount` in the rules).
    `form_if_codes` names, by code list, the form this one is when its codes are of that list (a title printed twice).
    `expected_from` is the first year whose documents must print the form; some did before.
    `positional_columns` names the columns of forms whose sections each print their own header.
    `attachment_measures` names what an attachment yields; its header words are those of `parse/performance/words.yaml`.
    `bare_titles` are titles without 表 (部门项目支出预算): headings too, so they count only right above a table.
    `signature` are words that together stand in the head of no other form's table: they tell it where no title does.
    `beside_narrative` says that the form is printed inside the 情况说明 too, which does not make it a table of forms.
    `issued_by` says whose form it is: a government's is looked for in a government's documents only, and a department's
    never there. `areas` are the words by which a title, a header or a line says whose money is meant (本级, 全市).
    `uncoded_is_subtotal` says that in a table with codes a line without one is a sum of lines below it.
    """

    form_id: str
    name_zh: str
    name_en: str
    phases: tuple[Phase, ...]
    expected_in: tuple[Phase, ...]
    expected_from: int | None
    row_kind: RowKind
    titles: tuple[re.Pattern[str], ...]
    not_titles: tuple[re.Pattern[str], ...]
    header_words: tuple[re.Pattern[str], ...]
    columns: tuple[ColumnRule, ...]
    lines: tuple[LineRule, ...]
    sections: tuple[re.Pattern[str], ...]
    text_layouts: tuple[TextLayout, ...]
    code_list: str | None
    sole_amount_measure: dict[Phase, str]
    positional_columns: tuple[str, ...]
    hints: tuple[FormHint, ...]
    form_if_codes: dict[str, str]
    valid_from: int | None
    valid_to: int | None
    source: str
    attachment_measures: tuple[str, ...] = ()
    bare_titles: tuple[re.Pattern[str], ...] = ()
    uncoded_is_subtotal: bool = False
    beside_narrative: bool = False
    signature: tuple[re.Pattern[str], ...] = ()
    issued_by: Issuer = Issuer.DEPARTMENT
    areas: dict[AreaScope, re.Pattern[str]] = field(default_factory=dict)

    def is_expected_of(self, phase: Phase | None, year: int | None) -> bool:
        """Whether a document of a phase and year must print the form."""
        return phase in self.expected_in and (year is None or year >= (self.expected_from or year))


@dataclass(frozen=True, slots=True)
class UnitReading:
    """The unit a form's amounts are printed in, and why we think so.

    `evidence`: `printed` (in the form), `document` (all other forms agree), `None` text when nothing was found.
    `rivals` lists all units where several are printed at one place, so that none of them can be chosen, else is empty.
    """

    unit: str | None
    evidence: str
    raw_text: str
    line_no: int | None = None
    page_no: int | None = None
    rivals: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Body:
    """A body printed with its code above a table: 902 清风店镇 the department, 902003 清风店镇政府办公室 its unit."""

    code: str
    name: str

    @property
    def is_unit(self) -> bool:
        """Whether the code is a unit's."""
        return len(self.code) > DEPARTMENT_DIGITS

    def is_unit_of(self, other: Body) -> bool:
        """Whether this body's code continues the other's."""
        return len(self.code) > len(other.code) and self.code.startswith(other.code)


@dataclass(frozen=True, slots=True)
class FormRegion:
    """A recognised form where it stands: its title, its blocks in reading order, its unit.

    `grids` are the form's tables, continuation pages joined in order; `lines` are the text lines between title
    and end (notes included). `form_no` is the printed number (公开01表), kept but never trusted.
    `body` is the body printed with its code above the table; `reporting_unit` names the unit whose own figures these
    are in the document of its department, `None` where they are the document's own.
    """

    spec: FormSpec
    phase: Phase | None
    instance_no: int
    title: str
    form_no: str | None
    grids: tuple[Grid, ...]
    lines: tuple[TextLine, ...]
    unit: UnitReading
    page_no: int | None
    line_no: int | None
    printed_organisation: str | None = None
    printed_year: int | None = None
    body: Body | None = None
    reporting_unit: str | None = None

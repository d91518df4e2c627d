"""What reading an attachment gathers before it becomes records: projects with their figures and indicators."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from pipeline.model.extract import CellKind
from pipeline.model.performance import AttachmentKind, Period
from pipeline.parse.performance.indicator_values import IndicatorValue
from pipeline.parse.performance.rows import PrintedCell


@dataclass(slots=True)
class Figure:
    """One printed figure of a project. `source` is the printed fund it comes from, `None` for the project's own.

    `number` is `None` where the cell holds none; `doubt` says why the number must not be used, `reason` how its column
    was found where the header alone did not tell.
    """

    measure: str
    cell: PrintedCell
    kind: CellKind
    number: Decimal | None
    decimals: int
    unit: str | None
    unit_evidence: str
    source: str | None = None
    reason: str | None = None
    doubt: str | None = None


@dataclass(slots=True)
class Indicator:
    """One indicator row as read; cells kept for their places."""

    level1: str | None
    level2: str | None
    name: PrintedCell
    period: Period | None = None
    level3_text: str = ""
    cells: dict[str, PrintedCell] = field(default_factory=dict)
    values: dict[str, IndicatorValue] = field(default_factory=dict)
    weight: Decimal | None = None
    score: Decimal | None = None
    standards: tuple[str, ...] = ()
    reason: str | None = None


@dataclass(slots=True)
class Project:
    """One project, department or duty of an attachment as read."""

    kind: AttachmentKind
    name: str
    page_no: int | None
    row_no: int
    method: str
    unit_name: str | None = None
    figures: list[Figure] = field(default_factory=list)
    indicators: list[Indicator] = field(default_factory=list)
    grade: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Remark:
    """A problem met in reading, with its place; it becomes an issue of the form."""

    category: str
    message: str
    remedy: str
    page_no: int | None = None
    row_no: int | None = None
    col_no: int | None = None
    raw_text: str = ""
    is_info: bool = False


@dataclass(slots=True)
class Reading:
    """All that was read from one attachment; `labels` are names with a number in them that is no figure."""

    projects: list[Project] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    read_cells: list[PrintedCell] = field(default_factory=list)
    labels: list[PrintedCell] = field(default_factory=list)


def remark_at(
    cell: PrintedCell, category: str, message: str, remedy: str, raw_text: str | None = None, *, is_info: bool = False
) -> Remark:
    """Returns a remark on one cell."""
    text = cell.text if raw_text is None else raw_text
    return Remark(category, message, remedy, cell.page_no, cell.row_no, cell.col_index + 1, text, is_info)

"""What performance attachments (绩效目标、绩效自评) yield: projects and indicators. One type per Parquet table."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple


class AttachmentKind(StrEnum):
    """How an attachment sets its figures out."""

    TABLE = "table"
    REPORT = "report"
    LIST = "list"
    DEPARTMENT = "department"
    DUTIES = "duties"
    BUDGET_LINE = "budget_line"


class Period(StrEnum):
    """What a target is set for: the whole project (实施期) or the year (年度)."""

    IMPLEMENTATION = "implementation"
    ANNUAL = "annual"


class TargetOperator(StrEnum):
    """How a printed target bounds its value; `qualitative` where it says no number."""

    AT_LEAST = ">="
    AT_MOST = "<="
    EQUAL = "="
    MORE = ">"
    LESS = "<"
    QUALITATIVE = "qualitative"


class ProjectRecord(NamedTuple):
    """One printing of a project: in an evaluation, a target form, a list of projects or a project budget.

    Amounts are in yuan, their `_text` as printed; `None` text means the form does not print the figure, `None` amount
    beside a text that it could not be told. `execution_rate` is in percent. `project_key` is the name folded for
    matching within the document; `precision_yuan` is the last printed digit of the executed amount, else of the
    annual or initial budget. `row_no` is 1-based, the line number in text files.
    """

    project_id: str
    form_id: str
    instance_no: int
    kind: AttachmentKind
    project_name: str
    project_key: str
    implementing_unit: str | None
    initial_budget_yuan: Decimal | None
    initial_budget_text: str | None
    annual_budget_yuan: Decimal | None
    annual_budget_text: str | None
    executed_yuan: Decimal | None
    executed_text: str | None
    reported_unit: str | None
    unit_evidence: str
    precision_yuan: Decimal | None
    execution_rate: Decimal | None
    execution_rate_text: str | None
    score: Decimal | None
    score_text: str | None
    grade: str | None
    value_ids: tuple[str, ...]
    page_no: int | None
    row_no: int
    method: str
    method_reason: str | None


class IndicatorRecord(NamedTuple):
    """One indicator row: what was promised (`target_`, `adjusted_`), what was reached (`actual_`), how it was judged.

    A `_text` is as printed, `None` where the form has no such column or the cell is blank. Values are `None` where the
    text says no number or cannot be trusted. `phase` is `target` or `evaluation`. `standards_text` joins the standards
    printed for 优, 良, 中 and 差; `notes_text` what other columns of the row print, each after its header.
    """

    indicator_id: str
    project_id: str
    form_id: str
    instance_no: int
    phase: str
    period: Period | None
    level1_name: str | None
    level2_name: str | None
    level3_name: str
    target_text: str | None
    target_operator: str | None
    target_value: Decimal | None
    target_unit: str | None
    adjusted_text: str | None
    adjusted_operator: str | None
    adjusted_value: Decimal | None
    adjusted_unit: str | None
    actual_text: str | None
    actual_operator: str | None
    actual_value: Decimal | None
    actual_unit: str | None
    weight_text: str | None
    weight: Decimal | None
    score_text: str | None
    score: Decimal | None
    reason: str | None
    standards_text: str | None
    notes_text: str | None
    indicator_order: int
    page_no: int | None
    row_no: int
    method: str
    method_reason: str | None

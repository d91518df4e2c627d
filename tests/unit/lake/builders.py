"""Small extracts for the tests of the lake."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from pipeline.model.extract import (
    CellKind,
    DocumentRecord,
    Extract,
    FormRecord,
    FormValue,
    Issue,
    Outcome,
    Severity,
    SumCheck,
)
from pipeline.model.grid import BBox

RECORD = DocumentRecord(
    media_type="text/plain",
    page_count=None,
    title="2024年度部门决算",
    department_id="140431-政府办公室",
    department_name="沁源县人民政府办公室",
    department_type="政府办公室",
    region_code="140431",
    fiscal_year=2024,
    phase="final_accounts",
    reporting_scope="department",
    reported_unit="万元",
    published_on="2025-09",
    status="loaded",
    status_reason=None,
    forms_found=1,
    forms_expected=9,
    missing_forms=("three_public",),
)
FORM = FormRecord("summary", 1, "收入支出决算总表", "公开01表", "filled", "万元", "printed", "text_tabs", None, 12)
VALUE = FormValue(
    value_id="v1",
    form_id="summary",
    instance_no=1,
    line_side="expenditure",
    line_code="TOTAL",
    line_label="合计",
    qualifier=None,
    measure="total",
    cell_kind=CellKind.NUMBER,
    amount_yuan=Decimal("29397100.00"),
    count_value=None,
    reported_text="2,939.71",
    stored_text=None,
    reported_unit="万元",
    unit_evidence="printed",
    precision_yuan=Decimal(100),
    class_level=0,
    is_leaf=False,
    line_order=1,
    page_no=None,
    row_no=14,
    col_no=2,
    bbox=BBox(1.0, 2.0, 3.0, 4.0),
    reported_line="合计\t2,939.71",
    method="text_tabs",
)
ISSUE = Issue("ambiguous_unit", Severity.WARNING, "no unit is printed", "look at the page", raw_text="单位：")
CHECK = SumCheck(
    "summary_sides",
    "summary",
    1,
    "总计",
    "total",
    Decimal(1),
    Decimal(2),
    Decimal(-1),
    Decimal("0.5"),
    Outcome.BREAK,
    ("v1",),
    (),
)


def make_extract(document_id: str = "d1", parser_version: str = "p1", status: str = "loaded") -> Extract:
    """One document with one form, one value, one issue and one sum."""
    record = replace(RECORD, status=status)
    return Extract(document_id, parser_version, record, (FORM,), (VALUE,), (ISSUE,), (CHECK,))

"""Grids, values and forms built by hand in three lines."""

from __future__ import annotations

from decimal import Decimal

from pipeline.forms.catalogue_file import catalogue
from pipeline.model.extract import CellKind, FormValue
from pipeline.model.finding import Cause, Finding
from pipeline.model.form import FormRegion, FormSpec, Phase, UnitReading
from pipeline.model.grid import Cell, Grid, GridKind, TextLine
from pipeline.model.narrative import NarrativeFact
from pipeline.parse.amounts import precision_yuan


def grid_of(*rows: str, kind: GridKind = GridKind.RULED) -> Grid:
    """A grid of `|`-separated rows; `<` belongs to the cell on its left, `^` to the one above."""
    texts = [[text.strip() for text in row.split("|")] for row in rows]
    cells = []
    for row_index, row in enumerate(texts):
        for col_index, text in enumerate(row):
            if text in ("<", "^"):
                continue
            col_span = row_span = 1
            while col_index + col_span < len(row) and row[col_index + col_span] == "<":
                col_span += 1
            while row_index + row_span < len(texts) and texts[row_index + row_span][col_index : col_index + 1] == ["^"]:
                row_span += 1
            cells.append(Cell(row_index, col_index, text, row_span, col_span))
    return Grid(kind, tuple(cells), len(texts), max(map(len, texts)), page_no=1)


def tabbed(*rows: str) -> Grid:
    """The same, as a text table prints it: merged cells leave blanks."""
    blank = [" | ".join("" if text.strip() in ("<", "^") else text for text in row.split("|")) for row in rows]
    return grid_of(*blank, kind=GridKind.TABBED)


def spec_of(form_id: str) -> FormSpec:
    """A form's catalogue entry."""
    return next(spec for spec in catalogue() if spec.form_id == form_id)


def region_of(
    form_id: str,
    *grids: Grid,
    lines: tuple[str, ...] = (),
    unit: str | None = "元",
    phase: Phase = Phase.FINAL_ACCOUNTS,
) -> FormRegion:
    """A recognised form with these tables or lines; lines stand two apart, as dumps print them."""
    text_lines = tuple(TextLine(text, line_no=2 * number) for number, text in enumerate(lines, 1))
    reading = UnitReading(unit, "printed" if unit else "not_found", f"单位：{unit}" if unit else "")
    return FormRegion(spec_of(form_id), phase, 1, "表", None, grids, text_lines, reading, 1, 1)


def value_of(
    text: str,
    *,
    form_id: str = "expenditure",
    code: str | None = None,
    label: str = "",
    side: str | None = None,
    qualifier: str | None = None,
    measure: str = "total",
    unit: str = "万元",
    kind: CellKind = CellKind.NUMBER,
    is_leaf: bool = True,
    row_no: int = 1,
    instance_no: int = 1,
) -> FormValue:
    """One value as the parser gives it: `value_of("2,939.71", code="201")`."""
    is_number = kind is CellKind.NUMBER
    number = Decimal(text.replace(",", "")) if is_number else Decimal(0)
    decimals = len(text.partition(".")[2])
    scale = precision_yuan(0, unit)
    return FormValue(
        value_id=f"{form_id}/{side}/{code}/{label}/{measure}/{row_no}",
        form_id=form_id,
        instance_no=instance_no,
        line_side=side,
        line_code=code,
        line_label=label or code or "",
        qualifier=qualifier,
        measure=measure,
        cell_kind=kind,
        amount_yuan=number * scale if is_number else None,
        count_value=None,
        reported_text=text,
        stored_text=None,
        reported_unit=unit,
        unit_evidence="printed",
        precision_yuan=precision_yuan(decimals, unit) if is_number else None,
        class_level=None,
        is_leaf=is_leaf,
        line_order=0,
        page_no=1,
        row_no=row_no,
        col_no=1,
        bbox=None,
        reported_line=text,
        method="pdf_ruled",
    )


def fact_of(
    topic: str,
    measure: str = "final",
    *,
    amount: str | None = None,
    rate: str | None = None,
    section: str | None = "general_public",
    line_names: tuple[str | None, str | None, str | None] = (None, None, None),
    line_code: str | None = None,
    label: str = "",
    basis: str | None = None,
    year: int | None = 2023,
    offset: int = 0,
    is_derived: bool = False,
) -> NarrativeFact:
    """One fact of a sentence as the parser gives it; an amount in 万元, a rate in per cent."""
    number = Decimal((amount or rate or "0").replace(",", ""))
    digits = Decimal(1).scaleb(-len((amount or rate or "").partition(".")[2]))
    return NarrativeFact(
        fact_id=f"{topic}/{measure}/{label}/{offset}",
        section=section,
        topic=topic,
        measure=measure,
        line_code=line_code,
        line_label=label or topic,
        line_names=line_names,
        basis=basis,
        reference_year=year,
        amount_yuan=number * 10_000 if amount is not None else None,
        rate_percent=number if rate is not None else None,
        count_value=None if amount is not None or rate is not None else Decimal(1),
        reported_text=amount or rate or "1",
        reported_unit="万元" if amount is not None else "%",
        precision=digits * 10_000 if amount is not None else digits,
        reason=None,
        sentence=f"{topic}{amount or rate}。",
        page_no=1,
        line_no=3,
        bbox=None,
        is_derived=is_derived,
        paragraph_no=1,
        offset=offset,
    )


def finding_of(*, checks: tuple[int, ...] = (0,), value_ids: tuple[str, ...] = (), is_located: bool = True) -> Finding:
    """One finding as the search for causes gives it."""
    return Finding(
        cause=Cause.PUBLISHER_ARITHMETIC,
        severity="error",
        form_id="expenditure",
        instance_no=1,
        page_no=3,
        row_no=7,
        col_no=4,
        line_code="2010301",
        line_label="行政运行",
        measure="basic",
        is_located=is_located,
        difference_yuan=Decimal(9),
        proposed_yuan=Decimal(12),
        value_ids=value_ids,
        checks=checks,
        sentence_zh="支出表第3页第7行“2010301 行政运行”印为21.00元，与2项勾稽关系不符；若为12.00元则全部成立。",
        sentence_en="expenditure, page 3, row 7: “2010301 行政运行” reads 21.00 yuan and breaks 2 sum(s).",
    )


def lines_of(
    form_id: str, *rows: str, measures: tuple[str, ...] = ("total",), side: str | None = None, unit: str = "元"
) -> list[FormValue]:
    """Values of a form from `code | label | amounts`; a blank code is none, a blank amount a blank cell.

    Whole numbers are printed with cents. Codes are leaves where nothing stands below them.
    """
    table = [[text.strip() for text in row.split("|")] for row in rows]
    codes = [cells[0] for cells in table]
    values: list[FormValue] = []
    for row_no, (code, label, *texts) in enumerate(table, 1):
        is_parent = code == "TOTAL" or (code.isdigit() and any(c != code and c.startswith(code) for c in codes))
        for measure, text in zip(measures, texts, strict=True):
            kind = CellKind.NUMBER if text else CellKind.BLANK
            text = f"{text}.00" if text.isdigit() else text
            value = value_of(
                text,
                form_id=form_id,
                code=code or None,
                label=label or code,
                side=side,
                measure=measure,
                unit=unit,
                kind=kind,
                is_leaf=not is_parent,
                row_no=row_no,
            )
            values.append(value._replace(line_order=len(values)))
    return values

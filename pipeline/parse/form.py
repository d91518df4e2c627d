"""One form region to its values: the entry of this room."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from pipeline.model.account import ReadText
from pipeline.model.extract import (
    FIGURE_CUT,
    FOREIGN_ROW,
    GARBLED,
    HEADER_MISFIT,
    UNVOUCHED,
    CellKind,
    FormRecord,
    FormValue,
    Issue,
)
from pipeline.model.form import FormRegion, Issuer, Phase, RowKind
from pipeline.model.grid import Cell
from pipeline.model.performance import IndicatorRecord, ProjectRecord
from pipeline.model.text import match_key, one_line, squeeze
from pipeline.parse.amounts import Reading, is_number_like, is_too_large, precision_yuan, read_amount, to_yuan
from pipeline.parse.columns_by_sums import Hints
from pipeline.parse.form_issues import (
    below_cent_issue,
    cell_issue,
    cut_issue,
    doubtful_pages,
    foreign_issue,
    form_issue,
    misfit_issue,
    too_large_issue,
    unit_issue,
    unknown_categories,
    unlabelled_issue,
)
from pipeline.parse.government import area_of, phase_of_measures, with_prior_years, year_of
from pipeline.parse.headers import read_grid
from pipeline.parse.lines import Line, segment_to_lines
from pipeline.parse.marks import line_marks, line_number_marks
from pipeline.parse.performance.reading import read_attachment
from pipeline.parse.table import Column, Segment
from pipeline.parse.uncoded import uncoded_issues
from pipeline.parse.units import unit_issues
from pipeline.parse.value_ids import with_ids
from pipeline.parse.whitespace import COLUMN_UNDECIDED, lay_out

#: One short word among amounts may be a remark.
_NAME = re.compile(r"[\u4e00-\u9fff]{2}")
_LONG_NAME = re.compile(r"[\u4e00-\u9fff]{4}")
_MUCH_UNREAD = 5
_MUCH_UNREAD_SHARE = 0.05
_EMPTY_NOTE = re.compile(
    r"本表无数据|无此项|本表为空|没有.{0,30}(支出|收入|安排)|无.{0,20}(支出|预算|数据|收入|安排)|为空表|空表"
)


@dataclass(frozen=True, slots=True)
class ParsedForm:
    """A form as read: its record, its values (numbers and the cells that are not), its issues.

    `marks` are the printed texts with digits that were read as codes, line numbers and labels of its lines.
    `projects` and `indicators` are those of performance attachments; `read_texts` are the printed texts that went into
    them, so that their numbers are accounted for.
    """

    region: FormRegion
    record: FormRecord
    values: tuple[FormValue, ...]
    issues: tuple[Issue, ...]
    marks: tuple[ReadText, ...] = ()
    projects: tuple[ProjectRecord, ...] = ()
    indicators: tuple[IndicatorRecord, ...] = ()
    read_texts: tuple[ReadText, ...] = ()


def parse_form(region: FormRegion, document_id: str, phase: Phase | None, hints: Hints | None = None) -> ParsedForm:
    """Reads every amount cell of a recognised form.

    Args:
        region: The form where it stands.
        document_id: For stable value ids.
        phase: The form's phase, or the document's where the title names none.
        hints: Figures of other forms, for whitespace text whose blanks are gone.
    """
    if region.spec.row_kind is RowKind.ATTACHMENT:
        return _attachment(region, document_id)
    segments, issues, marks = _segments(region, phase, hints)
    values: list[FormValue] = []
    lines: list[tuple[Segment, Line]] = []
    side: str | None = None
    for segment in segments:
        marks += line_number_marks(segment)
        for line in segment_to_lines(segment, region.spec, side):
            side = line.side
            found, problems = _line_values(line, region, len(values))
            values += [_with_doubt(value, segment.doubt) for value in found] if segment.doubt else found
            issues += problems
            lines.append((segment, line))
            marks += line_marks(segment, line)
    values = with_ids(values, document_id)
    shifted = [*doubtful_pages(region, values)]
    values = _doubted_if_garbled(values)
    is_government = region.spec.issued_by is Issuer.GOVERNMENT  # whose lists print names without codes
    issues += [*unit_issues(region, values), *(() if is_government else uncoded_issues(region, lines))]
    issues += [*unknown_categories(region, values), *shifted]
    return ParsedForm(region, _record(region, segments, values), tuple(values), tuple(issues), tuple(marks))


def _attachment(region: FormRegion, document_id: str) -> ParsedForm:
    read = read_attachment(region, document_id)
    return ParsedForm(
        region,
        read.record,
        read.values,
        read.issues,
        projects=read.projects,
        indicators=read.indicators,
        read_texts=read.read_texts,
    )


def _segments(
    region: FormRegion, phase: Phase | None, hints: Hints | None
) -> tuple[list[Segment], list[Issue], list[ReadText]]:
    issues: list[Issue] = []
    segments: list[Segment] = []
    marks: list[ReadText] = []
    if not region.grids:
        layout = lay_out(region, hints)
        marks += layout.marks
        issues += [
            form_issue(region, problem.category, problem.message, problem.remedy, problem.row_no, problem.raw_text)
            for problem in layout.problems
        ]
        segments = [layout.segment] if layout.segment else []
    for grid in region.grids:
        words = tuple(line.text for line in region.lines) if not segments else ()
        segment = read_grid(grid, region.spec, phase, segments[-1] if segments else None, words)
        if segment.is_foreign:
            issues.append(foreign_issue(region, segment))
            continue
        if (segment.doubt or "").startswith(HEADER_MISFIT):
            issues.append(misfit_issue(region, segment))
        if not segment.columns and any(is_number_like(c.text) for row in segment.rows for c in row.cells.values()):
            issues.append(
                form_issue(
                    region,
                    "unknown_header",
                    f"no column of this table is known; header: {one_line(segment.rows[0].text)[:80]}",
                    "add the header words to the form's catalogue file",
                    segment.rows[0].row_no,
                )
            )
        issues += [
            form_issue(
                region,
                "unknown_column",
                f"column {index + 1} “{path}” holds numbers and is not in the catalogue",
                f"add the header to catalogue/{region.spec.form_id}.yaml; known: "
                + ", ".join(sorted({rule.measure for rule in region.spec.columns if rule.measure})),
                raw_text=path,
            )
            for index, path in segment.unknown
        ]
        segments.append(segment)
    if region.spec.issued_by is Issuer.GOVERNMENT:
        segments = with_prior_years(segments, region.title)
    return segments, issues, marks


def _line_values(line: Line, region: FormRegion, order: int) -> tuple[list[FormValue], list[Issue]]:
    values: list[FormValue] = []
    issues: list[Issue] = []
    for column, cell in line.cells:
        reading = read_amount(cell.text)
        if reading.kind is CellKind.UNREADABLE and cell.note != COLUMN_UNDECIDED:
            issues.append(cell_issue(region, line, column, cell))
        if cell.note == FIGURE_CUT:
            issues.append(cut_issue(region, line, cell))
        if reading.kind is CellKind.NUMBER and not line.label and not column.line_code:
            issues.append(unlabelled_issue(region, line, cell))
            continue
        value, problem = _value(line, column, cell, reading, region, order + len(values))
        values.append(value)
        if problem:
            issues.append(problem)
    return _doubted_beside_names(values, has_label=bool(line.label)), issues


def _with_doubt(value: FormValue, doubt: str) -> FormValue:
    """The doubt about a whole table, unless the figure's own weighs more."""
    is_unvouched = (value.method_reason or "").startswith(UNVOUCHED)
    return value if is_unvouched and not doubt.startswith(UNVOUCHED) else value._replace(method_reason=doubt)


def _doubted_if_garbled(values: list[FormValue]) -> list[FormValue]:
    """Marks all figures of a form many of whose cells cannot be read: of 56,000 printed forms none has three such."""
    kinds = Counter(value.cell_kind for value in values)
    unread, read = kinds[CellKind.UNREADABLE], kinds[CellKind.NUMBER]
    if unread < _MUCH_UNREAD or unread < _MUCH_UNREAD_SHARE * (unread + read):
        return values
    reason = f"{GARBLED}: {unread} of {unread + read} cells"
    return [value._replace(method_reason=reason) for value in values]


def _doubted_beside_names(values: list[FormValue], *, has_label: bool) -> list[FormValue]:
    """Marks the figures of a row that has names in columns of amounts: several, or a long one where no row has any."""
    unread = [one_line(value.reported_text) for value in values if value.cell_kind is CellKind.UNREADABLE]
    names = {text for text in unread if _NAME.search(text)}
    if len(names) <= 1 and (has_label or not any(map(_LONG_NAME.search, names))):
        return values
    reason = f"{FOREIGN_ROW}: {'、'.join(sorted(names))}"
    return [value._replace(method_reason=reason) for value in values]


def _value(
    line: Line, column: Column, cell: Cell, reading: Reading, region: FormRegion, order: int
) -> tuple[FormValue, Issue | None]:
    is_number = reading.kind is CellKind.NUMBER
    count_unit = line.count_unit or column.count_unit
    unit = count_unit or reading.unit or column.unit or region.unit.unit
    amount = precision = count = None
    problem = None
    if is_number and reading.number is not None:
        if unit is None:
            problem = unit_issue(region, line, cell)
        elif is_too_large(reading.number, unit):
            problem = too_large_issue(region, line, cell)
        elif count_unit:
            count = reading.number
        else:
            amount, is_exact = to_yuan(reading.number, unit)
            precision = precision_yuan(reading.decimals, unit)
            if not is_exact:
                problem = below_cent_issue(region, line, cell)
    value = FormValue(
        value_id="",
        form_id=region.spec.form_id,
        instance_no=region.instance_no,
        line_side=line.side,
        line_code=column.line_code or line.code,
        line_label=squeeze(column.header) if column.line_code and not line.label else line.label,
        qualifier=line.qualifier,
        measure=column.measure or "total",
        cell_kind=reading.kind,
        amount_yuan=amount,
        count_value=count,
        reported_text=cell.text.strip(),
        stored_text=cell.stored_text,
        reported_unit=unit,
        unit_evidence="printed in the cell" if reading.unit else _evidence(region, line, column),
        precision_yuan=precision,
        class_level=None,
        is_leaf=not line.is_subtotal,
        line_order=order,
        page_no=line.row.page_no,
        row_no=cell.line_no or line.row.row_no,
        col_no=cell.col_index + 1,
        bbox=cell.bbox,
        reported_line=line.row.text,
        method=line.kind.value,
        method_reason=cell.note,
        reporting_unit=region.reporting_unit,
        area_scope=area_of(column.path, region.spec),
    )
    return value, problem


def _evidence(region: FormRegion, line: Line, column: Column) -> str:
    if line.count_unit:
        return "a count, by its label"
    if column.count_unit:
        return f"a count, by its header: {column.header}"
    if column.unit:
        return f"printed in the header: {column.header}"
    return region.unit.evidence + (f": {region.unit.raw_text}" if region.unit.raw_text else "")


def _record(region: FormRegion, segments: list[Segment], values: list[FormValue]) -> FormRecord:
    kinds = Counter(value.cell_kind for value in values)
    note = next((line.text.strip() for line in region.lines if _EMPTY_NOTE.search(match_key(line.text))), None)
    has_numbers = kinds[CellKind.NUMBER] > 0
    is_government = region.spec.issued_by is Issuer.GOVERNMENT
    phase = phase_of_measures(region.title, values) if is_government else None
    return FormRecord(
        form_id=region.spec.form_id,
        instance_no=region.instance_no,
        title=region.title,
        form_no=region.form_no,
        status="filled" if has_numbers else "empty",
        reported_unit=region.unit.unit,
        unit_evidence=region.unit.evidence,
        method=segments[0].kind.value if segments else None,
        page_no=region.page_no,
        line_no=region.line_no,
        number_count=kinds[CellKind.NUMBER],
        blank_count=kinds[CellKind.BLANK],
        dash_count=kinds[CellKind.DASH],
        none_word_count=kinds[CellKind.NONE_WORD],
        unreadable_count=kinds[CellKind.UNREADABLE],
        empty_note=None if has_numbers else note,
        reporting_unit=region.reporting_unit,
        reporting_unit_code=region.body.code if region.reporting_unit and region.body else None,
        fiscal_year=year_of(region.title, segments) if is_government else None,
        phase=phase.value if phase else None,
    )

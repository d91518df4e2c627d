"""Projects as read to records: form values, projects, indicators, the texts they were read from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal

from pipeline.model.extract import CellKind, FormValue
from pipeline.model.form import FormRegion
from pipeline.model.performance import AttachmentKind, IndicatorRecord, Period, ProjectRecord
from pipeline.model.text import squeeze
from pipeline.parse.amounts import YUAN_PER_UNIT, is_too_large, precision_yuan, to_yuan
from pipeline.parse.performance.checks import own_figures
from pipeline.parse.performance.drafts import Figure, Indicator, Project
from pipeline.parse.performance.indicator_values import IndicatorValue
from pipeline.parse.performance.indicators import NOTE
from pipeline.parse.performance.names import project_key
from pipeline.parse.performance.rows import PrintedCell
from pipeline.parse.value_ids import short_hash, with_ids

_CENT = Decimal("0.01")
_DEVIATION, _DEVIATION_ZH = "deviation", "偏差度"
_NO_VALUE = IndicatorValue(None, None, None)
#: Six places and fourteen digits are what the lake keeps of a number.
_SIX_PLACES, _MOST = Decimal("0.000001"), Decimal(10) ** 14


def amount_of(figure: Figure) -> tuple[Decimal | None, Decimal | None]:
    """Returns amount and precision in yuan; `None` for counts, for a figure in doubt and for one without a unit."""
    number, unit = figure.number, figure.unit
    if number is None or figure.doubt or unit not in YUAN_PER_UNIT or is_too_large(number, unit):
        return None, None
    return to_yuan(number, unit)[0], precision_yuan(figure.decimals, unit)


def count_of(figure: Figure) -> Decimal | None:
    """Returns the number of a rate or of points; `None` for amounts and where it is in doubt."""
    if figure.number is None or figure.doubt or figure.unit in YUAN_PER_UNIT or figure.unit is None:
        return None
    return figure.number.quantize(_CENT, ROUND_HALF_UP)


def form_values(region: FormRegion, projects: list[Project], document_id: str) -> list[FormValue]:
    """Returns one value a printed figure, with stable ids, in printed order."""
    values = [value for project in projects for value in _project_values(region, project)]
    return with_ids((value._replace(line_order=order) for order, value in enumerate(values)), document_id)


def _project_values(region: FormRegion, project: Project) -> Iterator[FormValue]:
    divided = {figure.measure for figure in project.figures if figure.source is not None}
    for figure in project.figures:
        amount, precision = amount_of(figure)
        yield FormValue(
            value_id="",
            form_id=region.spec.form_id,
            instance_no=region.instance_no,
            line_side=None,
            line_code=None,
            line_label=project.name,
            qualifier=figure.source,
            measure=figure.measure,
            cell_kind=CellKind.NUMBER,
            amount_yuan=amount,
            count_value=count_of(figure),
            reported_text=figure.cell.text.strip(),
            stored_text=None,
            reported_unit=figure.unit,
            unit_evidence=figure.unit_evidence,
            precision_yuan=precision,
            class_level=None,
            is_leaf=figure.source is not None or figure.measure not in divided,
            line_order=0,
            page_no=figure.cell.page_no,
            row_no=figure.cell.row_no,
            col_no=figure.cell.col_index + 1,
            bbox=figure.cell.bbox,
            reported_line=project.name,
            method=project.method,
            method_reason=f"in doubt: {figure.doubt}" if figure.doubt else figure.reason,
        )


def project_records(
    region: FormRegion, projects: list[Project], values: list[FormValue], document_id: str
) -> list[ProjectRecord]:
    """Returns one record a project, in printed order; `values` are those of `form_values`, in its order."""
    seen: Counter[str] = Counter()
    records = []
    position = 0
    for project in projects:
        seen[project.name] += 1
        key = (document_id, region.spec.form_id, region.instance_no, project.name, seen[project.name])
        own = values[position : position + len(project.figures)]
        position += len(project.figures)
        records.append(_record(region, project, short_hash(*key), tuple(value.value_id for value in own)))
    return records


def _record(region: FormRegion, project: Project, project_id: str, value_ids: tuple[str, ...]) -> ProjectRecord:
    own = own_figures(project)
    amounts = [own[measure] for measure in ("executed", "annual_budget", "initial_budget") if measure in own]
    first = amounts[0] if amounts else None
    reasons = [figure.reason for figure in own.values() if figure.reason]
    return ProjectRecord(
        project_id=project_id,
        form_id=region.spec.form_id,
        instance_no=region.instance_no,
        kind=project.kind,
        project_name=project.name,
        project_key=project_key(project.name),
        implementing_unit=project.unit_name,
        initial_budget_yuan=_amount(own, "initial_budget"),
        initial_budget_text=_text(own, "initial_budget"),
        annual_budget_yuan=_amount(own, "annual_budget"),
        annual_budget_text=_text(own, "annual_budget"),
        executed_yuan=_amount(own, "executed"),
        executed_text=_text(own, "executed"),
        reported_unit=first.unit if first else None,
        unit_evidence=first.unit_evidence if first else "",
        precision_yuan=amount_of(first)[1] if first else None,
        execution_rate=_number(own, "execution_rate"),
        execution_rate_text=_text(own, "execution_rate"),
        score=_number(own, "score"),
        score_text=_text(own, "score"),
        grade=project.grade,
        value_ids=value_ids,
        page_no=project.page_no,
        row_no=project.row_no,
        method=project.method,
        method_reason=project.reason or next(iter(reasons), None),
    )


def _amount(own: dict[str, Figure], measure: str) -> Decimal | None:
    return amount_of(own[measure])[0] if measure in own else None


def _number(own: dict[str, Figure], measure: str) -> Decimal | None:
    figure = own.get(measure)
    return figure.number if figure and not figure.doubt and fits_lake(figure.number) else None


def fits_lake(number: Decimal | None) -> bool:
    """Whether the lake keeps a number whole: at most six places and fourteen digits before them."""
    return number is not None and abs(number) < _MOST and number == number.quantize(_SIX_PLACES)


def _text(own: dict[str, Figure], measure: str) -> str | None:
    return own[measure].cell.text.strip() if measure in own else None


def indicator_records(
    region: FormRegion, projects: list[Project], records: list[ProjectRecord]
) -> Iterator[IndicatorRecord]:
    """Yields one record an indicator row, projects in order."""
    order = 0
    for project, record in zip(projects, records, strict=True):
        for indicator in project.indicators:
            order += 1
            yield _indicator(region, project, indicator, record.project_id, order)


def _indicator(
    region: FormRegion, project: Project, indicator: Indicator, project_id: str, order: int
) -> IndicatorRecord:
    target, adjusted, actual = (indicator.values.get(role, _NO_VALUE) for role in ("target", "adjusted", "actual"))
    is_target = region.spec.form_id == "performance_target"
    period = indicator.period or (None if project.kind is AttachmentKind.DUTIES else Period.ANNUAL)
    cells = indicator.cells
    return IndicatorRecord(
        indicator_id=short_hash(project_id, order),
        project_id=project_id,
        form_id=region.spec.form_id,
        instance_no=region.instance_no,
        phase="target" if is_target else "evaluation",
        period=period,
        level1_name=indicator.level1,
        level2_name=indicator.level2,
        level3_name=indicator.level3_text or squeeze(indicator.name.text),
        target_text=_cell_text(cells.get("target")),
        target_operator=target.operator,
        target_value=_kept(target.number),
        target_unit=target.unit,
        adjusted_text=_cell_text(cells.get("adjusted")),
        adjusted_operator=adjusted.operator,
        adjusted_value=_kept(adjusted.number),
        adjusted_unit=adjusted.unit,
        actual_text=_cell_text(cells.get("actual")),
        actual_operator=actual.operator,
        actual_value=_kept(actual.number),
        actual_unit=actual.unit,
        weight_text=_cell_text(cells.get("weight")),
        weight=_kept(indicator.weight),
        score_text=_cell_text(cells.get("score")),
        score=_kept(indicator.score),
        reason=_cell_text(cells.get("reason")),
        standards_text="; ".join(indicator.standards) or None,
        notes_text="; ".join(_notes(cells)) or None,
        indicator_order=order,
        page_no=indicator.name.page_no,
        row_no=indicator.name.row_no,
        method=project.method,
        method_reason=indicator.reason,
    )


def _notes(cells: dict[str, PrintedCell]) -> Iterator[str]:
    """What columns without a meaning of their own print, each after its header: targets of half a year, deviations."""
    for role, cell in cells.items():
        if role.startswith(NOTE) and cell.text.strip():
            yield f"{role.removeprefix(NOTE)}:{squeeze(cell.text)}"
        elif role == _DEVIATION and cell.text.strip():
            yield f"{_DEVIATION_ZH}:{squeeze(cell.text)}"


def _kept(number: Decimal | None) -> Decimal | None:
    return number if fits_lake(number) else None


def _cell_text(cell: PrintedCell | None) -> str | None:
    return (squeeze(cell.text) or None) if cell else None

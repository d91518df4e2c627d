"""What a form's units leave in doubt. Which unit an amount has is decided where its value is built."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pipeline.model.extract import CellKind, FormValue, Issue, Severity
from pipeline.model.form import FormRegion


def unit_issues(region: FormRegion, values: Iterable[FormValue]) -> Iterator[Issue]:
    """Yields a warning for every two units printed with one form, naming both readings and the one that was taken.

    Two units in the preamble leave no rule: the form takes the one all other forms print, if it is one of them, else
    none, and its amounts stay empty. A unit in a header cell stands nearer to the amounts than the preamble: it holds
    for its column. A form without figures has nothing to doubt.
    """
    numbers = [value for value in values if value.cell_kind is CellKind.NUMBER and value.count_value is None]
    if numbers and region.unit.rivals:
        taken = f"{region.unit.unit}, as all other forms print" if region.unit.unit else "neither"
        yield _issue(
            region,
            f"this form prints {' and '.join(region.unit.rivals)} ({region.unit.raw_text}); taken: {taken}",
            region.unit.line_no,
        )
    if region.unit.unit is None:
        return
    columns = {
        (value.col_no, value.reported_unit, value.unit_evidence): value
        for value in reversed(numbers)
        if value.reported_unit != region.unit.unit and value.unit_evidence.startswith("printed in the header")
    }
    for value in sorted(columns.values(), key=lambda value: value.col_no):
        yield _issue(
            region,
            f"the form prints {region.unit.raw_text or region.unit.unit}, column {value.col_no} {value.reported_unit} "
            f"({value.unit_evidence}); taken for this column: {value.reported_unit}",
            value.row_no,
            value.col_no,
        )


def _issue(region: FormRegion, message: str, row_no: int | None, col_no: int | None = None) -> Issue:
    return Issue(
        "conflicting_units",
        Severity.WARNING,
        message,
        "look at the page; compare with a form of the document whose unit is certain",
        form_id=region.spec.form_id,
        instance_no=region.instance_no,
        page_no=region.page_no,
        row_no=row_no or region.line_no,
        col_no=col_no,
        raw_text=region.unit.raw_text,
    )

"""Lines of a coded form that print an amount and no code: told from headings, totals and projects, and reported."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import takewhile

from pipeline.model.extract import CellKind, Issue, Severity
from pipeline.model.form import FormRegion, Role, RowKind
from pipeline.model.text import match_key, numbering_depth
from pipeline.parse.amounts import Reading, read_amount
from pipeline.parse.lines import Line
from pipeline.parse.table import Segment

_TOTAL_WORDS = re.compile(r"^(其中|合计|小计|总计)|(合计|小计|总计)(\(.*\))?$")
_DIGIT = re.compile(r"\d")
#: No heading has more lines below it; a limit for tables of another kind.
_MOST_PARTS = 500
#: A printed number is right to half its last digit; so is each of the numbers it is the sum of.
_HALF = Decimal("0.5")


@dataclass(frozen=True, slots=True)
class _Printed:
    """A line with a code or a label, and its amounts by column; zeros and totals are left out.

    `is_misprint` says that digits stand where its code should, and are none.
    """

    line: Line
    amounts: dict[int, Reading]
    is_misprint: bool

    @property
    def code(self) -> str:
        """The code's digits, empty where none is printed."""
        return self.line.code or ""


def uncoded_issues(region: FormRegion, lines: Sequence[tuple[Segment, Line]]) -> Iterator[Issue]:
    """Yields a warning for every line of a coded form that has an amount, no code and nothing below it.

    A heading without a code (津贴补贴 over its 30102 lines) is the sum of the lines right below it, or is numbered as
    their heading; what a line of the deepest code is split into (the projects of 2013202) adds up to it: neither lacks
    a code. A form that prints no code at all gets one issue: a warning if it has a column for them, else it is another
    layout, and that is said only.

    Args:
        region: The form.
        lines: Its lines as read, in printed order, each with the table it stands in.
    """
    if region.spec.row_kind is not RowKind.CODED:
        return
    in_order = sorted(lines, key=lambda item: (item[1].row.page_no or 0, item[1].block))  # side by side: left to right
    printed = [found for item in in_order if (found := _printed(*item)) is not None]
    deepest = max((len(found.code) for found in printed), default=0)
    if deepest:
        yield from (_line_issue(region, printed[index].line) for index in _without_place(printed, deepest))
    elif printed and region.spec.code_list != "economic":  # economic names have their codes looked up
        has_column = any(_code_columns(segment, line) for segment, line in lines)
        yield _form_issue(region, printed, Severity.WARNING if has_column else Severity.INFO)


def _code_columns(segment: Segment, line: Line) -> list[int]:
    roles = (Role.CODE, Role.CODE_PART)
    return [column.index for column in segment.columns if column.block == line.block and column.role in roles]


def _printed(segment: Segment, line: Line) -> _Printed | None:
    is_total = line.is_subtotal or bool(_TOTAL_WORDS.search(match_key(line.label)))
    if is_total or not line.label or (line.code and not line.code.isdigit()):
        return None
    readings = {column.index: read_amount(cell.text) for column, cell in line.cells}
    amounts = {index: reading for index, reading in readings.items() if reading.number}
    if not amounts:
        return None
    cells = [line.row.cells.get(index) for index in _code_columns(segment, line)]
    is_misprint = not line.code and any(cell is not None and _DIGIT.search(cell.text) for cell in cells)
    return _Printed(line, amounts, is_misprint)


def _without_place(printed: Sequence[_Printed], deepest: int) -> list[int]:
    """Returns the lines without a code that are neither a sum of others nor a part of one.

    `spans` holds how many lines below each one belong to it; it is filled from the last line to the first.
    """
    inner = {found.code[:length] for found in printed for length in range(1, len(found.code))}
    spans = [0] * len(printed)
    lacking: set[int] = set()
    for index in reversed(range(len(printed))):
        code = printed[index].code
        if code in inner or 0 < len(code) < deepest:
            spans[index] = _leading(found.code.startswith(code) for found in _below(printed, index))
            continue
        spans[index] = _span_by_sum(printed, spans, index, inner)
        if code:
            lacking -= set(range(index + 1, index + 1 + spans[index]))
        elif not spans[index]:
            depth = numbering_depth(printed[index].line.label)
            spans[index] = _leading(0 <= depth < numbering_depth(found.line.label) for found in _below(printed, index))
            if not spans[index]:
                lacking.add(index)
    return sorted(lacking)


def _below(printed: Sequence[_Printed], index: int) -> Iterator[_Printed]:
    return (printed[position] for position in range(index + 1, len(printed)))


def _leading(flags: Iterable[bool]) -> int:
    """How many flags are set before the first that is not."""
    return sum(1 for _ in takewhile(bool, flags))


def _span_by_sum(printed: Sequence[_Printed], spans: Sequence[int], index: int, inner: set[str]) -> int:
    """How many lines right below add up to a line, 0 where none do.

    Below a code only lines without one are its parts, a misprinted one aside; below a heading no class of codes
    (`inner`) begins.
    """
    is_code = bool(printed[index].code)
    column, whole = next(iter(printed[index].amounts.items()))
    total, tolerance = Decimal(0), _tolerance(whole)
    position = index + 1
    while position < min(len(printed), index + _MOST_PARTS):
        part = printed[position]
        amount = part.amounts.get(column)
        if amount is None or part.code in inner or (is_code and (part.code or part.is_misprint)):
            return 0
        total += amount.number or 0
        tolerance += _tolerance(amount)
        position += 1 + spans[position]
        if whole.number is not None and abs(total - whole.number) <= tolerance:
            return position - index - 1
    return 0


def _tolerance(reading: Reading) -> Decimal:
    return _HALF.scaleb(-reading.decimals) if reading.kind is CellKind.NUMBER and reading.decimals else Decimal(0)


def _line_issue(region: FormRegion, line: Line) -> Issue:
    return Issue(
        "line_without_code",
        Severity.WARNING,
        f"{line.label} has an amount and no code of its own, and is not the sum of the lines below it",
        "look at the page: a code misprinted or not read; the amount is loaded under its label, in no table by code",
        form_id=region.spec.form_id,
        instance_no=region.instance_no,
        page_no=line.row.page_no,
        row_no=line.row.row_no,
        raw_text=line.row.text,
    )


def _form_issue(region: FormRegion, printed: Sequence[_Printed], severity: Severity) -> Issue:
    return Issue(
        "line_without_code",
        severity,
        f"{region.title}: no line prints a code; {len(printed)} are loaded by their labels, in no table by code",
        "look at the page: codes not read, or a layout that has none",
        form_id=region.spec.form_id,
        instance_no=region.instance_no,
        page_no=region.page_no,
        row_no=printed[0].line.row.row_no,
        raw_text=printed[0].line.row.text,
    )

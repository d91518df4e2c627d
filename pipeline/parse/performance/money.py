"""Rows of amounts of an attachment: figures to their measures, by header where it holds, else by arithmetic."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

from pipeline.model.extract import CellKind
from pipeline.model.form import UnitReading
from pipeline.parse.amounts import Reading, read_amount
from pipeline.parse.performance.align import HeaderColumn
from pipeline.parse.performance.drafts import Figure
from pipeline.parse.performance.rows import PrintedCell, PrintedRow
from pipeline.parse.performance.words import performance_words

_UNIT = re.compile(r"[(:](亿元|百万元|万元|千元|元)\)?|(亿元|万元|千元|元)$")
#: A label, its colon and one figure: 其中：一般公共预算：1500万元.
_LABELLED = re.compile(
    r"(?P<label>[^\d:：]{2,20}(?:[:：][^\d:：]{2,20})?[:：])\s*(?P<figure>-?\d[\d,]*(?:\.\d+)?\s*(?:亿元|万元|元)?)"
)
_HUNDRED = Decimal(100)
#: A printed rate may be rounded to one digit, and so may the amounts it was made of.
_RATE_TOLERANCE = Decimal("0.6")
_MAX_POINTS = Decimal(10)
_FEWEST = 3
_HEADER_BONUS = 1


def money_header(row: PrintedRow) -> tuple[HeaderColumn, ...]:
    """Returns the columns of a header of amounts, empty where the row is none (fewer than two measures)."""
    words = performance_words()
    columns = tuple(
        HeaderColumn(entry.measure, cell.col_index, cell.span)
        for cell in row.cells
        if cell.text.strip() and (entry := words.measure_of(cell.key)) and read_amount(cell.text).number is None
    )
    amounts = [column for column in columns if words.unit_of(column.role) is None]
    return columns if len(columns) > 1 and amounts else ()


def with_second_row(columns: tuple[HeaderColumn, ...], row: PrintedRow) -> tuple[HeaderColumn, ...] | None:
    """Returns the header with the words below one of its cells (目标申报数 and 预算编制数 below 年初预算数).

    `None` where the row is no second row of a header: it holds something else.
    """
    words = performance_words()
    named = [(cell, words.measure_of(cell.key)) for cell in row.filled]
    if not named or any(entry is None or read_amount(cell.text).number is not None for cell, entry in named):
        return None
    below = [HeaderColumn(entry.measure, cell.col_index, cell.span) for cell, entry in named if entry]
    kept = [column for column in columns if column.role not in {b.role for b in below}]
    at = next((n for n, column in enumerate(columns) if column.role in {"initial_budget", "declared_budget"}), 0)
    seen = dict.fromkeys(b.role for b in below)
    first = [next(b for b in below if b.role == role) for role in seen]
    return (*kept[:at], *first, *kept[at:])


def header_units(row: PrintedRow) -> dict[int, str]:
    """Returns the units printed in header cells, by column index."""
    return {cell.col_index: unit for cell in row.cells if (unit := unit_in(cell.key))}


def unit_in(key: str) -> str | None:
    """Returns the unit of money a label or header carries.

    >>> unit_in("全年执行数(元)"), unit_in("部门预算总额(万元)"), unit_in("资金总额")
    ('元', '万元', None)
    """
    match = _UNIT.search(key)
    return (match[1] or match[2]) if match else None


def figure_cells(row: PrintedRow, label: PrintedCell) -> list[PrintedCell]:
    """Returns the cells behind a label that hold a number, a dash or nothing readable, blanks left out."""
    cells = [cell for cell in row.filled if cell.col_index > label.col_index]
    return [cell for cell in cells if _reading(cell).kind in (CellKind.NUMBER, CellKind.DASH)]


def _reading(cell: PrintedCell) -> Reading:
    """A figure's cell without the sign of percent behind it."""
    return read_amount(cell.text.strip().rstrip("%％"))


def assign_exact(cells: Sequence[PrintedCell], columns: Sequence[HeaderColumn]) -> list[tuple[PrintedCell, str]]:
    """Gives each cell the measure of the header cell above it; cells below no measure are left out."""
    found = []
    for cell in cells:
        role = next((c.role for c in columns if c.col_index <= cell.col_index < c.col_index + c.span), None)
        if role:
            found.append((cell, role))
    return found


def assign_by_order(
    cells: Sequence[PrintedCell], columns: Sequence[HeaderColumn]
) -> tuple[list[tuple[PrintedCell, str]], str | None]:
    """Gives the figures of a row their measures by their order, and says why where the header does not tell.

    Every order the header or the catalogue knows is tried from the right; the one whose sums hold is taken, the
    header's own where none is better. Nothing is assigned where no order of their number is known or holds.
    """
    numbers = [_reading(cell).number for cell in cells]
    header = tuple(dict.fromkeys(column.role for column in columns if column.role != "reason"))
    best: tuple[Decimal, tuple[str, ...]] | None = None
    for order in dict.fromkeys((header, *performance_words().money_orders)):
        if len(order) < _FEWEST or len(order) > len(cells):
            continue
        if len(cells) > len(order) and not _repeats(numbers, len(cells) - len(order)):
            continue
        points = arithmetic_points(dict(zip(order, numbers[len(cells) - len(order) :], strict=True)))
        points += _HEADER_BONUS if order == header else 0
        points -= len(cells) - len(order)
        if best is None or points > best[0]:
            best = (points, order)
    if best is None:
        return (list(zip(cells, header, strict=True)) if len(header) == len(cells) else []), None
    order = best[1]
    if best[0] < 0 and len(order) != len(cells):
        return [], None
    reason = None
    if order != header or len(cells) != len(order):
        reason = f"columns taken by order and arithmetic: {', '.join(order)}"
    return list(zip(cells[len(cells) - len(order) :], order, strict=True)), reason


def _repeats(numbers: Sequence[Decimal | None], extra: int) -> bool:
    """Whether the figures in front are the first one said again: a cell printed over two columns."""
    return len(set(numbers[: extra + 1])) == 1


def arithmetic_points(figures: dict[str, Decimal | None]) -> Decimal:
    """Counts how far figures bear each other out: rate, balance, points; more is better, below zero they do not.

    >>> from decimal import Decimal as D
    >>> arithmetic_points({"annual_budget": D(40), "executed": D(20), "execution_rate": D(50)}) > 0
    True
    """
    points = Decimal(0)
    annual, executed = figures.get("annual_budget"), figures.get("executed")
    rate, balance = figures.get("execution_rate"), figures.get("closing_balance")
    if annual and executed is not None and rate is not None:
        points += 2 if rate_holds(annual, executed, rate) else -2
    if annual is not None and executed is not None and balance is not None:
        points += 1 if abs(annual - executed - balance) <= abs(annual) / _HUNDRED else -1
    for role in ("score", "weight"):
        number = figures.get(role)
        if number is not None:
            points += 1 if 0 <= number <= _MAX_POINTS and (number or role == "score") else -2
    return points


def rate_holds(annual: Decimal, executed: Decimal, rate: Decimal) -> bool:
    """Whether a printed rate in percent is that of the amounts; a rate printed as a fraction counts too."""
    real = executed / annual * _HUNDRED
    return abs(real - rate) <= _RATE_TOLERANCE or abs(real - rate * _HUNDRED) <= _RATE_TOLERANCE / 2


def make_figure(
    cell: PrintedCell, measure: str, source: str | None, unit: tuple[str | None, str], reason: str | None
) -> Figure:
    """Builds a figure of a cell; `unit` is the unit of its amounts and where it is printed."""
    reading = _reading(cell)
    counted = performance_words().unit_of(measure)
    own = reading.unit or counted or unit[0]
    evidence = "printed in the cell" if reading.unit else ("by its column" if counted else unit[1])
    return Figure(
        measure, cell, reading.kind, reading.number, reading.decimals, own, evidence, source=source, reason=reason
    )


def unit_evidence(unit: UnitReading) -> str:
    """Says where a region's unit stands."""
    return unit.evidence + (f": {unit.raw_text}" if unit.raw_text else "")


def paired_figures(row: PrintedRow) -> Iterator[tuple[PrintedCell, PrintedCell]]:
    """Yields label and figure where they stand side by side (年度资金总额: | 80,000) or in one cell (拨款：1500)."""
    filled = tuple(part for cell in row.filled for part in _parts_of(cell))
    for label, cell in pairwise(filled):
        if read_amount(label.text).number is None and read_amount(cell.text).kind is CellKind.NUMBER:
            yield label, cell


def _parts_of(cell: PrintedCell) -> tuple[PrintedCell, ...]:
    """A cell with one label and one figure as two cells in its place, any other as it is."""
    match = _LABELLED.fullmatch(cell.text.strip())
    if match is None:
        return (cell,)
    return replace(cell, text=match["label"]), replace(cell, text=match["figure"])

"""Rows of an indicator table: header to columns, rows to indicators with their classes, targets, results and points."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from pipeline.model.performance import Period
from pipeline.parse.amounts import YUAN_PER_UNIT, read_amount
from pipeline.parse.performance.align import HeaderColumn, align
from pipeline.parse.performance.drafts import Indicator, Reading, Remark, remark_at
from pipeline.parse.performance.indicator_values import IndicatorValue, is_quantity, read_indicator_value
from pipeline.parse.performance.rows import PrintedCell, PrintedRow
from pipeline.parse.performance.words import performance_words

#: What opens the role of a column that is kept as text after its header: 半年指标值, 偏差度, 评分标准.
NOTE = "note:"
_LEVELS = ("level1", "level2", "level3")
_VALUES = ("target", "adjusted", "actual")
_MIN_LEVELS = 2
_UNCLEAR_REMEDY = "look at the page; the text is kept, its number stays empty"


def indicator_header(row: PrintedRow) -> tuple[HeaderColumn, ...]:
    """Returns the columns of an indicator header, empty where the row is none.

    A role printed again opens a second block: the same columns for 实施期 and 年度 side by side.
    """
    words = performance_words()
    columns: list[HeaderColumn] = []
    block = 0
    for cell in row.cells:
        role = words.column_role(cell.key) if cell.text.strip() else None
        if role is None:
            continue
        in_block = {column.role for column in columns if column.block == block}
        if role in in_block and role in ("level2", "level3"):
            block += 1
        role = f"{NOTE}{cell.key}" if role == "note" else role
        columns.append(HeaderColumn(role, cell.col_index, cell.span, block))
    levels = {column.role for column in columns} & set(_LEVELS)
    return tuple(columns) if len(levels) >= _MIN_LEVELS and "level3" in levels else ()


def with_values_below(columns: tuple[HeaderColumn, ...], row: PrintedRow) -> tuple[HeaderColumn, ...] | None:
    """Returns the header with 年初指标 and 调整后指标 below one of its cells, `None` where the row is no header."""
    words = performance_words()
    named = [(cell, words.column_role(cell.key)) for cell in row.filled]
    if not named or any(role not in _VALUES for _, role in named):
        return None
    below = [HeaderColumn(role, cell.col_index, cell.span) for cell, role in named if role]
    if len({column.role for column in below}) < len(below):  # 年初指标 and 年度指标 both read as a target
        below = [HeaderColumn("target", below[0].col_index), *below[1:]]
    taken = {column.col_index for column in below}
    kept = [c for c in columns if c.col_index not in taken and c.role not in {b.role for b in below}]
    return tuple(sorted([*kept, *below], key=lambda column: column.col_index))


@dataclass(slots=True)
class IndicatorState:
    """What holds for the rows to come: the header, and the classes printed last."""

    columns: tuple[HeaderColumn, ...] = ()
    width: int = 0
    level1: str | None = None
    level2: list[str | None] = field(default_factory=lambda: [None, None])
    is_mixed: bool = False

    @property
    def blocks(self) -> int:
        """How many tables stand side by side."""
        return max((column.block for column in self.columns), default=0) + 1


def read_indicator_row(row: PrintedRow, state: IndicatorState, reading: Reading) -> list[Indicator]:
    """Reads one row below an indicator header; classes are remembered in `state`, problems in `reading`.

    Returns:
        The indicators of the row: none for a row of classes alone, one for each table side by side.
    """
    placed = _placed(row, state, reading)
    found = []
    _note_levels(placed, state, reading)
    for block in range(state.blocks):
        cells = {role: cell for (role, number), cell in placed.items() if number == block}
        indicator = _indicator(cells, block, state, reading)
        if indicator:
            found.append(indicator)
    return found


def _placed(row: PrintedRow, state: IndicatorState, reading: Reading) -> dict[tuple[str, int], PrintedCell]:
    """The cells of a row by role and block."""
    placed: dict[tuple[str, int], PrintedCell] = {}
    if row.is_exact and row.width == state.width:
        for cell in row.cells:
            column = next((c for c in state.columns if c.col_index <= cell.col_index < c.col_index + c.span), None)
            if column is None or not cell.text.strip():
                continue
            kept = placed.setdefault((column.role, column.block), cell)
            if kept is not cell and not column.role.startswith(NOTE):
                reading.remarks.append(_second_cell(cell, column.role))
        return placed
    filled = row.filled
    assigned = align([(cell.col_index, cell.text.strip()) for cell in filled], state.columns)
    for cell, number in zip(filled, assigned, strict=True):
        if number is not None:
            placed[state.columns[number].role, state.columns[number].block] = cell
        elif not performance_words().band_labels.search(cell.key):
            reading.remarks.append(
                remark_at(
                    cell,
                    "cell_not_placed",
                    f"“{cell.text.strip()[:30]}” fits no column of this row; the others are read without it",
                    "look at the page: a cell was added or spoiled by optical reading",
                    row.text,
                )
            )
    return placed


def _second_cell(cell: PrintedCell, role: str) -> Remark:
    return remark_at(
        cell,
        "cell_not_placed",
        f"“{cell.text.strip()[:30]}”: the table prints two columns that read as {role}; the first is taken",
        "add the header words to pipeline/parse/performance/words.yaml",
        is_info=True,
    )


def _note_levels(placed: dict[tuple[str, int], PrintedCell], state: IndicatorState, reading: Reading) -> None:
    words = performance_words()
    first, second = placed.get(("level1", 0)), placed.get(("level2", 0))
    if first and not first.is_above:
        level1 = words.level1_of(first.key) or first.key
        if level1 != state.level1:
            state.level2 = [None, None]
        state.level1, state.is_mixed = level1, False
    for block in range(state.blocks):
        cell, name = placed.get(("level2", block)), placed.get(("level3", block))
        if cell and name and cell.key == name.key and not words.level2_of(cell.key):
            state.level2[block] = None  # the name printed over two columns
        elif cell and not cell.is_above:
            entry = words.level2_of(cell.key)
            state.level2[block] = (entry.name if entry else "") or cell.key
            state.is_mixed = False
    entry = words.level2_of(second.key) if second else None
    if second is None or entry is None or not entry.level1 or state.level1 in entry.level1:
        return
    if first and not first.is_above and words.level1_of(first.key):
        state.is_mixed = True
        reading.remarks.append(
            remark_at(
                second,
                "indicator_class_unclear",
                f"“{second.text.strip()}” stands beside “{first.text.strip()}”, of which it is no part",
                "look at the page: the classes of this row and of those below it stay empty where they are not printed",
            )
        )
    elif state.level1 is None or words.level1_of(state.level1):
        state.level1 = entry.level1[0]


def _indicator(cells: dict[str, PrintedCell], block: int, state: IndicatorState, reading: Reading) -> Indicator | None:
    name = cells.get("level3")
    if name is None and "level2" in cells and any(role in cells for role in (*_VALUES, "weight", "score")):
        name = cells["level2"]  # a class printed in place of the indicator's name
    if name is None or (name.is_above and not any(role in cells for role in (*_VALUES, "weight"))):
        return None
    if not any(role in cells for role in (*_VALUES, "weight", "score")):
        _name_without_figures(name, reading)
        if "project" in cells:
            return None
    own = cells.get("level2")
    level2 = state.level2[block] if not state.is_mixed or (own and not own.is_above) else None
    period = None
    if state.blocks > 1:
        period = Period.IMPLEMENTATION if block == 0 else Period.ANNUAL
    indicator = Indicator(state.level1 if not state.is_mixed else _certain_level1(level2), level2, name, period)
    indicator.cells = cells
    reading.read_cells += [cell for cell in cells.values() if not cell.is_above]
    _read_values(indicator, reading)
    indicator.weight, indicator.score = (_points(cells.get(role)) for role in ("weight", "score"))
    _note_spoiled_points(indicator, reading)
    if state.is_mixed and own is None:
        state.level2[block] = None
    if own is None and level2:
        _drop_foreign_class(indicator)
    if indicator.level2 is None and any(column.role == "level2" for column in state.columns) and not state.is_mixed:
        reading.remarks.append(_class_missing(indicator))
    return indicator


def _drop_foreign_class(indicator: Indicator) -> None:
    """An amount of money below a class that is not of costs: its own class may be lost, so none is taken over."""
    units = {value.unit for value in indicator.values.values()}
    if (
        units & YUAN_PER_UNIT.keys()
        and "成本" not in (indicator.level2 or "")
        and "经济" not in (indicator.level2 or "")
    ):
        indicator.level2 = None


def _class_missing(indicator: Indicator) -> Remark:
    return remark_at(
        indicator.name,
        "indicator_class_unclear",
        f"“{indicator.name.text.strip()[:30]}”: its class of the second level is not printed beside it",
        "look at the page: the cell may be merged with one of another row",
        is_info=True,
    )


def _certain_level1(level2: str | None) -> str | None:
    entry = performance_words().level2_of(level2) if level2 else None
    return entry.level1[0] if entry and len(entry.level1) == 1 else None


def _name_without_figures(name: PrintedCell, reading: Reading) -> None:
    reading.remarks.append(
        remark_at(
            name,
            "indicator_without_value",
            f"“{name.text.strip()[:30]}” has neither target nor points",
            "look at the page: the value may stand in a row of its own",
            is_info=True,
        )
    )


def _points(cell: PrintedCell | None) -> Decimal | None:
    return read_amount(cell.text.strip().removesuffix("分")).number if cell else None


def _read_values(indicator: Indicator, reading: Reading) -> None:
    for role in _VALUES:
        cell = indicator.cells.get(role)
        if cell:
            indicator.values[role] = _with_columns(indicator, role, read_indicator_value(cell.text))
    for role, value in list(indicator.values.items()):
        cell = indicator.cells[role]
        problem = _problem_of(role, value, indicator)
        if problem:
            reading.remarks.append(
                remark_at(cell, "indicator_value_unclear", f"“{cell.text.strip()}” {problem}", _UNCLEAR_REMEDY)
            )
            indicator.values[role] = IndicatorValue(None, None, None, is_clear=False)


def _with_columns(indicator: Indicator, role: str, value: IndicatorValue) -> IndicatorValue:
    """Adds operator and unit where they have columns of their own (指标性质, 度量单位)."""
    operator, unit = indicator.cells.get("operator"), indicator.cells.get("unit")
    if role == "target" and operator and value.number is not None and is_quantity(operator.text):
        value = value._replace(operator=read_indicator_value(operator.text + "1").operator)
    if unit and value.number is not None and value.unit is None:
        value = value._replace(unit=unit.key)
    return value


#: A result so far above a target of at most a hundred percent is a sign read as a digit: 396 % for ≥96 %.
_PERCENT_LIMIT, _FULL = Decimal(200), Decimal(100)


def _problem_of(role: str, value: IndicatorValue, indicator: Indicator) -> str | None:
    if not value.is_clear:
        return "may be a bound or a number spoiled by optical reading"
    if role != "actual" or value.unit != "%" or value.number is None or value.number < _PERCENT_LIMIT:
        return None
    bounds = [v.number for r, v in indicator.values.items() if r != "actual" and v.unit == "%" and v.number is not None]
    if not bounds or max(bounds) > _FULL:
        return None
    digits = f"{value.number}"
    return f"beside a target of {max(bounds)}%: read as {digits}%, or as ≥{digits[1:]}%"


def _note_spoiled_points(indicator: Indicator, reading: Reading) -> None:
    weight, score = indicator.weight, indicator.score
    if weight is None or score is None or score <= weight:
        return
    cell = indicator.cells["weight"]
    reading.remarks.append(
        remark_at(
            cell,
            "score_above_weight",
            f"“{indicator.name.text.strip()[:30]}” has {score} of {weight} points",
            "look at the page; the text of the weight is kept, its number stays empty",
        )
    )
    indicator.weight = None

"""Numbers told by the table they stand in: column numbers, codes and serial numbers below their header, contents."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from pipeline.model.account import NumberKind
from pipeline.model.form import CODED_BODY
from pipeline.model.grid import Cell, Grid
from pipeline.model.text import match_key
from pipeline.parse.amounts import is_number_like
from pipeline.parse.table import code_of, is_sequence

#: Headers whose columns number the rows, and headers whose columns hold codes; both are read from top to bottom.
_NUMBERED = re.compile(r"^(序号|行次|栏次|编号|次序|顺序号|序)$")
_CODED = re.compile(r"(编码|代码|编号|科目码|区划码|信用代码)(\(.*\))?$")
_COLUMN_MARKS = frozenset({"栏次", "档次", "行次"})
_SERIAL = re.compile(r"\d{1,3}(\.0+)?")
_CODE = re.compile(r"[A-Z]{0,3}\d{1,24}(\.0)?|\d{2,9}(-\d{1,9}){1,4}")
_UNIT = re.compile(r"单位:")
_BODY = re.compile(CODED_BODY)
_YEAR = re.compile(r"(19|20)\d{2}")
#: So many numbers in a row, counting up from 1, are the numbers of the columns; of fewer, only behind 栏次.
_MIN_COLUMNS = 3
#: Fewer words beside a year may be a line's label, and the year its amount.
_MIN_HEADER_WORDS = 2
#: A header like these ends a column of codes above it.
_AMOUNTS = re.compile(r"(金额|数|额|元\)?)$")


def kinds_by_table(grid: Grid) -> dict[tuple[int, int], NumberKind]:
    """Tells the cells of a grid that hold no figures: (row, column) to the kind of all numbers in the cell.

    Nothing is told of a cell that holds more than its code or serial number.
    """
    kinds: dict[tuple[int, int], NumberKind] = {}
    columns: dict[int, NumberKind] = {}
    serials: dict[int, int] = {}
    for row in grid.rows():
        cells = [cell for cell in row.values() if cell.text.strip()]
        keys = [match_key(cell.text) for cell in cells]
        if numbers_columns(keys):
            kinds.update(((cell.row_index, cell.col_index), NumberKind.LINE_NUMBER) for cell in cells)
            continue
        for cell, key in zip(cells, keys, strict=True):
            headed = _headed(key)
            if headed is not None or _AMOUNTS.search(key):
                _begin(columns, serials, cell, headed)
            elif cell.col_index in columns and _fits(cell, key, columns[cell.col_index], serials):
                kinds[cell.row_index, cell.col_index] = columns[cell.col_index]
        kinds.update(_leading_code(cells, keys))
        kinds.update(_corner_code(cells, keys))
    return kinds


def _begin(columns: dict[int, NumberKind], serials: dict[int, int], cell: Cell, headed: NumberKind | None) -> None:
    """A header begins its columns anew, all that it spans."""
    for col_index in range(cell.col_index, cell.col_index + cell.col_span):
        serials.pop(col_index, None)
        columns.pop(col_index, None)
        if headed is not None:
            columns[col_index] = headed


def _headed(key: str) -> NumberKind | None:
    if _NUMBERED.match(key):
        return NumberKind.LINE_NUMBER
    return NumberKind.CODE if _CODED.search(key) else None


def _fits(cell: Cell, key: str, kind: NumberKind, serials: dict[int, int]) -> bool:
    """A code has the looks of one; serial numbers count up by one, from any start a page break leaves."""
    if kind is NumberKind.CODE:
        return bool(_CODE.fullmatch(key))
    if not _SERIAL.fullmatch(key):
        return False
    number, last = int(float(key)), serials.get(cell.col_index)
    serials[cell.col_index] = number
    return number <= 1 or last is None or number == last + 1


def numbers_columns(texts: Iterable[str]) -> bool:
    """Whether a row numbers the columns: 栏次 1 2 3, or three and more whole numbers counting up from 1.

    Args:
        texts: The cells or words of the row that are not blank, in `match_key` form.
    """
    keys = list(texts)
    if not is_sequence(keys):
        return False
    numbers = [key for key in keys if key[0].isdigit()]
    return bool(_COLUMN_MARKS & set(keys)) or len(numbers) >= _MIN_COLUMNS


def _leading_code(cells: Sequence[Cell], keys: Sequence[str]) -> Iterator[tuple[tuple[int, int], NumberKind]]:
    """Yields the first cell of a row where it is a code and words follow: a figure is never first before its name."""
    if len(keys) > 1 and code_of(keys[0]) is not None and _is_name(keys[1]):
        yield (cells[0].row_index, cells[0].col_index), NumberKind.CODE


def _corner_code(cells: Sequence[Cell], keys: Sequence[str]) -> Iterator[tuple[tuple[int, int], NumberKind]]:
    """Yields the cell that names a body by its code beside the table's unit: 422质量技术监督 | 单位：万元."""
    if any(_UNIT.match(key) for key in keys):
        pairs = zip(cells, keys, strict=True)
        yield from (((cell.row_index, cell.col_index), NumberKind.CODE) for cell, key in pairs if _BODY.fullmatch(key))


def _is_name(key: str) -> bool:
    return bool(re.match(r"[\u4e00-\u9fff]{2}", key))


def header_years(grid: Grid) -> Iterator[tuple[int, int]]:
    """Yields (row, column) of lone years in a header: 2022 beside other words, above every figure of the table."""
    for row in grid.rows():
        cells = [cell for cell in row.values() if cell.text.strip()]
        keys = [match_key(cell.text) for cell in cells]
        words = [key for key in keys if not _YEAR.fullmatch(key)]
        if any(is_number_like(key) for key in words):
            return
        if len(words) >= _MIN_HEADER_WORDS:
            pairs = zip(cells, keys, strict=True)
            yield from ((cell.row_index, cell.col_index) for cell, key in pairs if _YEAR.fullmatch(key))

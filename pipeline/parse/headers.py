"""A grid's header rows to columns with a meaning, by the catalogue's rules on header paths."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import takewhile

from pipeline.model.extract import COLUMNS_LOST, CellKind
from pipeline.model.form import (
    AMOUNT,
    BUDGET_OR_GRAND_TOTAL,
    PLACEHOLDER_MEASURES,
    ColumnRule,
    FormSpec,
    Phase,
    Role,
    RowKind,
)
from pipeline.model.grid import KINDS_WITH_SPANS, Cell, Grid, GridKind
from pipeline.model.text import match_key, one_line, squeeze
from pipeline.parse.amounts import is_number_like, read_amount
from pipeline.parse.geometry import merge_bands, move_to_columns, paths_over_wide_cells
from pipeline.parse.header_misfit import misfit
from pipeline.parse.table import Column, Row, Segment, code_of, is_sequence

#: The header cells over a column, from top to bottom.
_Path = tuple[Cell, ...]
#: A unit printed in a header: 金额（万元）. It holds for the columns below it.
_UNIT = re.compile(r"\((?:金额)?(?:单位:)?(亿元|百万元|万元|千元|元)\)")
#: What a spreadsheet shows for a formula that fails or was never computed: a body cell, never a header.
_FORMULA = re.compile(r"#[A-Z/0]+[!?]?|=.+")
_ORDINAL = re.compile(r"^[(（]?[一二三四五六七八九十]+[)）、.]")
_QUOTES = re.compile(r"[“”\"'‘’]")
_BODY_WORD = re.compile(r"^(部门|单位)?(合计|总计|小计)$|^(人员|公用)经费合计$|^无$|^(本年)?(收入|支出)(总计|合计)$")
_NOTE = re.compile(r"^(注|说明|备注|附注)\d?[:.、]|本表无数据|无此项")
#: A row that begins so and holds no number is a header printed again.
_HEADER_STARTS = frozenset({"项目", "科目编码", "科目代码", "功能分类科目编码", "科目名称", "收入", "支出", "类"})
#: What column headers end in; a line item without an amount at the top of a page is no header.
_HEADER_WORD = re.compile(r"(编码|代码|名称|序号|数量|单价|金额|指标|内容|类型|来源|[预决]算数)$|^(项目|合计|小计)$")
#: One text above a body is a caption, two are a header.
_MIN_HEADER_TEXTS = 2
#: So many whole numbers that go up by one are column numbers; two may be counts.
_MIN_COLUMN_NUMBERS = 3
#: What names a line; a second label (`QUALIFIER`) only tells it apart.
_FIRST_LABELS = (Role.CODE, Role.CODE_PART, Role.NAME)
_POSITIONAL_ROLES = {"name": Role.NAME, "line_no": Role.LINE_NO, "code": Role.CODE}


def read_grid(
    grid: Grid, spec: FormSpec, phase: Phase | None, previous: Segment | None, words: tuple[str, ...] = ()
) -> Segment:
    """Understands one grid of a form: its own header, or the header of the grid it continues.

    Args:
        grid: One table, or one page's part of it.
        spec: The form's catalogue entry.
        phase: Budget or final accounts, for measures that depend on it.
        previous: The segment before it in the same form, whose columns a grid without header takes over.
        words: Lines printed between title and table: where a header stands there without rules.
    """
    rows = [(index, row) for index, row in enumerate(grid.rows()) if any(c.text.strip() for c in row.values())]
    body_start = next((n for n, (_, row) in enumerate(rows) if _is_body(row, spec)), len(rows))
    paths = _header_paths(grid, [index for index, _ in rows[:body_start]])
    body = _own_rows(grid, [row for _, row in rows[body_start:]])
    paths = paths_over_wide_cells(paths, body)
    columns: tuple[Column, ...] = ()
    unknown: tuple[tuple[int, str], ...] = ()
    if spec.positional_columns:
        columns = _positional(grid, spec)
    elif any(paths):
        columns, unknown = _resolve(paths, spec, phase)
        body = merge_bands(body)
        columns, unknown = _without_shared_headers(paths, columns, unknown, body)
        body = [_without_twins(row, _twins(paths, columns)) for row in body]
    edges = grid.col_edges
    doubt = _lost_columns(grid, columns, previous)
    if not spec.positional_columns:
        doubt = doubt or misfit(grid, [index for index, _ in rows[:body_start]], body)
    header = frozenset(match_key(cell.text) for path in paths for cell in path)
    numbered = _column_count(grid, rows)
    if previous is not None and (
        _is_foreign(header, columns, unknown, body, previous) or _counts_other_columns(numbered, columns, previous)
    ):
        return Segment((), tuple(_to_row(grid, row) for row in body), grid.kind, header=header, is_foreign=True)
    if not _is_usable(columns) and previous is not None and previous.columns:
        columns, unknown, edges = previous.columns, (), previous.col_edges
        body = [move_to_columns(row, grid, previous.col_edges) for row in merge_bands(body)]
    elif not _is_usable(columns):
        columns = columns_from_words(words, body, spec, phase)
    kept = tuple(_to_row(grid, row) for row in body if not _is_furniture(row))
    lost = tuple((index, path) for index, path in unknown if any(_holds_number(row.cells.get(index)) for row in kept))
    header = header or (previous.header if previous else header)
    numbered = numbered or (previous.numbered if previous else 0)
    return Segment(columns, kept, grid.kind, lost, edges, header, doubt=doubt, numbered=numbered)


def _own_rows(grid: Grid, body: list[dict[int, Cell]]) -> list[dict[int, Cell]]:
    """Returns the rows above those of another table: one that numbers other columns than the first (栏次 1 2 3).

    A damaged file may lose what stood between two tables. On a scan a number may be misread where none is wrong.
    """
    if grid.kind is GridKind.SCAN:
        return body
    own: frozenset[int] | None = None
    last = -1  # the last row with an amount
    for position, row in enumerate(body):
        numbered = _numbered_columns(row)
        if numbered and last >= 0 and numbered != own:
            return body[: last + 1]
        if numbered:
            own = numbered
        elif any(_holds_number(cell) for cell in row.values()):
            last = position
    return body


def _column_count(grid: Grid, rows: list[tuple[int, dict[int, Cell]]]) -> int:
    """How many columns the first row of column numbers counts; 0 where there is none, or a scan may misread it."""
    if grid.kind is GridKind.SCAN:
        return 0
    return next((len(numbered) for _, row in rows if (numbered := _numbered_columns(row))), 0)


def _counts_other_columns(numbered: int, columns: tuple[Column, ...], previous: Segment) -> bool:
    """Whether a table without a header prints column numbers (栏次 1 2 3), and others than the form above."""
    return bool(numbered and previous.numbered and numbered != previous.numbered and not _is_usable(columns))


def _numbered_columns(row: dict[int, Cell]) -> frozenset[int]:
    """The columns that a row of column numbers counts; none where the row is another one."""
    texts = {index: cell.text for index, cell in row.items() if cell.text.strip()}
    if not is_sequence(list(texts.values()), may_lack_one=False):
        return frozenset()  # which columns a row counts that has lost one is unknown
    counted = frozenset(index for index, text in texts.items() if is_number_like(text))
    return counted if len(counted) >= _MIN_COLUMN_NUMBERS else frozenset()


def _lost_columns(grid: Grid, columns: tuple[Column, ...], previous: Segment | None) -> str | None:
    """On a scanned page whose header names fewer columns than the page before a rule was lost: figures may shift."""
    if grid.kind is not GridKind.SCAN or previous is None or not _is_usable(columns):
        return None
    lost = {column.measure for column in previous.columns} - {column.measure for column in columns} - {None}
    return f"{COLUMNS_LOST}: {', '.join(sorted(map(str, lost)))}" if lost else None


def _is_foreign(
    header: frozenset[str],
    columns: tuple[Column, ...],
    unknown: tuple[tuple[int, str], ...],
    body: list[dict[int, Cell]],
    previous: Segment,
) -> bool:
    """Whether a later table of a region is another table: a header of its own, with columns this form does not know.

    A header printed again shares most of its words; that one or two of them are the same (项目, 科目名称) says nothing.
    """
    named = [text for text in header if _HEADER_WORD.search(text)]
    if len(named) < _MIN_HEADER_TEXTS:
        return False
    if _is_usable(columns) and len({c.block for c in columns}) != len({c.block for c in previous.columns}):
        return True  # tables side by side do not go on with one alone
    if 2 * len(header & previous.header) >= len(header):
        return False
    if not _is_usable(columns):
        return True
    return any(_holds_number(row.get(index)) for index, _ in unknown for row in body)


def _holds_number(cell: Cell | None) -> bool:
    return cell is not None and read_amount(cell.text).kind is CellKind.NUMBER


def columns_from_words(
    words: tuple[str, ...], body: list[dict[int, Cell]], spec: FormSpec, phase: Phase | None
) -> tuple[Column, ...]:
    """Reads a header printed as plain words above an otherwise ruled table: one word for each filled column.

    Returns no columns unless a line has exactly as many words as the body has filled columns and a rule for each.
    """
    filled = sorted({index for row in body for index, cell in row.items() if cell.text.strip()})
    for line in words:
        parts = line.split()
        if len(parts) != len(filled) or not filled:
            continue
        paths: list[_Path] = [() for _ in range(filled[-1] + 1)]
        for index, part in zip(filled, parts, strict=True):
            paths[index] = (Cell(0, index, part),)
        columns, unknown = _resolve(paths, spec, phase)
        if _is_usable(columns) and not unknown:
            return columns
    return ()


def _is_usable(columns: tuple[Column, ...]) -> bool:
    return any(column.role is Role.MEASURE for column in columns)


def _twins(paths: list[_Path], columns: tuple[Column, ...]) -> dict[int, int]:
    """Amount columns under one and the same header cell are one column: a shading box split them."""
    first_by_path: dict[tuple[int, ...], int] = {}
    twins = {}
    for column in columns:
        if column.role is Role.MEASURE:
            key = tuple(id(cell) for cell in paths[column.index])
            first = first_by_path.setdefault(key, column.index)
            if first != column.index:
                twins[column.index] = first
    return twins


def _without_shared_headers(
    paths: list[_Path],
    columns: tuple[Column, ...],
    unknown: tuple[tuple[int, str], ...],
    body: list[dict[int, Cell]],
) -> tuple[tuple[Column, ...], tuple[tuple[int, str], ...]]:
    """Takes the meaning from amount columns under one header cell where a row prints several of them.

    Those are no column that a shading box split: a header cell was stretched over its neighbours, or theirs are lost.
    """
    groups: dict[int, set[int]] = {}
    for index, first in _twins(paths, columns).items():
        groups.setdefault(first, {first}).add(index)
    shared = {
        index
        for group in groups.values()
        if any(sum(bool(row[index].text.strip()) for index in group if index in row) > 1 for row in body)
        for index in group
    }
    lost = tuple((column.index, column.path) for column in columns if column.index in shared)
    return tuple(column for column in columns if column.index not in shared), tuple(sorted((*unknown, *lost)))


def _without_twins(row: dict[int, Cell], twins: dict[int, int]) -> dict[int, Cell]:
    if not twins:
        return row
    folded: dict[int, Cell] = {}
    for index, cell in row.items():
        target = twins.get(index, index)
        if target not in folded or cell.text.strip():
            folded[target] = cell
    return folded


def _is_body(row: dict[int, Cell], spec: FormSpec) -> bool:
    texts = [match_key(cell.text) for cell in row.values() if cell.text.strip()]
    if is_sequence(texts):
        return True
    if any(code_of(text) or _FORMULA.fullmatch(text) or read_amount(text).kind is CellKind.NUMBER for text in texts):
        return True
    words = [text for text in texts if read_amount(text).kind is CellKind.UNREADABLE]
    if len(words) == 1 and any(rule.pattern.search(words[0]) for rule in spec.lines):
        return True
    return bool(words) and all(_ORDINAL.match(word) or _BODY_WORD.match(word) for word in words)


def _is_furniture(row: dict[int, Cell]) -> bool:
    texts = [cell.text for cell in row.values() if cell.text.strip()]
    if is_sequence(texts):
        return True
    keys = [match_key(text) for text in texts]
    if _NOTE.search(keys[0]):
        return True
    return keys[0] in _HEADER_STARTS and not any(read_amount(text).kind is CellKind.NUMBER for text in texts)


def _to_row(grid: Grid, row: dict[int, Cell]) -> Row:
    cells = {index: cell for index, cell in row.items() if cell.text.strip()}
    first = next(iter(cells.values()))
    joiner = "\t" if first.line_no else " | "
    text = joiner.join(one_line(cell.text) for cell in row.values())
    return Row(dict(row), first.line_no or first.row_index + 1, grid.page_no, text)


def _header_paths(grid: Grid, header_rows: list[int]) -> list[_Path]:
    """Returns for each column its header cells from top to bottom, merged cells counted once."""
    covering: dict[tuple[int, int], Cell] = {}
    wanted = set(header_rows)
    for cell in grid.cells:
        for row in range(cell.row_index, cell.row_index + cell.row_span):
            for col in range(cell.col_index, cell.col_index + cell.col_span):
                if row in wanted:
                    covering.setdefault((row, col), cell)
    if grid.kind not in KINDS_WITH_SPANS:
        _fill_right(covering, header_rows, grid.col_count)
    paths = []
    for col in range(grid.col_count):
        path: list[Cell] = []
        for row in header_rows:
            over = covering.get((row, col))
            if over and over.text.strip() and not any(over is known for known in path):
                path.append(over)
        paths.append(tuple(path))
    return paths


def _fill_right(covering: dict[tuple[int, int], Cell], header_rows: list[int], col_count: int) -> None:
    """Text tables have no spans: a blank header cell belongs to its left neighbour under the same parent."""
    for depth, row in enumerate(header_rows[:-1]):
        above = header_rows[:depth]
        for col in range(1, col_count):
            cell = covering.get((row, col))
            left = covering.get((row, col - 1))
            if (cell is None or not cell.text.strip()) and left is not None and left.text.strip():
                same_parent = all(covering.get((r, col)) is covering.get((r, col - 1)) for r in above)
                if same_parent and _has_text_below(covering, header_rows[depth + 1 :], col):
                    covering[row, col] = left


def _has_text_below(covering: dict[tuple[int, int], Cell], rows: list[int], col: int) -> bool:
    return any((cell := covering.get((row, col))) is not None and bool(cell.text.strip()) for row in rows)


def _resolve(
    paths: list[_Path], spec: FormSpec, phase: Phase | None
) -> tuple[tuple[Column, ...], tuple[tuple[int, str], ...]]:
    """Gives each header path its meaning; returns the columns and the paths no rule knows."""
    columns: list[Column] = []
    unknown = []
    for index, path in enumerate(paths):
        if not path:
            continue
        joined = "/".join(_UNIT.sub("", _QUOTES.sub("", match_key(cell.text))) for cell in path)
        rule = next((rule for rule in spec.columns if rule.pattern.search(joined)), None)
        if rule is None:
            unknown.append((index, joined))
            continue
        columns.append(_column(index, rule, path, spec))
    return tuple(_with_measures(list(_with_blocks(columns)), spec, phase)), tuple(unknown)


def _column(index: int, rule: ColumnRule, path: _Path, spec: FormSpec) -> Column:
    side = rule.side or (_side_of(path) if spec.row_kind is RowKind.LINE_ITEMS else None)
    units = [match.group(1) for cell in path if (match := _UNIT.search(match_key(cell.text)))]
    unit = units[-1] if units else None
    whole = "/".join(match_key(cell.text) for cell in path)
    return Column(
        index, rule.role, 0, rule.measure, rule.line_code, side, squeeze(path[-1].text), unit, rule.count_unit, whole
    )


def _side_of(path: _Path) -> str | None:
    for text in (match_key(cell.text) for cell in path):
        if "收入" in text and "支出" not in text:
            return "revenue"
        if "支出" in text:
            return "expenditure"
    return None


def _with_blocks(columns: list[Column]) -> Iterator[Column]:
    """Numbers the blocks side by side: one begins where a label column follows an amount column."""
    block = 0
    seen_measure = False
    for index, column in enumerate(columns):
        is_label = column.role in _FIRST_LABELS or _opens_labels(columns[index:])
        if is_label and seen_measure:
            block += 1
            seen_measure = False
        seen_measure = seen_measure or column.role is Role.MEASURE
        yield replace(column, block=block)


def _opens_labels(columns: list[Column]) -> bool:
    """Whether a second label stands before a first one; alone behind an amount (采购物品名称) it opens nothing."""
    if columns[0].role is not Role.QUALIFIER:
        return False
    labels = takewhile(lambda column: column.role is not Role.MEASURE, columns)
    return any(column.role in _FIRST_LABELS for column in labels)


def _with_measures(columns: list[Column], spec: FormSpec, phase: Phase | None) -> Iterator[Column]:
    """Names the unnamed amount column of each block by what stands beside it, and gives blocks their side."""
    for column in columns:
        peers = [other for other in columns if other.block == column.block]
        side = column.side or next((p.side for p in peers if p.side), None)
        measure = column.measure
        if measure == AMOUNT:
            named = {p.measure for p in peers if p.measure} - PLACEHOLDER_MEASURES
            sole = spec.sole_amount_measure.get(phase, "total") if phase else "total"
            measure = "total" if named else sole
        line_code = column.line_code
        if measure == BUDGET_OR_GRAND_TOTAL:
            measure = "budget"
            others = {other.line_code for other in columns if other is not column}
            line_code = "grand_total" if "total" in others else line_code
        if any(peer.role is Role.NAME for peer in peers):
            line_code = None
        yield replace(column, measure=measure, side=side, line_code=line_code)


def _positional(grid: Grid, spec: FormSpec) -> tuple[Column, ...]:
    """Columns by order, for forms whose sections each print their own small header."""
    used = sorted({cell.col_index for cell in grid.cells if cell.text.strip()})
    columns = []
    for index, name in zip(used, spec.positional_columns, strict=False):
        role = _POSITIONAL_ROLES.get(name, Role.MEASURE)
        columns.append(Column(index, role, measure=name if role is Role.MEASURE else None, header=name))
    return tuple(columns)

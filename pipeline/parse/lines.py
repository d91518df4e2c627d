"""Body rows to lines: one line per row and block, with its code, label, qualifier and amount cells."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from pipeline.model.extract import CellKind
from pipeline.model.form import FormSpec, LineRule, Role
from pipeline.model.grid import Cell, GridKind
from pipeline.model.text import match_key, squeeze
from pipeline.parse.amounts import read_amount
from pipeline.parse.table import CODE_STARTS, Column, Row, Segment, code_of

#: 合计 of a coded form, however printed.
_TOTAL = re.compile(r"^(部门|单位|本年|支出|收入|预算|本表|支出预算|收入预算|基本支出)*(合计|总计|总\s*计)$")
#: 类, 款 or 项 in a column of its own; a spreadsheet may have lost the leading zero of 01.
_CODE_AND_NAME = re.compile(r"[\[(（【]?(\d{3}(?:\d{2}){0,2})[\])）】]?[-—_]?([\u4e00-\u9fff].*)")
_PART = re.compile(r"\d{1,3}")
TOTAL_CODE = "TOTAL"
_LABEL_ROLES = (Role.CODE, Role.CODE_PART, Role.NAME, Role.QUALIFIER)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a form: what it is about and its amount cells, each with its column.

    `count_unit` is set for lines that count things; `is_subtotal` for subtotals outside the code tree.
    """

    side: str | None
    code: str | None
    label: str
    qualifier: str | None
    cells: tuple[tuple[Column, Cell], ...]
    row: Row
    kind: GridKind
    block: int
    count_unit: str | None = None
    is_subtotal: bool = False
    section: str | None = None


@dataclass(slots=True)
class _Carried:
    """What the rows of a table share, and what later ones take over: 类 and 款 printed once, the heading, the side."""

    rules: tuple[LineRule, ...]
    has_codes: bool
    merged_codes: dict[tuple[int, int], str]
    parts: dict[int, list[str]] = field(default_factory=dict)
    section: str | None = None
    side: str | None = None


def segment_to_lines(segment: Segment, spec: FormSpec, side: str | None = None) -> Iterator[Line]:
    """Yields the lines of a segment, row by row, block by block.

    Args:
        segment: Rows under their columns.
        spec: The form's catalogue entry.
        side: The side that the segment before it ended in, where both stand below each other.
    """
    codes = _code_cells(segment)
    carried = _Carried(_rules_of(segment, spec), bool(codes), dict(_merged(codes)), side=side)
    blocks: dict[int, list[Column]] = {}
    for column in segment.columns:
        blocks.setdefault(column.block, []).append(column)
    for row in segment.rows:
        heading = _section_heading(row, spec)
        if heading:
            carried.section = heading
            continue
        found: list[Line] = []
        blocks_end = -1
        for number, columns in blocks.items():
            line = _line(row, columns, spec, segment.kind, carried, number, blocks_end)
            blocks_end = columns[-1].index
            if line:
                found.append(line)
        yield from _with_merged_amounts(found, row, blocks)


def _code_cells(segment: Segment) -> list[tuple[int, Cell]]:
    """The cells of a table that hold a code, each with its column."""
    columns = [column.index for column in segment.columns if column.role is Role.CODE]
    cells = ((index, row.cells[index]) for row in segment.rows for index in columns if index in row.cells)
    return [(index, cell) for index, cell in cells if code_of(cell.text)]


def _merged(codes: list[tuple[int, Cell]]) -> Iterator[tuple[tuple[int, int], str]]:
    """Yields row and column of the cells that a code printed once is merged over, with the code."""
    for index, cell in codes:
        for row_index in range(cell.row_index + 1, cell.row_index + cell.row_span):
            yield (row_index, index), cell.text


def _rules_of(segment: Segment, spec: FormSpec) -> tuple[LineRule, ...]:
    """The line rules that hold in a table: some need another line beside theirs."""
    if not any(rule.beside for rule in spec.lines):
        return spec.lines
    names = [column.index for column in segment.columns if column.role is Role.NAME]
    keys = [match_key(row.cells[index].text) for row in segment.rows for index in names if index in row.cells]
    return tuple(rule for rule in spec.lines if rule.beside is None or any(rule.beside.search(key) for key in keys))


def _has_number(line: Line) -> bool:
    return any(read_amount(cell.text).kind is CellKind.NUMBER for _, cell in line.cells)


def _with_merged_amounts(lines: list[Line], row: Row, blocks: dict[int, list[Column]]) -> list[Line]:
    """Gives the last label of a row the amounts printed right of it under no label of their own.

    公用经费合计 is merged over several blocks: its amount stands below the last block's header, or even below a name.
    """
    labelled = [line for line in lines if line.label]
    if not labelled or not labelled[-1].is_subtotal or _has_number(labelled[-1]):
        return lines
    last = labelled[-1]
    own = blocks[last.block]
    measures = [column for column in own if column.role is Role.MEASURE]
    right = [
        cell
        for index, cell in sorted(row.cells.items())
        if index > own[0].index and read_amount(cell.text).kind is CellKind.NUMBER
    ]
    if not right or len(right) > len(measures):
        return lines
    cells = tuple(zip(measures, right, strict=False))
    return [replace(line, cells=cells) if line is last else line for line in lines if line.label]


def _section_heading(row: Row, spec: FormSpec) -> str | None:
    texts = [match_key(cell.text) for cell in row.cells.values() if cell.text.strip()]
    if not texts or not any(pattern.search(texts[0]) for pattern in spec.sections):
        return None
    return None if any(read_amount(text).kind is CellKind.NUMBER for text in texts) else texts[0]


def _line(
    row: Row, columns: list[Column], spec: FormSpec, kind: GridKind, carried: _Carried, block: int, blocks_end: int
) -> Line | None:
    row_index = next((cell.row_index for cell in row.cells.values()), -1)
    code_texts = [
        _text(row, c) or carried.merged_codes.get((row_index, c.index), "")
        for c in columns
        if c.role in (Role.CODE, Role.CODE_PART)
    ]
    names = [cell for c in columns if c.role is Role.NAME if (cell := _covering(row, c.index))]
    name = "".join(squeeze(cell.text) for cell in _distinct(names))
    qualifiers = [q for c in columns if c.role is Role.QUALIFIER if (q := _text(row, c))]
    if not name and not any(code_texts) and qualifiers:
        name = qualifiers.pop()
    code = _join_code(code_texts, carried, block)
    printed_code_words = "".join(text for text in code_texts if not _PART.fullmatch(match_key(text)))
    label = _ordinal(row, columns, name) + name or _stray_words(row, columns, blocks_end)
    code, label = _split_code(code, label if label or code else printed_code_words, spec)
    if read_amount(label).kind is CellKind.NUMBER:
        label = ""
    cells = [(c, row.cells[c.index]) for c in columns if c.role is Role.MEASURE and c.index in row.cells]
    if not label and not code:
        if spec.code_list and not any(c.role in _LABEL_ROLES for c in columns):
            code, label = TOTAL_CODE, "合计"
        elif not any(column.line_code for column, _ in cells):
            return _unlabelled(row, columns, cells, kind, block)
    elif not label:
        label = code or ""
    if label and _label_only_names_total(label, code_texts) and code is None and spec.code_list:
        code = TOTAL_CODE
    rule = _rule_for(label, carried) if label else None
    if rule is not None:
        code = code if rule.is_subtotal else rule.line_code  # 302 日常公用经费合计 keeps its code
        carried.side = rule.opens_side or carried.side
    is_sum = spec.uncoded_is_subtotal and carried.has_codes and code is None
    return Line(
        side=columns[0].side or carried.side,
        code=code,
        label=label,
        qualifier="/".join(qualifiers) or None,
        cells=tuple(cells),
        row=row,
        kind=kind,
        block=block,
        count_unit=rule.count_unit if rule else None,
        is_subtotal=rule.is_subtotal if rule else is_sum,
        section=carried.section,
    )


def _ordinal(row: Row, columns: list[Column], name: str) -> str:
    """The ordinal printed in a cell of its own, as it stands before a label: 1 | 基本支出 is 1、基本支出."""
    ordinals = [match_key(_text(row, column)) for column in columns if column.role is Role.ORDINAL]
    return f"{ordinals[0].removesuffix('.0')}、" if name and ordinals and ordinals[0] else ""


def _split_code(code: str | None, label: str, spec: FormSpec) -> tuple[str | None, str]:
    """Tells a code from the name printed in the same cell: 201一般公共服务支出, [2010301]行政运行."""
    match = _CODE_AND_NAME.fullmatch(label)
    if code or not match or match.group(1)[0] not in CODE_STARTS.get(spec.code_list, ""):
        return code, label
    return match.group(1), match.group(2)


def _unlabelled(
    row: Row, columns: list[Column], cells: list[tuple[Column, Cell]], kind: GridKind, block: int
) -> Line | None:
    """A row without any label matters only if it holds a number; the caller reports it."""
    numbers = tuple((c, cell) for c, cell in cells if read_amount(cell.text).kind is CellKind.NUMBER)
    if not numbers:
        return None
    return Line(columns[0].side, None, "", None, numbers, row, kind, block)


def _stray_words(row: Row, columns: list[Column], blocks_end: int) -> str:
    """Returns the words printed in columns without a header between the last block and this one's first amount."""
    known = {column.index for column in columns}
    first_amount = min((column.index for column in columns if column.role is Role.MEASURE), default=0)
    words = [
        squeeze(cell.text)
        for index, cell in row.cells.items()
        if blocks_end < index < first_amount and index not in known and cell.text.strip()
    ]
    return "".join(word for word in words if read_amount(word).kind is CellKind.UNREADABLE)


def _covering(row: Row, index: int) -> Cell | None:
    """Returns the cell printed over a column of this row: its own, or one merged over it from the left."""
    own = row.cells.get(index)
    if own is not None and own.text.strip():
        return own
    return next(
        (cell for start, cell in row.cells.items() if start < index < start + cell.col_span and cell.text.strip()), None
    )


def _distinct(cells: list[Cell]) -> list[Cell]:
    return [cell for n, cell in enumerate(cells) if not any(cell is other for other in cells[:n])]


def _text(row: Row, column: Column) -> str:
    cell = row.cells.get(column.index)
    return squeeze(cell.text) if cell else ""


def _join_code(texts: list[str], carried: _Carried, block: int) -> str | None:
    """Joins 类, 款, 项 printed in up to three columns; a blank 类 or 款 before a filled one is the last printed."""
    codes = [code_of(text) or "" for text in texts]
    if len([code for code in codes if code]) == 1 and all(
        code or not text for code, text in zip(codes, texts, strict=True)
    ):
        whole = "".join(codes)
        carried.parts[block] = [whole[:3], whole[3:5], whole[5:7]]
        return whole
    parts = [match_key(text).removesuffix(".0") for text in texts]
    if not any(parts) or not all(_PART.fullmatch(part) or not part for part in parts):
        return None
    last = carried.parts.get(block, ["", "", ""])
    parts = [part.zfill(2) if part and n else part for n, part in enumerate(parts)]
    filled = [n for n, part in enumerate(parts) if part]
    joined = [part or (last[n] if n < filled[-1] and n < len(last) else "") for n, part in enumerate(parts)]
    carried.parts[block] = joined
    return code_of("".join(joined))


def _label_only_names_total(label: str, code_texts: list[str]) -> bool:
    return bool(_TOTAL.match(match_key(label))) and not any(_PART.fullmatch(match_key(t)) for t in code_texts)


def _rule_for(label: str, carried: _Carried) -> LineRule | None:
    key = match_key(label)
    for rule in carried.rules:
        if rule.section is not None and not (carried.section and rule.section.search(carried.section)):
            continue
        if rule.pattern.search(key):
            return rule
    return None

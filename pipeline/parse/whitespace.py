"""A form printed as whitespace text to a segment: layout chosen, records made, columns decided.

The columns come from the blanks printed between amounts; where blanks are gone, the sums decide
(`columns_by_sums`), and where those cannot, the amounts are reported, not guessed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.model.account import ReadText
from pipeline.model.form import FormRegion, FormSpec, Role, TextLayout
from pipeline.model.grid import Cell, GridKind, TextLine
from pipeline.model.text import match_key, one_line, squeeze
from pipeline.parse.anchors import column_anchors
from pipeline.parse.columns_by_sums import Hints, decide_columns
from pipeline.parse.marks import record_marks
from pipeline.parse.records import Record, coded_records, numbered_records, sided_records
from pipeline.parse.table import CODE_STARTS, Column, Row, Segment, is_sequence
from pipeline.parse.tokens import Token, TokenKind, lines_to_tokens
from pipeline.parse.wrapped_lines import join_wrapped_lines

_NOTE = re.compile(r"^(注|说明|备注)[:.、]|^本表无数据")
_FURNITURE = re.compile(
    r"^-\s*\d+\s*-$|^第[一二三四五六七八九十]+部分|^第?\d+页(共\d+页)?$|公开\d+表$|^(部门|预算)?公开表\d+$|公开报告$"
)
_BODY_START = re.compile(
    r"^\s*(\d{3}|\d{5}|\d{7})(\s|$)|^\s*[一二三四五六七八九十]+、|^\s*(部门|单位)?(合计|总计)(\s+[-\d─—–]|\s*$)|\d\.\d{2}(\s|\D|$)"
)
#: A header line repeated on the next page is known by at least so many characters, column numbers by so many.
_MIN_HEADER_LINE = 6
_MIN_COLUMN_NUMBERS = 3
#: The issue, and the note on every cell of a line whose amounts nothing could give a column.
COLUMN_UNDECIDED = "column_undecided"
_FIGURE = re.compile(r"\d\.\d{2}(?!\d)")
#: Of an amount that stands in a label: the line was not told apart into its words and figures.
_GLUED = re.compile(r"\.\d\d(?!\d)")
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
#: Blocks side by side print a line each; more lines than these on one were joined.
_MAX_ON_LINE = 4
_ROLES = {"code": Role.CODE, "name": Role.NAME, "qualifier": Role.QUALIFIER, "line_no": Role.LINE_NO}


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that could not be decided, to become an issue."""

    category: str
    message: str
    remedy: str
    row_no: int | None = None
    raw_text: str = ""


@dataclass(frozen=True, slots=True)
class LaidOut:
    """The table as a segment (`None` where no layout fits), what is undecided, the texts that name its lines."""

    segment: Segment | None
    problems: tuple[Problem, ...]
    marks: tuple[ReadText, ...] = ()


def lay_out(region: FormRegion, hints: Hints | None = None) -> LaidOut:
    """Lays a form's text lines out into rows and columns.

    Args:
        region: A form whose table is text lines without separators.
        hints: What other forms of the document print for the same lines, where the blanks do not tell the column.
    """
    lines = _table_lines(region)
    layout, start = _choose_layout(lines, region.spec)
    body = _without_repeated_header(lines, start)
    header = "".join(line.text for line in lines[:start])
    if layout is None:
        return _no_layout(body, match_key(header))
    code_starts = CODE_STARTS[region.spec.code_list] if _has_code(layout) else ""
    sections = [lines_to_tokens(part, code_starts) for part in _sections(body, region.spec)]
    has_gaps = any(token.gap for tokens in sections for token in tokens)
    records = [record for tokens in sections for record in _records(tokens, layout, region.spec, has_gaps)]
    columns = _columns(layout, header)
    anchors = column_anchors(
        _header_as_printed(region, lines[:start], body),
        (token for tokens in sections for token in tokens),
        columns,
        len(layout.blocks),
    )
    rows, problems = decide_columns(records, columns, has_gaps, hints, anchors)
    open_ids = {id(record) for record in problems}
    spoilt = _spoilt([record for record, _ in rows if id(record) not in open_ids], len(layout.blocks))
    open_ids |= {id(record) for record in spoilt}
    rows = [(record, {} if id(record) in open_ids else cells) for record, cells in rows]
    built = tuple(_row(record, cells, columns, id(record) in open_ids) for record, cells in rows)
    return LaidOut(
        Segment(columns, built, GridKind.LAID_OUT),
        (*(_undecided(record) for record in problems), *(_unnamed(record) for record in spoilt)),
        tuple(record_marks(records)),
    )


def _header_as_printed(region: FormRegion, header: list[TextLine], body: list[TextLine]) -> list[TextLine]:
    """Returns the header's lines before wrapped ones were joined: a merged header cell stands between two lines."""
    first = body[0].bbox if body else None
    if first is None:
        return header
    printed = []
    for line in region.lines:
        if line.bbox is None or (line.page_no == body[0].page_no and line.bbox.top >= first.top):
            break
        printed.append(line)
    return printed


def _table_lines(region: FormRegion) -> list[TextLine]:
    """Cuts the notes below the table away, and running heads and page numbers out of it."""
    kept: list[TextLine] = []
    for line in join_wrapped_lines(region.lines):
        key = match_key(line.text)
        if _NOTE.match(key):
            break
        if key and (_FURNITURE.search(key) or key == match_key(region.title)):
            continue
        kept.append(line)
    return kept


def _choose_layout(lines: list[TextLine], spec: FormSpec) -> tuple[TextLayout | None, int]:
    """Finds the layout whose words stand in the header, and the index of the first body line.

    A header word alone on its line (合计) may look like a body line: later starts are tried while no layout fits.
    """
    starts = list(_body_starts(lines, spec)) or [len(lines)]
    for start in starts:
        header = match_key("".join(line.text for line in lines[:start]))
        for layout in spec.text_layouts:
            if all(word in header for word in layout.words):
                return layout, start
    return None, starts[0]


def _body_starts(lines: list[TextLine], spec: FormSpec) -> Iterator[int]:
    """Yields where the body may begin: after the column numbers, else where a line item stands."""
    for index, line in enumerate(lines):
        parts = line.text.split()
        if len(parts) > 2 and is_sequence(parts):  # noqa: PLR2004
            yield index + 1
            return
        if _FIGURE.search(line.text):
            break  # column numbers below are another table's
    has_named_lines = any(layout.blocks[0][0] == "name" for layout in spec.text_layouts)
    for index, line in enumerate(lines):
        is_named = has_named_lines and any(rule.pattern.search(match_key(line.text)) for rule in spec.lines)
        if is_named or _BODY_START.search(line.text):
            yield index


def _without_repeated_header(lines: list[TextLine], start: int) -> list[TextLine]:
    """Returns the body without what a page break repeats: header lines and column numbers.

    Short header lines are kept: a wrapped label may end in the same few characters (支出).
    """
    header = {key for line in lines[:start] if len(key := match_key(line.text)) >= _MIN_HEADER_LINE}
    numbers = {match_key(line.text) for line in lines[:start] if _is_column_numbers(line)}
    return [
        line
        for line in _own_lines(lines[start:], numbers)
        if not line.text.strip() or not (match_key(line.text) in header or _is_column_numbers(line))
    ]


def _own_lines(body: list[TextLine], numbers: set[str]) -> list[TextLine]:
    """Returns the lines above those of another table: one that prints column numbers this form's header does not."""
    last = -1  # the last line with an amount
    for position, line in enumerate(body):
        if last >= 0 and _is_column_numbers(line) and match_key(line.text) not in numbers:
            return body[: last + 1]
        if _FIGURE.search(line.text):
            last = position
    return body


def _is_column_numbers(line: TextLine) -> bool:
    parts = line.text.split()
    return is_sequence(parts) and ("栏次" in parts or len(parts) >= _MIN_COLUMN_NUMBERS)


def _sections(body: list[TextLine], spec: FormSpec) -> Iterator[list[TextLine]]:
    """Cuts a body at its section headings, each heading a part of its own; headers printed again are left out."""
    part: list[TextLine] = []
    for line in body:
        key = match_key(line.text)
        if any(pattern.search(key) for pattern in spec.sections):
            yield part
            yield [line]
            part = []
        elif not (spec.sections and key.startswith("项目")):
            part.append(line)
    yield part


def _has_code(layout: TextLayout) -> bool:
    return any("code" in block for block in layout.blocks)


def _records(tokens: list[Token], layout: TextLayout, spec: FormSpec, has_gaps: bool) -> list[Record]:
    first = layout.blocks[0]
    if layout.labels:
        amounts = [token for token in tokens if token.kind in (TokenKind.NUMBER, TokenKind.DASH)]
        return [Record(0, amounts=amounts, tokens=amounts)] if amounts else []
    if "line_no" in first:
        return numbered_records(tokens, len(layout.blocks), has_gaps)
    if len(layout.blocks) > 1 and "code" not in first:
        return sided_records(tokens, [len(block) for block in layout.blocks], has_gaps)

    def opens_line(text: str) -> bool:
        return any(rule.pattern.search(match_key(text)) for rule in spec.lines)

    return coded_records(tokens, "qualifier" in first, opens_line)


def _columns(layout: TextLayout, header: str) -> tuple[Column, ...]:
    """Numbers the layout's columns; blocks that print the same columns side by side share the first's."""
    printed = squeeze(header)
    blocks = layout.blocks if any(layout.sides) else layout.blocks[:1]
    columns: list[Column] = []
    for number, block in enumerate(blocks):
        for name in block:
            measure, _, line_code = name.partition(":")
            role = _ROLES.get(name, Role.MEASURE)
            label = _as_printed(layout.labels[len(columns)], printed) if layout.labels else name
            columns.append(
                Column(
                    index=len(columns),
                    role=role,
                    block=number,
                    measure=measure if role is Role.MEASURE else None,
                    line_code=line_code or None,
                    side=layout.sides[number],
                    header=label,
                )
            )
    return tuple(columns)


def _as_printed(label: str, header: str) -> str:
    """Returns a catalogue label in the width the header prints it in (（境） or (境)).

    >>> _as_printed("因公出国（境）费", "合计因公出国(境)费")
    '因公出国(境)费'
    """
    keys = match_key(header)
    at = keys.find(match_key(label))
    return header[at : at + len(label)] if at >= 0 and len(keys) == len(header) else label


def _row(
    record: Record, placed: dict[int, tuple[Token, str | None]], columns: tuple[Column, ...], is_undecided: bool
) -> Row:
    """Builds the row of one record: its words in the label columns of its block, its amounts where decided.

    Where they are not, every amount column says so: it is not blank, and no sum with it can be judged.
    """
    undecided = "? " + " ".join(token.text for token in record.amounts)
    line = record.tokens[0].line
    words = {Role.CODE: record.code, Role.NAME: record.label, Role.QUALIFIER: record.qualifier}
    cells: dict[int, Cell] = {}
    for column in columns:
        if column.block != record.block:
            continue
        text = words.get(column.role)
        if text:
            cells[column.index] = Cell(0, column.index, text, line_no=line.line_no)
        elif column.role is Role.MEASURE:
            cells[column.index] = (
                Cell(0, column.index, undecided, line_no=line.line_no, note=COLUMN_UNDECIDED)
                if is_undecided
                else Cell(0, column.index, "", line_no=line.line_no)
            )
    for index, (token, note) in placed.items():
        cells[index] = Cell(0, index, token.text, line_no=token.line.line_no, note=note)
    text = " / ".join(dict.fromkeys(one_line(token.text) for token in (t.line for t in record.tokens)))
    return Row(cells, line.line_no or 0, line.page_no, text)


def _undecided(record: Record) -> Problem:
    amounts = " ".join(token.text for token in record.amounts)
    return Problem(
        COLUMN_UNDECIDED,
        f"{record.code or ''}{record.label}: {amounts} stand in fewer columns than the form has; no sum decides which",
        "look at the page; the amounts are not loaded",
        record.tokens[0].line.line_no,
        record.tokens[0].line.text,
    )


def _spoilt(records: list[Record], blocks: int) -> list[Record]:
    """Returns the lines that a damaged text no longer tells; their sums across may hold by what was never one line.

    Their names hold amounts, or are in no Chinese writing, or many lines are printed as one.
    """
    on_line = Counter(id(record.tokens[0].line) for record in records)
    return [
        record
        for record in records
        if record.amounts
        and (
            _GLUED.search(record.label)
            or (record.code is None and record.label and not _CHINESE.search(record.label))
            or on_line[id(record.tokens[0].line)] > max(blocks, _MAX_ON_LINE)
        )
    ]


def _unnamed(record: Record) -> Problem:
    line = record.tokens[0].line
    return Problem(
        COLUMN_UNDECIDED,
        f"“{record.code or ''}{one_line(record.label)[:60]}” is no name of one line: words and "
        "amounts of the text are mixed up",
        "look at the page; the amounts are not loaded",
        line.line_no,
        one_line(line.text)[:200],
    )


def _no_layout(body: list[TextLine], header: str) -> LaidOut:
    numbers = [line for line in body if re.search(r"\d\.\d", line.text)]
    if not numbers:
        return LaidOut(None, ())
    problem = Problem(
        "unknown_layout",
        f"no text layout fits the header “{header[:80]}”; {len(numbers)} lines with amounts are not loaded",
        "add a text_layouts entry to the form's catalogue file",
        numbers[0].line_no,
        numbers[0].text,
    )
    return LaidOut(None, (problem,))

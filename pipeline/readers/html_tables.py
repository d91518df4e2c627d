"""HTML tables -> grids: spans, cells split by a table inside them, hidden rows left out, layout tables told apart.

What lives here: everything about one `<table>`. What must not: decoding, or what stands around it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from pipeline.model.grid import Cell, Grid, GridKind
from pipeline.readers.limits import MAX_SPANNED, refuse_above

#: What a browser allows; a broken page asks for millions.
MAX_COL_SPAN = 1000
#: A table of so few cells with so many lines in one of them is the frame of a page, not a table of figures.
_FRAME_CELLS = 12
_FRAME_LINES = 30
DROPPED_TAGS = frozenset(
    {"script", "style", "head", "noscript", "template", "select", "option", "textarea", "object", "iframe", "svg"}
)
BLOCK_TAGS = frozenset(
    {
        *("address", "article", "aside", "blockquote", "body", "br", "caption", "center", "dd", "details", "dir"),
        *("div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5"),
        *("h6", "header", "hr", "html", "legend", "li", "main", "menu", "nav", "ol", "p", "pre", "section"),
        *("summary", "table", "tbody", "td", "tfoot", "th", "thead", "title", "tr", "ul"),
    }
)
_HIDDEN = re.compile(r"(?:^|;)\s*(?:display\s*:\s*none|mso-hide\s*:\s*all)", re.IGNORECASE)
_WHITE = re.compile(r"[ \t\r\n\f\v]+")
_DIGITS = re.compile(r"\s*(\d+)")
_SECTION_ORDER = {"thead": 0, "tfoot": 2}
#: What Excel stores behind the text shown, in the HTML it writes.
_STORED_NUMBER = "x:num"


@dataclass(frozen=True, slots=True)
class _Placed:
    """A cell element at its place; places are 0-based."""

    element: etree._Element
    row: int
    col: int
    row_span: int
    col_span: int


@dataclass(slots=True)
class HtmlTable:
    """A grid and what was left out of it. `grid` is `None` where nothing is printed."""

    grid: Grid | None
    hidden_cells: int = 0


def is_hidden(element: etree._Element) -> bool:
    """Whether the page does not show this element."""
    return bool(_HIDDEN.search(element.get("style") or "")) or "hidden" in element.attrib


def has_text(element: etree._Element) -> bool:
    """Whether anything stands in the element, shown or not."""
    return any(text.strip(" \t\r\n\xa0") for text in element.itertext())


def is_dropped(element: etree._Element) -> bool:
    """Whether the element holds no text of the page: code, styles, form fields, comments."""
    return not isinstance(element.tag, str) or element.tag in DROPPED_TAGS


def lines_of(element: etree._Element) -> list[str]:
    """The lines an element shows: broken at `<br>` and at blocks, white space folded, empty ones left out.

    >>> lines_of(etree.fromstring("<td>一般公共<br/>预算 <b>支出</b></td>"))
    ['一般公共', '预算 支出']
    """
    lines: list[str] = [""]
    for is_start, inner in walk(element):
        if inner is not element and inner.tag in BLOCK_TAGS:
            lines.append("")
        text = inner.text if is_start else (inner.tail if inner is not element else None)
        lines[-1] += text or ""
    return [line for line in map(fold_white, lines) if line]


def walk(root: etree._Element) -> Iterator[tuple[bool, etree._Element]]:
    """Yields each element shown at its start (`True`) and its end (`False`); those not shown at their end only.

    Not recursive: a page may nest a thousand deep.
    """
    stack = [(True, root)]
    while stack:
        is_start, element = stack.pop()
        if is_start and (is_dropped(element) or is_hidden(element)):
            is_start = False
        yield is_start, element
        if is_start:
            stack.append((False, element))
            stack.extend((True, child) for child in reversed(element))


def fold_white(text: str) -> str:
    r"""Folds white space as a browser does; a no-break space is shown as a blank.

    >>> fold_white("\n  合\u00a0计 ")
    '合 计'
    """
    return _WHITE.sub(" ", text).replace("\xa0", " ").strip()


def is_layout(table: etree._Element) -> bool:
    """Whether a table only places things on the page: one column, or it holds tables that are more than a split cell.

    A table of figures may hold a small table in a cell that was split; that cell is no reason to take it apart.
    """
    placed, _ = _place(table)
    if len(placed) <= 1 or max(cell.col + cell.col_span for cell in placed) == 1 or _spans_all(placed):
        return True
    for cell in placed:
        inner = _real_tables(cell.element)
        if inner and (len(inner) > 1 or len(_place(inner[0])[0]) >= len(placed) or not _fills(inner[0], cell.element)):
            return True
    return len(placed) <= _FRAME_CELLS and any(len(lines_of(cell.element)) > _FRAME_LINES for cell in placed)


def _real_tables(element: etree._Element) -> list[etree._Element]:
    """The tables below a cell, however deep, that hold more than one cell."""
    return [inner for inner in element.iter("table") if inner is not element and len(_place(inner)[0]) > 1]


def _fills(inner: etree._Element, element: etree._Element) -> bool:
    """Whether a cell shows nothing but the table in it."""
    return "".join(lines_of(inner)) == "".join(lines_of(element))


def _spans_all(placed: list[_Placed]) -> bool:
    """Whether every row is one cell: a column of text set in several columns."""
    return len({cell.row for cell in placed}) == len(placed) and len({cell.col for cell in placed}) == 1


def html_table_to_grid(table: etree._Element, page_no: int) -> HtmlTable:
    """Turns a table into a grid; `rowspan` and `colspan` become spans, a table in a cell splits that cell."""
    placed, hidden = _place(table)
    hidden_cols = _hidden_cols(table)
    shown = [cell for cell in placed if not hidden_cols.issuperset(range(cell.col, cell.col + cell.col_span))]
    hidden += sum(has_text(cell.element) for cell in placed) - sum(has_text(cell.element) for cell in shown)
    cells = tuple(_to_cell(cell) for cell in sorted(_split(shown), key=lambda cell: (cell.row, cell.col)))
    if not any(cell.text for cell in cells):
        return HtmlTable(None, hidden)
    height = max(cell.row_index + cell.row_span for cell in cells)
    width = max(cell.col_index + cell.col_span for cell in cells)
    return HtmlTable(Grid(GridKind.HTML, cells, height, width, page_no=page_no), hidden)


def _to_cell(placed: _Placed) -> Cell:
    text = "\n".join(lines_of(placed.element))
    stored = placed.element.get(_STORED_NUMBER) or None
    return Cell(
        placed.row,
        placed.col,
        text,
        placed.row_span,
        placed.col_span,
        stored_text=stored if stored != text else None,
    )


@dataclass(slots=True)
class _Rows:
    """The rows of one table in the order shown: head, bodies, foot; cells without a row get one."""

    rows: list[tuple[int, list[etree._Element]]] = field(default_factory=list)
    hidden: int = 0


def _rows_of(table: etree._Element) -> _Rows:
    """The cells of a table by row, without those of tables inside it and without hidden ones."""
    found = _Rows()
    stack = [(child, 1) for child in reversed(table)]
    while stack:
        element, section = stack.pop()
        if is_dropped(element) or element.tag == "table":
            continue
        if is_hidden(element):
            found.hidden += sum(1 for cell in element.iter("td", "th") if has_text(cell))
            continue
        if element.tag in ("td", "th"):
            if not found.rows:
                found.rows.append((section, []))
            found.rows[-1][1].append(element)
            continue
        if element.tag == "tr":
            found.rows.append((section, []))
        section = _SECTION_ORDER.get(element.tag, section)
        stack.extend((child, section) for child in reversed(element))
    found.rows.sort(key=lambda row: row[0])
    return found


def _place(table: etree._Element) -> tuple[list[_Placed], int]:
    """Places the cells as HTML says: each takes the next free column of its row. Returns also how many are hidden."""
    found = _rows_of(table)
    rows = found.rows
    free_from: dict[int, int] = {}  # column -> first row that is free again
    placed = []
    places = 0
    for row_index, (_, elements) in enumerate(rows):
        col = 0
        for element in elements:
            while free_from.get(col, 0) > row_index:
                col += 1
            col_span = min(_span(element, "colspan") or 1, MAX_COL_SPAN)
            row_span = min(_span(element, "rowspan") or len(rows), len(rows) - row_index)
            placed.append(_Placed(element, row_index, col, row_span, col_span))
            places += row_span * col_span
            for taken in range(col, col + col_span):
                free_from[taken] = max(free_from.get(taken, 0), row_index + row_span)
            col += col_span
        refuse_above(places, MAX_SPANNED, "places in a table")
    return placed, found.hidden


def _span(element: etree._Element, name: str) -> int:
    """The span asked for; 1 where none is written or it makes no sense; 0 means "to the end"."""
    match = _DIGITS.match(element.get(name) or "1")
    return int(match.group(1)) if match else 1


def _hidden_cols(table: etree._Element) -> set[int]:
    """Columns that Excel hid: it keeps their cells and hides the `<col>`."""
    hidden: set[int] = set()
    col = 0
    for element in table.iterchildren("col", "colgroup"):
        for inner in [element] if element.tag == "col" else (list(element.iterchildren("col")) or [element]):
            width = min(max(_span(inner, "span"), 1), MAX_COL_SPAN)
            if is_hidden(inner):
                hidden.update(range(col, col + width))
            col += width
    return hidden


def _split(placed: list[_Placed]) -> list[_Placed]:
    """Puts the cells of a table inside a cell in that cell's place; its rows and columns are widened to hold them."""
    inside = {cell.element: _place(inner[0])[0] for cell in placed if (inner := _real_tables(cell.element))}
    if not inside:
        return placed
    widths: dict[int, int] = {}
    heights: dict[int, int] = {}
    for cell in placed:
        if cells := inside.get(cell.element):
            _widen(widths, cell.col, cell.col_span, max(c.col + c.col_span for c in cells))
            _widen(heights, cell.row, cell.row_span, max(c.row + c.row_span for c in cells))
    lefts = _starts(widths, max(cell.col + cell.col_span for cell in placed))
    tops = _starts(heights, max(cell.row + cell.row_span for cell in placed))
    result = []
    for cell in placed:
        top, bottom = tops[cell.row], tops[cell.row + cell.row_span]
        left, right = lefts[cell.col], lefts[cell.col + cell.col_span]
        if cells := inside.get(cell.element):
            result += [_inner(c, cells, (top, left, bottom, right)) for c in cells]
        else:
            result.append(_Placed(cell.element, top, left, bottom - top, right - left))
    return result


def _widen(sizes: dict[int, int], first: int, span: int, needed: int) -> None:
    """Makes the last of `span` lines wide enough for `needed` parts in all."""
    have = sum(sizes.get(index, 1) for index in range(first, first + span))
    if needed > have:
        last = first + span - 1
        sizes[last] = sizes.get(last, 1) + needed - have


def _starts(sizes: dict[int, int], count: int) -> list[int]:
    starts = [0]
    for index in range(count):
        starts.append(starts[-1] + sizes.get(index, 1))
    return starts


def _inner(cell: _Placed, cells: list[_Placed], box: tuple[int, int, int, int]) -> _Placed:
    """Places one cell of the inner table; those at its right and lower edge reach to the edge of the cell."""
    top, left, bottom, right = box
    is_last_row = cell.row + cell.row_span == max(c.row + c.row_span for c in cells)
    is_last_col = cell.col + cell.col_span == max(c.col + c.col_span for c in cells)
    row_end = bottom if is_last_row else top + cell.row + cell.row_span
    col_end = right if is_last_col else left + cell.col + cell.col_span
    return _Placed(cell.element, top + cell.row, left + cell.col, row_end - top - cell.row, col_end - left - cell.col)

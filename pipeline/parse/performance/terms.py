"""How long a project runs (项目期), and the kinds of projects whose names hold a number."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise

from pipeline.model.extract import CellKind
from pipeline.model.grid import TextLine
from pipeline.parse.performance.drafts import Figure
from pipeline.parse.performance.rows import PrintedCell, PrintedRow
from pipeline.parse.performance.words import performance_words

MEASURE, UNIT = "project_years", "年"


def term_in_row(row: PrintedRow) -> Figure | None:
    """Returns the years printed as label and value (项目期 | 3年), `None` where the row prints none."""
    words = performance_words()
    for label, value in pairwise(row.filled):
        match = words.term_values.fullmatch(value.key) if words.term_labels.search(label.key) else None
        if match:
            return _term(value, match[1])
    return None


def term_in_line(line: TextLine, row_no: int) -> Figure | None:
    """Returns the years a line of text prints behind 项目期, `None` where it prints none."""
    match = performance_words().terms_in_lines.search(line.text)
    if match is None:
        return None
    cell = PrintedCell(0, 1, match["years"], line.page_no, row_no, line.bbox)
    return _term(cell, match["years"])


def kinds_in_line(line: TextLine, row_no: int) -> Iterator[PrintedCell]:
    """Yields the names of kinds of projects that hold a number: 一次性项目（1年结束）."""
    for match in performance_words().kinds_of_projects.finditer(line.text):
        yield PrintedCell(0, 1, match.group(), line.page_no, row_no, line.bbox)


def _term(cell: PrintedCell, years: str) -> Figure:
    return Figure(MEASURE, cell, CellKind.NUMBER, Decimal(years), 0, UNIT, "printed in the cell")

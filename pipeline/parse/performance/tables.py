"""A table of one project, or of a list of projects: rows to a `Reading`, band by band.

A band is a header and the rows below it: amounts, indicators, or projects one a row. Between bands stand labels with
their values. What no band knows is passed over: descriptions, analyses, signatures.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from pipeline.model.extract import CellKind
from pipeline.model.form import FormRegion
from pipeline.model.performance import AttachmentKind
from pipeline.model.text import squeeze
from pipeline.parse.amounts import read_amount
from pipeline.parse.performance.align import HeaderColumn
from pipeline.parse.performance.drafts import Figure, Project, Reading, remark_at
from pipeline.parse.performance.indicators import (
    IndicatorState,
    indicator_header,
    read_indicator_row,
    with_values_below,
)
from pipeline.parse.performance.money import (
    assign_by_order,
    assign_exact,
    figure_cells,
    header_units,
    make_figure,
    money_header,
    paired_figures,
    unit_evidence,
    unit_in,
    with_second_row,
)
from pipeline.parse.performance.rows import PrintedCell, PrintedRow
from pipeline.parse.performance.terms import term_in_row
from pipeline.parse.performance.words import performance_words

_FEWEST_FIGURES = 4
#: A row of the total with two numbers prints the points that can be reached before those that were.
_WHOLE_AND_SCORE = 2
_LONGEST_LABEL = 30
#: Amounts of a plan that its funds divide.
_PERIODS = frozenset({"period_budget", "annual_budget"})
#: Points beside amounts are those for spending the money, not the project's.
_OF_THE_RATE = {"score": "execution_score", "weight": "execution_weight"}


class TableReader:
    """Reads the rows of one attachment in order; `reading` gathers what they say."""

    def __init__(self, region: FormRegion, kind: AttachmentKind, name: str | None = None) -> None:
        self.reading = Reading()
        self._region = region
        self._kind = kind
        self._name = name
        self._money: tuple[HeaderColumn, ...] = ()
        self._money_units: dict[int, str] = {}
        self._money_width = 0
        self._band_unit: str | None = None
        self._state: IndicatorState | None = None
        self._header_open = False
        self._total_open = False
        self._project: Project | None = None
        self._pair_measures: list[str] = []
        self._above: dict[int, str] = {}

    def read(self, rows: Sequence[PrintedRow]) -> Reading:
        """Reads all rows."""
        for row in rows:
            if row.filled:
                self._read_row(row)
        return self.reading

    def _read_row(self, row: PrintedRow) -> None:
        if self._is_header(row):
            return
        first = row.filled[0].key
        if self._total_open and self._reads_total(row):
            return
        self._total_open = False
        if self._state and performance_words().total_rows.search(first):
            self._total_open = True
            self._reads_total(row)
        elif self._state and performance_words().after_indicators.search(first):
            self._state = None
        elif self._state:
            self._reads_indicators(row)
        else:
            self._reads_labels(row)

    def _is_header(self, row: PrintedRow) -> bool:
        columns = indicator_header(row)
        if columns:
            self._state = IndicatorState(columns, row.width)
            self._header_open, self._money = True, ()
            return True
        if self._state and self._header_open:
            self._header_open = False
            below = with_values_below(self._state.columns, row)
            if below:
                self._state.columns = below
                return True
        money = money_header(row)
        if money and not self._state:
            second = with_second_row(self._money, row) if self._money and row.width == self._money_width else None
            self._money, self._money_width = second or money, row.width
            self._money_units = {**(self._money_units if second else {}), **header_units(row)}
            self._band_unit = next((u for cell in row.filled if (u := unit_in(cell.key))), self._band_unit)
            return True
        return False

    def project(self, row: PrintedRow | None = None) -> Project:
        """Returns the project the rows are about, opened where the name has not been printed yet."""
        if self._project is None:
            row_no = row.row_no if row else self._region.line_no or 1
            page_no = row.page_no if row else self._region.page_no
            method = row.kind.value if row else "text_whitespace"
            self._project = Project(self._kind, self._name or "", page_no, row_no, method)
            self.reading.projects.append(self._project)
        return self._project

    def _reads_labels(self, row: PrintedRow) -> None:
        words = performance_words()
        cells = row.filled
        for label, value in pairwise(cells):
            if words.person_labels.search(label.key) or len(label.key) > _LONGEST_LABEL:
                continue
            is_value = not (words.name_labels.search(value.key) or words.other_labels.search(value.key))
            if words.name_labels.search(label.key) and is_value:
                self._names(row, value)
            elif words.unit_labels.search(label.key) and is_value and not words.unit_labels.search(value.key):
                self.project(row).unit_name = squeeze(value.text)
                self.reading.read_cells.append(value)
        term = term_in_row(row)
        if term:
            self._add(self.project(row), term)
        self._reads_amounts(row)

    def _names(self, row: PrintedRow, value: PrintedCell) -> None:
        project = self.project(row)
        if not project.name:
            project.name = squeeze(value.text)
            self.reading.read_cells.append(value)
            project.row_no, project.page_no = value.row_no, value.page_no

    def _reads_amounts(self, row: PrintedRow) -> None:
        words = performance_words()
        if any(words.person_labels.search(cell.key) for cell in row.filled):
            return  # a telephone number is no amount
        label = next((cell for cell in row.filled if read_amount(cell.text).number is None), None)
        labels = [cell for cell in row.filled if read_amount(cell.text).number is None and not cell.key.endswith("%")]
        line = next((c for c in labels if words.total_lines.search(c.key) or words.source_lines.search(c.key)), None)
        if line and (self._money or len(figure_cells(row, line)) >= _FEWEST_FIGURES):
            self._reads_line(row, line)
        elif self._money and row.is_exact and label and figure_cells(row, label):
            self._reads_line(row, label)
        else:
            self._reads_pairs(row)

    def _reads_line(self, row: PrintedRow, label: PrintedCell) -> None:
        cells = figure_cells(row, label)
        project = self.project(row)
        own = unit_in(label.key)
        is_total = not any(figure.source is None for figure in project.figures)
        source = None if is_total else squeeze(label.text).rstrip(":：")
        reason = None
        if row.is_exact and self._money and row.width == self._money_width:
            assigned = assign_exact(cells, self._money)
        else:
            assigned, reason = self._assigned(cells)
        for cell, measure in assigned:
            unit = own or self._money_units.get(cell.col_index) if row.is_exact else own
            unit = unit or self._unit_of_measure(measure) or self._band_unit
            figure = make_figure(cell, measure, source, self._unit(unit), reason)
            figure.measure = _OF_THE_RATE.get(measure, measure)
            self._add(project, figure)

    def _assigned(self, cells: list[PrintedCell]) -> tuple[list[tuple[PrintedCell, str]], str | None]:
        """Figures of a row whose columns are not exact: a row with blanks takes the columns of the row above."""
        places = [cell.col_index for cell in cells]
        if len(cells) < len(self._above) and self._above.keys() >= set(places):
            return [(cell, self._above[cell.col_index]) for cell in cells], "columns of the row above"
        assigned, reason = assign_by_order(cells, self._money)
        if not assigned and cells:
            self.reading.remarks.append(
                remark_at(
                    cells[0],
                    "amounts_not_placed",
                    f"{len(cells)} figures fit no known order of columns: "
                    + ", ".join(cell.text.strip() for cell in cells)[:80],
                    "look at the page; the figures are not loaded",
                )
            )
        self._above = {cell.col_index: measure for cell, measure in assigned}
        if not self._money and reason:
            reason = f"the header is missing; {reason}"
        return assigned, reason

    def _unit_of_measure(self, measure: str) -> str | None:
        """The unit in the header cell of a measure, where the row's cells do not stand below it."""
        return next((self._money_units.get(column.col_index) for column in self._money if column.role == measure), None)

    def _unit(self, unit: str | None) -> tuple[str | None, str]:
        if unit:
            return unit, "printed in the table"
        return self._region.unit.unit, unit_evidence(self._region.unit)

    def _add(self, project: Project, figure: Figure) -> None:
        if figure.kind is CellKind.NUMBER:
            project.figures.append(figure)
            self.reading.read_cells.append(figure.cell)

    def _reads_pairs(self, row: PrintedRow) -> None:
        words = performance_words()
        band = next((unit for cell in row.cells if (unit := unit_in(cell.key)) and "资金" in cell.key), None)
        self._band_unit = band or self._band_unit
        totals = []
        for number, (label, cell) in enumerate(paired_figures(row)):
            entry = next((entry for entry in words.paired_amounts if entry.pattern.search(label.key)), None)
            figure_unit = self._unit(unit_in(label.key) or self._band_unit)
            if entry:
                totals += [entry.measure] if entry.measure in _PERIODS else []
                self._add(self.project(row), make_figure(cell, entry.measure, None, figure_unit, None))
            elif words.paired_sources.search(label.key) and (totals or self._pair_measures):
                # behind its total in one row a fund is of that total, in a row of its own of the total above it
                measure = totals[-1] if totals else self._pair_measures[min(number, len(self._pair_measures) - 1)]
                source = squeeze(label.text).rstrip(":：")
                self._add(self.project(row), make_figure(cell, measure, source, figure_unit, None))
        self._pair_measures = totals or self._pair_measures

    def _reads_indicators(self, row: PrintedRow) -> None:
        if self._state is None:
            return
        named = next((c for c in row.cells if self._is_project_cell(c)), None)
        if named and named.text.strip() and not named.is_above:
            self._project = None
            self._name = squeeze(named.text)
            self.project(row)
        found = read_indicator_row(row, self._state, self.reading)
        self.project(row).indicators += found

    def _is_project_cell(self, cell: PrintedCell) -> bool:
        columns = self._state.columns if self._state else ()
        return any(c.role == "project" and c.col_index <= cell.col_index < c.col_index + c.span for c in columns)

    def _reads_total(self, row: PrintedRow) -> bool:
        """Reads 总分: the last number is the score, a word the grade; they may stand in rows of their own."""
        words = performance_words()
        cells = [cell for cell in row.filled if not words.total_rows.search(cell.key)]
        numbers = [cell for cell in cells if read_amount(cell.text.strip().removesuffix("分")).number is not None]
        grades = [cell for cell in cells if words.grades.search(cell.key)]
        if len(numbers) + len(grades) < len(cells) and not words.total_rows.search(row.filled[0].key):
            return False
        project = self.project(row)
        if numbers and not any(figure.measure == "score" for figure in project.figures):
            if len(numbers) == _WHOLE_AND_SCORE:
                self._add(project, make_figure(numbers[0], "full_score", None, (None, ""), None))
            self._add(project, make_figure(numbers[-1], "score", None, (None, ""), None))
        if grades:
            project.grade = grades[-1].key
            self.reading.read_cells.append(grades[-1])
        return True

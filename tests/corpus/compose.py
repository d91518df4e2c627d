"""Facts and a template family become tables: every labelled amount cell carries its truth. No file format here."""

from __future__ import annotations

import re
from itertools import zip_longest

from tests.corpus.amounts import CellKind, classify_cell, parse_number, to_yuan
from tests.corpus.attachments import compose_attachment
from tests.corpus.facts import DocumentFacts, ExpectedForm, ExpectedValue, FormFacts, Line, LineKind
from tests.corpus.layouts import BlockLayout, FormLayout, load_family, parse_header_row
from tests.corpus.sentences import printed_text
from tests.corpus.table import CellRole, FormPage, PlacedCell, Row, Table, TableCell, TypesetDocument

DISCLAIMER = (
    "本文件由 gongkai 依据公开数字重新排版，用于演示，不是原件。",
    "Re-set by gongkai from published figures for demonstration; not the original document.",
)
#: Lines of 部门决算公开相关信息统计表 that are counted, not paid.
COUNT_KEYS = ("vehicles_", "equipment_")
_WEIGHTS = {"code": 1.5, "name": 3.4, "qualifier": 3.0, "line_no": 0.9}
_AMOUNT_WEIGHT = 2.1
_LABEL_COLUMNS = frozenset({"code", "name", "qualifier", "line_no", "key"})
_ROLES = {"code": CellRole.CODE, "line_no": CellRole.LINE_NO}
_WHITE_SPACE = re.compile(r"\s+")
_COLUMN_NUMBER = re.compile(r"^[\d.]*$|^[栏档]次$")
_TOTAL_LABEL = re.compile(r"合\s*计$|总\s*计$")


def compose(facts: DocumentFacts, *, is_demo: bool = False) -> TypesetDocument:
    """Lays the facts out in their family's forms.

    Args:
        is_demo: put the notice on the first page that this is re-set from published figures.
    """
    family = load_family(facts.family)
    return TypesetDocument(
        cover=facts.cover,
        disclaimer=DISCLAIMER if is_demo else (),
        running_header=facts.running_header,
        forms=tuple(_compose_form(facts, form, family.forms[form.layout]) for form in facts.forms),
        about=tuple(map(printed_text, facts.about)),
        sentences=tuple(map(printed_text, facts.sentences)),
        attachments=tuple(page for attachment in facts.attachments for page in compose_attachment(facts, attachment)),
    )


def squeeze(text: str) -> str:
    """Takes all white space out of a printed label.

    >>> squeeze("　　遗属 补助")
    '遗属补助'
    """
    return _WHITE_SPACE.sub("", text)


def _compose_form(facts: DocumentFacts, form: FormFacts, layout: FormLayout) -> FormPage:
    words = {"year": facts.fiscal_year, "department": facts.department, "unit": facts.unit}
    parts = {
        "title": layout.title.format(**words),
        "form_no": layout.form_no,
        "organisation": layout.organisation.format(**words),
        "period": layout.period.format(**words),
        "unit": layout.unit_line.format(**words),
    }
    notes = layout.notes + ((layout.empty_note,) if form.is_empty else ())
    return FormPage(
        form=ExpectedForm(form.layout, layout.form_id, parts["title"], form.is_empty),
        heading=tuple((part, parts[part]) for part in layout.heading if parts[part]),
        table=_FormTable(facts, form, layout).build(),
        notes=notes,
    )


class _FormTable:
    """Builds one form's table. Holds what every cell of it needs to know."""

    def __init__(self, facts: DocumentFacts, form: FormFacts, layout: FormLayout) -> None:
        self.form = form
        self.layout = layout
        self.unit = facts.unit
        self.header = self._header_rows(form.header or layout.header, facts.fiscal_year)
        self.weights = tuple(_WEIGHTS.get(c, _AMOUNT_WEIGHT) for block in layout.blocks for c in block.printed_columns)
        self.leaf_labels = self._find_leaf_labels()

    def build(self) -> Table:
        rows = [self._body_row(lines) for lines in zip_longest(*self.form.blocks)]
        if self.form.footer:
            rows.append(self._footer_row())
        return Table(self.weights, self.header, tuple(rows))

    @staticmethod
    def _header_rows(texts: tuple[str, ...], year: int) -> tuple[Row, ...]:
        rows = (parse_header_row(text.replace("{year}", str(year))) for text in texts)
        return tuple(
            tuple(TableCell(cell.text, CellRole.HEADER, cell.col_span, cell.row_span) for cell in row) for row in rows
        )

    def _find_leaf_labels(self) -> dict[int, str]:
        placed: tuple[PlacedCell, ...] = Table(self.weights, self.header, ()).placed()
        named = (p for p in placed if not _COLUMN_NUMBER.match(p.cell.text))
        return {p.col_index + i: squeeze(p.cell.text) for p in named for i in range(p.cell.col_span)}

    def _body_row(self, lines: tuple[Line | None, ...]) -> Row:
        cells: list[TableCell] = []
        for block_index, (line, block) in enumerate(zip(lines, self.layout.blocks, strict=True)):
            first_column = sum(cell.col_span for cell in cells)
            new = self._block_cells(line or Line(()), block, first_column)
            if block_index:
                new[0] = _mark_block(new[0])
            cells.extend(new)
        return tuple(cells)

    def _block_cells(self, line: Line, block: BlockLayout, first_column: int) -> list[TableCell]:
        width = len(block.printed_columns)
        if line.kind is LineKind.SECTION:
            return [TableCell(line.cells[0], CellRole.SECTION, col_span=width)]
        if line.kind is LineKind.HEADER:
            return [TableCell(text, CellRole.HEADER) for text in line.cells]
        texts = _fit(line.cells, len(block.columns))
        by_column = dict(zip(block.columns, texts, strict=True))
        merged = _merged_label_columns(by_column)
        cells = [TableCell(by_column[merged[0]], CellRole.TOTAL_LABEL, col_span=2)] if merged else []
        for column, text in by_column.items():
            if column == "key" or column in merged:
                continue
            col_index = first_column + sum(cell.col_span for cell in cells)
            cells.append(self._cell(column, text, by_column, block, col_index))
        return cells

    def _cell(self, column: str, text: str, by_column: dict[str, str], block: BlockLayout, col_index: int) -> TableCell:
        if column in _LABEL_COLUMNS:
            is_total = column == "name" and _TOTAL_LABEL.search(text) is not None
            return TableCell(text, CellRole.TOTAL_LABEL if is_total else _ROLES.get(column, CellRole.LABEL))
        code, label = _line_key(by_column)
        measure = column
        if ":" in column:
            measure, code = column.split(":")
            label = self.leaf_labels[col_index]
        qualifier = squeeze(by_column.get("qualifier", "")) or None
        truth = self._truth(block.side, code, label, qualifier, measure, text) if label else None
        return TableCell(text, CellRole.AMOUNT, truth=truth)

    def _footer_row(self) -> Row:
        cells: list[TableCell] = []
        texts = list(self.form.footer)
        for group in self.layout.footer:
            label = texts.pop(0)
            cells.append(TableCell(label, CellRole.TOTAL_LABEL, col_span=group.span, begins_block=bool(cells)))
            for measure in group.measures:
                text = texts.pop(0)
                truth = self._truth(None, None, squeeze(label), None, measure, text)
                cells.append(TableCell(text, CellRole.AMOUNT, truth=truth))
        return tuple(cells)

    def _truth(
        self, side: str | None, code: str | None, label: str, qualifier: str | None, measure: str, text: str
    ) -> ExpectedValue:
        kind = classify_cell(text)
        is_number = kind is CellKind.NUMBER
        is_count = code is not None and code.startswith(COUNT_KEYS)
        return ExpectedValue(
            form_id=self.layout.form_id,
            line_side=side,
            line_code=code,
            line_label=label,
            qualifier=qualifier,
            measure=measure,
            cell_kind=kind,
            amount_yuan=to_yuan(text, self.unit) if is_number and not is_count else None,
            count_value=parse_number(text) if is_number and is_count else None,
            reported_text=text,
            reported_unit=None if is_count else self.unit,
        )


def _line_key(by_column: dict[str, str]) -> tuple[str | None, str]:
    """The line's code and label; (None, '') for a row without either."""
    if "code" not in by_column:
        return by_column.get("key") or None, squeeze(by_column.get("name", ""))
    printed = by_column["code"]
    if printed and not printed.isdigit():
        return "TOTAL", squeeze(printed)
    return printed or None, squeeze(by_column["name"])


def _merged_label_columns(by_column: dict[str, str]) -> tuple[str, ...]:
    """The two columns that a 合计 stands across; empty for an ordinary line."""
    code = by_column.get("code", "")
    if code and not code.isdigit():
        return ("code", "name")
    if by_column.get("key") == "TOTAL" and "qualifier" in by_column:
        return ("name", "qualifier")
    return ()


def _mark_block(cell: TableCell) -> TableCell:
    return TableCell(cell.text, cell.role, cell.col_span, cell.row_span, begins_block=True, truth=cell.truth)


def _fit(cells: tuple[str, ...], width: int) -> tuple[str, ...]:
    """Pads a line to the layout's columns.

    Raises:
        ValueError: a line has text beyond the last column.
    """
    if any(cells[width:]):
        raise ValueError(f"found {len(cells)} cells, expected at most {width}: {cells}")
    return (cells + ("",) * width)[:width]

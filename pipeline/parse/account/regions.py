"""Which form each line and row of a document belongs to, and which pages hold forms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.model.account import NumberToken
from pipeline.model.form import FormRegion, RowKind
from pipeline.model.grid import Document, Grid

#: Page index, block index, row index (-1 for a line).
_RowPlace = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Regions:
    """Where the forms stand.

    A page with rows of a statutory form's table, or with figures of one, is a form page; prose that follows the last
    form on pages of its own is none. Without pages (text, Word, HTML) a form's own lines and rows are its page.
    """

    by_row: dict[_RowPlace, FormRegion]
    form_pages: set[int]
    has_pages: bool

    def add_page(self, token: NumberToken) -> None:
        """Takes the page of a figure for a form page."""
        self.form_pages.add(token.page_index)

    def region_at(self, token: NumberToken) -> FormRegion | None:
        """Returns the form a number stands in, `None` outside all forms."""
        return self.by_row.get((token.page_index, token.block_index, token.row_index))

    def is_form_page(self, token: NumberToken) -> bool:
        """Whether a number stands on a page with a statutory form."""
        if self.has_pages:
            return token.page_index in self.form_pages
        region = self.region_at(token)
        return region is not None and region.spec.row_kind is not RowKind.ATTACHMENT


def regions_of(document: Document, regions: Sequence[FormRegion]) -> Regions:
    """Finds each region's lines and rows in the document again.

    A row of a grid that recognition took for lines (a title, the line of the unit) belongs to the form below it.
    """
    by_part = {id(part): region for region in regions for part in _parts(region)}
    by_row: dict[_RowPlace, FormRegion] = {}
    pages: set[int] = set()
    for page_index, page in enumerate(document.pages):
        for block_index, block in enumerate(page.blocks):
            if isinstance(block, Grid):
                rows = _rows(block, by_part)
                by_row.update(((page_index, block_index, row), region) for row, region in rows.items())
            elif id(block) in by_part:
                by_row[page_index, block_index, -1] = by_part[id(block)]
    for (page_index, _, row_index), region in by_row.items():
        if row_index >= 0 and region.spec.row_kind is not RowKind.ATTACHMENT:
            pages.add(page_index)
    return Regions(by_row, pages, document.page_count is not None)


def _parts(region: FormRegion) -> list[object]:
    return [*region.lines, *(cell for grid in region.grids for cell in grid.cells)]


def _rows(grid: Grid, by_part: dict[int, FormRegion]) -> dict[int, FormRegion]:
    rows: dict[int, FormRegion] = {}
    for cell in grid.cells:
        if cell.row_index not in rows and (region := by_part.get(id(cell))):
            rows[cell.row_index] = region
    if not rows:
        return rows
    below: FormRegion | None = None
    for row_index in range(max(rows), -1, -1):
        below = rows.setdefault(row_index, below) if below else rows.get(row_index)
    return rows

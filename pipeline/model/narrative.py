"""What a sentence of the 情况说明 says with a figure: one fact for one number and one thing it is about."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from pipeline.model.grid import BBox


class Position(NamedTuple):
    """Where a number begins: 0-based page and block in the document, and the offset in the block's text.

    In a table cell used for prose `block_index` is the table's and `cell_index` the cell's; in a line it is `None`.
    """

    page_index: int
    block_index: int
    cell_index: int | None
    offset: int


class NarrativeFact(NamedTuple):
    """One figure in a sentence and what it is about. Exactly one of amount, rate and count is set.

    `line_names` are the printed class, section and item (类, 款, 项), `None` where one is not named; `line_code` is
    found from them. `basis` says what a rate or a change is measured against: `prior_year`, `initial_budget`,
    `annual_budget`, or the topic of the whole a share is of. `reference_year` is the year the figure is of.
    `precision` is the size of the last printed digit, in yuan, per cent or things.
    `grade` is that of `FormValue`, by the tables and rates that agree.
    `paragraph_no` and `offset` tell what is said together and in which order.
    `bbox` is the printed line's, where the format has positions.
    A change is negative where the words say less; `reported_text` is the number as printed.
    """

    fact_id: str
    section: str | None
    topic: str
    measure: str
    line_code: str | None
    line_label: str
    line_names: tuple[str | None, str | None, str | None]
    basis: str | None
    reference_year: int | None
    amount_yuan: Decimal | None
    rate_percent: Decimal | None
    count_value: Decimal | None
    reported_text: str
    reported_unit: str
    precision: Decimal
    reason: str | None
    sentence: str
    page_no: int | None
    line_no: int | None
    bbox: BBox | None
    is_derived: bool
    derived_from: tuple[str, ...] = ()
    doubt: str | None = None
    position: Position | None = None
    paragraph_no: int = 0
    offset: int = 0
    grade: str = "unproven"

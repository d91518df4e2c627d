"""What one wrong figure, row or unit of a document does to its sums, said once."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class Cause(StrEnum):
    """Why sums break."""

    MISREAD = "misread"
    PUBLISHER_ARITHMETIC = "publisher_arithmetic"
    UNIT = "unit"
    MISSING_ROW = "missing_row"
    DUPLICATE_ROW = "duplicate_row"
    CODE_NAME_CONFLICT = "code_name_conflict"


@dataclass(frozen=True, slots=True)
class Finding:
    """One cause and all the sums it breaks.

    Attributes:
        value_ids: the figures blamed, the first of them where it stands; of an unlocated finding those that may be it.
        is_located: whether the cell, row or form is named; otherwise the sums leave several.
        difference_yuan: how far the figure is off, as printed minus what the sums ask for.
        proposed_yuan: what the blamed figure would have to be; only where one figure alone mends every sum.
        checks: the broken sums, as positions among the document's checks.
        sentence_zh, sentence_en: one plain sentence each.
    """

    cause: Cause
    severity: str
    form_id: str
    instance_no: int
    page_no: int | None
    row_no: int | None
    col_no: int | None
    line_code: str | None
    line_label: str
    measure: str | None
    is_located: bool
    difference_yuan: Decimal | None
    proposed_yuan: Decimal | None
    value_ids: tuple[str, ...]
    checks: tuple[int, ...]
    sentence_zh: str
    sentence_en: str

"""Personal data that was withheld: of what kind, and where on which page it stood. The text itself is nowhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple

from pipeline.model.grid import BBox


class PersonalData(StrEnum):
    """What of a person is withheld."""

    NAME = "name"
    TELEPHONE = "telephone"
    IDENTITY_NUMBER = "identity_number"
    PASSPORT = "passport"
    BANK_ACCOUNT = "bank_account"
    EMAIL = "email"

    @property
    def word_zh(self) -> str:
        """Its name on the page."""
        return _WORDS_ZH[self]

    @property
    def mark(self) -> str:
        """What stands in the text where it stood.

        >>> PersonalData.NAME.mark
        '[姓名]'
        """
        return f"[{self.word_zh}]"


_WORDS_ZH = {
    PersonalData.NAME: "姓名",
    PersonalData.TELEPHONE: "电话",
    PersonalData.IDENTITY_NUMBER: "身份证号",
    PersonalData.PASSPORT: "护照号",
    PersonalData.BANK_ACCOUNT: "银行账号",
    PersonalData.EMAIL: "邮箱",
}


class WithheldPlace(NamedTuple):
    """One place where personal data stood: a cell, or the touched part of a line.

    `page_no` is `None` where the text stands on no page (notes, names of sheets); `bbox` as in `Cell`, `None` where the
    format has no positions.
    """

    kind: PersonalData
    page_no: int | None
    bbox: BBox | None


def counts_by_kind(places: Iterable[WithheldPlace]) -> dict[PersonalData, int]:
    """How many places of each kind, in the order of the kinds; kinds without any are left out."""
    counts = Counter(place.kind for place in places)
    return {kind: counts[kind] for kind in PersonalData if counts[kind]}

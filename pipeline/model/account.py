"""What became of every number a document prints: the kinds, the tokens, and the counts the lake keeps."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


class NumberKind(StrEnum):
    """What a printed number is. Every number is of exactly one kind; `unexplained` is the measure of what is missing.

    The first three were read into facts; `code`, `line_number` and `label` were read with the figures of their line or
    are told by the table they stand in; the others are told by words and layout (`pipeline/parse/account/words.yaml`).
    """

    VALUE = "value"
    ATTACHMENT = "attachment"
    SENTENCE = "sentence"
    CODE = "code"
    LINE_NUMBER = "line_number"
    LABEL = "label"
    ORDINAL = "ordinal"
    DATE = "date"
    PAGE_NUMBER = "page_number"
    CONTENTS = "contents"
    CITATION = "citation"
    TELEPHONE = "telephone"
    POSTAL_CODE = "postal_code"
    FORM_NUMBER = "form_number"
    HEADER = "header"
    THRESHOLD = "threshold"
    UNEXPLAINED = "unexplained"


class ReadText(NamedTuple):
    """A printed text the parser took for something: where it stands and what it was taken for.

    `row_no` and `col_no` are 1-based (`row_no` is the line number in text files, 0 where a line has none);
    `col_no` is `None` where the page has no columns. `form` is the form's id and number in the document, `None` where
    it is not known: in a file without pages (Word, HTML) every table begins with row 1 of page 1.
    """

    page_no: int | None
    row_no: int
    text: str
    kind: NumberKind = NumberKind.ATTACHMENT
    col_no: int | None = None
    form: tuple[str, int] | None = None


class NumberToken(NamedTuple):
    """One printed number and its place.

    `page_index` and `block_index` count from 0 in the document; `row_index` and `col_index` are 0-based in a grid,
    -1 in a line of text. `start` and `end` are offsets in the raw text of the line or cell; `text` is what stands
    there with its width folded and white space out.
    """

    page_index: int
    block_index: int
    row_index: int
    col_index: int
    page_no: int | None
    row_no: int
    start: int
    end: int
    text: str


class AccountCount(NamedTuple):
    """How many numbers of one kind a form's part of the document prints, or (`form_id` is `None`) the rest of it.

    `is_form_page` says whether they stand on a page with a statutory form; in a file without pages, inside one.
    """

    form_id: str | None
    instance_no: int | None
    is_form_page: bool
    number_kind: NumberKind
    token_count: int


class UnexplainedLine(NamedTuple):
    """A line or row with numbers nobody read: its place, the line as printed, and the numbers among it."""

    page_no: int | None
    row_no: int
    form_id: str | None
    instance_no: int | None
    is_form_page: bool
    line: str
    numbers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NumberAccount:
    """The account of one document: the counts, and every line with numbers nobody read, in reading order."""

    counts: tuple[AccountCount, ...] = ()
    unexplained: tuple[UnexplainedLine, ...] = ()

    def count(self, *, is_explained: bool | None = None, on_form_pages: bool = False) -> int:
        """Counts the numbers: all, only the explained ones or only the others, everywhere or on form pages.

        >>> read = AccountCount("revenue", 1, True, NumberKind.VALUE, 9)
        >>> account = NumberAccount((read, AccountCount(None, None, False, NumberKind.UNEXPLAINED, 1)))
        >>> account.count(), account.count(is_explained=True), account.count(on_form_pages=True)
        (10, 9, 9)
        """
        return sum(
            row.token_count
            for row in self.counts
            if (not on_form_pages or row.is_form_page)
            and (is_explained is None or is_explained == (row.number_kind is not NumberKind.UNEXPLAINED))
        )

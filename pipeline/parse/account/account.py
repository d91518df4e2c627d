"""The account itself: every number of a document to one kind, the counts by form, the lines nobody read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from pipeline.model.account import AccountCount, NumberAccount, NumberKind, NumberToken, ReadText, UnexplainedLine
from pipeline.model.form import FormRegion
from pipeline.model.grid import BlockPlace, Document, Grid, TextLine
from pipeline.model.text import match_key, one_line
from pipeline.parse.account.pages import page_numbers
from pipeline.parse.account.places import kinds_by_place, supply_of
from pipeline.parse.account.regions import Regions, regions_of
from pipeline.parse.account.tables import header_years, kinds_by_table, numbers_columns
from pipeline.parse.account.tokens import number_tokens
from pipeline.parse.account.word_file import Where
from pipeline.parse.account.words import context_of, kinds_by_words

#: (page index, block index, row and column index of the cell or -1 in a line, offset of the number's first digit).
SentenceSpan = tuple[int, int, int, int, int]


@dataclass(slots=True)
class _Account:
    """The numbers of a document and what is known of each so far."""

    document: Document
    regions: Regions
    tokens: list[NumberToken]
    kinds: list[NumberKind | None]


def account_numbers(
    document: Document,
    regions: Sequence[FormRegion] = (),
    reads: Iterable[ReadText] = (),
    sentence_spans: Collection[SentenceSpan] = frozenset(),
    contents: Collection[BlockPlace] = frozenset(),
) -> NumberAccount:
    """Explains every number a document prints, or says that it cannot.

    Args:
        document: The document as first read.
        regions: The forms recognised in it.
        reads: Every text read as a value, in an attachment, or as a code, line number or label, with its place.
        sentence_spans: Where the numbers of the facts read from sentences begin.
        contents: The grids and lines of tables of contents.

    Returns:
        The counts by form and kind, which add up to the number of tokens, and the lines with unexplained numbers.
    """
    tokens = list(number_tokens(document))
    placed = regions_of(document, regions)
    kinds = kinds_by_place(tokens, supply_of(reads), [_form_at(placed, token) for token in tokens])
    for token, kind in zip(tokens, kinds, strict=True):
        if kind is NumberKind.VALUE:
            placed.add_page(token)
    account = _Account(document, placed, tokens, kinds)
    if sentence_spans:
        _explain_sentences(account, sentence_spans)
    _explain_the_rest(account, contents)
    return NumberAccount(tuple(_counts(account)), tuple(_unexplained(account)))


def _form_at(placed: Regions, token: NumberToken) -> tuple[str, int] | None:
    region = placed.region_at(token)
    return (region.spec.form_id, region.instance_no) if region else None


def _explain_sentences(account: _Account, spans: Collection[SentenceSpan]) -> None:
    for index, token in enumerate(account.tokens):
        place = token.page_index, token.block_index, token.row_index, token.col_index, token.start
        if account.kinds[index] is None and place in spans:
            account.kinds[index] = NumberKind.SENTENCE


def _explain_the_rest(account: _Account, contents: Collection[BlockPlace]) -> None:
    """Tables and pages first, then the words of each line or cell that still holds an open number."""
    numbers_of_pages = page_numbers(account.document)
    for place, indices in _open_by_block(account):
        block = account.document.pages[place[0]].blocks[place[1]]
        if isinstance(block, Grid):
            _explain_grid(account, block, indices, is_contents=place in contents)
        else:
            if place in contents:
                account.kinds[indices[-1]] = NumberKind.CONTENTS
            elif place in numbers_of_pages:
                account.kinds[indices[-1]] = NumberKind.PAGE_NUMBER
            elif numbers_columns(match_key(part) for part in block.text.split()):
                _set(account, indices, NumberKind.LINE_NUMBER)
            open_indices = [index for index in indices if account.kinds[index] is None]
            _explain_words(account, block.text, open_indices, Where.LINE, _neighbours(account.document, place))


def _set(account: _Account, indices: Iterable[int], kind: NumberKind) -> None:
    for index in indices:
        account.kinds[index] = kind


def _open_by_block(account: _Account) -> list[tuple[BlockPlace, list[int]]]:
    still_open = [index for index, kind in enumerate(account.kinds) if kind is None]
    groups = groupby(still_open, key=lambda n: (account.tokens[n].page_index, account.tokens[n].block_index))
    return [(place, list(indices)) for place, indices in groups]


def _explain_grid(account: _Account, grid: Grid, indices: list[int], *, is_contents: bool) -> None:
    if is_contents:
        _set(account, indices, NumberKind.CONTENTS)
        return
    by_cell = kinds_by_table(grid)
    by_cell.update((place, NumberKind.HEADER) for place in header_years(grid) if place not in by_cell)
    texts = {(cell.row_index, cell.col_index): cell.text for cell in grid.cells}
    by_place = groupby(indices, key=lambda n: (account.tokens[n].row_index, account.tokens[n].col_index))
    for place, group in by_place:
        found = list(group)
        if place in by_cell:
            _set(account, found, by_cell[place])
        else:
            _explain_words(account, texts[place], found, Where.CELL)


def _explain_words(
    account: _Account, text: str, indices: list[int], where: Where, neighbours: tuple[str, str] = ("", "")
) -> None:
    if not indices:
        return
    tokens = [account.tokens[index] for index in indices]
    kinds = kinds_by_words(context_of(text), tokens, where, *neighbours)
    for index, kind in zip(indices, kinds, strict=True):
        account.kinds[index] = kind


def _neighbours(document: Document, place: BlockPlace) -> tuple[str, str]:
    """Returns the texts of the lines before and after one on its page, empty where a table or nothing stands there."""
    blocks = document.pages[place[0]].blocks
    before = blocks[place[1] - 1] if place[1] else None
    after = blocks[place[1] + 1] if place[1] + 1 < len(blocks) else None
    return (
        before.text if isinstance(before, TextLine) else "",
        after.text if isinstance(after, TextLine) else "",
    )


def _counts(account: _Account) -> Iterator[AccountCount]:
    counted: Counter[tuple[str, int, bool, NumberKind]] = Counter()
    for token, kind in zip(account.tokens, account.kinds, strict=True):
        region = account.regions.region_at(token)
        form = (region.spec.form_id, region.instance_no) if region else ("", 0)
        counted[*form, account.regions.is_form_page(token), kind or NumberKind.UNEXPLAINED] += 1
    for (form_id, instance_no, is_form_page, kind), count in sorted(counted.items()):
        yield AccountCount(form_id or None, instance_no or None, is_form_page, kind, count)


def _unexplained(account: _Account) -> Iterator[UnexplainedLine]:
    """Yields one line or row after the other, with all its open numbers."""
    still_open = [token for token, kind in zip(account.tokens, account.kinds, strict=True) if kind is None]
    for (page_index, block_index, row_index), group in groupby(
        still_open, key=lambda token: (token.page_index, token.block_index, token.row_index)
    ):
        found = list(group)
        block = account.document.pages[page_index].blocks[block_index]
        region = account.regions.region_at(found[0])
        yield UnexplainedLine(
            found[0].page_no,
            found[0].row_no,
            region.spec.form_id if region else None,
            region.instance_no if region else None,
            account.regions.is_form_page(found[0]),
            one_line(block.text) if isinstance(block, TextLine) else _row_text(block, row_index),
            tuple(token.text for token in found),
        )


def _row_text(grid: Grid, row_index: int) -> str:
    return " | ".join(one_line(cell.text) for cell in grid.cells if cell.row_index == row_index and cell.text.strip())

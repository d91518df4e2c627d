"""A `Document` -> the same with its persons' names and numbers replaced by marks: the entry of this room.

What lives here: the passes over a document. What must not: how a person is told (`recognise.py`, `neighbours.py`).
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from pipeline.model.grid import Block, Document, Grid, Page, TextLine
from pipeline.model.personal import PersonalData, WithheldPlace
from pipeline.privacy.neighbours import find_beside_labels, find_on_next_line, is_figure_of_its_column
from pipeline.privacy.numbers import BARE_MOBILE
from pipeline.privacy.propagate import KnownNames
from pipeline.privacy.recognise import Span, find_in_text, find_in_wrapped
from pipeline.privacy.rewrite import rewrite_cell, rewrite_line, rewrite_text
from pipeline.privacy.words import Words, fold, words

#: Digits and signs one of which a page with a person's number holds, blanks taken out within its cells.
_NUMBER_TRIGGER = re.compile(r"1[3-9]\d-?\d{4}-?\d{4}|\d{15}|@")
_BETWEEN = "\x1f"

#: Spans by the place of the cell in its grid; a line has place 0.
_Found = dict[int, list[Span]]


@dataclass(frozen=True, slots=True)
class Withholding:
    """A document without its persons, where they stood, and their names.

    `names` are held in memory to find them in other readings of the same file; they are never stored: `None` where the
    document was kept from an earlier night.
    """

    document: Document
    places: tuple[WithheldPlace, ...]
    names: frozenset[str] | None


def withhold_persons(document: Document, known: Collection[str] = ()) -> Withholding:
    """Replaces names, telephone and identity numbers of persons by marks, everywhere in a document.

    Figures are never touched: a number is withheld by its label, its check digit, or as a mobile number where no figure
    can stand. A name found by its place is withheld everywhere, unless it stands as holder of an office.

    Args:
        document: As read. Its `file_name` is the publisher's and stays.
        known: Names found in another reading of the same file.

    Returns:
        The document itself where nobody was found, else one of the same grids, boxes and positions.
    """
    given = words()
    pages = [_find_on_page(page.blocks, given) for page in document.pages]
    hidden = _find_on_page(document.hidden, given)
    names = frozenset(known) | _names(document, pages, hidden)
    people = KnownNames(names, given)
    places: list[WithheldPlace] = []
    new_pages = tuple(
        _rewrite_page(page, found, people, places) for page, found in zip(document.pages, pages, strict=True)
    )
    new_hidden = _rewrite_blocks(document.hidden, hidden, people, None, places)
    notes, damage = (
        tuple(_rewrite_loose(text, people, places) for text in texts) for texts in (document.notes, document.damage)
    )
    if not places:
        return Withholding(document, (), names)
    changed = replace(
        document,
        pages=new_pages,
        hidden=tuple(block for block in new_hidden if isinstance(block, Grid)),
        notes=notes,
        damage=damage,
    )
    return Withholding(changed, tuple(places), names)


def withhold_in_text(text: str) -> str:
    """The same for a text that stands alone: the message of an error.

    >>> withhold_in_text("经办人：张三 联系电话：13800000000")
    '经办人：[姓名] 联系电话：[电话]'
    """
    return rewrite_text(text, find_in_text(fold(text), words()))


def _find_on_page(blocks: Sequence[Block], given: Words) -> list[_Found]:
    """What each block of a page holds; nothing is looked for where no word or number of a person stands."""
    text = fold("".join(_BETWEEN.join(_raw_texts(blocks)).split()))
    triggers = [word for word in given.triggers if word in text]
    if not triggers and not _NUMBER_TRIGGER.search(text):
        return [{} for _ in blocks]
    found = [
        _find_in_grid(block, triggers, given) if isinstance(block, Grid) else _find_in_line(block.text, triggers, given)
        for block in blocks
    ]
    _find_across_lines(blocks, found, triggers, given)
    return found


def _raw_texts(blocks: Sequence[Block]) -> Iterator[str]:
    for block in blocks:
        if isinstance(block, Grid):
            for cell in block.cells:
                yield cell.text
        else:
            yield block.text


def _is_likely(text: str, triggers: Sequence[str]) -> bool:
    joined = "".join(text.split())
    return any(word in joined for word in triggers) or bool(_NUMBER_TRIGGER.search(joined))


def _find_in_line(text: str, triggers: Sequence[str], given: Words) -> _Found:
    folded = fold(text)
    spans = find_in_text(folded, given) if _is_likely(folded, triggers) else []
    return {0: spans} if spans else {}


def _find_in_grid(grid: Grid, triggers: Sequence[str], given: Words) -> _Found:
    texts = {place: fold(cell.text) for place, cell in enumerate(grid.cells) if cell.text.strip()}
    likely = [place for place, text in texts.items() if _is_likely(text, triggers)]
    found: _Found = {}
    for place, span in find_beside_labels(grid.cells, texts, likely, given):
        found.setdefault(place, []).append(span)
    for place in likely:
        spans = find_in_wrapped(texts[place], given)
        is_lone = bool(BARE_MOBILE.fullmatch("".join(texts[place].split())))
        if spans and not (is_lone and place not in found and is_figure_of_its_column(grid.cells, texts, place)):
            found.setdefault(place, []).extend(spans)
    return found


def _find_across_lines(blocks: Sequence[Block], found: list[_Found], triggers: Sequence[str], given: Words) -> None:
    for number, (block, following) in enumerate(itertools.pairwise(blocks)):
        if isinstance(block, Grid) or isinstance(following, Grid) or not _is_likely(block.text, triggers):
            continue
        here, there = find_on_next_line(fold(block.text), fold(following.text), given)
        for spans, at in ((here, number), (there, number + 1)):
            if spans:
                found[at].setdefault(0, []).extend(spans)


def _names(document: Document, pages: list[list[_Found]], hidden: list[_Found]) -> frozenset[str]:
    """The names found by their places, without white space; only sure ones are looked for elsewhere."""
    blocks = [block for page in document.pages for block in page.blocks]
    everything = zip([*blocks, *document.hidden], [*(f for page in pages for f in page), *hidden], strict=True)
    return frozenset(
        "".join(fold(_text_at(block, place))[span.start : span.end].split())
        for block, found in everything
        for place, spans in found.items()
        for span in spans
        if span.is_sure_name
    )


def _text_at(block: Block, place: int) -> str:
    return block.cells[place].text if isinstance(block, Grid) else block.text


def _rewrite_page(page: Page, found: list[_Found], people: KnownNames, places: list[WithheldPlace]) -> Page:
    before = len(places)
    blocks = _rewrite_blocks(page.blocks, found, people, page.page_no, places)
    if page.is_turned:
        places[before:] = [place._replace(bbox=None) for place in places[before:]]
    name = _rewrite_loose(page.name, people, places) if page.name else page.name
    return page if len(places) == before else replace(page, blocks=blocks, name=name)


def _rewrite_blocks(
    blocks: Sequence[Block],
    found: list[_Found],
    people: KnownNames,
    page_no: int | None,
    places: list[WithheldPlace],
) -> tuple[Block, ...]:
    return tuple(
        _rewrite_grid(block, spans, people, page_no, places)
        if isinstance(block, Grid)
        else _rewrite_line(block, spans.get(0, []), people, page_no, places)
        for block, spans in zip(blocks, found, strict=True)
    )


def _rewrite_line(
    line: TextLine, spans: list[Span], people: KnownNames, page_no: int | None, places: list[WithheldPlace]
) -> TextLine:
    everyone = [*spans, *people.find(fold(line.text))]
    if not everyone:
        return line
    changed, touched = rewrite_line(line, everyone)
    places += [WithheldPlace(kind, page_no, box) for kind, box in touched]
    return changed


def _rewrite_grid(
    grid: Grid, found: _Found, people: KnownNames, page_no: int | None, places: list[WithheldPlace]
) -> Grid:
    before = len(places)
    cells = list(grid.cells)
    for place, cell in enumerate(cells):
        spans = [*found.get(place, ()), *(people.find(fold(cell.text)) if people.names and cell.text else ())]
        if spans:
            cells[place], kinds = rewrite_cell(cell, spans)
            places += [WithheldPlace(kind, page_no, cell.bbox) for kind in kinds]
    sheet_name = _rewrite_loose(grid.sheet_name, people, places) if grid.sheet_name else grid.sheet_name
    return grid if len(places) == before else replace(grid, cells=tuple(cells), sheet_name=sheet_name)


def _rewrite_loose(text: str, people: KnownNames, places: list[WithheldPlace]) -> str:
    """A text on no page: a note, the name of a sheet."""
    folded = fold(text)
    spans = [*find_in_text(folded, words()), *people.find(folded)]
    if spans:
        places += [WithheldPlace(kind, None, None) for kind in sorted({span.kind for span in spans}, key=PersonalData)]
    return rewrite_text(text, spans)

"""Numbers told by the page they stand on: lone page numbers that count on, and the lines below the heading 目录."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from pipeline.model.account import NumberKind
from pipeline.model.grid import Document, Page, TextLine
from pipeline.model.text import match_key

#: A page number stands alone in one of the first or last lines of its page.
_EDGE_BLOCKS = 2
_LONE = re.compile(r"\d{1,3}")
#: Two pages that count on from each other; one lone number may be anything.
_MIN_PAGES = 2
_HEADING = re.compile(r"^[(—\-]*(目录|目次)[:)—\-]*$")
_CONTENTS_LINE = re.compile(r"^(?=.*[\u4e00-\u9fff]).{2,70}[^\d.,]\(?\d{1,3}\)?$")
#: A page of contents has at least so many lines that name a page; prose begins with the first line longer than this.
_MIN_CONTENTS_LINES = 3
_PROSE_LENGTH = 75

#: A block, as (page index, block index).
BlockPlace = tuple[int, int]


def kinds_by_page(document: Document) -> dict[BlockPlace, NumberKind]:
    """Tells the lines whose last number is a page's: lone page numbers, lines of a table of contents."""
    kinds = dict.fromkeys(_page_numbers(document), NumberKind.PAGE_NUMBER)
    kinds.update((place, NumberKind.CONTENTS) for place in _contents_lines(document))
    return kinds


def _page_numbers(document: Document) -> Iterator[BlockPlace]:
    """Yields the lone numbers at a page's edge that keep their distance from the page's own count."""
    lone = [
        (int(match_key(page.blocks[block_index].text)) - page_index, page_index, block_index)  # type: ignore[union-attr]
        for page_index, page in enumerate(document.pages)
        for block_index in _edges(page)
        if _is_lone(page, block_index)
    ]
    pages_of = Counter(distance for distance, _ in {(distance, page_index) for distance, page_index, _ in lone})
    for distance, page_index, block_index in lone:
        if pages_of[distance] >= _MIN_PAGES:
            yield page_index, block_index


def _edges(page: Page) -> list[int]:
    count = len(page.blocks)
    return sorted({*range(min(_EDGE_BLOCKS, count)), *range(max(0, count - _EDGE_BLOCKS), count)})


def _is_lone(page: Page, block_index: int) -> bool:
    block = page.blocks[block_index]
    return isinstance(block, TextLine) and _LONE.fullmatch(match_key(block.text)) is not None


def _contents_lines(document: Document) -> Iterator[BlockPlace]:
    for page_index, page in enumerate(document.pages):
        start = next((n for n, block in enumerate(page.blocks) if _is_heading(block)), None)
        if start is None:
            continue
        found = []
        for block_index in range(start + 1, len(page.blocks)):
            block = page.blocks[block_index]
            if not isinstance(block, TextLine) or len(key := match_key(block.text)) > _PROSE_LENGTH:
                break
            if _CONTENTS_LINE.match(key):
                found.append((page_index, block_index))
        if len(found) >= _MIN_CONTENTS_LINES:
            yield from found


def _is_heading(block: object) -> bool:
    return isinstance(block, TextLine) and "目" in block.text and bool(_HEADING.match(match_key(block.text)))

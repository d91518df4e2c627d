"""Numbers told by the page they stand on: lone page numbers that count on."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from pipeline.model.grid import BlockPlace, Document, Page, TextLine
from pipeline.model.text import match_key

#: A page number stands alone in one of the first or last lines of its page.
_EDGE_BLOCKS = 2
_LONE = re.compile(r"\d{1,3}")
#: Two pages that count on from each other; one lone number may be anything.
_MIN_PAGES = 2


def page_numbers(document: Document) -> frozenset[BlockPlace]:
    """Returns the lines that are the number of their page and nothing else."""
    return frozenset(_page_numbers(document))


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

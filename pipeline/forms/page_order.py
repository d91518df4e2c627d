"""Where the pages of a document do not follow one another: what goes on there is not what went before."""

from __future__ import annotations

import re
from itertools import pairwise

from pipeline.model.grid import Document, Page, TextLine
from pipeline.model.text import match_key

#: A line that is a page number and nothing else: -12-, 第12页, 第12页共30页, 12/30.
_PAGE_NO = re.compile(r"[-—–·]*(?:第)?(\d{1,3})(?:页)?(?:[,/]?共?\d{1,4}页?)?[-—–·]*")


def broken_pages(document: Document) -> frozenset[int]:
    """Returns the pages that do not go on where the page before ends.

    Either their printed number is not the next one (a page that prints none, or more than one that could be it, says
    nothing, and neither does the page after it), or the page before lost all it printed: it is empty in a broken file.
    """
    return frozenset(
        page.page_no
        for before, page in pairwise(document.pages)
        if _does_not_follow(before, page) or (document.damage and not before.blocks)
    )


def _does_not_follow(before: Page, page: Page) -> bool:
    numbers = _printed_no(before), _printed_no(page)
    return None not in numbers and numbers[1] != (numbers[0] or 0) + 1


def _printed_no(page: Page) -> int | None:
    """The number a page prints on its first or last line, alone there."""
    lines = [block for block in page.blocks if isinstance(block, TextLine) and block.text.strip()]
    ends = {id(line): line for line in (*lines[:1], *lines[-1:])}.values()
    numbers = {int(match[1]) for line in ends if (match := _PAGE_NO.fullmatch(match_key(line.text)))}
    return numbers.pop() if len(numbers) == 1 else None

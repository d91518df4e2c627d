"""Tables of contents (目录), as tables and as lines: told from figures, so that nobody looks for a form in them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from pipeline.model.grid import BlockPlace, Document, Grid, TextLine
from pipeline.model.text import match_key

_NAMED = re.compile(r"(目录|目次)[:(]?\)?$")
_PAGE_NO = re.compile(r"第?(\d{1,3})页?")
#: An amount or a count: no page has such a number.
_FIGURE = re.compile(r"-?\d[\d,]*\.\d+|-?\d{1,3}(,\d{3})+|-?\d{4,}")
#: A figure within a heading; its year is none.
_AMOUNT = re.compile(r"\d\.\d|\d,\d{3}")
_HEADING = re.compile(
    r"第[一二三四五六七八九十]+(部分|章)|[(]?[一二三四五六七八九十]+[)、.]|\d+[、.]|附?表[一二三四五六七八九十\d]+"
)
#: What a disclosure's contents name; lines that count things (一、公务用车 3) name none of it.
_PART = re.compile(r"部分|表$|表[.…]|说明|名词解释")
#: Fewer lines in order may be a list of anything.
_MIN_ROWS = 5
_MOST = 0.8
#: Dots that lead from a heading to its page say what the number is, whatever the headings name.
_LEADER = re.compile(r"[\u4e00-\u9fff)”》][.·•…⋯]{3,}$")
_MIN_LED_ROWS = 3
#: The heading 目录 stands in one of the first cells.
_FIRST_CELLS = 3
_HEADING_AND_PAGE = 2
_TITLE_LINE = re.compile(r"^[(—\-]*(目录|目次)[:)—\-]*$")
_LINE = re.compile(r"^(?=.*[\u4e00-\u9fff]).{2,70}[^\d.,]\(?\d{1,3}\)?$")
#: A page of contents has at least so many lines that name a page; prose begins with the first line longer than this.
_MIN_LINES = 3
_PROSE_LENGTH = 75


def is_contents(grid: Grid) -> bool:
    """Whether a grid is a table of contents: no figures, and called 目录 or made of headings with rising page numbers.

    政府采购目录 with its amounts is none.
    """
    rows = [texts for row in grid.rows() if (texts := [key for cell in row.values() if (key := match_key(cell.text))])]
    if not rows or any(_FIGURE.fullmatch(text) for texts in rows for text in texts):
        return False
    if any(sum(bool(_PAGE_NO.fullmatch(text)) for text in texts[1:]) > 1 for texts in rows):
        return False  # two numbers beside a name are figures
    first = [text for texts in rows for text in texts][:_FIRST_CELLS]
    if any(_NAMED.search(text) for text in (*first, match_key(grid.sheet_name or ""))):
        return True
    return _is_led_to_pages(rows) or (len(rows) >= _MIN_ROWS and _is_headings_with_pages(rows))


def is_list_of_contents(grid: Grid) -> bool:
    """Whether a grid is a table of contents of one heading a line: none of its lines is the title of a form."""
    texts = [sum(bool(cell.text.strip()) for cell in row.values()) for row in grid.rows()]
    return max(texts, default=0) <= _HEADING_AND_PAGE and is_contents(grid)


def is_heading(text: str) -> bool:
    """Whether a line is numbered as the headings of a table of contents are, and names no figure.

    >>> is_heading("八、2025年政府性基金预算支出表"), is_heading("一、公务用车 3.00")
    (True, False)
    """
    key = match_key(text)
    return bool(_HEADING.match(key)) and not _AMOUNT.search(key)


def _is_led_to_pages(rows: list[list[str]]) -> bool:
    """Whether dots lead from most headings to a page number in a cell of its own: 一、概况..... | 3."""
    led = [texts for texts in rows if len(texts) == _HEADING_AND_PAGE and _LEADER.search(texts[0])]
    paged = [texts for texts in led if _PAGE_NO.fullmatch(texts[1])]
    return len(paged) >= max(_MIN_LED_ROWS, _MOST * len(rows))


def _is_headings_with_pages(rows: list[list[str]]) -> bool:
    pages = [int(match.group(1)) for texts in rows if len(texts) > 1 and (match := _PAGE_NO.fullmatch(texts[-1]))]
    headings = sum(bool(_HEADING.match(texts[0])) for texts in rows)
    return (
        len(pages) >= _MOST * len(rows)
        and headings >= _MOST * len(rows)
        and any(_PART.search(texts[0]) for texts in rows)
        and all(before <= after for before, after in pairwise(pages))
    )


def places_of_contents(document: Document) -> frozenset[BlockPlace]:
    """Returns the tables of contents of a document: grids, and lines that end in the number of a page."""
    grids = (
        (page_index, block_index)
        for page_index, page in enumerate(document.pages)
        for block_index, block in enumerate(page.blocks)
        if isinstance(block, Grid) and is_contents(block)
    )
    return frozenset(grids) | lines_of_contents(document)


def lines_of_contents(document: Document) -> frozenset[BlockPlace]:
    """Returns the lines below a heading 目录 that end in the number of a page."""
    return frozenset(_lines_of_contents(document))


def _lines_of_contents(document: Document) -> Iterator[BlockPlace]:
    for page_index, page in enumerate(document.pages):
        start = next((n for n, block in enumerate(page.blocks) if _is_title_line(block)), None)
        if start is None:
            continue
        found = []
        for block_index in range(start + 1, len(page.blocks)):
            block = page.blocks[block_index]
            if not isinstance(block, TextLine) or len(key := match_key(block.text)) > _PROSE_LENGTH:
                break
            if _LINE.match(key):
                found.append((page_index, block_index))
        if len(found) >= _MIN_LINES:
            yield from found


def _is_title_line(block: object) -> bool:
    return isinstance(block, TextLine) and "目" in block.text and bool(_TITLE_LINE.match(match_key(block.text)))

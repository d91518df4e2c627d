"""A date printed in Chinese numerals (二〇二四年九月十五日) to ISO text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from itertools import islice

from pipeline.model.grid import Document, Grid
from pipeline.model.text import match_key

_DIGITS = str.maketrans("〇零○Oo一二三四五六七八九", "00000123456789")
_NUMERAL = r"(?:[二三]?十[一二三四五六七八九]?|[一二三四五六七八九]|\d{1,2})"
_DATE = re.compile(rf"([二2][〇零○0Oo][〇零○0Oo一二三四五六七八九\d]{{2}})年({_NUMERAL})月({_NUMERAL})日")
#: Cover, contents and first heading stand within so many lines.
_FRONT_LINES = 60


def read_cover_date(document: Document) -> str | None:
    """Returns the first date that stands alone on a line of a document's front, `None` where there is none."""
    dates = (read_date(text) for text in islice(_texts(document), _FRONT_LINES))
    return next((found for found in dates if found), None)


def read_date(text: str) -> str | None:
    """Returns a line that is a date of year, month and day as ISO text, else `None`.

    >>> read_date("二〇二四年九月十五日"), read_date("二○二五年十二月三十一日"), read_date("二〇二四年二月三十日")
    ('2024-09-15', '2025-12-31', None)
    """
    match = _DATE.fullmatch(match_key(text))
    return iso_date(*match.groups()) if match else None


def iso_date(year: str, month: str, day: str) -> str | None:
    """Returns a date printed in numerals of either kind as ISO text; `None` for the 30th of February, a misprint."""
    with suppress(ValueError):
        return date(int(year.translate(_DIGITS)), _number(month), _number(day)).isoformat()
    return None


def _number(text: str) -> int:
    """Reads a numeral up to 39.

    >>> _number("十"), _number("二十一"), _number("15")
    (10, 21, 15)
    """
    if "十" not in text:
        return int(text.translate(_DIGITS))
    tens, ones = text.translate(_DIGITS).split("十")
    return 10 * int(tens or 1) + int(ones or 0)


def _texts(document: Document) -> Iterator[str]:
    for page in document.pages:
        for block in page.blocks:
            for part in block.cells if isinstance(block, Grid) else (block,):
                if part.text.strip():
                    yield part.text

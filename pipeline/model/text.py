"""Text as printed and text for matching. Raw text is never changed; these make keys of it."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

#: A document prints the same labels over and over: so many distinct texts are remembered, a few megabytes.
CACHED_TEXTS = 32_768
_WHITE = re.compile(r"\s+")
_SPACED = re.compile(r"[\s\u200b\ufeff]+")


def squeeze(text: str) -> str:
    r"""Takes all white space out of a printed label, changing nothing else.

    >>> squeeze("政府办公厅 （室） 及相关机构\n事务")
    '政府办公厅（室）及相关机构事务'
    """
    return _SPACED.sub("", text)


@lru_cache(maxsize=CACHED_TEXTS)
def match_key(text: str) -> str:
    """Folds width and white space away, for comparing only; Chinese characters are kept.

    >>> match_key("因公出国 （境） 费：")
    '因公出国(境)费:'
    """
    return squeeze(unicodedata.normalize("NFKC", text))


def one_line(text: str) -> str:
    """Folds runs of white space to one blank, for showing a cell on one line."""
    return _WHITE.sub(" ", text).strip()

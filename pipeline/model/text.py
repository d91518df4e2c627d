"""Text as printed and text for matching. Raw text is never changed; these make keys of it."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

#: A document prints the same labels over and over: so many distinct texts are remembered, a few megabytes.
CACHED_TEXTS = 32_768
_WHITE = re.compile(r"\s+")
_SPACED = re.compile(r"[\s\u200b\ufeff]+")
#: Control characters no page may hold, and those that turn the direction of writing round.
_STEERING = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)

#: How lines are numbered, from the outermost: 一、 (一) 1、 (1) 1).
_NUMBERING = tuple(
    re.compile(pattern)
    for pattern in (r"[一二三四五六七八九十]+[、.]", r"\([一二三四五六七八九十]+\)", r"\d+[、.]", r"\(\d+\)", r"\d+\)")
)
NOT_NUMBERED = -1


def without_steering(text: str) -> str:
    r"""Replaces characters that would steer a page or turn its writing round.

    >>> without_steering("合\u202e计")
    '合�计'
    """
    return _STEERING.sub("\N{REPLACEMENT CHARACTER}", text)


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


def numbering_depth(label: str) -> int:
    """How deep a line is numbered, 0 the outermost; `NOT_NUMBERED` where it has no number.

    >>> numbering_depth("一、工资福利支出"), numbering_depth("（1）办公费"), numbering_depth("办公费")
    (0, 3, -1)
    """
    key = match_key(label)
    return next((depth for depth, pattern in enumerate(_NUMBERING) if pattern.match(key)), NOT_NUMBERED)


def one_line(text: str) -> str:
    """Folds runs of white space to one blank, for showing a cell on one line."""
    return _WHITE.sub(" ", text).strip()

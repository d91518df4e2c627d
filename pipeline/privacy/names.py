"""Whether Han characters are a person's name.

What lives here: names by themselves. What must not: where they stand.
"""

from __future__ import annotations

import re

from pipeline.privacy.words import HAN, MIDDLE_DOTS, Words

_TRANSCRIBED = re.compile(rf"{HAN}{{1,10}}(?:[{MIDDLE_DOTS}]{HAN}{{1,10}}){{1,4}}")
_HAN_ONLY = re.compile(rf"{HAN}+")
#: Names without a known surname: 其其格, 巴特尔, 扎西顿珠.
_UNSURNAMED = range(2, 5)
#: A surname of one character and a given name of one; two surnames (of husband and wife) and a given name of two.
SHORTEST, LONGEST = 2, 4


def is_transcribed(text: str) -> bool:
    """Whether it is a name with middle dots, as those of Uygur, Kazak or Tibetan persons are written.

    >>> is_transcribed("买买提·艾力")
    True
    """
    return bool(_TRANSCRIBED.fullmatch(text))


def is_surnamed(text: str, words: Words, *, is_sure: bool) -> bool:
    """Whether it is a surname with a given name: 张三, 吴永刚, 欧阳明月.

    Args:
        text: Without white space.
        words: What is known of names.
        is_sure: The place speaks for a name by itself; otherwise only common surnames count, and nothing that
            begins like an ordinary word.
    """
    if not SHORTEST <= len(text) <= LONGEST or not _HAN_ONLY.fullmatch(text) or _is_word(text, words, is_sure=is_sure):
        return False
    if text[:2] in words.compound and len(text) > SHORTEST:
        return True
    if len(text) == LONGEST:
        return text[0] in words.common and text[1] in words.common
    return text[0] in (words.surnames if is_sure else words.common)


def is_name(text: str, words: Words, *, takes_any: bool, is_sure: bool = True) -> bool:
    """Whether it is any person's name.

    Args:
        text: Without white space.
        words: What is known of names.
        takes_any: Whether a name needs no known surname.
        is_sure: As in `is_surnamed`.
    """
    if is_transcribed(text) or is_surnamed(text, words, is_sure=is_sure):
        return True
    return (
        takes_any
        and len(text) in _UNSURNAMED
        and bool(_HAN_ONLY.fullmatch(text))
        and not _is_word(text, words, is_sure=False)
    )


def _is_word(text: str, words: Words, *, is_sure: bool) -> bool:
    if text in words.not_names or text.endswith(words.file.organisation_endings):
        return True
    return not is_sure and (text[:2] in words.not_names or text[:3] in words.not_names)

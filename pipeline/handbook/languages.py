"""A description in English and then Chinese, as every one of ours is written -> its two halves."""

from __future__ import annotations

import re

#: Chinese signs, their punctuation included: between two of them a line break stands for nothing.
_HAN = r"\u3000-\u303f\u4e00-\u9fff\uff00-\uffef“”"
_BREAK_IN_CHINESE = re.compile(rf"(?<=[{_HAN}])[ \n]+(?=[{_HAN}])")
#: The Chinese begins behind the end of a sentence, with a Chinese sign or a name (`fct_issue 中为`, `GB/T 2260 六位`).
_TURN = re.compile(rf"(?<=[.?!)])\s+(?=(?:`[^`]*`|[\w./—-]+(?: \d+)?)?\s*[{_HAN}])")
#: What is no word of a language: code, and names of tables and columns.
_NAMES = re.compile(r"`[^`]*`|[A-Za-z]+_\w+", re.ASCII)
#: A Chinese sentence may name columns and codes: so many of their letters weigh as much as one Chinese sign.
_LETTERS_PER_SIGN = 6


def split_languages(text: str) -> tuple[str, str]:
    r"""English and Chinese of a description, each on one line; one of them empty where there is only one language.

    >>> split_languages("Grain: document, line\n(功能分类).\n粒度：文件、\n科目。")
    ('Grain: document, line (功能分类).', '粒度：文件、科目。')
    """
    joined = _BREAK_IN_CHINESE.sub("", text.strip())
    for turn in _TURN.finditer(joined):
        rest = joined[turn.end() :]
        if _is_chinese(rest):
            return _one_line(joined[: turn.start()]), _one_line(rest)
    return ("", _one_line(joined)) if _is_chinese(joined) else (_one_line(joined), "")


def without_breaks(text: str) -> str:
    r"""Markdown whose Chinese paragraphs are one line each: a browser sets a space for a line break.

    >>> without_breaks("公开\n数据\n\n预算")
    '公开数据\n\n预算'
    """
    return re.sub(rf"(?<=[{_HAN}])\n(?=[{_HAN}])", "", text)


def in_both(text: str) -> str:
    """The description as two paragraphs."""
    return "\n\n".join(half for half in split_languages(text) if half)


def _is_chinese(text: str) -> bool:
    letters = len(re.findall(r"[A-Za-z]", _NAMES.sub("", text)))
    return _LETTERS_PER_SIGN * len(re.findall(r"[\u4e00-\u9fff]", text)) > letters


def _one_line(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()

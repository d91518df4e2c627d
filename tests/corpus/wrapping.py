"""Breaks text into lines of a given width, as a narrow table cell does. Han characters are two columns wide."""

from __future__ import annotations

import unicodedata


def text_width(text: str) -> int:
    """Width in half-width columns.

    >>> text_width("合计 1")
    6
    """
    return sum(2 if unicodedata.east_asian_width(char) in "WFA" else 1 for char in text)


def wrap_text(text: str, width: int) -> list[str]:
    """Breaks text anywhere, except inside a number; one line if it fits.

    >>> wrap_text("一般公共服务支出", 14)
    ['一般公共服务支', '出']
    """
    lines = [""]
    for token in _tokens(text):
        if lines[-1] and text_width(lines[-1] + token) > width:
            lines.append("")
        lines[-1] += token
    return lines


def _tokens(text: str) -> list[str]:
    tokens: list[str] = []
    for char in text:
        if tokens and _is_in_number(char) and _is_in_number(tokens[-1][-1]):
            tokens[-1] += char
        else:
            tokens.append(char)
    return tokens


def _is_in_number(char: str) -> bool:
    return char.isascii() and (char.isdigit() or char in ",.")

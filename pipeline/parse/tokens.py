"""Whitespace text to tokens with the blank cells between them.

A PDF's text dump prints one blank per cell boundary, so n blank cells leave n + 1 blanks in a row (n at the
start of a line). Where someone collapsed the blanks, every gap is 0 and the sums must decide.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from pipeline.model.grid import TextLine


class TokenKind(StrEnum):
    """What a run of characters is."""

    CODE = "code"
    NUMBER = "number"
    DASH = "dash"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Token:
    """A run of characters without white space.

    `gap` counts the blank cells printed before it; `leading` those of them printed on lines after the previous
    token's line. `is_first` says it opens a line; `indent` that full-width blanks stood before it.
    """

    kind: TokenKind
    text: str
    gap: int
    leading: int
    is_first: bool
    is_apart: bool
    indent: bool
    line: TextLine
    span: tuple[float, float] | None = None


_NUMBER = r"-?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
_IS_NUMBER = re.compile(_NUMBER)
_IS_DASH = re.compile(r"[─—–－━]+|-{2,}")
_IS_CODE = re.compile(r"\d{3}|\d{5}|\d{7}")
#: Glued cells: an amount and a code (`2585077.58302`), an amount and a label (`6083688.98一、…`).
_GLUED_CODE = re.compile(r"(-?[\d,]*\d\.\d{2})(\d{7}|\d{5}|\d{3})")
_GLUED_LABEL = re.compile(r"(-?[\d,]*\d\.\d{2})([^\d.,%％].*)")
_GLUED_AMOUNTS = re.compile(r"(-?[\d,]*\d\.\d{2})(-?\d[\d,]*\.\d{2})")


def lines_to_tokens(lines: list[TextLine], code_starts: str) -> list[Token]:
    """Splits lines into tokens.

    Args:
        lines: The body of a table, blank-only lines kept.
        code_starts: The digits a code of this form may begin with (`2` for functions, `35` for economic classes,
            empty where the form has no codes).
    """
    chunks = [chunk for line in lines for chunk in _chunks(line)]
    tokens: list[Token] = []
    pending = 0
    last_no = 0
    is_apart = False
    for text, blanks, is_first, line, span in chunks:
        if is_first:
            is_apart = (line.line_no or 0) > last_no + 1
            last_no = line.line_no or 0
        if not text:
            pending += blanks
            continue
        parts = _split_glued(text, code_starts)
        for number, part in enumerate(parts):
            gap = 0 if number else pending + blanks
            leading = 0 if number else (gap if is_first else 0)
            stripped = part.lstrip("\u3000")
            tokens.append(
                Token(
                    kind=_kind(stripped, code_starts),
                    text=stripped,
                    gap=gap,
                    leading=leading,
                    is_first=is_first and not number,
                    is_apart=is_first and not number and is_apart,
                    indent=part != stripped,
                    line=line,
                    span=span if len(parts) == 1 else None,
                )
            )
            pending = 0
    return _codes_need_labels(tokens)


def _chunks(line: TextLine) -> Iterator[tuple[str, int, bool, TextLine, tuple[float, float] | None]]:
    """Yields (text, blank cells before it, opens the line, line, left and right); a last one for trailing blanks."""
    text = line.text.replace("\t", " ")
    matches = list(re.finditer(r"[^ ]+", text))
    if not matches:
        yield "", len(text), True, line, None
        return
    spans = line.word_spans or ()
    position = 0
    for number, match in enumerate(matches):
        spaces = match.start() - position
        span = spans[number] if len(spans) == len(matches) else None
        yield match.group(), spaces if number == 0 else spaces - 1, number == 0, line, span
        position = match.end()
    trailing = len(text) - position
    yield "", max(0, trailing - 1), False, line, None


def _split_glued(text: str, code_starts: str) -> list[str]:
    match = _GLUED_AMOUNTS.fullmatch(text)
    if match:
        return [match.group(1), match.group(2)]
    match = _GLUED_CODE.fullmatch(text)
    if match and match.group(2)[0] in code_starts:
        return [match.group(1), match.group(2)]
    match = _GLUED_LABEL.fullmatch(text)
    return [match.group(1), match.group(2)] if match else [text]


def _kind(text: str, code_starts: str) -> TokenKind:
    if _IS_DASH.fullmatch(text):
        return TokenKind.DASH
    if _IS_CODE.fullmatch(text) and text[0] in code_starts:
        return TokenKind.CODE
    return TokenKind.NUMBER if _IS_NUMBER.fullmatch(text) else TokenKind.TEXT


def _codes_need_labels(tokens: list[Token]) -> list[Token]:
    """A whole number of code length is a code only where a label follows it."""
    followers: list[Token | None] = [*tokens[1:], None] if tokens else []
    return [
        replace(token, kind=TokenKind.NUMBER)
        if token.kind is TokenKind.CODE and (following is None or following.kind is not TokenKind.TEXT)
        else token
        for token, following in zip(tokens, followers, strict=True)
    ]

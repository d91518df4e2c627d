"""Numbers told by the words around them: one line or cell, its neighbours in prose, and the rules of `words.yaml`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from pipeline.model.account import NumberKind, NumberToken
from pipeline.parse.account.tokens import folded
from pipeline.parse.account.word_file import Where, WordRule, word_rules

#: A number with a unit of money or a rate is a figure, whatever else stands around it.
_FIGURE_UNIT = re.compile(r"(\(含\)|多|余|左右)?((十|百|千|万|亿)*元|个?百分点|[%‰])")
_WHITE = re.compile(r"\s+")
#: So much of the neighbouring lines is seen: the 年 of 2023年 may stand at the next line's beginning.
_SEEN_OF_NEIGHBOUR = 12


@dataclass(frozen=True, slots=True)
class Context:
    """A text to search in: white space out, and where each character of it stands in the raw line or cell.

    `offsets` are -1 for what belongs to the line after, `head` is the end of the line before.
    """

    text: str
    offsets: tuple[int, ...]

    def position_of(self, start: int) -> int:
        """Returns where the raw offset `start` stands in `text`."""
        return self.offsets.index(start)


def context_of(raw: str) -> Context:
    """Folds a line or cell for searching; white space stays, as one blank, between two digits only.

    >>> context_of("２０２３ 年  12 34").text
    '2023年12 34'
    """
    plain = folded(raw)
    if not any(mark.isspace() for mark in plain):
        return Context(plain, tuple(range(len(plain))))
    marks: list[str] = []
    offsets: list[int] = []
    for index, mark in enumerate(plain):
        if not mark.isspace():
            if offsets and offsets[-1] != index - 1 and mark in _DIGITS and marks[-1] in _DIGITS:
                marks.append(" ")
                offsets.append(index - 1)
            marks.append(mark)
            offsets.append(index)
    return Context("".join(marks), tuple(offsets))


_DIGITS = frozenset("0123456789")


def kinds_by_words(
    context: Context, tokens: Sequence[NumberToken], where: Where, following: str = ""
) -> Iterator[NumberKind | None]:
    """Yields for each number of a text the kind its words tell, `None` where no rule speaks.

    Args:
        context: The text.
        tokens: The numbers in it, in order.
        where: Whether it is a line or a cell.
        following: The next line: the last number of a line is seen with its first words where the line alone is mute.
    """
    spans = list(_spans(context.text, where))
    for token in tokens:
        position = context.position_of(token.start)
        kind = _kind_at(spans, context.text, position, token)
        if kind is None and following and position + len(token.text) == len(context.text):
            longer = context.text + _WHITE.sub("", folded(following))[:_SEEN_OF_NEIGHBOUR]
            if longer[len(context.text) :][:1] not in _DIGITS:
                kind = _kind_at(list(_spans(longer, where)), longer, position, token)
        yield kind


def _kind_at(
    spans: Sequence[tuple[int, int, NumberKind]], text: str, position: int, token: NumberToken
) -> NumberKind | None:
    kinds = [kind for start, end, kind in spans if start <= position < end]
    if _FIGURE_UNIT.match(text, position + len(token.text)):
        kinds = [kind for kind in kinds if kind is NumberKind.THRESHOLD]
    return kinds[0] if kinds else None


def _spans(text: str, where: Where) -> Iterator[tuple[int, int, NumberKind]]:
    for rule in _rules_for(where):
        for match in rule.pattern.finditer(text):
            yield match.start(), match.end(), rule.kind


@cache
def _rules_for(where: Where) -> tuple[WordRule, ...]:
    return tuple(rule for rule in word_rules() if rule.where in (Where.ANY, where))

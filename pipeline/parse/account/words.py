"""Numbers told by the words around them: one line or cell, its neighbours in prose, and the rules of `words.yaml`."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from pipeline.model.account import NumberKind, NumberToken
from pipeline.parse.account.tokens import folded
from pipeline.parse.account.word_file import Where, WordRule, word_rules

#: A number with a unit of money, a rate or a unit of counting is a figure, whatever else stands around it.
_FIGURE_UNIT = re.compile(
    r"\)?(\(含\)|多|余|左右)?((十|百|千)*元|(十|百|千)*[万亿]+元?)|个?百分点|[%‰]"
    r"|(多|余)?(个|人(?![员民大社])|辆|次|批|台|套|户|件|家|名|分(?!钟)|平方|亩|吨|公里|米)"
)
_WHITE = re.compile(r"\s+")
#: So much of the neighbouring lines is seen: the 年 of 2023年 may stand at the next line's beginning.
_SEEN_OF_NEIGHBOUR = 16
#: A number further than this from both ends of its line has its words beside it.
_EDGE = 8
_DIGITS = frozenset("0123456789")
#: What a line break cuts in two.
_OVER_LINES = frozenset({NumberKind.DATE, NumberKind.CITATION, NumberKind.THRESHOLD, NumberKind.FORM_NUMBER})
#: A limit that defines a term ends so.
_LIMIT = "以上"


@dataclass(frozen=True, slots=True)
class Context:
    """A text to search in: white space out, and where each character of it stands in the raw line or cell."""

    text: str
    offsets: Sequence[int]

    def position_of(self, start: int) -> int:
        """Returns where the raw offset `start` stands in `text`."""
        return bisect_left(self.offsets, start)


def context_of(raw: str) -> Context:
    """Folds a line or cell for searching; white space stays, as one blank, between two digits only.

    >>> context_of("２０２３ 年  12 34").text
    '2023年12 34'
    """
    plain = folded(raw)
    if not _WHITE.search(plain):
        return Context(plain, range(len(plain)))
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


def kinds_by_words(
    context: Context, tokens: Sequence[NumberToken], where: Where, before: str = "", after: str = ""
) -> list[NumberKind | None]:
    """Returns for each number of a text the kind its words tell, `None` where no rule speaks.

    Args:
        context: The text.
        tokens: The numbers in it, in order.
        where: Whether it is a line or a cell.
        before: The line before: a number at a line's edge is seen with the words of its neighbours, where its own line
            is mute.
        after: The next line.
    """
    positions = [context.position_of(token.start) for token in tokens]
    kinds = _told(context.text, positions, tokens, _rules_for(where))
    if not (before or after):
        return kinds
    length = len(context.text)
    at_edge = [
        index
        for index, kind in enumerate(kinds)
        if kind is None and (positions[index] <= _EDGE or positions[index] + len(tokens[index].text) + _EDGE >= length)
    ]
    if at_edge:
        text, shift = _joined(context.text, before, after)
        shifted = [positions[index] + shift for index in at_edge]
        found = _told(text, shifted, [tokens[index] for index in at_edge], _rules_over_lines(where))
        for index, kind in zip(at_edge, found, strict=True):
            kinds[index] = kind
    return kinds


def _told(
    text: str, positions: Sequence[int], tokens: Sequence[NumberToken], rules: Sequence[WordRule]
) -> list[NumberKind | None]:
    """Tries the rules in their order until every number of a text is told; figures only where a limit may stand.

    A match explains the numbers that stand in it whole.
    """
    kinds: list[NumberKind | None] = [None] * len(tokens)
    figures = {n for n, token in enumerate(tokens) if _is_figure(text, positions[n], token)}
    ends = [position + len(token.text) for position, token in zip(positions, tokens, strict=True)]
    pending = set(range(len(tokens)))
    if _LIMIT not in text:
        pending -= figures
    marks = set(text)
    for rule in rules:
        if not pending:
            break
        if rule.needs and rule.needs.isdisjoint(marks):
            continue
        for match in rule.pattern.finditer(text):
            start, end = match.span()
            for index in range(bisect_left(positions, start), bisect_left(positions, end)):
                if index not in pending or ends[index] > end:
                    continue
                if rule.kind is NumberKind.THRESHOLD or index not in figures:
                    kinds[index] = rule.kind
                    pending.discard(index)
    return kinds


def _is_figure(text: str, position: int, token: NumberToken) -> bool:
    is_ordinal = position > 0 and text[position - 1] == "第"
    return not is_ordinal and _FIGURE_UNIT.match(text, position + len(token.text)) is not None


def _joined(text: str, before: str, after: str) -> tuple[str, int]:
    """Puts the end of the line before and the beginning of the next around a line; numbers stay apart."""
    head = _WHITE.sub("", folded(before))[-_SEEN_OF_NEIGHBOUR:]
    tail = _WHITE.sub("", folded(after))[:_SEEN_OF_NEIGHBOUR]
    if head and head[-1] in _DIGITS and text[:1] in _DIGITS:
        head += " "
    if tail and tail[0] in _DIGITS and text[-1:] in _DIGITS:
        tail = " " + tail
    return head + text + tail, len(head)


@cache
def _rules_for(where: Where) -> tuple[WordRule, ...]:
    return tuple(rule for rule in word_rules() if rule.where in (Where.ANY, where))


@cache
def _rules_over_lines(where: Where) -> tuple[WordRule, ...]:
    return tuple(rule for rule in _rules_for(where) if rule.kind in _OVER_LINES)

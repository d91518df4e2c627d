"""Stretches of a paragraph whose figures are not about its topic: stated reasons and purposes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.parse.sentences.phrase_file import phrases

IN_REASON, IN_PURPOSE = "in_reason", "in_purpose"
_STOPS = {
    IN_REASON: re.compile(r"[。;]|其中:?"),
    # behind a purpose the sentence may go on about the topic: ,比上年减少1.25万元
    IN_PURPOSE: re.compile(
        r"[。;]|其中:?|[,，](?=比|较|与|同比|完成|占|年初|增长|增加|减少|下降|决算|支出决算|列明|共|全年|累计)"
    ),
}
_CLAUSE = re.compile(r"[。;,，:]")
_DIGIT = re.compile(r"\d")
_LEADING = re.compile(r"^[:,，是为系\s]+")
_TRAILING = re.compile(r"[。;,，.\s]+$")
_BLANK = "#"


@dataclass(frozen=True, slots=True)
class Muted:
    """A stretch from its first word to the stop; `words_stop` is where the words that open it end."""

    start: int
    words_stop: int
    stop: int
    measure: str


def muted_parts(text: str) -> tuple[Muted, ...]:
    """The reasons and purposes of a paragraph, in order, none inside another.

    >>> [text[m.words_stop:m.stop] for text in ["增长3%,主要原因是人员增加。其中"] for m in muted_parts(text)]
    ['人员增加']
    """
    found: list[Muted] = []
    patterns = ((IN_REASON, phrases().reason), (IN_PURPOSE, phrases().purpose))
    opened = sorted(
        (m.start(), m.end(), kind) for kind, pattern in patterns for m in pattern.finditer(text) if m.group()
    )
    for opening, words_stop, kind in opened:
        start = _clause_start(text, opening) if kind == IN_REASON else opening
        if found and start < found[-1].stop:
            continue
        end = _STOPS[kind].search(text, words_stop)
        found.append(Muted(start, words_stop, end.start() if end else len(text), kind))
    return tuple(found)


def _clause_start(text: str, place: int) -> int:
    """Where the clause begins that leads up to a reason (决算数大于年初预算的主要原因), if it holds no figure."""
    start = max((match.end() for match in _CLAUSE.finditer(text, 0, place)), default=0)
    return place if _DIGIT.search(text, start, place) else start


def blanked(text: str, start: int, stop: int, muted: Sequence[Muted]) -> str:
    """The words from `start` to `stop` with muted stretches blanked out."""
    signs = list(text[start:stop])
    for part in muted:
        for index in range(max(start, part.start), min(stop, part.stop)):
            signs[index - start] = _BLANK
    return "".join(signs)


def reasons(text: str, muted: Sequence[Muted]) -> Iterator[tuple[int, str]]:
    """Yields where each stated reason begins, and its text without the words that open it."""
    for part in muted:
        reason = _TRAILING.sub("", _LEADING.sub("", text[part.words_stop : part.stop]))
        if part.measure == IN_REASON and reason:
            yield part.start, reason

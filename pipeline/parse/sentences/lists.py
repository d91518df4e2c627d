"""Figures listed for several things: 收入和支出分别为100万元和90万元, 收入10元,支出9元,分别增加2元和1元."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from pipeline.parse.sentences.clauses import HAN, last_clause
from pipeline.parse.sentences.context import Subject
from pipeline.parse.sentences.figures import Figure, figures_of
from pipeline.parse.sentences.gaps import Said, without_fillers

_SENTENCE = re.compile(r"[。;]|其中:?")
_RESPECTIVELY = re.compile(r"分别")
_JOINING = re.compile(r"[、,，和与及]*")


def is_joined(words: str) -> bool:
    """Whether the words between two figures only join them.

    >>> is_joined("和"), is_joined("，支出")
    (True, False)
    """
    return _JOINING.fullmatch(without_fillers(words)) is not None


def hands_out(words: str, begin: int = 0) -> bool:
    """Whether 分别 stands in the words, from a place on."""
    return _RESPECTIVELY.search(words, begin) is not None


def names_its_own(words: str) -> bool:
    """Whether a list names things of its own right before 分别, so that it is of none told before.

    >>> names_its_own("其中:人员费用和设备购置分别为"), names_its_own("万元,分别增加")
    (True, False)
    """
    before = last_clause(words[: max(match.start() for match in _RESPECTIVELY.finditer(words))])
    return HAN.search(without_fillers(before)) is not None


def count_listed(text: str, figure: Figure) -> int:
    """How many figures of its kind stand in the list that a figure opens, itself among them."""
    end = _SENTENCE.search(text, figure.stop)
    rest = text[figure.stop : end.start() if end else None]
    count, stop = 1, 0
    for one in figures_of(rest):
        if one.kind != figure.kind or not _JOINING.fullmatch(rest[stop : one.start]):
            break
        count, stop = count + 1, one.stop
    return count


@dataclass(slots=True)
class Listed:
    """What the amounts of a sentence were of, and what still waits for its figure.

    `said` is what was last said of a figure, of the `kind` it was; `is_unclear` that the figures of a list are nobody's
    for certain.
    """

    told: list[Subject] = field(default_factory=list)
    waiting: list[Subject] = field(default_factory=list)
    said: Said | None = None
    kind: str | None = None
    is_unclear: bool = False
    _begin: int = 0

    def restart(self) -> None:
        """A new sentence: nothing told, nobody waiting."""
        self.told, self.waiting, self._begin = [], [], 0

    def say(self, said: Said, figure: Figure) -> None:
        """Remembers what was said of a figure, for those that go on with its list."""
        self.said, self.kind = said, figure.kind

    def begin_part(self) -> None:
        """其中: what is listed from here on is a list of its own."""
        self._begin = len(self.told)

    @property
    def is_several(self) -> bool:
        """Whether amounts of several things were told, so that 合计 is of all of them."""
        return len(set(self.told)) > 1

    def next_waiting(self, words: str, figure: Figure) -> Subject | None:
        """Returns whose the next figure of a list is, `None` where words or kind do not go on with it."""
        is_next = self.waiting and self.said and is_joined(words) and figure.kind == self.kind
        return self.waiting.pop(0) if is_next else None

    def hand_out(self, count: int) -> Subject | None:
        """Gives as many figures as were told things to them, one by one; returns the first, `None` where none fits."""
        lists = (list(dict.fromkeys(told)) for told in (self.told, self.told[self._begin :]))
        subjects = next((told for told in lists if len(told) == count > 1), [])
        self.is_unclear = not subjects
        if not subjects:
            return None
        first, *self.waiting = subjects
        return first

"""Counts that the words behind them explain: 12个项目自评等级为“优”."""

from __future__ import annotations

import re

from pipeline.parse.sentences.context import Subject
from pipeline.parse.sentences.figures import Figure
from pipeline.parse.sentences.gaps import Said
from pipeline.parse.sentences.phrase_file import FollowingCue, phrases


def counted_by(figure: Figure, words: str, behind: str, section: str | None) -> tuple[Subject, Said] | None:
    """Returns what is counted and what is said of it, `None` where the words behind the figure do not say.

    Args:
        figure: Any figure; only counts are explained.
        words: Those before it.
        behind: The rest of the paragraph.
        section: The id of the open section.
    """
    if figure.kind != "count":
        return None
    for cue in phrases().following:
        match = _follows(cue, figure, words, behind, section)
        if match:
            label = match.groupdict().get("label") or _label_before(cue, words) or match.group()
            return Subject((cue.topic,), label), Said(cue.measure)
    return None


def _follows(cue: FollowingCue, figure: Figure, words: str, behind: str, section: str | None) -> re.Match[str] | None:
    if figure.unit not in cue.count_units or (cue.in_sections and section not in cue.in_sections):
        return None
    if cue.before is not None and not cue.before.search(words):
        return None
    return cue.pattern.match(behind)


def _label_before(cue: FollowingCue, words: str) -> str | None:
    match = cue.before.search(words) if cue.before else None
    return match.groupdict().get("label") if match else None

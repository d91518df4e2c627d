"""The words before a number: which topics they name, what they say of them, and against what."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from pipeline.model.form import Phase
from pipeline.parse.sentences.figures import Figure
from pipeline.parse.sentences.phrase_file import MeasureCue, TopicPhrase, phrases

_STOP = re.compile(r"[。;]")
#: Marks between clauses; what stands behind the last one is next to the number.
_CLAUSE = re.compile(r"[。;,，:、!?]")
_CLAUSE_MARK = re.compile(r"[。;,，:!?#]")
#: A name before the one at hand, with no figure between them.
_ENUMERATED = re.compile(r"[\u4e00-\u9fff)]、")
_EACH = re.compile(r"均|各|分别")
_PRINTED_YEAR = re.compile(r"\d{4}")
_OTHERS = re.compile(r"等")
#: Stands for each sign of what a change is compared with.
BASE_BLANK = "#"
#: Signs of the longest word among the fillers (不低于).
_LONGEST_FILLER = 3
#: An escaped sign, a class of signs, or what opens a group.
_GROUP = re.compile(r"\\.|\[[^\]]*\]|\((?:\?P<\w+>|(?!\?))")
FUNCTION, ECONOMIC = "function", "economic"
#: What `said_before` says of changes, to the end of their measure.
CHANGES = {"change": "change", "change_rate": "change_rate", "change_bare": "change_rate"}
#: Parts in which function classes are named; elsewhere the same words mean other things.
_CLASS_SECTIONS = frozenset({"general_public", "appropriation", "overview", "expenditure", "government_fund", None})
#: Sections in whose lists economic classes are named; the others use the same words for other things.
_ECONOMIC_SECTIONS = frozenset({"general_public_basic", "general_public", "operating_cost", "expenditure", "overview"})


@dataclass(frozen=True, slots=True)
class LineNames:
    """Official names that sentences use, each with its code; `None` where several codes carry one name."""

    function_classes: Mapping[str, str]
    economic_classes: Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class Named:
    """A topic named in a gap: its ids (two for 收、支总计), the words, where they stand, the code if named."""

    topics: tuple[str, ...]
    label: str
    start: int
    stop: int
    is_weak: bool = False
    line_code: str | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """What the words right before a number say: measure, sign of a change, its basis, where they begin in the gap."""

    measure: str
    sign: int = 1
    basis: str | None = None
    start: int = 0


@cache
def _topic_pattern(section: str | None) -> tuple[re.Pattern[str], tuple[TopicPhrase, ...]]:
    """One pattern of all phrases of a section; group `tN`, and no other, is the phrase N."""
    entries = tuple(entry for entry in phrases().topics if entry.is_of(section))
    parts = [f"(?P<t{number}>{_without_groups(entry.pattern.pattern)})" for number, entry in enumerate(entries)]
    return re.compile("|".join(parts)), entries


def _without_groups(pattern: str) -> str:
    r"""The pattern with groups that keep nothing: three times as fast, tried at every sign of a text.

    >>> _without_groups(r"收(入)?\([^()]*\)")
    '收(?:入)?\\([^()]*\\)'
    """
    return _GROUP.sub(lambda part: "(?:" if part.group()[0] == "(" else part.group(), pattern)


@cache
def _name_pattern(names: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(sorted(map(re.escape, names), key=len, reverse=True)) or r"(?!)")


def topics_in(gap: str, section: str | None, names: LineNames) -> list[Named]:
    """The topics named in a gap, in order; of overlapping ones the first.

    Economic classes count only where one stands right before the number: a list of them names no figure.
    """
    pattern, entries = _topic_pattern(section)
    found = []
    for match in pattern.finditer(gap):
        if not match.group():
            continue
        entry = entries[int((match.lastgroup or "t0")[1:])] if match.lastgroup else entries[0]
        found.append(Named(entry.topics, match.group(), match.start(), match.end(), entry.is_weak))
    classes = tuple(names.function_classes) if section in _CLASS_SECTIONS else ()
    for match in _name_pattern(classes).finditer(gap):
        code = names.function_classes[match.group()]
        found = [named for named in found if named.stop <= match.start() or named.start >= match.end()]
        found.append(Named((FUNCTION,), match.group(), match.start(), match.end(), line_code=code))
    economic = _economic_class(gap, names) if section in _ECONOMIC_SECTIONS else None
    if economic:
        found = [named for named in found if named.stop <= economic.start]
        found.append(economic)
    return sorted((named for named in found if not _is_listed(gap, named)), key=lambda named: named.start)


def _is_listed(gap: str, named: Named) -> bool:
    """Whether a name is one of a list without figures (主要包括办公费、邮电费等): the figure is of the list."""
    if _EACH.search(gap, named.stop):
        return False
    start = max((match.end() for match in _CLAUSE_MARK.finditer(gap, 0, named.start)), default=0)
    return _ENUMERATED.search(gap, start, named.start) is not None


def _economic_class(gap: str, names: LineNames) -> Named | None:
    """The economic class that stands between the last mark and the number, if the words there are its name."""
    words = without_fillers(gap)
    start = max((match.end() for match in _CLAUSE.finditer(words)), default=0)
    label = words[start:]
    if label not in names.economic_classes or _OTHERS.search(label):
        return None
    return Named((ECONOMIC,), label, start, start + len(label), line_code=names.economic_classes[label])


@cache
def _filler_at_end() -> re.Pattern[str]:
    return re.compile(f"{phrases().fillers}$")


def without_fillers(gap: str) -> str:
    """Takes the words off the end of a gap that say nothing, one after the other: 为, 共计, 约, 数额.

    >>> without_fillers("支出决算为"), without_fillers("收入总计均为")
    ('支出决算', '收入')
    """
    return _stripped(gap)[-1]


def _stripped(gap: str) -> list[str]:
    """A gap, and the same with one more word that says nothing off its end, up to all of them."""
    found = [gap]
    while filler := _filler_at_end().search(found[-1], max(0, len(found[-1]) - _LONGEST_FILLER)):
        found.append(found[-1][: filler.start()])
    return found


@cache
def _change_pattern() -> re.Pattern[str]:
    words = phrases().changes
    # a template's other word may stand behind the one chosen: 下降(增长)27.78%
    return re.compile(rf"((?P<more>{words.more})|(?P<less>{words.less}))(\(({words.more}|{words.less})\))?$")


@cache
def _base_pattern() -> re.Pattern[str]:
    parts = [f"(?P<b{number}>{base.pattern.pattern})" for number, base in enumerate(phrases().bases)]
    return re.compile("(?:比|较|与|同|对比)(?:" + "|".join(parts) + ")|(?P<same>同比|环比)")


class Base(NamedTuple):
    """What changes are measured against; `year` is `None` where it is not printed (比上年).

    `is_rate`: 同比 names no figure to compare with.
    """

    id: str
    year: int | None = None
    is_rate: bool = False


def base_in(gap: str) -> Base | None:
    """What the figures after a gap are compared with, `None` where the gap does not say.

    >>> base_in("。与2021年相比,收入总计增加"), base_in(",支出决算")
    (Base(id='prior_year', year=2021, is_rate=False), None)
    """
    last = None
    for match in _base_pattern().finditer(gap):
        year = _PRINTED_YEAR.search(match.group())
        base_id = "prior_year" if match["same"] else _base_id(match)
        last = Base(base_id, int(year.group()) if year else None, match["same"] is not None)
    return last


def _base_id(match: re.Match[str]) -> str:
    numbered = [number for number in range(len(phrases().bases)) if match[f"b{number}"]]
    return phrases().bases[numbered[0]].id


def without_bases(gap: str) -> str:
    """Blanks out what a change is compared with, so that 比2023年预算 names neither a year nor a topic."""
    return _base_pattern().sub(lambda match: BASE_BLANK * len(match.group()), gap)


def said_before(gap: str, figure: Figure, topic: str | None, section: str | None, phase: Phase | None) -> Said | None:
    """What the words right before a figure say of the topic, `None` where they say nothing known."""
    stripped = _stripped(gap)
    words = stripped[-1]
    if words.endswith(BASE_BLANK) and figure.number is not None and figure.number < 0:  # 较上年-5万元
        return Said("change_rate" if figure.kind == "rate" else "change", 1, None, len(words))
    if figure.kind in ("amount", "rate", "count", "bare"):
        change = _change_pattern().search(words)
        if change:
            kind = {"rate": "change_rate", "bare": "change_bare"}.get(figure.kind, "change")
            return Said(kind, 1 if change["more"] else -1, None, change.start())
    for cue in phrases().measures:
        match = _cue_match(cue, stripped) if _fits(cue, figure, topic, section, phase) else None
        if match:
            return Said(cue.id, 1, _basis_of(cue.id, match.group()), match.start())
    return None


def _cue_match(cue: MeasureCue, stripped: list[str]) -> re.Match[str] | None:
    """A cue at the end of the words before a number, without the words that say nothing or with some (执行率为)."""
    return next((match for words in reversed(stripped) if (match := cue.pattern.search(words))), None)


def _fits(cue: MeasureCue, figure: Figure, topic: str | None, section: str | None, phase: Phase | None) -> bool:
    if cue.units != figure.kind or (cue.phase and phase and cue.phase is not phase):
        return False
    if section in cue.not_in_sections or (cue.in_sections and section not in cue.in_sections):
        return False
    if cue.count_units and figure.unit not in cue.count_units:
        return False
    return not cue.topics or any((topic or "").startswith(start) for start in cue.topics)


def _basis_of(measure: str, words: str) -> str | None:
    if measure == "completion_rate":
        return "initial_budget" if "年初" in words else "annual_budget"
    return None


def crosses_stop(gap: str) -> bool:
    """Whether a sentence ends within a gap."""
    return bool(_STOP.search(gap))

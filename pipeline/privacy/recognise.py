"""Where persons stand in one text: a cell or a line.

What lives here: labels, shapes and relations within a text. What must not: its neighbours (see `neighbours.py`).
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from typing import NamedTuple

from pipeline.model.personal import PersonalData
from pipeline.model.text import squeeze
from pipeline.privacy.names import LONGEST, SHORTEST, is_name, is_surnamed
from pipeline.privacy.numbers import (
    BARE_MOBILE,
    EMAIL,
    LABELLED_ACCOUNT,
    LABELLED_FULL_TELEPHONE,
    LABELLED_IDENTITY,
    LABELLED_MOBILE,
    LABELLED_PASSPORT,
    LABELLED_TELEPHONE,
    find_identities,
)
from pipeline.privacy.words import HAN, MIDDLE_DOTS, PERSON_LABELS, LabelKind, Words

_SEPARATOR = re.compile(r"\s*(?:[(（][^()（）\n]{0,12}[)）]\s*)?[：:﹕]?\s*")
_PIECE = re.compile(rf"(?:{HAN}|[{MIDDLE_DOTS}\s])+")
_RUN = re.compile(r"\S+")
_HAN_BEFORE = re.compile(rf"{HAN}{{2,12}}$")
_NAME_BEFORE = re.compile(rf"(?<!{HAN})((?:{HAN}|[{MIDDLE_DOTS}]){{2,12}})[\s:：(（,，、]{{0,3}}$")
_NEXT_IN_LIST = re.compile(r"\s*[、，,/;；和及或]\s*")
#: So many characters before a number tell what it is.
_SEEN_BEFORE = 20
#: Words before a figure: what follows is money, however long it is.
_LEADS_TO_MONEY = re.compile(
    r"(?:[为计共达约额]|支出|收入|预算|决算|资金|拨款|经费|结转|结余|完成|安排|下达|投资)\s*[：:]?\s*$"
)
_FIGURE = re.compile(r"-?(?:\d[\d,，]*\.\d+|\d{1,3}(?:[,，]\d{3})+|\d{4,})%?")
_LABEL_ALONE = re.compile(r"\s*(?:[(（][^()（）]{0,12}[)）])?\s*[：:﹕]?\s*")
#: Whose name or number: 学生姓名, 家长联系电话.
_BEFORE_LABEL = re.compile(rf"\s*(?:{HAN}\s*){{0,6}}")
#: Labels that may run into the name without a sign between (负责人张三).
_RUN_IN = ("人", "领导", "同志")

#: The number that a label speaks of, and what it is.
NUMBER_AFTER = {
    LabelKind.TELEPHONE: (LABELLED_TELEPHONE, PersonalData.TELEPHONE),
    LabelKind.UNCLEAR_TELEPHONE: (LABELLED_FULL_TELEPHONE, PersonalData.TELEPHONE),
    LabelKind.OFFICE_TELEPHONE: (LABELLED_MOBILE, PersonalData.TELEPHONE),
    LabelKind.IDENTITY: (LABELLED_IDENTITY, PersonalData.IDENTITY_NUMBER),
    LabelKind.PASSPORT: (LABELLED_PASSPORT, PersonalData.PASSPORT),
    LabelKind.ACCOUNT: (LABELLED_ACCOUNT, PersonalData.BANK_ACCOUNT),
}


class Span(NamedTuple):
    """Characters `start` to `end` (0-based, end excluded) of a text that are a person's.

    `is_sure_name`: a name with a surname or middle dot, which is looked for in the whole document.
    """

    start: int
    end: int
    kind: PersonalData
    is_sure_name: bool = False


class Label(NamedTuple):
    """A label in a text: where, of what kind, and where what it speaks of ends."""

    start: int
    end: int
    kind: LabelKind
    until: int
    text: str


def labels_in(text: str, words: Words) -> list[Label]:
    """The labels of a folded text, in their order."""
    found = list(words.labels.finditer(text))
    ends = [*(match.start() for match in found[1:]), len(text)] if found else []
    named = [squeeze(match.group()) for match in found]
    return [
        Label(match.start(), match.end(), words.kinds[name], end, name)
        for match, name, end in zip(found, named, ends, strict=True)
    ]


def label_of_cell(text: str, words: Words) -> LabelKind | None:
    """What a text that is nothing but a label says of its neighbours; `None` where it is anything else."""
    found = labels_in(text, words)
    kinds = {label.kind for label in found}
    if not found or len(kinds) != 1 or not _BEFORE_LABEL.fullmatch(text, 0, found[0].start):
        return None
    rest = "".join(text[label.end : label.until] for label in found)
    return found[0].kind if _LABEL_ALONE.fullmatch(rest) else None


def find_in_text(text: str, words: Words) -> list[Span]:
    """All spans of a folded text by what it says itself."""
    labels = labels_in(text, words)
    spans = [span for label in labels for span in after_label(text, label, words)]
    spans += [Span(start, end, PersonalData.IDENTITY_NUMBER) for start, end in find_identities(text)]
    spans += [Span(*found.span(), PersonalData.EMAIL) for found in EMAIL.finditer(text)]
    spans += _related(text, words)
    is_of_person = bool(spans) or any(label.kind in NUMBER_AFTER for label in labels)
    spans += _bare_mobiles(text, is_of_person=is_of_person, words=words)
    spans += [name for span in spans if span.kind is not PersonalData.NAME for name in _name_before(text, span, words)]
    spans += [
        name
        for label in labels
        if label.kind in NUMBER_AFTER and any(span.start >= label.end for span in spans)
        for name in _name_before(text, label, words)
    ]
    return spans


def find_in_wrapped(text: str, words: Words) -> list[Span]:
    r"""All spans of a folded text of a cell, whose lines may break within a name or a number.

    >>> from pipeline.privacy.words import words
    >>> [(span.start, span.end) for span in find_in_wrapped("钱国\n栋同志", words())]
    [(0, 4)]
    """
    spans = find_in_text(text, words)
    if "\n" not in text:
        return spans
    places = [place for place, character in enumerate(text) if character != "\n"]
    joined = find_in_text(text.replace("\n", ""), words)
    return spans + [span._replace(start=places[span.start], end=places[span.end - 1] + 1) for span in joined]


def after_label(text: str, label: Label, words: Words) -> Iterator[Span]:
    """What a label speaks of, behind it in the same text."""
    separator = _SEPARATOR.match(text, label.end, label.until)
    begin = separator.end() if separator else label.end
    if label.kind in PERSON_LABELS:
        yield from _names_after(text, label, begin, words)
    elif label.kind in NUMBER_AFTER:
        pattern, kind = NUMBER_AFTER[label.kind]
        while found := pattern.match(text, begin, label.until):
            yield Span(*found.span(), kind)
            following = _NEXT_IN_LIST.match(text, found.end())
            begin = following.end() if following else len(text)


def _names_after(text: str, label: Label, begin: int, words: Words) -> Iterator[Span]:
    between = text[label.end : begin]
    if not between:
        if label.text.endswith(_RUN_IN):
            yield from _run_in_name(text, label, words)
        return
    has_colon = between.rstrip().endswith(("：", ":", "﹕"))
    takes_any = has_colon and label.kind is LabelKind.ANY_NAME
    is_sure = has_colon or label.text.endswith(_RUN_IN)  # 审核 and 会计 are words of sentences too
    names = names_at(text, begin, label.until, words, takes_any=takes_any, is_sure=is_sure)
    yield from (name for name in names if is_sure or name.end - name.start > SHORTEST)


def _run_in_name(text: str, label: Label, words: Words) -> Iterator[Span]:
    """A name that follows its label directly and ends at a sign: 负责人张三，."""
    piece = _PIECE.match(text, label.end, label.until)
    first = _RUN.match(piece.group()) if piece else None
    if first and is_surnamed(first.group(), words, is_sure=False):
        yield Span(label.end, label.end + first.end(), PersonalData.NAME, is_sure_name=True)


def names_at(text: str, begin: int, end: int, words: Words, *, takes_any: bool, is_sure: bool = True) -> Iterator[Span]:
    """The names that stand at a place one after the other, until something else follows.

    Args:
        text: Folded.
        begin: Where the first must begin.
        end: Where the last must end.
        words: What is known of names.
        takes_any: Whether the first needs no known surname.
        is_sure: Whether the place speaks for the first by itself.
    """
    while piece := _PIECE.match(text, begin, end):
        spans = list(_split_names(piece.group(), begin, words, takes_any=takes_any, is_sure=is_sure))
        yield from spans
        following = _NEXT_IN_LIST.match(text, piece.end())
        if not spans or not following:
            return
        begin, is_sure, takes_any = following.end(), False, False


def _split_names(piece: str, offset: int, words: Words, *, takes_any: bool, is_sure: bool) -> Iterator[Span]:
    """The names at the head of characters and blanks: one, several, or one with blanks inside (吴 永 刚)."""
    runs = list(_RUN.finditer(piece))
    while runs:
        for count in range(min(4, len(runs)), 0, -1):
            part = runs[:count]
            name = "".join(run.group() for run in part)
            if (count == 1 or _belongs_together(piece, part, words)) and is_name(
                name, words, takes_any=takes_any, is_sure=is_sure
            ):
                is_sure_name = is_name(name, words, takes_any=False, is_sure=is_sure)
                yield Span(offset + part[0].start(), offset + part[-1].end(), PersonalData.NAME, is_sure_name)
                break
        else:
            return
        runs, takes_any = runs[count:], False


def _belongs_together(piece: str, runs: list[re.Match[str]], words: Words) -> bool:
    """Whether the blanks between runs may stand inside a name: behind its surname, or where a line was broken."""
    first = runs[0].group()
    gaps = [piece[left.end() : right.start()] for left, right in itertools.pairwise(runs)]
    return len(first) == 1 or first in words.compound or all("\n" in gap for gap in gaps)


def _bare_mobiles(text: str, *, is_of_person: bool, words: Words) -> Iterator[Span]:
    """Mobile numbers without a label, unless the text names nobody and speaks of money there or is a row of figures."""
    mobiles = list(BARE_MOBILE.finditer(text))
    has_figures = bool(mobiles) and _has_figures(text)
    for found in mobiles:
        span = Span(*found.span(), PersonalData.TELEPHONE)
        is_spoken_for = is_of_person or any(True for _ in _name_before(text, span, words))
        if is_spoken_for or not (_leads_to_money(text, span.start) or has_figures):
            yield span


def _leads_to_money(text: str, place: int) -> bool:
    return _LEADS_TO_MONEY.search(text, max(0, place - _SEEN_BEFORE), place) is not None


def _has_figures(text: str) -> bool:
    """Whether other words of the text are figures: then an eleven-digit one may be a figure too."""
    return any(_FIGURE.fullmatch(word) and not BARE_MOBILE.fullmatch(word) for word in text.split())


def _name_before(text: str, mark: Span | Label, words: Words) -> Iterator[Span]:
    """A name directly before a number or its label: 张三 13812345678."""
    found = _NAME_BEFORE.search(text[max(0, mark.start - _SEEN_BEFORE) : mark.start])
    if found and is_name(found.group(1), words, takes_any=False, is_sure=False):
        begin = max(0, mark.start - _SEEN_BEFORE) + found.start(1)
        yield Span(begin, begin + len(found.group(1)), PersonalData.NAME, is_sure_name=True)


def _related(text: str, words: Words) -> Iterator[Span]:
    """Names before a word of relation or of what is spent on a person: 李四同志抚恤金, 王某某医疗费."""
    for found in words.relations.finditer(text):
        before = _HAN_BEFORE.search(text, max(0, found.start() - 12), found.start())
        if before is None or text.startswith(words.file.relation_exceptions, found.start()):
            continue
        suffix = squeeze(found.group())
        length = _related_name_length(
            before.group(), is_close=suffix in words.file.relation_suffixes.close, words=words
        )
        if length:
            name = before.group()[-length:]
            yield Span(found.start() - length, found.start(), PersonalData.NAME, is_sure_name="某" not in name)


def _related_name_length(run: str, *, is_close: bool, words: Words) -> int:
    """How many characters at the end of a run are a name; 0 where none is."""
    openings = (*words.file.relation_openings, *words.file.office_titles)
    for length in (3, SHORTEST, LONGEST):
        name, rest = run[-length:], run[:-length]
        if len(name) < length or (rest and not rest.endswith(openings)):
            continue
        is_long_enough = is_close or length > SHORTEST or name.endswith("某")
        if is_long_enough and is_surnamed(name, words, is_sure=False):
            return length
    return 0

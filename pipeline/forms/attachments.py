"""Where performance attachments begin and end: by their titles, and by what stands in them where none is printed.

Publishers put a project's name, a body or nothing before the title, print one table after another below one title, and
break tables over pages; only the words inside tell. The words are data: `catalogue/_attachments.yaml`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict

from pipeline.model.form import FormSpec, RowKind

_FILE = Path(__file__).parent / "catalogue" / "_attachments.yaml"
_EVALUATION, _TARGET = "performance_evaluation", "performance_target"
#: Some titles name a dozen projects; a sentence is longer or ends like one.
_MAX_TITLE = 120
_SENTENCE = re.compile(r"[。;!?]|…|\.{3,}|[见至]附[件表]")
_SUFFIX = r"(\(.{0,20}\)|续表?|》|\d{1,6})*$"
#: A report has some forty lines of contents and prose before its tables; a table shows itself at once.
_REPORT_REACH, _TABLE_REACH, _LINES_REACH = 150, 20, 70


class AttachmentWords(BaseModel):
    """The words of `_attachments.yaml`. Extra keys are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    name_rows: tuple[re.Pattern[str], ...]
    not_name_rows: re.Pattern[str]
    list_headers: tuple[tuple[re.Pattern[str], ...], ...]
    evidence: re.Pattern[str]
    headless_titles: re.Pattern[str]
    headless_rows: re.Pattern[str]
    evaluated: re.Pattern[str]
    report: re.Pattern[str]
    end: re.Pattern[str]
    end_of_table: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Strip:
    """One item in reading order: a text line (words joined by one blank), or a grid row (cells joined by `|`)."""

    text: str
    is_row: bool
    is_other_form: bool = False


@dataclass(frozen=True, slots=True)
class AttachmentSpan:
    """An attachment from its title or first row (`start`) to the item behind its last (`stop`), both 0-based."""

    form_id: str
    title: str
    start: int
    stop: int


@cache
def attachment_words() -> AttachmentWords:
    """Returns the project's own words, read once per process."""
    return AttachmentWords.model_validate(yaml.safe_load(_FILE.read_text(encoding="utf-8")))


def find_attachments(strips: Sequence[Strip], specs: Sequence[FormSpec]) -> tuple[AttachmentSpan, ...]:
    """Finds every performance attachment, in reading order.

    Args:
        strips: The document's lines and grid rows.
        specs: The catalogue; the titles of its attachments are used.
    """
    words = attachment_words()
    marks = _joined_marks(list(_marks(strips, specs, words)), strips, words)
    others = [index for index, strip in enumerate(strips) if strip.is_other_form]
    spans = []
    for number, mark in enumerate(marks):
        following = marks[number + 1].start if number + 1 < len(marks) else len(strips)
        stop = min([following, *(index for index in others if index > mark.start)])
        span = _span(mark, stop, strips, words)
        if span:
            spans.append(span)
    return tuple(spans)


@dataclass(frozen=True, slots=True)
class _Mark:
    """A place where an attachment may begin."""

    start: int
    form_id: str | None
    title: str
    is_title: bool


def _marks(strips: Sequence[Strip], specs: Sequence[FormSpec], words: AttachmentWords) -> Iterator[_Mark]:
    attachments = [spec for spec in specs if spec.row_kind is RowKind.ATTACHMENT]
    for index, strip in enumerate(strips):
        spec = _titled(strip.text, attachments)
        if spec:
            yield _Mark(index, spec.form_id, strip.text.strip("|"), is_title=True)
        elif _opens(strip, words) and _has_evidence(strips, index, words):
            yield _Mark(index, None, "", is_title=False)


def _titled(text: str, specs: Sequence[FormSpec]) -> FormSpec | None:
    key = text.strip("|").replace(" ", "")
    if not key or len(key) > _MAX_TITLE or "|" in key or _SENTENCE.search(key):
        return None
    for spec in specs:
        if any(bad.search(key) for bad in spec.not_titles):
            continue
        if any(re.search(f"(?:{pattern.pattern}){_SUFFIX}", key) for pattern in spec.titles):
            return spec
    return None


def _opens(strip: Strip, words: AttachmentWords) -> bool:
    """Whether a row names the project it is about, or heads a list of projects or duties."""
    if any(all(pattern.search(strip.text) for pattern in patterns) for patterns in words.list_headers):
        return strip.is_row
    is_header = words.not_name_rows.search(strip.text) is not None
    return not is_header and any(pattern.search(strip.text) for pattern in words.name_rows)


def _has_evidence(strips: Sequence[Strip], index: int, words: AttachmentWords) -> bool:
    reach = _TABLE_REACH if strips[index].is_row else _LINES_REACH
    return any(words.evidence.search(strip.text) for strip in strips[index : index + reach])


def _joined_marks(marks: list[_Mark], strips: Sequence[Strip], words: AttachmentWords) -> list[_Mark]:
    """One mark an attachment: a title takes the next name row, and a second title above the same table."""
    joined: list[_Mark] = []
    is_named = False
    for mark in marks:
        last = joined[-1] if joined else None
        reach = _REPORT_REACH if last and words.report.search(last.title) else _TABLE_REACH
        between = strips[last.start + 1 : mark.start] if last else ()
        is_open = last is not None and last.is_title and not is_named and len(between) <= reach
        is_open = is_open and not any(words.evidence.search(strip.text) for strip in between)
        if last and is_open and not mark.is_title:
            is_named = True
        elif last and is_open and not any(strip.is_row for strip in between):
            joined[-1] = _Mark(last.start, mark.form_id, mark.title, is_title=True)
        else:
            joined.append(mark)
            is_named = not mark.is_title
    return joined


def _span(mark: _Mark, stop: int, strips: Sequence[Strip], words: AttachmentWords) -> AttachmentSpan | None:
    is_report = bool(words.report.search(mark.title))
    is_headless = bool(words.headless_titles.search(mark.title))
    seen = False
    end = stop
    for index in range(mark.start, stop):
        strip = strips[index]
        seen = seen or bool(words.evidence.search(strip.text) and index > mark.start - (not mark.is_title))
        seen = seen or (is_headless and strip.is_row and bool(words.headless_rows.fullmatch(strip.text)))
        if strip.is_row or index == mark.start:
            continue
        if words.end.search(strip.text) or (seen and not is_report and words.end_of_table.search(strip.text)):
            end = index
            break
    if not seen:
        return None
    body = strips[mark.start : end]
    form_id = mark.form_id or _form_of(body, words)
    return AttachmentSpan(form_id, mark.title, mark.start, end)


def _form_of(body: Sequence[Strip], words: AttachmentWords) -> str:
    return _EVALUATION if any(words.evaluated.search(strip.text) for strip in body) else _TARGET

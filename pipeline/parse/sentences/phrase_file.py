"""Reads `phrases.yaml`: the fixed phrases of the 情况说明, validated and compiled."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from pipeline.errors import CatalogueError
from pipeline.model.form import Phase

_FILE = Path(__file__).parent / "phrases.yaml"
Pattern = Annotated[re.Pattern[str], BeforeValidator(lambda text: re.compile(str(text)))]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Section(_Strict):
    """A part of the text, opened by its heading. `means` says what general topics mean in it.

    `keeps_topic`: behind words that no phrase knows, figures are of its topic again, not of none.
    `default_measure` is that of an amount with no cue; by default the phase's.
    """

    id: str
    name_zh: str
    name_en: str
    pattern: Pattern
    topic: str | None = None
    means: dict[str, str] = Field(default_factory=dict)
    default_measure: str | None = None
    keeps_topic: bool = False
    is_read: bool = True


class TopicPhrase(_Strict):
    """Words that name what a figure is about; `is_weak` words do so only where a sentence begins."""

    pattern: Pattern
    id: str | None = None
    ids: tuple[str, ...] = ()
    in_sections: tuple[str, ...] = ()
    not_in_sections: tuple[str, ...] = ()
    is_weak: bool = False

    @property
    def topics(self) -> tuple[str, ...]:
        """The topics named: one, or two for a phrase such as 收、支总计."""
        return self.ids or ((self.id,) if self.id else ())

    def is_of(self, section: str | None) -> bool:
        """Whether the phrase is looked for in a section."""
        return section not in self.not_in_sections and (not self.in_sections or section in self.in_sections)


class MeasureCue(_Strict):
    """Words right before a number that say what is said of the topic.

    `units` is the kind of number: `amount`, `rate`, `score` or `count`; `topics` limits counts to topics that begin so.
    """

    id: str
    units: str
    pattern: Pattern
    phase: Phase | None = None
    count_units: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    in_sections: tuple[str, ...] = ()
    not_in_sections: tuple[str, ...] = ()


class FollowingCue(_Strict):
    """Words after a count that say what was counted; its group `label` is kept."""

    topic: str
    measure: str
    count_units: tuple[str, ...]
    pattern: Pattern
    before: Pattern | None = None
    in_sections: tuple[str, ...] = ()


class Base(_Strict):
    """What a change is measured against."""

    id: str
    pattern: Pattern


class Changes(_Strict):
    """Words of more and of less."""

    more: str
    less: str


class Term(_Strict):
    """What an identifier of a topic, measure, basis or section means."""

    kind: str
    id: str
    name_zh: str
    name_en: str


class Phrases(_Strict):
    """The whole file. `terms` name what every identifier in it means."""

    sections: tuple[Section, ...]
    topics: tuple[TopicPhrase, ...]
    changes: Changes
    bases: tuple[Base, ...]
    measures: tuple[MeasureCue, ...]
    following: tuple[FollowingCue, ...]
    fillers: str
    reason: Pattern
    purpose: Pattern
    revenue_topics: frozenset[str]
    per_head: Pattern
    equal: Pattern
    whole_project: Pattern
    project_statement: Pattern
    project_first_part: Pattern
    project_parts: Pattern
    level_marks: tuple[Pattern, Pattern, Pattern]
    terms: tuple[Term, ...]

    @model_validator(mode="after")
    def _with_sections_as_terms(self) -> Phrases:
        """Sections are terms too; an identifier without a term would be published without a meaning."""
        named = {(term.kind, term.id) for term in self.terms}
        topics = {topic for entry in self.topics for topic in entry.topics} | {cue.topic for cue in self.following}
        wanted = {("topic", topic) for topic in topics} | {("measure", cue.id) for cue in self.measures}
        wanted |= {("basis", base.id) for base in self.bases}
        if wanted - named:
            raise ValueError(f"no term says what these mean: {sorted(wanted - named)}")
        return self

    def all_terms(self) -> Iterator[Term]:
        """Yields the terms, the sections among them, each once."""
        yield from self.terms
        sections = {section.id: section for section in reversed(self.sections)}
        yield from (Term(kind="section", id=s.id, name_zh=s.name_zh, name_en=s.name_en) for s in sections.values())


@cache
def phrases() -> Phrases:
    """Returns the project's own phrases, read once per process.

    Raises:
        CatalogueError: The file has an unknown key, a missing key or a pattern that does not compile.
    """
    try:
        return Phrases.model_validate(yaml.safe_load(_FILE.read_text(encoding="utf-8")))
    except (ValidationError, re.error) as error:
        raise CatalogueError(
            f"phrases.yaml: {error}",
            expected="the keys of Phrases",
            remedy="correct pipeline/parse/sentences/phrases.yaml",
        ) from error

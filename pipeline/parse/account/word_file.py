"""Loads the words that tell numbers from figures: `words.yaml`, checked against a schema, to compiled rules.

Everything known about the wording of dates, citations, ordinals and defined terms lives in that file, nothing in code.
"""

from __future__ import annotations

import re
from enum import StrEnum
from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from pipeline.errors import CatalogueError
from pipeline.model.account import NumberKind

WORDS_FILE = Path(__file__).parent / "words.yaml"
#: What was read, or is told by tables and neighbours: no wording can say it.
_NOT_BY_WORDS = frozenset({NumberKind.VALUE, NumberKind.ATTACHMENT, NumberKind.SENTENCE, NumberKind.UNEXPLAINED})


class Where(StrEnum):
    """What a rule is searched in."""

    ANY = "any"
    LINE = "line"
    CELL = "cell"


class WordRule(BaseModel):
    """One wording: the kind it tells, its pattern, where it is searched, a text it explains and one it must not.

    `needs` lists characters of which a text must hold one for the pattern to match: other texts are not searched.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: NumberKind
    pattern: re.Pattern[str]
    where: Where = Where.ANY
    needs: frozenset[str] = frozenset()
    example: str
    counter_example: str | None = Field(default=None, alias="not")

    @field_validator("kind")
    @classmethod
    def _is_told_by_words(cls, kind: NumberKind) -> NumberKind:
        if kind in _NOT_BY_WORDS:
            raise ValueError(f"{kind} is read, never told by words")
        return kind


class _WordFile(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    rules: tuple[WordRule, ...]


def load_rules(path: Path) -> tuple[WordRule, ...]:
    """Reads a file of word rules, in its order.

    Raises:
        CatalogueError: An unknown key, an unknown kind, or a pattern that does not compile.
    """
    try:
        return _WordFile.model_validate(yaml.safe_load(path.read_text(encoding="utf-8"))).rules
    except (ValidationError, yaml.YAMLError) as error:
        raise CatalogueError(
            f"{path.name}: {error}", expected="the keys of WordRule", remedy="correct the file"
        ) from error


@cache
def word_rules() -> tuple[WordRule, ...]:
    """Returns the project's own rules, read once per process."""
    return load_rules(WORDS_FILE)

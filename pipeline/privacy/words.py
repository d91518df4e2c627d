"""The words that tell persons: the catalogue file, validated, and the patterns made of it.

What lives here: data and patterns. What must not: decisions about a text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from pipeline.errors import CatalogueError

CATALOGUE_FILE = Path(__file__).parent / "catalogue" / "persons.yaml"
#: A Han character, those of names outside the first plane among them.
HAN = "[\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U000323af]"
#: What stands between the parts of a transcribed name (买买提·艾力).
MIDDLE_DOTS = "·•・‧∙"
#: Characters that look like another one: radicals for characters, full-width digits and letters.
_ODD = re.compile(r"[\u2e80-\u2fdf\uf900-\ufaff\uff10-\uff19\uff20-\uff3a\uff41-\uff5a]")


class LabelKind(StrEnum):
    """What a label says of the text behind it."""

    ANY_NAME = "any_name"
    SURNAMED = "surnamed"
    TELEPHONE = "telephone"
    UNCLEAR_TELEPHONE = "unclear_telephone"
    OFFICE_TELEPHONE = "office_telephone"
    IDENTITY = "identity"
    PASSPORT = "passport"
    ACCOUNT = "account"
    OTHER = "other"


PERSON_LABELS = frozenset({LabelKind.ANY_NAME, LabelKind.SURNAMED})


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class PersonLabels(_Entry):
    """Labels after which a person is named: with any name, or only one with a known surname."""

    any_name: tuple[str, ...]
    surnamed: tuple[str, ...]


class TelephoneLabels(_Entry):
    """Labels of somebody's number, of a number or an expense, and of the office's public number."""

    person: tuple[str, ...]
    unclear: tuple[str, ...]
    office: tuple[str, ...]


class RelationSuffixes(_Entry):
    """What stands directly behind a name: behind any, or only behind one of three characters."""

    close: tuple[str, ...]
    spent_on: tuple[str, ...]


class Surnames(_Entry):
    """Surnames: single characters run together, and those of two characters or more."""

    common: str
    rare: str
    compound: tuple[str, ...]


class PersonsFile(_Entry):
    """The keys of `catalogue/persons.yaml`; what they mean is said there."""

    person_labels: PersonLabels
    telephone_labels: TelephoneLabels
    identity_labels: tuple[str, ...]
    passport_labels: tuple[str, ...]
    account_labels: tuple[str, ...]
    other_labels: tuple[str, ...]
    relation_suffixes: RelationSuffixes
    relation_exceptions: tuple[str, ...]
    relation_openings: tuple[str, ...]
    office_titles: tuple[str, ...]
    place_suffixes: tuple[str, ...]
    organisation_endings: tuple[str, ...]
    not_names: tuple[str, ...]
    surnames: Surnames


@dataclass(frozen=True, slots=True)
class Words:
    """The file made ready: `labels` finds any label, `kinds` says what a found one (without blanks) means.

    `triggers` are all words of which one must stand on a page (without blanks) that names a person by a word.
    """

    file: PersonsFile
    kinds: dict[str, LabelKind]
    labels: re.Pattern[str]
    triggers: tuple[str, ...]
    relations: re.Pattern[str]
    common: frozenset[str]
    surnames: frozenset[str]
    compound: frozenset[str]
    not_names: frozenset[str]


@cache
def words() -> Words:
    """Reads the catalogue file.

    Raises:
        CatalogueError: It does not have the keys of `PersonsFile`.
    """
    try:
        file = PersonsFile.model_validate(yaml.safe_load(CATALOGUE_FILE.read_text(encoding="utf-8")))
    except (ValidationError, yaml.YAMLError) as error:
        raise CatalogueError(
            f"{CATALOGUE_FILE.name}: {error}", expected="the keys of PersonsFile", remedy="correct the file"
        ) from error
    kinds = _label_kinds(file)
    suffixes = file.relation_suffixes
    common = frozenset(file.surnames.common)
    return Words(
        file=file,
        kinds=kinds,
        labels=re.compile(_any_of(kinds)),
        triggers=_shortest([*_telling(kinds), *suffixes.close, *suffixes.spent_on]),
        relations=re.compile(_any_of([*suffixes.close, *suffixes.spent_on])),
        common=common,
        surnames=common | frozenset(file.surnames.rare),
        compound=frozenset(file.surnames.compound),
        not_names=frozenset((*file.not_names, *kinds)),
    )


def fold(text: str) -> str:
    """Full-width digits and radicals as the characters they look like, one for one: places stay.

    >>> fold("电话：１３８（⼿机）")
    '电话：138（手机）'
    """
    if not _ODD.search(text):
        return text
    folded = (unicodedata.normalize("NFKC", c) if _ODD.match(c) else c for c in text)
    return "".join(new if len(new) == 1 else old for new, old in zip(folded, text, strict=True))


def _label_kinds(file: PersonsFile) -> dict[str, LabelKind]:
    groups = {
        LabelKind.OTHER: file.other_labels,
        LabelKind.ANY_NAME: file.person_labels.any_name,
        LabelKind.SURNAMED: file.person_labels.surnamed,
        LabelKind.TELEPHONE: file.telephone_labels.person,
        LabelKind.UNCLEAR_TELEPHONE: file.telephone_labels.unclear,
        LabelKind.OFFICE_TELEPHONE: file.telephone_labels.office,
        LabelKind.IDENTITY: file.identity_labels,
        LabelKind.PASSPORT: file.passport_labels,
        LabelKind.ACCOUNT: file.account_labels,
    }
    return {label: kind for kind, labels in groups.items() for label in labels}


def _telling(kinds: dict[str, LabelKind]) -> list[str]:
    return [label for label, kind in kinds.items() if kind is not LabelKind.OTHER]


def _shortest(found: Iterable[str]) -> tuple[str, ...]:
    """The words that hold none of the others: looking for these finds all.

    >>> _shortest(["手机号", "手机", "卡号"])
    ('卡号', '手机')
    """
    all_words = sorted(set(found), key=lambda word: (len(word), word))
    kept: list[str] = []
    for word in all_words:
        if not any(shorter in word for shorter in kept):
            kept.append(word)
    return tuple(kept)


def _any_of(found: Iterable[str]) -> str:
    """A pattern of all words, the longest first, with white space allowed between their characters."""
    longest_first = sorted(set(found), key=lambda word: (-len(word), word))
    return "|".join(r"\s*".join(map(re.escape, word)) for word in longest_first)

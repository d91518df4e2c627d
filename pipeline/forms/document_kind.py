"""What a document without statutory forms is: a companion of tables elsewhere, or a government's own totals."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum
from functools import cache
from itertools import pairwise

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from pipeline.errors import CatalogueError
from pipeline.forms.catalogue_file import CATALOGUE_DIR
from pipeline.forms.titles import MAX_TITLE_LENGTH
from pipeline.model.grid import Document, TextLine
from pipeline.model.text import match_key

_FILE = "_documents.yaml"
#: A companion says what it is on its first page.
_FRONT_LINES = 80


class DocumentKind(StrEnum):
    """Why a document has no department's forms."""

    GOVERNMENT_WIDE = "government_wide"
    GOVERNMENT_REPORT = "government_report"
    COMPANION = "companion"


class KindEntry(BaseModel):
    """The words one kind of document is told by."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    titles: tuple[re.Pattern[str], ...]
    words: tuple[str, ...]


@cache
def _kinds() -> dict[DocumentKind, KindEntry]:
    try:
        raw = yaml.safe_load((CATALOGUE_DIR / _FILE).read_text(encoding="utf-8"))
        return {DocumentKind(name): KindEntry.model_validate(entry) for name, entry in raw.items()}
    except (ValidationError, ValueError) as error:
        raise CatalogueError(
            f"{_FILE}: {error}", expected="the keys of KindEntry", remedy="correct the file"
        ) from error


def document_kind(document: Document) -> DocumentKind | None:
    """Returns what a document is, `None` where nothing tells.

    Whole-government titles count wherever they stand; a companion names itself on its first page.
    """
    lines = list(_lines(document))
    wide = _kinds()[DocumentKind.GOVERNMENT_WIDE]
    text = "".join(lines)
    if any(_matches(line, wide) for line in lines) or sum(word in text for word in wide.words) > 1:
        return DocumentKind.GOVERNMENT_WIDE
    report = _kinds()[DocumentKind.GOVERNMENT_REPORT]
    front = lines[:_FRONT_LINES]
    pairs = (first + second for first, second in pairwise(front))  # a long title goes on in the next line
    if any(_matches(line, report) for line in (*front, *pairs)):
        return DocumentKind.GOVERNMENT_REPORT
    companion = _kinds()[DocumentKind.COMPANION]
    if any(_matches(line, companion) for line in front):
        return DocumentKind.COMPANION
    return None


def _matches(line: str, entry: KindEntry) -> bool:
    return len(line) <= MAX_TITLE_LENGTH and any(pattern.search(line) for pattern in entry.titles)


def _lines(document: Document) -> Iterator[str]:
    """Yields every line of text and every printed cell, in `match_key` form."""
    for page in document.pages:
        for block in page.blocks:
            texts = [block.text] if isinstance(block, TextLine) else [cell.text for cell in block.cells]
            for text in texts:
                key = match_key(text)
                if key:
                    yield key

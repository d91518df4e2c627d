"""The version of each stage: what reads a media type's pages, and what interprets them. A change means reading again.

What lives here: which code each stage rests on, found by its imports. What must not: documents.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pipeline.code_closure import CodeTree
from pipeline.normalise.reference import SEEDS_DIR, SEEDS_READ
from pipeline.readers.registry import READERS

_PACKAGE = Path(__file__).parent
_REGISTRY = "pipeline.readers.registry"
#: Decides which reader a file gets.
_SNIFF = "pipeline.readers.sniff"
#: Every document goes through it before any other room sees it: it belongs to the reading.
_PRIVACY = "pipeline.privacy.withhold"
_CORRIDOR = "pipeline.flow"
_READING_ROOMS = ("pipeline.readers.", "pipeline.privacy.")
#: These keep and name what was read; they change nothing of it.
_UNREAD = ("pipeline.versions", "pipeline.code_closure", "pipeline.lake.", "pipeline.settings")


@dataclass(frozen=True, slots=True)
class Versions:
    """The versions of the code as it stands.

    `reading` has one entry a media type; `whole_reading` stands for documents whose type nobody could tell, and for
    those whose reader never ended: any better reader may do better.
    """

    reading: Mapping[str, str]
    whole_reading: str
    interpreting: str

    def reading_of(self, media_type: str) -> str:
        """The version of what turns a file of this type into pages without persons."""
        return self.reading.get(media_type, self.whole_reading)

    def parser_of(self, media_type: str) -> str:
        """The version of all that decides what is read of a file of this type: `dim_document.parser_version`."""
        both = f"{self.reading_of(media_type)}\0{self.interpreting}"
        return hashlib.sha256(both.encode()).hexdigest()[:16]


@cache
def current_versions() -> Versions:
    """The versions of the code of this process, computed once."""
    return versions_of(_PACKAGE)


@cache
def code_version_of(*modules: str) -> str:
    """The version of any piece of this code and all that it imports: what Dagster shows beside an asset.

    Args:
        modules: Names such as `pipeline.sources.folder`.
    """
    tree = _own_tree()
    return tree.digest(tree.closure(modules))


@cache
def _own_tree() -> CodeTree:
    return CodeTree(_PACKAGE)


def versions_of(package: Path) -> Versions:
    """The versions of the code in a folder.

    Args:
        package: The folder `pipeline/`, or a copy of it.
    """
    tree = _own_tree() if package == _PACKAGE else CodeTree(package)
    every_time = tree.function_digest(_REGISTRY, "read_document", "read_again", "has_other_readings")
    reading = {
        media_type.value: tree.digest(
            tree.closure([reader.__module__, _SNIFF, _PRIVACY]), salt=(every_time, reader.__name__)
        )
        for media_type, reader in READERS.items()
    }
    seeds = (hashlib.sha256((SEEDS_DIR / seed).read_bytes()).hexdigest() for seed in SEEDS_READ)
    corridor = tree.closure([_CORRIDOR], follow=_is_interpreting)
    return Versions(
        reading,
        tree.digest(tree.closure([_REGISTRY, _PRIVACY])),
        tree.digest(corridor, salt=seeds),
    )


def _is_interpreting(module: str) -> bool:
    return not module.startswith((*_READING_ROOMS, *_UNREAD))

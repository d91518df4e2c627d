"""Names found by their place, looked for in every text of the document.

What lives here: when the same characters elsewhere are the same person. What must not: how names are first found.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from pipeline.model.personal import PersonalData
from pipeline.privacy.recognise import Span
from pipeline.privacy.words import HAN, Words

#: A name of two characters is often part of other words: only one that stands by itself is taken.
_PART_OF_WORDS = 2
_AROUND = 8


class KnownNames:
    """The names of one document, ready to be looked for."""

    __slots__ = ("_after", "_before", "_pattern", "names")

    def __init__(self, names: Collection[str], words: Words) -> None:
        """Makes the patterns.

        Args:
            names: Without white space.
            words: The offices and places that make a name something else.
        """
        self.names = frozenset(names)
        longest_first = sorted(self.names, key=lambda name: (-len(name), name))
        self._pattern = re.compile("|".join(map(_pattern_of, longest_first))) if self.names else None
        offices = "|".join(map(re.escape, words.file.office_titles))
        places = "|".join(map(re.escape, words.file.place_suffixes))
        self._before = re.compile(rf"(?:{offices})$")
        self._after = re.compile(rf"\s?(?:{offices}|{places})")

    def find(self, text: str) -> list[Span]:
        """Where the names stand in a folded text, not as holders of an office nor in the name of a place."""
        if self._pattern is None:
            return []
        return [
            Span(*found.span(), PersonalData.NAME)
            for found in self._pattern.finditer(text)
            if not self._before.search(text, max(0, found.start() - _AROUND), found.start())
            and not self._after.match(text, found.end())
        ]


def _pattern_of(name: str) -> str:
    spaced = r"[ \t\u3000\n]*".join(map(re.escape, name))
    return rf"(?<!{HAN}){spaced}(?!{HAN})" if len(name) <= _PART_OF_WORDS else spaced

"""Amounts with their unit in running text, counted. Sentences themselves are not read here."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal

from pipeline.model.extract import Mention
from pipeline.model.grid import Document, TextLine
from pipeline.model.text import match_key
from pipeline.parse.amounts import is_too_large, read_amount, to_yuan

_MENTION = re.compile(r"(?<![\d.,])(\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)(亿元|万元|元)")


def read_mentions(document: Document) -> tuple[Mention, ...]:
    """Returns every amount the document's running text names, smallest first; zeros are left out.

    White space inside a number or before its unit is the typesetter's and is passed over.
    """
    counts: Counter[tuple[Decimal, str, str]] = Counter()
    for text in _texts(document):
        for number, unit in _MENTION.findall(text):
            reading = read_amount(number)
            if reading.number and not is_too_large(reading.number, unit):
                counts[to_yuan(reading.number, unit)[0], number, unit] += 1
    return tuple(Mention(amount, number, unit, n) for (amount, number, unit), n in sorted(counts.items()))


def _texts(document: Document) -> Iterator[str]:
    for page in document.pages:
        lines = [match_key(block.text) for block in page.blocks if isinstance(block, TextLine)]
        yield "".join(lines)

"""What an alert says, and how it reads as plain text.

What lives here: the type and its words. What must not: channels.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Level = Literal["failure", "warning", "recovered"]
Fact = str | int | float

#: The name bots may be told to look for (DingTalk asks for a keyword in every message).
SENDER = "gongkai"


@dataclass(frozen=True, slots=True)
class Alert:
    """One message to the people who look after the nights.

    `title` is one line; `body` says what happened and what to do; `facts` are named figures. None of it may hold what
    a document says of persons: the caller passes texts that went through `privacy/`.
    """

    level: Level
    title: str
    body: str
    facts: Mapping[str, Fact] = field(default_factory=dict)

    def subject(self) -> str:
        """One line for the head of a mail or message, without anything that could end the line.

        >>> Alert("failure", "the night failed: Bcc", "").subject()
        '[gongkai] failure: the night failed: Bcc'
        """
        return f"[{SENDER}] {self.level}: {' '.join(printable(self.title).split())}"

    def text(self) -> str:
        """The whole alert as plain text: subject, body, then one fact a line."""
        facts = "\n".join(f"{name}: {printable(str(value))}" for name, value in self.facts.items())
        return "\n\n".join(part for part in (self.subject(), printable(self.body).strip(), facts) if part)


def printable(text: str) -> str:
    r"""The text without control characters (a terminal, a mail header or a bot would act on them).

    >>> printable("a\x1b[31mb\tc")
    'a[31mb c'
    """
    spaced = text.replace("\t", " ").replace("\r\n", "\n")
    return "".join(c for c in spaced if c == "\n" or not unicodedata.category(c).startswith("C"))

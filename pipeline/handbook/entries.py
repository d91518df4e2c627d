"""What the handbook is made of: chapters of entries, each a page of Markdown with, where it helps, a query."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote


@dataclass(frozen=True, slots=True)
class Entry:
    """One page: a form, a rule, a list of words.

    Attributes:
        name: As in the warehouse (`summary`), unique in its chapter.
        title: In both languages.
        kind: What it is, in both languages.
        text: Markdown.
        sql: A query on the published file that shows the rows it speaks of.
    """

    name: str
    title: str
    kind: str
    text: str
    sql: str


@dataclass(frozen=True, slots=True)
class Chapter:
    """Pages that belong together, below a page of their own.

    Attributes:
        key: Part of the addresses of its pages.
        title: In both languages, as the contents show it.
        text: Markdown of its own page.
        entries: Its pages.
        rank: Where its pages stand among what a search finds; tables come first, at 0.
    """

    key: str
    title: str
    text: str
    entries: tuple[Entry, ...] = ()
    rank: int = 1

    @property
    def link(self) -> str:
        """Address of its own page."""
        return f"#!/overview/{quote(self.title)}"


def entry_id(chapter: str, name: str) -> str:
    """The id of an entry, in the way dbt writes ids.

    >>> entry_id("forms", "three_public")
    'analysis.forms.three_public'
    """
    return f"analysis.{chapter}.{name}"


def entry_link(chapter: str, name: str, words: str | None = None) -> str:
    """A Markdown link to an entry.

    >>> entry_link("forms", "three_public")
    '[`three_public`](#!/analysis/analysis.forms.three_public)'
    """
    return f"[{words or f'`{name}`'}](#!/analysis/{entry_id(chapter, name)})"


def table_link(name: str, *, is_seed: bool = False) -> str:
    """A Markdown link to a model or a seed of our project."""
    kind = "seed" if is_seed else "model"
    return f"[`{name}`](#!/{kind}/{kind}.gongkai.{name})"

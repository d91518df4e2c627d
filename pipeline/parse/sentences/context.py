"""What holds from one figure of a text to the next: the part, the topic, the class, the year, the basis of changes."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from pipeline.model.form import Phase
from pipeline.parse.sentences.gaps import FUNCTION, Base, LineNames, Named
from pipeline.parse.sentences.phrase_file import Section, phrases

#: A level's name ends before its mark and begins behind one of these.
_NAME_STARTS = re.compile(r"[,，。;:“”\"#、\n]|\d+[.]|用于")
_ORDINAL = re.compile(r"^\(?[\d一二三四五六七八九十]{1,3}[).、]+")
_CLASS_LENGTH = 3
_CLAUSE = re.compile(r"[。;,，]")
PRIOR_YEAR = "prior_year"
PROJECT_ITEM = "project_item"

LevelNames = tuple[str | None, str | None, str | None]
NO_NAMES: LevelNames = (None, None, None)


@dataclass(frozen=True, slots=True)
class Subject:
    """What figures are about at one place: topics (two for 收、支总计), the printed words, the class named, if any."""

    topics: tuple[str, ...] = ()
    label: str = ""
    names: LevelNames = NO_NAMES
    line_code: str | None = None


@dataclass(slots=True)
class Context:
    """The reader's memory over the paragraphs of one document.

    `home` is set in text about one project: that project, whatever funds the text names.
    """

    phase: Phase | None
    fiscal_year: int | None
    names: LineNames
    section: Section | None = None
    subject: Subject = field(default_factory=Subject)
    base: Base = field(default_factory=lambda: Base(PRIOR_YEAR))
    year: int | None = None
    paragraph_no: int = 0
    is_within_section: bool = False
    home: Subject | None = None

    def restart(self) -> None:
        """A sentence begins: changes are against last year, figures of this one, until it says otherwise.

        In text about one project it is about that project again.
        """
        self.base, self.year = Base(PRIOR_YEAR), self.fiscal_year
        self.subject = self.home or self.subject

    @property
    def section_id(self) -> str | None:
        """The id of the open section."""
        return self.section.id if self.section else None

    def open_section(self, section: Section | None, heading: str) -> None:
        """A heading begins a new part: its topic is the section's, or the class it names."""
        self.is_within_section = section is not None and not section.pattern.search(heading)
        self.home = None
        self.section = section
        topic = section.topic if section else None
        self.subject = Subject((topic,) if topic else (), heading)
        self.subject = subject_of_levels(heading, self.subject) or self.subject

    def open_project(self, name: str, section: Section) -> None:
        """A part about one project begins: figures are about it until another part is opened."""
        self.section, self.is_within_section = section, False
        self.home = self.subject = Subject((PROJECT_ITEM,), name)

    def go_home(self, words: str) -> bool:
        """Whether words name the one project a text is about, or it as a whole; figures are about it from here on."""
        clause = _CLAUSE.split(words)[-1]
        if self.home is None or not (self.home.label in clause or phrases().whole_project.search(clause)):
            return False
        self.subject = self.home
        return True

    def lose_subject(self) -> None:
        """Unknown words were counted or named: what follows is not of the topic before them."""
        topic = self.section.topic if self.section and self.section.keeps_topic else None
        self.subject = Subject((topic,), self.section.name_zh if self.section else "") if topic else Subject()

    def meant(self, topics: tuple[str, ...]) -> tuple[str, ...]:
        """The topics that general words mean in the open section: 收入总计 is of the appropriation there."""
        means = self.section.means if self.section else {}
        return tuple(means.get(topic, topic) for topic in topics)

    def take(self, named: Named) -> None:
        """A topic is named: figures are about it from here on."""
        topics = self.meant(named.topics)
        names: LevelNames = (named.label, None, None) if topics == (FUNCTION,) else NO_NAMES
        self.subject = Subject(topics, named.label, names, named.line_code)


def levels_end(text: str) -> int:
    """Where the last mark of a level (类, 款, 项) ends, -1 where there is none."""
    ends = [match.end() for mark in phrases().level_marks for match in mark.finditer(text)]
    return max(ends, default=-1)


def subject_of_levels(text: str, before: Subject) -> Subject | None:
    """The class, section and item a text names by their marks; what it leaves out is as before.

    >>> subject_of_levels("公共安全支出(204类)司法(06款)行政运行(01项)", Subject()).line_code
    '2040601'
    """
    marks = sorted(
        (match.start(), match.end(), level, match["code"])
        for level, pattern in enumerate(phrases().level_marks)
        for match in pattern.finditer(text)
    )
    if not marks:
        return None
    names: list[str | None] = list(before.names)
    codes: list[str | None] = _split(before.line_code)
    previous = 0
    for start, end, level, code in marks:
        name = _name_before(text[previous:start])
        names[level:] = [name or None, *([None] * (2 - level))]
        codes[level:] = [code, *([None] * (2 - level))]
        previous = end
    label = text[_name_start(text[: marks[0][0]]) : marks[-1][1]]
    class_name, section_name, item_name = names
    return Subject((FUNCTION,), label, (class_name, section_name, item_name), _joined(codes))


def _name_start(text: str) -> int:
    start = max((match.end() for match in _NAME_STARTS.finditer(text)), default=0)
    ordinal = _ORDINAL.match(text[start:])
    return start + (ordinal.end() if ordinal else 0)


def _name_before(text: str) -> str:
    return text[_name_start(text) :]


def _split(code: str | None) -> list[str | None]:
    if not code:
        return [None, None, None]
    parts = [code[:_CLASS_LENGTH], code[_CLASS_LENGTH : _CLASS_LENGTH + 2], code[_CLASS_LENGTH + 2 :]]
    return [part or None for part in parts]


def _joined(codes: list[str | None]) -> str | None:
    """The code as far as it was printed without a gap, `None` where the class has none."""
    found = ""
    for code in codes:
        if code is None:
            break
        found += code
    return found if codes[0] and len(found) >= _CLASS_LENGTH else None

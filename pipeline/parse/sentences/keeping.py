"""What a paragraph was found to say: its facts, the figures in doubt, and which reason is of which change."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from pipeline.model.extract import Issue, Severity
from pipeline.model.narrative import NarrativeFact
from pipeline.parse.sentences.context import Context, Subject
from pipeline.parse.sentences.figures import Figure
from pipeline.parse.sentences.gaps import Said
from pipeline.parse.sentences.making import make_facts, sentence_around
from pipeline.parse.sentences.muting import Muted, reasons
from pipeline.parse.sentences.passages import Paragraph

#: What a stated reason is the reason of.
MEASURES_WITH_REASON = (
    "prior_year_change",
    "prior_year_change_rate",
    "budget_change",
    "budget_change_rate",
    "completion_rate",
)
#: Where a sentence states no change, its reason is of the figure it ends with: 年初预算0万元,决算12万元,主要原因是 …
_COMPARED = ("final", "execution")
_SENTENCE = re.compile(r"[。;]|其中:?")


@dataclass(frozen=True, slots=True)
class Reading:
    """What a paragraph says; `loose_reason` is a reason for changes told in the paragraph before."""

    facts: list[NarrativeFact]
    issues: list[Issue]
    loose_reason: str | None = None


@dataclass(slots=True)
class Kept:
    """The facts and issues of one paragraph, as they are found; `starts` are the places of the facts' figures."""

    paragraph: Paragraph
    context: Context
    facts: list[NarrativeFact] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)

    def note(self, figure: Figure, what: str) -> None:
        """Says that a figure is not loaded, or only in doubt."""
        line = self.paragraph.line_of(figure.start)
        self.issues.append(
            Issue(
                "figure_in_sentence",
                Severity.WARNING,
                f"{figure.text}{figure.unit} {what}",
                "look at the sentence; the figure is loaded only where the words leave no doubt",
                page_no=line.page_no,
                row_no=line.line_no,
                raw_text=sentence_around(self.paragraph.text, figure.start),
            )
        )

    def add(self, figure: Figure, subject: Subject, said: Said, doubt: str | None = None) -> None:
        """Takes a figure as what is said of a subject; one no budget can hold is said instead."""
        made = make_facts(self.paragraph, figure, subject, said, self.context, doubt)
        if not made or doubt:
            self.note(figure, doubt or ("is no number" if figure.number is None else "is more than any budget holds"))
        self.facts += made
        self.starts += [figure.start] * len(made)

    def with_reasons(self, muted: Sequence[Muted]) -> Reading:
        """Returns the facts, each change with the reason stated behind it; a reason before all changes is loose."""
        loose = None
        for start, reason in reasons(self.paragraph.text, muted):
            told = self._give_reason(start, reason, MEASURES_WITH_REASON)
            told = told or self._give_reason(start, reason, _COMPARED, only_last=True)
            is_first = all(begun > start for begun in self.starts)
            loose = reason if is_first and not told else loose
        return Reading(self.facts, self.issues, loose)

    def _give_reason(self, start: int, reason: str, measures: tuple[str, ...], *, only_last: bool = False) -> bool:
        """Gives a reason to the facts of its sentence that stand before it; returns whether there was one."""
        begin = _sentence_start(self.paragraph.text, start)
        numbers = [
            number
            for number, fact in enumerate(self.facts)
            if begin <= self.starts[number] < start and fact.measure in measures and fact.reason is None
        ]
        for number in numbers[-1:] if only_last else numbers:
            self.facts[number] = self.facts[number]._replace(reason=reason)
        return bool(numbers)


def _sentence_start(text: str, stop: int) -> int:
    """Where the sentence begins that ends at or runs through a place."""
    return max((match.end() for match in _SENTENCE.finditer(text, 0, max(0, stop - 1))), default=0)

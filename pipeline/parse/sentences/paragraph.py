"""One paragraph, left to right: each number with its topic, measure, sign, year and reason."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from pipeline.model.extract import Issue, Severity
from pipeline.model.form import Phase
from pipeline.model.narrative import NarrativeFact
from pipeline.parse.sentences.context import PRIOR_YEAR, Context, Subject, levels_end, subject_of_levels
from pipeline.parse.sentences.figures import Figure, figures_of
from pipeline.parse.sentences.gaps import (
    Named,
    Said,
    base_in,
    crosses_stop,
    said_before,
    topics_in,
    without_bases,
    without_fillers,
)
from pipeline.parse.sentences.making import make_facts, sentence_around
from pipeline.parse.sentences.muting import Muted, blanked, muted_parts, reasons
from pipeline.parse.sentences.passages import Paragraph
from pipeline.parse.sentences.phrase_file import FollowingCue, phrases

OTHER_ITEM, PROJECT_ITEM, INDICATOR_ITEM = "other_item", "project_item", "indicator_item"
_PERFORMANCE = "performance"
#: A project opens its own entry: its number in the list and its name, up to what is said of it.
_PROJECT = re.compile(r"(?:^|[。;])\d{1,2}[、.](?P<label>[^:,，。;]{2,60}?)(?::|,|，|下达|安排|完成|$)")
_CLAUSE = re.compile(r"[。;,，:、!?“”#]")
#: Words that may stand between a topic and its number and change nothing.
_SOFT = re.compile(
    r"相比|相较|采购|成交|中标|对比|同期|情况|支出|收入|费用|经费|资金|财政拨款|拨款|安排|预算|决算|金额|总额|数额|总计|合计|小计|年度|全年|本年|当年|年初|年末|同口径|本级|实际"
    r"|[我本该](部门|单位|局|办|委|院|校|镇|乡|街道|站|所|队|会|县|市|区)|部门|单位|其中|共有|总共|累计|截至|\d{4}年度?|\d{1,2}月\d{1,2}日"
    r"|[的类款项数费共为是约有年度度各均()\[\]“”《》\s#]"
)
_YEAR = re.compile(r"(?P<year>20\d\d)年(?!\d{1,2}月)|(?P<last>上一?年度?(?!结|末|累)|去年)")
_ACHIEVED = re.compile(r"(率|度|程度|比例|达到|超过|大于|不低于|提高|增加|减少)$")
_EACH = re.compile(r"(均|各)[^,，。;]{0,8}$")
_SENTENCE = re.compile(r"[。;]|其中:?")
_RESPECTIVELY = re.compile(r"分别")
_JOINING = re.compile(r"[、,，和与及]*")
_ORDINAL = re.compile(r"^\(?[\d一二三四五六七八九十]{1,3}[).、]+")
_HAN = re.compile(r"[\u4e00-\u9fff]{2}")
_LONGEST_LABEL = 40
_YEARS_BACK = 5
#: What may be said of an item that only its words name.
_OF_ITEMS = frozenset({"achieved", "score", "share", "completion_rate", "change", "change_rate"})
#: Parts of the text whose lists name items no catalogue knows.
_ITEM_SECTIONS = frozenset(
    {"overview", "revenue", "expenditure", "appropriation", "general_public", "general_public_basic", "three_public"}
    | {"operating_cost", "procurement", "assets", "performance", "government_fund", "state_capital"}
)
_CHANGES = {"change": "change", "change_rate": "change_rate", "change_bare": "change_rate"}
#: What a stated reason is the reason of.
MEASURES_WITH_REASON = (
    "prior_year_change",
    "prior_year_change_rate",
    "budget_change",
    "budget_change_rate",
    "completion_rate",
)
_DEFAULT_MEASURE = {Phase.BUDGET: "budget", Phase.FINAL_ACCOUNTS: "final", None: "amount"}


@dataclass(frozen=True, slots=True)
class Reading:
    """What a paragraph says; `loose_reason` is a reason for changes told in the paragraph before."""

    facts: list[NarrativeFact]
    issues: list[Issue]
    loose_reason: str | None = None


def read_paragraph(paragraph: Paragraph, context: Context) -> Reading:
    """Reads the figures of one paragraph; `context` goes on to the next."""
    context.paragraph_no += 1
    context.base, context.year = PRIOR_YEAR, context.fiscal_year
    reader = _Reader(paragraph, context, muted_parts(paragraph.text))
    if not paragraph.is_heading:
        reader.read()
    elif context.is_within_section:
        reader.name_by_heading()
    return Reading(*reader.with_reasons())


@dataclass(slots=True)
class _Reader:
    paragraph: Paragraph
    context: Context
    muted: tuple[Muted, ...]
    facts: list[NarrativeFact] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)
    pending: list[Subject] = field(default_factory=list)
    pending_said: Said | None = None

    def read(self) -> None:
        text = self.paragraph.text
        previous = 0
        for figure in figures_of(text):
            inside = next((part for part in self.muted if part.start <= figure.start < part.stop), None)
            if inside:
                self._take_inside(figure, text[max(previous, inside.words_stop) : figure.start], inside.measure)
            else:
                self._take(figure, blanked(text, previous, figure.start, self.muted), is_first=previous == 0)
            previous = figure.stop
        self._name_subject(blanked(text, previous, len(text), self.muted), is_first=previous == 0)

    def name_by_heading(self) -> None:
        """A heading of lower order (1.公务接待费) may name one topic."""
        named = topics_in(self.paragraph.text, self.context.section_id, self.context.names)
        if len(named) == 1 and len(named[0].topics) == 1:
            self.context.take(named[0])

    def _take_inside(self, figure: Figure, gap: str, measure: str) -> None:
        """A figure of a reason or a purpose is kept as that, with the words before it."""
        if figure.kind in ("amount", "rate", "count"):
            subject = replace(self.context.subject, label=_last_clause(gap)[-_LONGEST_LABEL:])
            if subject.topics:
                self._add(figure, replace(subject, topics=subject.topics[:1]), Said(measure))

    def _take(self, figure: Figure, gap: str, *, is_first: bool) -> None:
        context = self.context
        if crosses_stop(gap):
            context.base, context.year = PRIOR_YEAR, context.fiscal_year
            self.pending = []
        context.base = base_in(gap) or context.base
        words = without_bases(gap)
        context.year = _year_in(words, context.fiscal_year) or context.year
        if self._take_counted(figure, words) or self._take_pending(figure, words):
            return
        said = said_before(words, figure, self._topic(), context.section_id, context.phase)
        spoken = words[: said.start] if said and said.measure in _CUT else words
        named = self._name_subject(spoken, is_first=is_first)
        if figure.kind == "count":  # what is counted depends on the topic
            said = said_before(words, figure, self._topic(), context.section_id, context.phase)
        is_cued_count = figure.kind == "count" and said is not None and _HAN.search(words, said.start)
        self._say(figure, words, said, "" if is_cued_count else _words_between(words, named, said))

    def _say(self, figure: Figure, words: str, said: Said | None, between: str) -> None:
        """Takes a figure with what is said of it; `between` are words no phrase knows that stand before it."""
        if between:
            said = self._name_item(figure, words, said)
        elif said is None and figure.kind == "amount":
            said = Said(self._default_measure())
        if said is None or not self.context.subject.topics:
            self._note_bare(figure, is_spoken_of=not between)
            return
        if said.measure == "share":
            said = replace(said, basis=self._whole(words))
        self._add(figure, self.context.subject, self._resolved(said), _doubt(said))

    def _name_item(self, figure: Figure, words: str, said: Said | None) -> Said | None:
        """An item that only its words name: what is said next is of it, and no more of the topic before it."""
        is_item = figure.kind == "amount" or (said is not None and said.measure in _OF_ITEMS)
        if not is_item or self.context.section_id not in _ITEM_SECTIONS:
            return None
        topic = INDICATOR_ITEM if said and said.measure == "achieved" else OTHER_ITEM
        label = _ORDINAL.sub("", without_fillers(_last_clause(words)))[-_LONGEST_LABEL:]
        self.context.subject = Subject((topic,), label)
        return said or Said(self._default_measure())

    def _default_measure(self) -> str:
        section = self.context.section
        return (section and section.default_measure) or _DEFAULT_MEASURE[self.context.phase]

    def _take_counted(self, figure: Figure, words: str) -> bool:
        """A count told by the words behind it: 12个项目自评等级为“优”."""
        if figure.kind != "count":
            return False
        behind = self.paragraph.text[figure.stop :]
        for cue in phrases().following:
            match = _follows(cue, figure, words, behind, self.context.section_id)
            if match:
                named = match.groupdict().get("label") or _label_before(cue, words)
                label = named or match.group()
                self._add(figure, Subject((cue.topic,), label), Said(cue.measure))
                return True
        return False

    def _take_pending(self, figure: Figure, words: str) -> bool:
        """The next figure of a list: 收入和支出分别为100万元和90万元."""
        if not self.pending or not self.pending_said or not _JOINING.fullmatch(without_fillers(words)):
            return False
        self._add(figure, self.pending.pop(0), self.pending_said)
        return True

    def _name_subject(self, words: str, *, is_first: bool) -> Named | None:
        """Takes the topic the words name last, if they name one; returns it."""
        context = self.context
        named = topics_in(words, context.section_id, context.names)
        strong = [
            one for one in named if not one.is_weak or is_first or crosses_stop(words) or not context.subject.topics
        ]
        levels = subject_of_levels(words, context.subject)
        if levels and levels_end(words) >= max((one.stop for one in strong), default=-1):
            context.subject = levels
            return Named(levels.topics, levels.label, 0, levels_end(words))
        if not strong:
            return self._name_project(words)
        last = strong[-1]
        context.take(last)
        self._join_others(words, strong)
        return last

    def _name_project(self, words: str) -> Named | None:
        """3、网站服务费:下达资金 … opens what is said of one project, in the part on performance."""
        if self.context.section_id != _PERFORMANCE:
            return None
        found = None
        for match in _PROJECT.finditer(words):
            found = None if _ACHIEVED.search(match["label"]) else match
        if found is None:
            return None
        self.context.subject = Subject((PROJECT_ITEM,), found["label"])
        return Named((PROJECT_ITEM,), found["label"], found.start("label"), found.end("label"))

    def _join_others(self, words: str, named: list[Named]) -> None:
        """收入总计、支出总计均为 is about both; 分别为 hands the figures out one by one."""
        clause_start = len(words) - len(re.split(r"[。;:]", words)[-1])
        listed = [one for one in named if one.start >= clause_start]
        if len(listed) < 2:  # noqa: PLR2004
            return
        if _EACH.search(words):
            topics = tuple(topic for one in listed for topic in self.context.meant(one.topics))
            self.context.subject = replace(self.context.subject, topics=tuple(dict.fromkeys(topics)))
        elif _RESPECTIVELY.search(words, listed[-1].stop):
            subjects = []
            for one in listed:
                self.context.take(one)
                subjects.append(self.context.subject)
            self.context.subject, self.pending = subjects[0], subjects[1:]

    def _whole(self, words: str) -> str | None:
        """The topic of the whole a share is of: 占本年支出合计的."""
        of_whole = words.rpartition("占")[2]
        named = topics_in(of_whole, self.context.section_id, self.context.names)
        return named[-1].topics[0] if named else None

    def _resolved(self, said: Said) -> Said:
        """A change is against last year or against the budget, as the words before it say."""
        if said.measure not in _CHANGES:
            self.pending_said = said
            return said
        is_yearly = self.context.base.startswith(PRIOR_YEAR)
        measure = ("prior_year_" if is_yearly else "budget_") + _CHANGES[said.measure]
        self.pending_said = Said(measure, said.sign, self.context.base)
        return self.pending_said

    def _note_bare(self, figure: Figure, *, is_spoken_of: bool) -> None:
        """A figure that ought to carry a unit and does not, or whose digits are no number, is said."""
        is_unitless = figure.kind == "bare" and is_spoken_of and self.context.section_id in _ITEM_SECTIONS
        if figure.number is None or is_unitless:
            self._note(figure, "is no number" if figure.number is None else "has no unit")

    def _note(self, figure: Figure, what: str) -> None:
        page_no, line_no = self.paragraph.line_of(figure.start)
        self.issues.append(
            Issue(
                "figure_in_sentence",
                Severity.WARNING,
                f"{figure.text}{figure.unit} {what}",
                "look at the sentence; the figure is loaded only where the words leave no doubt",
                page_no=page_no,
                row_no=line_no,
                raw_text=sentence_around(self.paragraph.text, figure.start),
            )
        )

    def _add(self, figure: Figure, subject: Subject, said: Said, doubt: str | None = None) -> None:
        made = make_facts(self.paragraph, figure, subject, said, self.context, doubt)
        if not made or doubt:
            self._note(figure, doubt or ("is no number" if figure.number is None else "is more than any budget holds"))
        self.facts += made
        self.starts += [figure.start] * len(made)

    def _topic(self) -> str | None:
        return self.context.subject.topics[0] if self.context.subject.topics else None

    def with_reasons(self) -> tuple[list[NarrativeFact], list[Issue], str | None]:
        """The facts, each change with the reason stated behind it; a reason before all changes is loose."""
        loose = None
        for start, reason in reasons(self.paragraph.text, self.muted):
            told = False
            begin = _sentence_start(self.paragraph.text, start)
            for number, fact in enumerate(self.facts):
                if (
                    begin <= self.starts[number] < start
                    and fact.measure in MEASURES_WITH_REASON
                    and fact.reason is None
                ):
                    self.facts[number] = fact._replace(reason=reason)
                    told = True
            is_first = all(begun > start for begun in self.starts)
            loose = reason if is_first and not told else loose
        return self.facts, self.issues, loose


def _sentence_start(text: str, stop: int) -> int:
    """Where the sentence begins that ends at or runs through a place."""
    return max((match.end() for match in _SENTENCE.finditer(text, 0, max(0, stop - 1))), default=0)


#: Cues that are no part of the words that name the topic.
_CUT = frozenset({"share", "completion_rate", *_CHANGES})


def _follows(cue: FollowingCue, figure: Figure, words: str, behind: str, section: str | None) -> re.Match[str] | None:
    if figure.unit not in cue.count_units or (cue.in_sections and section not in cue.in_sections):
        return None
    if cue.before is not None and not cue.before.search(words):
        return None
    return cue.pattern.match(behind)


def _label_before(cue: FollowingCue, words: str) -> str | None:
    match = cue.before.search(words) if cue.before else None
    return match.groupdict().get("label") if match else None


def _last_clause(words: str) -> str:
    return _CLAUSE.split(words)[-1]


def _words_between(words: str, named: Named | None, said: Said | None) -> str:
    """What the clause of a figure says besides a topic, a known cue and words that change nothing; often nothing."""
    stop = said.start if said else len(words)
    begin = max(named.stop if named else 0, len(words) - len(_last_clause(words)))
    between = _SOFT.sub("", _YEAR.sub("", without_fillers(words[begin:stop])))
    return between if _HAN.search(between) else ""


def _year_in(words: str, fiscal_year: int | None) -> int | None:
    """The year the words name last, if it can be the year of a figure."""
    year = None
    for match in _YEAR.finditer(words):
        found = int(match["year"]) if match["year"] else (fiscal_year - 1 if fiscal_year else None)
        if found and (fiscal_year is None or fiscal_year - _YEARS_BACK <= found <= fiscal_year + 1):
            year = found
    return year


def _doubt(said: Said) -> str | None:
    return "is printed without %" if said.measure == "change_bare" else None

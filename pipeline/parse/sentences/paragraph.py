"""One paragraph, left to right: each number with its topic, measure, sign, year and reason."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from pipeline.model.form import Phase
from pipeline.parse.sentences.clauses import (
    HAN,
    compared_with,
    is_of_base,
    last_clause,
    named_by,
    words_between,
    year_in,
)
from pipeline.parse.sentences.context import PRIOR_YEAR, PROJECT_ITEM, Context, Subject, levels_end, subject_of_levels
from pipeline.parse.sentences.counted import counted_by
from pipeline.parse.sentences.figures import Figure, figures_of
from pipeline.parse.sentences.gaps import (
    BASE_BLANK,
    CHANGES,
    Named,
    Said,
    base_in,
    crosses_stop,
    said_before,
    topics_in,
    without_bases,
    without_fillers,
)
from pipeline.parse.sentences.keeping import Kept, Reading
from pipeline.parse.sentences.lists import Listed, count_listed, hands_out, is_joined, names_its_own
from pipeline.parse.sentences.muting import Muted, blanked, muted_parts
from pipeline.parse.sentences.passages import Paragraph
from pipeline.parse.sentences.phrase_file import phrases

OTHER_ITEM, INDICATOR_ITEM = "other_item", "indicator_item"
_PERFORMANCE, _PROJECTS = "performance", ("performance_projects",)
#: A project opens its own entry: its number in the list and its name, up to what is said of it.
_PROJECT = re.compile(r"(?:^|[。;])\d{1,2}[、.](?P<label>[^:,，。;]{2,60}?)(?::|,|，|下达|安排|完成|$)")
_QUOTED_PROJECT = re.compile(r"[“\"《](?P<label>[^“”\"《》,，。;]{2,60})[”\"》]等?(?:专项|项目|资金|经费)")
_ACHIEVED = re.compile(r"(率|度|程度|比例|达到|超过|大于|不低于|提高|增加|减少)$")
_EACH = re.compile(r"(均|各)[^,，。;]{0,8}$")
_AMONG = re.compile(r"其中")
_JOINS = ("、", "和", "及", "与")
_ORDINAL = re.compile(r"^\(?[\d一二三四五六七八九十]{1,3}[).、]+")
_IN_BRACKETS = re.compile(r"\([^()]*\)")
_COUNTED_UP = re.compile(r"[合共总累]计|共")
_LONGEST_LABEL = 40
#: What is said of a project, never of one of its indicators.
_OF_PROJECT = frozenset({"annual_budget", "executed"})
#: What may be said of an item that only its words name.
_MENTIONED = "mentioned"
_OF_ITEMS = frozenset({"achieved", "score", "share", "completion_rate", "change", "change_rate", _MENTIONED})
#: Parts of the text whose lists name items no catalogue knows.
_ITEM_SECTIONS = frozenset(
    {"overview", "revenue", "expenditure", "appropriation", "general_public", "general_public_basic", "three_public"}
    | {"operating_cost", "procurement", "assets", "performance", "government_fund", "state_capital", "attachment"}
)
#: What a figure is that a change is measured against; of last year as a whole what the document's own figures are.
_MEASURE_OF_BASIS = {
    "initial_budget": "initial_budget",
    "annual_budget": "annual_budget",
    "prior_year_budget": "budget",
    "prior_year_execution": "execution",
}
#: What a share printed right behind may be of.
_PLANNED = ("initial_budget", "annual_budget")
_DEFAULT_MEASURE = {Phase.BUDGET: "budget", Phase.FINAL_ACCOUNTS: "final", None: "amount"}


def read_paragraph(paragraph: Paragraph, context: Context) -> Reading:
    """Reads the figures of one paragraph; `context` goes on to the next."""
    context.paragraph_no += 1
    context.restart()
    muted = muted_parts(paragraph.text)
    reader = _Reader(paragraph, context, muted, Kept(paragraph, context))
    if not paragraph.is_heading:
        reader.read()
    elif context.is_within_section:
        reader.name_by_heading()
    return reader.kept.with_reasons(muted)


@dataclass(slots=True)
class _Reader:
    paragraph: Paragraph
    context: Context
    muted: tuple[Muted, ...]
    kept: Kept
    listed: Listed = field(default_factory=Listed)
    outer: Subject | None = None
    project: Subject | None = None

    def read(self) -> None:
        text = self.paragraph.text
        previous = 0
        for figure in figures_of(text):
            stop = figure.start - figure.has_minus
            inside = next((part for part in self.muted if part.start <= figure.start < part.stop), None)
            if inside:
                self._take_inside(figure, text[max(previous, inside.words_stop) : stop], inside.measure)
            else:
                self._take(figure, blanked(text, previous, stop, self.muted), is_first=previous == 0)
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
            subject = replace(self.context.subject, label=last_clause(gap)[-_LONGEST_LABEL:])
            if subject.topics:
                self.kept.add(figure, replace(subject, topics=subject.topics[:1]), Said(measure))

    def _take(self, figure: Figure, gap: str, *, is_first: bool) -> None:
        context = self.context
        if crosses_stop(gap):
            context.restart()
            self.listed.restart()
            self.outer = None
        if _AMONG.search(gap):
            self.listed.begin_part()
        base = base_in(gap)
        context.base = base or context.base
        words = without_bases(gap)
        if context.home is not None:
            context.year = year_in(words, context.fiscal_year) or context.year
            self._take_of_project(figure, words, is_compared=base is not None)
            return
        words, around = self._within_brackets(words, is_first=is_first)
        context.year = year_in(words, context.fiscal_year) or context.year
        takers = (self._take_counted, self._take_waiting, self._take_reached, self._take_joined)
        if any(take(figure, words) for take in takers):
            return
        said = said_before(words, figure, self._topic(), context.section_id, context.phase)
        spoken = words[: said.start] if said and said.measure in _CUT else words
        named = self._name_subject(spoken, is_first=is_first) or around
        if figure.kind == "count":  # what is counted depends on the topic
            said = said_before(words, figure, self._topic(), context.section_id, context.phase)
        if self._is_shared_out(figure, words, named):
            return
        if base and not base.is_rate and is_of_base(words, figure, said):
            self._say_base(figure)
            return
        is_cued = said is not None and said.measure != "achieved" and HAN.search(words, said.start)
        between = "" if figure.kind == "count" and is_cued else self._between(words, named, said)
        self._say(figure, words, said, named, between)

    def _take_of_project(self, figure: Figure, words: str, *, is_compared: bool) -> None:
        """A figure of an attachment is of its project or of an item the words name: funds named there are no totals."""
        said = said_before(words, figure, PROJECT_ITEM, self.context.section_id, self.context.phase)
        if said is not None and said.measure in CHANGES and not is_compared:
            said = None  # 支持商销稳增长30万元 names an item
        is_whole = self.context.go_home(words) or self._counts_up(words)
        between = "" if is_whole else self._between(words, None, said)
        if said is None and figure.kind in ("amount", "rate", "count"):
            said = Said(_MENTIONED)
            between = between or ("" if is_whole else named_by(words))
        self._say(figure, words, said, None, between)

    def _counts_up(self, words: str) -> bool:
        """Whether a figure's clause says no more than 合计: it is of the project again."""
        is_sum = not named_by(words) and _COUNTED_UP.search(last_clause(words)) is not None
        if is_sum and self.context.home is not None:
            self.context.subject = self.context.home
        return is_sum

    def _take_joined(self, figure: Figure, words: str) -> bool:
        """A count or a rate joined to a change is one too: 较上年减少3批次、20人次."""
        last = self.listed.said
        if words not in _JOINS or figure.kind not in ("count", "rate") or not self.kept.facts or last is None:
            return False
        if self.kept.facts[-1].measure != last.measure or not last.measure.endswith(("_change", "_change_rate")):
            return False
        measure = last.measure.removesuffix("_rate") + ("_rate" if figure.kind == "rate" else "")
        self.kept.add(figure, self.context.subject, replace(last, measure=measure))
        return True

    def _is_shared_out(self, figure: Figure, words: str, named: Named | None) -> bool:
        """收入10元,支出9元,分别增加2元和1元: as many figures as were told are theirs, one by one; else nobody can tell.

        Returns whether the figure is one of a list nobody can hand out.
        """
        listed = self.listed
        listed.is_unclear = listed.is_unclear and is_joined(words)
        if not listed.waiting and hands_out(words, named.stop if named else 0):
            count = 0 if names_its_own(words) else count_listed(self.paragraph.text, figure)
            self.context.subject = listed.hand_out(count) or self.context.subject
        if listed.is_unclear and figure.kind in ("amount", "rate", "count"):
            self.kept.note(figure, "is one of a list (分别) of unclear order")
        return listed.is_unclear

    def _say_base(self, figure: Figure) -> None:
        """The figure that a change is measured against: 比2022年决算数900万元增加100万元."""
        context, basis = self.context, compared_with(self.context)
        if basis is None or not context.subject.topics:
            self.kept.note(figure, "is of another year")
            return
        year = context.year
        if basis.startswith(PRIOR_YEAR) and context.fiscal_year:
            context.year = context.fiscal_year - 1
        self.kept.add(figure, context.subject, Said(_MEASURE_OF_BASIS.get(basis, self._default_measure())))
        context.year = year

    def _within_brackets(self, words: str, *, is_first: bool) -> tuple[str, Named | None]:
        """The words of a gap without those of brackets that end in it, and what they were about before the brackets.

        国内公务接待3批次(其中:外事接待0批次),支出3万元: what is said in brackets holds in them only.
        """
        around = None
        alone = _IN_BRACKETS.sub(lambda match: BASE_BLANK * len(match.group()), words)
        closing, opening = alone.rfind(")"), alone.rfind("(")
        if closing >= 0 and self.outer is not None:
            self.context.subject, self.outer = self.outer, None
            around = Named(self.context.subject.topics, self.context.subject.label, 0, closing + 1)
            words = BASE_BLANK * closing + words[closing:]
        if opening > closing:
            before = words[:opening]
            named = self._name_subject(before, is_first=is_first)
            is_item = bool(self._between(before, named, None))
            self.outer = Subject((OTHER_ITEM,), last_clause(before)) if is_item else self.context.subject
        return words, around

    def _take_reached(self, figure: Figure, words: str) -> bool:
        """The share of a budget that stands right before it: 完成年初预算15万元的83.33%."""
        if figure.kind != "rate" or words != "的" or not self.kept.facts or self.kept.facts[-1].measure not in _PLANNED:
            return False
        planned = self.kept.facts[-1]
        if planned.offset + len(planned.reported_text + planned.reported_unit) + len(words) != figure.start:
            return False
        self.kept.add(figure, self.context.subject, Said("completion_rate", 1, planned.measure))
        return True

    def _say(self, figure: Figure, words: str, said: Said | None, named: Named | None, between: str) -> None:
        """Takes a figure with what is said of it; `between` are words no phrase knows that stand before it.

        Without a cue it is of the topic named right before it, never of one carried from an earlier clause.
        """
        is_per_head = figure.kind == "amount" and phrases().per_head.search(last_clause(words))
        if between or is_per_head or (said is None and named is None):
            said = self._name_item(figure, words, said, is_item_named=bool(between or is_per_head))
        elif said is None and figure.kind == "amount":
            said = Said(self._default_measure())
        if said is None or not self.context.subject.topics:
            self._note_bare(figure, is_spoken_of=not between)
            return
        if said.measure == "share":
            said = replace(said, basis=self._whole(words))
        if said.measure in CHANGES:
            self._say_change(figure, said)
        else:
            if said.measure in _OF_PROJECT and self._topic() == INDICATOR_ITEM and self.project:
                self.context.subject = self.project  # 故障排除率达到93%,下达资金36000元
            self.listed.say(said, figure)
            self._tell(figure, self.context.subject, said)

    def _tell(self, figure: Figure, subject: Subject, said: Said) -> None:
        self.kept.add(figure, subject, said)
        if figure.kind == "amount":
            self.listed.told.append(subject)

    def _between(self, words: str, named: Named | None, said: Said | None) -> str:
        return words_between(words, named, said, self._topic(), is_sum=self.listed.is_several)

    def _name_item(self, figure: Figure, words: str, said: Said | None, *, is_item_named: bool) -> Said | None:
        """An item that only its words name: what is said next is of it, and no more of the topic before it."""
        is_item = figure.kind == "amount" or (said is not None and said.measure in _OF_ITEMS)
        clause = last_clause(words)
        plain = without_fillers(clause)
        is_sum_of_items = self._topic() == OTHER_ITEM and _COUNTED_UP.search(clause)  # 每辆0.9万元,共计1.8万元
        is_plain = HAN.search(plain) or not (is_item_named or is_sum_of_items)
        rate = "率" if is_plain and clause.startswith("率", len(plain)) else ""
        label = _ORDINAL.sub("", plain + rate if is_plain else clause)[-_LONGEST_LABEL:]
        if not is_item or self.context.section_id not in _ITEM_SECTIONS or not HAN.search(label):
            self.context.lose_subject()
            return None
        topic = INDICATOR_ITEM if said and said.measure == "achieved" else OTHER_ITEM
        self.context.subject = Subject((topic,), label)
        return said or Said(self._default_measure())

    def _default_measure(self) -> str:
        section = self.context.section
        return (section and section.default_measure) or _DEFAULT_MEASURE[self.context.phase]

    def _take_counted(self, figure: Figure, words: str) -> bool:
        """A count told by the words behind it; funds behind projects are theirs: 12个项目开展了评价,涉及资金5万元."""
        counted = counted_by(figure, words, self.paragraph.text[figure.stop :], self.context.section_id)
        if counted:
            if counted[0].topics == _PROJECTS != self.context.subject.topics:
                self.context.subject = counted[0]
            self.kept.add(figure, *counted)
        return counted is not None

    def _take_waiting(self, figure: Figure, words: str) -> bool:
        """The next figure of a list: 收入和支出分别为100万元和90万元."""
        subject = self.listed.next_waiting(words, figure)
        if subject is None or self.listed.said is None:
            return False
        self._tell(figure, subject, self.listed.said)
        return True

    def _name_subject(self, words: str, *, is_first: bool) -> Named | None:
        """Takes the topic the words name last, if they name one; returns it."""
        context = self.context
        if context.home is not None:
            return None
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
        for match in (*_PROJECT.finditer(words), *_QUOTED_PROJECT.finditer(words)):
            found = None if _ACHIEVED.search(match["label"]) else match
        if found is None:
            return None
        self.context.subject = self.project = Subject((PROJECT_ITEM,), found["label"])
        return Named((PROJECT_ITEM,), found["label"], found.start("label"), found.end())

    def _join_others(self, words: str, named: list[Named]) -> None:
        """收入总计、支出总计均为 is about both; 分别为 hands the figures out one by one."""
        clause_start = len(words) - len(re.split(r"[。;:]", words)[-1])
        listed = [one for one in named if one.start >= clause_start]
        if len(listed) < 2:  # noqa: PLR2004
            return
        if _EACH.search(words):
            topics = tuple(topic for one in listed for topic in self.context.meant(one.topics))
            self.context.subject = replace(self.context.subject, topics=tuple(dict.fromkeys(topics)))
        elif hands_out(words, listed[-1].stop):
            subjects = []
            for one in listed:
                self.context.take(one)
                subjects.append(self.context.subject)
            self.context.subject, *self.listed.waiting = subjects

    def _whole(self, words: str) -> str | None:
        """The topic of the whole a share is of: 占本年支出合计的."""
        of_whole = words.rpartition("占")[2]
        named = topics_in(of_whole, self.context.section_id, self.context.names)
        return named[-1].topics[0] if named else None

    def _say_change(self, figure: Figure, said: Said) -> None:
        """Takes a change with what it is measured against; where that is not last year nor a budget, it is said."""
        base = compared_with(self.context)
        if base is None:
            self.kept.note(figure, f"is compared with {self.context.base.year}, not with the year before")
        elif figure.number is not None and figure.number < 0 > said.sign:
            self.kept.note(figure, "is a minus behind a word for less")
        else:
            kind = "prior_year_" if base.startswith(PRIOR_YEAR) else "budget_"
            change = Said(kind + CHANGES[said.measure], said.sign, base)
            self.listed.say(change, figure)
            self.kept.add(figure, self.context.subject, change, _doubt(said))

    def _note_bare(self, figure: Figure, *, is_spoken_of: bool) -> None:
        """A figure that ought to carry a unit and does not, or whose digits are no number, is said."""
        is_unitless = figure.kind == "bare" and is_spoken_of and self.context.section_id in _ITEM_SECTIONS
        if figure.number is None or is_unitless:
            self.kept.note(figure, "is no number" if figure.number is None else "has no unit")

    def _topic(self) -> str | None:
        return self.context.subject.topics[0] if self.context.subject.topics else None


#: Cues that are no part of the words that name the topic.
_CUT = frozenset({"share", "completion_rate", *CHANGES})


def _doubt(said: Said) -> str | None:
    return "is printed without %" if said.measure == "change_bare" else None

"""What the amounts of a sentence tell of each other: whose change it is, and last year's figure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal

from pipeline.model.narrative import NarrativeFact

CHANGE, RATE = "prior_year_change", "prior_year_change_rate"
#: What a change of the year is added to.
_WHOLE_MEASURES = ("final", "budget", "execution")
#: A change against the budget or the execution of the year before gives that figure.
_MEASURE_BY_BASIS = {"prior_year_budget": "budget", "prior_year_execution": "execution"}
#: Topics whose label alone says what they are: two of them need not be one thing.
_NAMED_BY_LABEL = frozenset({"other_item", "project_item", "indicator_item"})
_HUNDRED = Decimal(100)
#: So many facts behind a change its rate is looked for.
_RATE_WITHIN = 3

_Subject = tuple[object, ...]


def with_changes_placed(facts: Sequence[NarrativeFact]) -> list[NarrativeFact]:
    """Gives a change that its own rate denies to the topic of the sentence whose figure agrees with both.

    收入总计2,679.27万元，其中:…上年结转0.00万元，比上年增加647.14万元，增加31.85%: the change is not of 上年结转.
    """
    result = list(facts)
    wholes: list[NarrativeFact] = []
    for number, fact in enumerate(facts):
        if wholes and wholes[0].paragraph_no != fact.paragraph_no:
            wholes = []
        if _is_whole(fact):
            wholes.append(fact)
        elif fact.measure == CHANGE and fact.amount_yuan is not None:
            place = _place_of_rate(facts, number)
            subject = _fitting_whole(wholes, fact, facts[place]) if place else None
            if subject and place:
                result[number], result[place] = (_said_of(result[n], subject) for n in (number, place))
    return result


def _place_of_rate(facts: Sequence[NarrativeFact], number: int) -> int | None:
    """Where the rate printed behind a change of the same topic stands among the facts."""
    key = _topic_key(facts[number])
    behind = range(number + 1, min(number + _RATE_WITHIN + 1, len(facts)))
    return next((n for n in behind if facts[n].measure == RATE and _topic_key(facts[n]) == key), None)


def _fitting_whole(wholes: Sequence[NarrativeFact], change: NarrativeFact, rate: NarrativeFact) -> NarrativeFact | None:
    """The figure that a change and its rate are of, where no figure of their own topic agrees with both."""
    own = [one for one in wholes if _topic_key(one) == _topic_key(change)]
    if not own or any(_agree(one, change, rate) for one in own):
        return None
    fitting = {one.topic: one for one in wholes if _agree(one, change, rate)}
    return next(iter(fitting.values())) if len({one.amount_yuan for one in fitting.values()}) == 1 else None


def _said_of(fact: NarrativeFact, subject: NarrativeFact) -> NarrativeFact:
    """The fact with the topic and the class of another one."""
    return fact._replace(
        topic=subject.topic,
        line_label=subject.line_label,
        line_names=subject.line_names,
        line_code=subject.line_code,
    )


def _agree(whole: NarrativeFact, change: NarrativeFact, rate: NarrativeFact) -> bool:
    """Whether a change and its rate fit the figure they are of, to the printed digits."""
    if whole.amount_yuan is None or change.amount_yuan is None or rate.rate_percent is None:
        return False
    before = whole.amount_yuan - change.amount_yuan
    slack = change.precision + whole.precision + rate.precision * abs(before) / _HUNDRED
    return abs(before * rate.rate_percent / _HUNDRED - change.amount_yuan) <= slack


def with_derived(facts: Sequence[NarrativeFact]) -> list[NarrativeFact]:
    """Adds, behind each change in money of a topic, last year's figure: this year's less the change.

    Only where the paragraph prints exactly one figure of the topic for the year, and the result is not negative.
    """
    result: list[NarrativeFact] = []
    wholes: dict[_Subject, list[NarrativeFact]] = defaultdict(list)
    for fact in facts:
        if _is_whole(fact):
            wholes[_topic_key(fact)].append(fact)
        result.append(fact)
        if fact.measure == CHANGE and fact.amount_yuan is not None:
            result += _last_year(fact, wholes[_topic_key(fact)])
    return result


def _is_whole(fact: NarrativeFact) -> bool:
    return fact.measure in _WHOLE_MEASURES and fact.topic not in _NAMED_BY_LABEL and fact.amount_yuan is not None


def _topic_key(fact: NarrativeFact) -> _Subject:
    return fact.paragraph_no, fact.section, fact.topic, fact.line_code or fact.line_names, fact.reference_year


def _last_year(change: NarrativeFact, wholes: list[NarrativeFact]) -> Iterator[NarrativeFact]:
    amounts = {whole.amount_yuan for whole in wholes}
    if len(amounts) != 1 or change.amount_yuan is None or change.reference_year is None:
        return
    whole = wholes[0]
    if whole.amount_yuan is None or whole.amount_yuan < change.amount_yuan:
        return
    yield whole._replace(
        fact_id=f"{change.fact_id}:derived",
        measure=_MEASURE_BY_BASIS.get(change.basis or "", whole.measure),
        reference_year=change.reference_year - 1,
        amount_yuan=whole.amount_yuan - change.amount_yuan,
        reported_text=f"{whole.reported_text}{whole.reported_unit} − {change.reported_text}{change.reported_unit}",
        precision=whole.precision + change.precision,  # half a digit of each of both
        basis=None,
        reason=None,
        sentence=change.sentence,
        page_no=change.page_no,
        line_no=change.line_no,
        bbox=change.bbox,
        is_derived=True,
        derived_from=(whole.fact_id, change.fact_id),
        position=None,
        doubt=None,
        offset=change.offset,
    )

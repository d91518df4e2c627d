"""Figures of the year before that a sentence gives by this year's figure and the change."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from pipeline.model.narrative import NarrativeFact

#: What a change of the year is added to.
_WHOLE_MEASURES = ("final", "budget", "execution")
#: Topics whose label alone says what they are: two of them need not be one thing.
_NAMED_BY_LABEL = frozenset({"other_item", "project_item", "indicator_item"})
#: A change against the budget or the execution of the year before gives that figure.
_MEASURE_BY_BASIS = {"prior_year_budget": "budget", "prior_year_execution": "execution"}


def with_derived(facts: Sequence[NarrativeFact]) -> list[NarrativeFact]:
    """Adds, behind each change in money of a topic, last year's figure: this year's less the change.

    Only where one sentence, or the one before it, prints exactly one figure of the topic for the year.
    """
    result: list[NarrativeFact] = []
    by_paragraph: dict[tuple[object, ...], list[NarrativeFact]] = defaultdict(list)
    for fact in facts:
        if fact.measure in _WHOLE_MEASURES and fact.topic not in _NAMED_BY_LABEL and fact.amount_yuan is not None:
            by_paragraph[_topic_key(fact)].append(fact)
        result.append(fact)
        if fact.measure == "prior_year_change" and fact.amount_yuan is not None:
            result += _last_year(fact, by_paragraph[_topic_key(fact)])
    return result


def _topic_key(fact: NarrativeFact) -> tuple[object, ...]:
    paragraph_no = fact.fact_id.partition(":")[0]
    return paragraph_no, fact.section, fact.topic, fact.line_code or fact.line_names, fact.reference_year


def _last_year(change: NarrativeFact, wholes: list[NarrativeFact]) -> Iterator[NarrativeFact]:
    amounts = {whole.amount_yuan for whole in wholes}
    if len(amounts) != 1 or change.amount_yuan is None or change.reference_year is None:
        return
    whole = wholes[0]
    if whole.amount_yuan is None:
        return
    amount = whole.amount_yuan - change.amount_yuan
    yield whole._replace(
        fact_id=f"{change.fact_id}:derived",
        measure=_MEASURE_BY_BASIS.get(change.basis or "", whole.measure),
        reference_year=change.reference_year - 1,
        amount_yuan=amount,
        reported_text=f"{whole.reported_text}{whole.reported_unit} − {change.reported_text}{change.reported_unit}",
        precision=max(whole.precision, change.precision),
        basis=None,
        reason=None,
        sentence=change.sentence,
        page_no=change.page_no,
        line_no=change.line_no,
        is_derived=True,
        derived_from=(whole.fact_id, change.fact_id),
        position=None,
        doubt=None,
    )

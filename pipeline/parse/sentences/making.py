"""A figure with its subject and what is said of it -> the fact."""

from __future__ import annotations

import re
from decimal import Decimal

from pipeline.model.narrative import NarrativeFact
from pipeline.parse.amounts import is_too_large, precision_yuan, to_yuan
from pipeline.parse.sentences.context import Context, Subject
from pipeline.parse.sentences.figures import Figure
from pipeline.parse.sentences.gaps import Said
from pipeline.parse.sentences.passages import Paragraph

_STOPS = re.compile(r"[。;!?]")
_LONGEST_SENTENCE = 300
_PER_MILLE = "‰"
_TEN = Decimal(10)


def make_facts(
    paragraph: Paragraph, figure: Figure, subject: Subject, said: Said, context: Context, doubt: str | None = None
) -> list[NarrativeFact]:
    """Returns one fact for each topic of the subject; none where the figure is no number a budget can hold."""
    if figure.number is None or (figure.kind == "amount" and is_too_large(figure.number, figure.unit)):
        return []
    number = figure.number * said.sign + 0  # 减少0万元 is no minus
    amount, rate, count = _sorted_by_kind(figure, number)
    line = paragraph.line_of(figure.start)
    return [
        NarrativeFact(
            fact_id=f"{context.paragraph_no}:{figure.start}:{topic}",
            section=context.section_id,
            topic=topic,
            measure=said.measure,
            line_code=subject.line_code,
            line_label=subject.label,
            line_names=subject.names,
            basis=said.basis,
            reference_year=context.year,
            amount_yuan=amount,
            rate_percent=rate,
            count_value=count,
            reported_text=figure.text,
            reported_unit=figure.unit or "%",
            precision=_precision(figure),
            reason=None,
            sentence=sentence_around(paragraph.text, figure.start),
            page_no=line.page_no,
            line_no=line.line_no,
            bbox=line.bbox,
            is_derived=False,
            doubt=doubt,
            position=paragraph.position_of(figure.start),
            paragraph_no=context.paragraph_no,
            offset=figure.start,
        )
        for topic in subject.topics
    ]


def _sorted_by_kind(figure: Figure, number: Decimal) -> tuple[Decimal | None, Decimal | None, Decimal | None]:
    """Amount in yuan, rate in per cent, count: one of them."""
    if figure.kind == "amount":
        return to_yuan(number, figure.unit)[0], None, None
    if figure.kind in ("rate", "bare"):
        return None, number / _TEN if figure.unit == _PER_MILLE else number, None
    return None, None, number


def _precision(figure: Figure) -> Decimal:
    if figure.kind == "amount":
        return precision_yuan(figure.decimals, figure.unit)
    places = figure.decimals + (figure.unit == _PER_MILLE)
    return Decimal(1).scaleb(-places)


def sentence_around(text: str, place: int) -> str:
    """The sentence a place stands in, cut about the place where it is very long."""
    begin = max((match.end() for match in _STOPS.finditer(text, 0, place)), default=0)
    stop = _STOPS.search(text, place)
    end = stop.end() if stop else len(text)
    if end - begin > _LONGEST_SENTENCE:
        begin = max(begin, place - 2 * _LONGEST_SENTENCE // 3)
        end = min(end, begin + _LONGEST_SENTENCE)
    return text[begin:end]

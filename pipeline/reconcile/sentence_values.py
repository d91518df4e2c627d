"""Facts of the sentences as values of a form of their own, `narrative`: rules compare them as they compare forms."""

from __future__ import annotations

from collections.abc import Iterable

from pipeline.model.extract import CellKind, FormValue
from pipeline.model.narrative import NarrativeFact

NARRATIVE = "narrative"
NARRATIVE_NAME_ZH = "情况说明"
_METHOD = "sentence"


def sentence_values(facts: Iterable[NarrativeFact], fiscal_year: int | None) -> list[FormValue]:
    """Returns the figures printed in sentences, of the document's year, as values of the form `narrative`.

    `line_code` is the class's code, or the topic where no class is meant; `line_side` is the section, `qualifier` the
    topic. A rate stands in `count_value`. Derived figures and those of other years are left out.
    """
    return [
        _value(fact, order)
        for order, fact in enumerate(facts)
        if not fact.is_derived and fact.reference_year in (None, fiscal_year)
    ]


def with_grades(facts: Iterable[NarrativeFact], graded: Iterable[FormValue]) -> tuple[NarrativeFact, ...]:
    """Gives facts the grades of the values they stood as; those that were left out stay unproven."""
    grades = {value.value_id: value.grade.value for value in graded}
    return tuple(fact._replace(grade=grades.get(fact.fact_id, fact.grade)) for fact in facts)


def _value(fact: NarrativeFact, order: int) -> FormValue:
    return FormValue(
        value_id=fact.fact_id,
        form_id=NARRATIVE,
        instance_no=1,
        line_side=fact.section,
        line_code=fact.line_code or fact.topic,
        line_label=fact.line_label,
        qualifier=fact.topic,
        measure=fact.measure,
        cell_kind=CellKind.NUMBER,
        amount_yuan=fact.amount_yuan,
        count_value=fact.count_value if fact.rate_percent is None else fact.rate_percent,
        reported_text=fact.reported_text,
        stored_text=None,
        reported_unit=fact.reported_unit,
        unit_evidence="printed in the sentence",
        precision_yuan=fact.precision if fact.amount_yuan is not None else None,
        class_level=None,
        is_leaf=True,
        line_order=order,
        page_no=fact.page_no,
        row_no=fact.line_no or 0,
        col_no=0,
        bbox=fact.bbox,
        reported_line=fact.sentence,
        method=_METHOD,
        method_reason=fact.doubt,
    )

"""The tables written once a run: rules, forms and the words of the sentences, as the catalogues state them."""

from __future__ import annotations

from pipeline.forms.catalogue_file import catalogue
from pipeline.model.form import PLACEHOLDER_MEASURES, FormSpec, Phase
from pipeline.parse.sentences.phrase_file import phrases
from pipeline.reconcile.rule_file import Rule, rules
from pipeline.reconcile.sentence_values import NARRATIVE, NARRATIVE_NAME_ZH


def rule_rows() -> list[dict[str, object]]:
    """Returns the rule file as rows of the lake table `rule`."""
    return [
        {
            "rule_id": rule.id,
            "name_zh": rule.name_zh,
            "name_en": rule.name_en,
            "form_ids": list(rule.form_ids),
            "phases": [phase.value for phase in rule.phases],
            "kind": rule.kind,
            "relation": rule.relation,
            "severity": rule.severity,
            "valid_from": rule.valid_from,
            "valid_to": rule.valid_to,
            "formula": rule.formula,
            "source": rule.source,
            **_sentence_sides(rule),
        }
        for rule in rules()
    ]


def _sentence_sides(rule: Rule) -> dict[str, object]:
    """What dbt needs to hold the sentences of one file to the tables of another; empty where a rule is of neither.

    `table_sides` lists what the table's side is the sum of, for each alternative of the rule: lines of these codes or
    these roles; neither means the line of the sentence's own code. Lines that only the name of their class tells are
    left to Python.
    """
    sides: dict[str, object] = {
        "sentence_topics": [],
        "sentence_measure": None,
        "sentence_sections": list(rule.sections),
        "table_sides": [],
    }
    if rule.kind not in ("sentence", "sentence_codes") or (rule.kind == "sentence_codes" and rule.right[0].role):
        return sides
    left = rule.left[0]
    by_list = "economic" if left.code and left.code.pattern.startswith("^3") else "function"
    return sides | {
        "sentence_topics": list(left.codes) or [by_list],
        "sentence_measure": left.measure,
        "table_sides": [
            {
                "alternative": alternative,
                "form_id": selector.form,
                "line_side": selector.side,
                "codes": list(selector.codes),
                "roles": list(selector.role),
                "measure": selector.measure,
            }
            for alternative, selectors in enumerate((rule.right, rule.or_right), 1)
            for selector in selectors
        ],
    }


def narrative_term_rows() -> list[dict[str, object]]:
    """Returns the words of `fct_narrative_amount` (topics, measures, bases, sections) as rows of `narrative_term`."""
    return [
        {"term_kind": term.kind, "term_id": term.id, "name_zh": term.name_zh, "name_en": term.name_en}
        for term in phrases().all_terms()
    ]


def _measures_of(spec: FormSpec) -> set[str]:
    """The measures a form can yield: those of its columns, the placeholder of an unnamed amount column resolved."""
    named = {rule.measure for rule in spec.columns if rule.measure and rule.measure not in PLACEHOLDER_MEASURES}
    return named | set(spec.sole_amount_measure.values()) | set(spec.attachment_measures)


def form_catalogue_rows() -> list[dict[str, object]]:
    """Returns the catalogue as rows of the lake table `form_catalogue`."""
    forms: list[dict[str, object]] = [
        {
            "form_id": spec.form_id,
            "name_zh": spec.name_zh,
            "name_en": spec.name_en,
            "phases": [phase.value for phase in spec.phases],
            "expected_in": [phase.value for phase in spec.expected_in],
            "row_kind": spec.row_kind.value,
            "measures": sorted(_measures_of(spec)),
            "titles": [pattern.pattern for pattern in spec.titles],
            "valid_from": spec.valid_from,
            "valid_to": spec.valid_to,
            "source": spec.source,
        }
        for spec in catalogue()
    ]
    return [*forms, _narrative_row()]


def _narrative_row() -> dict[str, object]:
    """The sentences stand in `dim_form` beside the forms: sums and findings name them as one."""
    measures = {term.id for term in phrases().terms if term.kind == "measure"}
    phases = [phase.value for phase in Phase]
    return {
        "form_id": NARRATIVE,
        "name_zh": NARRATIVE_NAME_ZH,
        "name_en": "Narrative: the sentences with figures",
        "phases": phases,
        "expected_in": [],
        "row_kind": "sentences",
        "measures": sorted(measures),
        "titles": [],
        "valid_from": None,
        "valid_to": None,
        "source": "部门预决算公开 情况说明",
    }

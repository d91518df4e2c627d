"""The rule file: every rule names forms and measures that exist, says where it comes from, and says its formula."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from pipeline.forms.catalogue_file import catalogue
from pipeline.model.form import Phase
from pipeline.parse.sentences.phrase_file import phrases
from pipeline.reconcile.rule_file import Rule, RuleFile, rules
from pipeline.reconcile.sentence_values import NARRATIVE

FORMS = {spec.form_id for spec in catalogue()} | {NARRATIVE}
TERMS = {(term.kind, term.id) for term in phrases().all_terms()}
#: Measures that amount columns without a name of their own get by what stands beside them.
PLACED_MEASURES = {measure for spec in catalogue() for measure in spec.sole_amount_measure.values()} | {"total"}
#: Rules over the sentences.
SPOKEN = [rule for rule in rules() if rule.kind.startswith("sentence")]
MEASURES = {rule.measure for spec in catalogue() for rule in spec.columns if rule.measure} | {
    measure for spec in catalogue() for measure in spec.attachment_measures
}


def test_rule_ids_are_unique() -> None:
    assert len({rule.id for rule in rules()}) == len(rules())


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.id)
def test_a_rule_names_forms_that_exist(rule: Rule) -> None:
    assert rule.form_ids
    assert set(rule.form_ids) <= FORMS


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.id)
def test_a_rule_says_where_it_comes_from_and_what_it_means(rule: Rule) -> None:
    assert all((rule.name_zh, rule.name_en, rule.source, rule.formula))


@pytest.mark.parametrize("rule", SPOKEN, ids=lambda rule: rule.id)
def test_a_rule_over_sentences_names_topics_measures_and_parts_that_are_read(rule: Rule) -> None:
    for selector in rule.left:
        assert selector.form == NARRATIVE
        assert ("measure", selector.measure) in TERMS
        assert {("topic", topic) for topic in selector.codes} <= TERMS
    assert {("section", section) for section in rule.sections} <= TERMS


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.id)
def test_a_rule_names_measures_that_exist(rule: Rule) -> None:
    """A misspelt measure would make a rule that can never break."""
    sides = (*rule.left, *rule.or_left, *rule.right, *rule.or_right)
    named = {s.measure for s in sides if s.measure and s.form != NARRATIVE}
    named |= {*rule.whole, *rule.parts, *rule.optional, *rule.requires, *rule.unless}
    assert named <= MEASURES | PLACED_MEASURES


@pytest.mark.parametrize("kind", ["tree", "parts", "lines", "outline", "equal", "classes", "codes", "cross_document"])
def test_a_rule_without_what_its_kind_needs_is_refused(kind: str) -> None:
    with pytest.raises(ValidationError, match="lacks"):
        Rule.model_validate({"id": "x", "name_zh": "x", "name_en": "x", "kind": kind, "source": "x"})


def test_a_misspelt_role_is_refused() -> None:
    rule = {"id": "x", "name_zh": "x", "name_en": "x", "kind": "lines", "source": "x", "forms": ["summary"]}
    sides = {"left": [{"role": ["grand"]}], "right": [{"role": ["itme"]}]}
    with pytest.raises(ValidationError, match="itme"):
        RuleFile.model_validate({"roles": {"grand": ["^总计$"], "item": ["^一、"]}, "rules": [rule | sides]})


def test_a_rule_of_other_years_or_phases_does_not_apply() -> None:
    rule = rules()[0].model_copy(update={"valid_from": 2015, "valid_to": 2018, "phases": (Phase.BUDGET,)})
    assert rule.applies_to(Phase.BUDGET, 2018)
    assert rule.applies_to(None, None)
    assert not rule.applies_to(Phase.BUDGET, 2019)
    assert not rule.applies_to(Phase.FINAL_ACCOUNTS, 2016)


def test_a_misspelt_key_is_refused() -> None:
    with pytest.raises(ValidationError):
        Rule.model_validate({"id": "x", "name_zh": "x", "name_en": "x", "kind": "tree", "source": "x", "froms": []})

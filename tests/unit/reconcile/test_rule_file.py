"""The rule file: every rule names forms and measures that exist, says where it comes from, and says its formula."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from pipeline.forms.catalogue_file import catalogue
from pipeline.reconcile.rule_file import Rule, rules

FORMS = {spec.form_id: spec for spec in catalogue()}
MEASURES = {rule.measure for spec in catalogue() for rule in spec.columns if rule.measure}


def test_rule_ids_are_unique() -> None:
    assert len({rule.id for rule in rules()}) == len(rules())


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.id)
def test_a_rule_names_forms_that_exist(rule: Rule) -> None:
    assert rule.form_ids
    assert set(rule.form_ids) <= set(FORMS)


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.id)
def test_a_rule_says_where_it_comes_from_and_what_it_means(rule: Rule) -> None:
    assert all((rule.name_zh, rule.name_en, rule.source, rule.formula))


def test_a_misspelt_key_is_refused() -> None:
    with pytest.raises(ValidationError):
        Rule.model_validate({"id": "x", "name_zh": "x", "name_en": "x", "kind": "tree", "source": "x", "froms": []})

"""The handbook tells every form, rule and word, in both languages, from the data the program runs on."""

from __future__ import annotations

import re
from pathlib import Path

from pipeline.forms.catalogue_file import catalogue
from pipeline.handbook.coverage import Counts, Covered, FormCount, RuleCount
from pipeline.handbook.entries import Chapter
from pipeline.handbook.forms import forms_chapter
from pipeline.handbook.guide import guide_chapter
from pipeline.handbook.languages import split_languages
from pipeline.handbook.overview import overview_text
from pipeline.handbook.rules import rules_chapter
from pipeline.reconcile.rule_file import rules
from tests.conftest import REPOSITORY

QINYUAN = Covered("沁源县", 2022, "final_accounts", 2, 1, 1, 0, 0, 0, 40, 30, 6, 3, 1, 2000, 1950)
UNKNOWN = Covered(None, None, None, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0)
COUNTS = Counts(
    covered=(QINYUAN, UNKNOWN),
    forms={"three_public": FormCount("three_public", 3, 2, 1, 1234, 1200, 4)},
    rules={"three_public_total": RuleCount("three_public_total", 21, 2, 1, 5)},
    issues=(),
    kinds=(),
    rows={"marts.fct_form_value": 40},
)


def entry(chapter: Chapter, name: str) -> str:
    (found,) = [one.text for one in chapter.entries if one.name == name]
    return found


def test_every_form_has_a_page_with_its_names_titles_and_rules() -> None:
    chapter = forms_chapter(COUNTS.forms)
    for form in catalogue():
        text = entry(chapter, form.form_id)
        assert form.name_zh in text
        assert form.name_en in text
        assert all(f"`{pattern.pattern}`" in text for pattern in form.titles)
        asked = {rule.id for rule in rules() if form.form_id in rule.form_ids}
        assert set(re.findall(r"#!/analysis/analysis\.rules\.(\w+)\)", text)) == asked


def test_every_rule_has_a_page_with_its_names_formula_and_forms() -> None:
    chapter = rules_chapter(COUNTS.rules)
    for rule in rules():
        text = entry(chapter, rule.id)
        assert rule.name_zh in text
        assert rule.name_en in text
        assert f"`{rule.formula}`" in text
        linked = set(re.findall(r"\[`(\w+)`\]\(#!/analysis/analysis\.(?:forms|words)\.\w+\)", text))
        assert linked == set(rule.form_ids)


def test_links_between_pages_lead_to_pages() -> None:
    chapters = (forms_chapter(COUNTS.forms), rules_chapter(COUNTS.rules), guide_chapter(COUNTS, Path("none")))
    there = {f"analysis.{chapter.key}.{one.name}" for chapter in chapters for one in chapter.entries}
    texts = [text for chapter in chapters for text in (chapter.text, *(one.text for one in chapter.entries))]
    linked = {link for text in texts for link in re.findall(r"#!/analysis/([\w.]+)", text)}
    assert linked - there == {"analysis.words.narrative_terms"}


def test_pages_say_what_the_warehouse_holds() -> None:
    assert "| 2 | 3 | 1 | 1,234 | 1,200 | 4 |" in entry(forms_chapter(COUNTS.forms), "three_public")
    assert "| 21 | 2 | 1 | 5 |" in entry(rules_chapter(COUNTS.rules), "three_public_total")
    assert "没有文件印有此表" in entry(forms_chapter({}), "summary")


def test_coverage_counts_regions_and_says_unknown_where_nothing_is_known() -> None:
    text = entry(guide_chapter(COUNTS, Path("none")), "coverage")
    assert "| 沁源县 | 2022 | 决算 final_accounts | 2 | 1 | 1 | 0 | 0 | 0 |" in text
    assert "| 不明 unknown | 不明 unknown | 不明 unknown | 0 | 0 | 0 | 0 | 0 | 1 |" in text
    assert "| 沁源县 | 2022 | 决算 final_accounts | 40 | 75.0 % | 15.0 % | 7.5 % | 2.5 % | 97.5 % |" in text


def test_accuracy_is_what_was_measured() -> None:
    measured = (REPOSITORY / "docs" / "accuracy.md").read_text(encoding="utf-8")
    text = entry(guide_chapter(COUNTS, REPOSITORY / "docs" / "accuracy.md"), "accuracy")
    assert measured.partition("\n")[2] in text
    assert "准确度" in text


def test_the_first_page_adds_up_documents_and_numbers() -> None:
    nodes = {
        "model.gongkai.fct_form_value": {
            "name": "fct_form_value",
            "resource_type": "model",
            "schema": "marts",
            "group": "reading",
            "description": "One row per number. 每个数字一行。",
        }
    }
    groups = {"group.gongkai.reading": {"name": "reading", "description": "What is printed. 印刷内容。"}}
    text = overview_text("# Head\n\n---\n\nRest", COUNTS, {"nodes": nodes, "groups": groups}, ())
    assert "| 3 | 1 | 1 | 0 | 0 | 1 |" in text
    assert "| 40 | 30 | 6 | 3 | 1 |" in text
    assert "1,950 of 2,000 printed numbers are explained (97.5 %)" in text
    assert (
        "| [`fct_form_value`](#!/model/model.gongkai.fct_form_value) | 40 | One row per number. | 每个数字一行。 |"
        in text
    )
    assert text.index("# Head") < text.index("## In this warehouse") < text.index("Rest") < text.index("### reading")


def test_a_description_is_cut_where_the_chinese_begins() -> None:
    assert split_languages("Code of GB/T 2260, six digits.\nGB/T 2260 六位代码。") == (
        "Code of GB/T 2260, six digits.",
        "GB/T 2260 六位代码。",
    )
    assert (
        split_languages("Result (实际完成值) as printed.\n印刷的实际完成值。")[0] == "Result (实际完成值) as printed."
    )
    assert split_languages("只有中文。") == ("", "只有中文。")
    assert split_languages("English only.") == ("English only.", "")

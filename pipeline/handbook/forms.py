"""The statutory forms and the words of the sentences, as pages of Markdown."""

from __future__ import annotations

from decimal import Decimal

from pipeline.forms.catalogue_file import catalogue
from pipeline.handbook.coverage import FormCount
from pipeline.handbook.entries import Chapter, Entry, entry_link
from pipeline.handbook.markdown import table_lines
from pipeline.handbook.rules import RULES
from pipeline.model.form import FormSpec
from pipeline.parse.sentences.phrase_file import phrases
from pipeline.reconcile.rule_file import Rule, rules

_MADE = "<!-- Made by `python -m docs.make_reference`. Change {source}, not this page. -->\n"
_PHASES_ZH = {"budget": "预算", "final_accounts": "决算"}
#: The chapter's part of addresses.
FORMS = "forms"
_ABOUT_FORMS = """\
A form is recognised by its title and its header words, never by its printed number. Titles are regular expressions,
searched after white space and quotation marks are taken out and full-width characters made half-width. A measure names
what a column of amounts means.

报表依表名和栏目名称识别，不依所印表号。表名以正则表达式写出，比对前去除空白和引号，全角转为半角；
measure 为金额栏的含义。"""
_FORM_QUERY = """\
-- the numbers of the form, with their places 该表的数字及其位置
select
    document.department_name,
    value.fiscal_year,
    value.line_code,
    value.line_label,
    value.measure,
    value.amount_yuan,
    value.reported_text,
    value.page_no,
    value.grade,
    value.value_id
from marts.fct_form_value as value
join marts.dim_document as document using (document_id)
where value.form_id = '{form_id}'
order by all"""


def make_forms_page() -> str:
    """docs/forms.md: every form of the catalogue, its titles as patterns, its measures."""
    forms = catalogue()
    overview = [
        (f"[`{form.form_id}`](#{form.form_id})", form.name_zh, form.name_en, _phases(form), form.row_kind.value)
        for form in forms
    ]
    return "\n".join(
        [
            "# The statutory forms 法定报表",
            "",
            _MADE.format(source="pipeline/forms/catalogue/*.yaml"),
            "A form is recognised by its title and its header words, never by its printed number. Titles are regular",
            "expressions, searched after white space and quotation marks are taken out and full-width characters made",
            "half-width. `measure` names what a column of amounts means; the first pattern found in the header wins.",
            "",
            table_lines(("form_id", "name_zh", "name_en", "phases", "rows"), overview),
            "",
            *[_form_section(form) for form in forms],
            _narrative_section(),
        ]
    )


def _phases(form: FormSpec) -> str:
    return ", ".join(f"{_PHASES_ZH[phase.value]} {phase.value}" for phase in form.phases)


def _form_section(form: FormSpec) -> str:
    told = [f"- {english}: {text}" for english, _, text in form_facts(form)]
    return "\n".join([f"## {form.form_id}", "", f"{form.name_zh} · {form.name_en}", "", *told, ""])


def form_facts(form: FormSpec) -> list[tuple[str, str, str]]:
    """What is known of a form: what it is in English and in Chinese, and what it says."""
    expected = ", ".join(phase.value for phase in form.expected_in) or "no document must print it"
    expected += f", from {form.expected_from}" if form.expected_from else ""
    measures = sorted({rule.measure for rule in form.columns if rule.measure})
    years = f"{form.valid_from or '…'}–{form.valid_to or '…'}" if form.valid_from or form.valid_to else "all"
    facts = [
        ("expected in", "应印于", expected),
        ("years", "年度", years),
        ("source", "依据", form.source),
        ("titles", "表名", ", ".join(f"`{pattern.pattern}`" for pattern in form.titles)),
    ]
    if form.not_titles:
        facts.append(("no title of it", "非此表名", ", ".join(f"`{pattern.pattern}`" for pattern in form.not_titles)))
    facts.append(("measures", "栏目", ", ".join(f"`{measure}`" for measure in measures) or "not read yet"))
    return facts


def _narrative_section() -> str:
    """The sentences stand beside the forms: their parts, topics and measures, as `dim_narrative_term` has them."""
    lines = [
        "## narrative",
        "",
        "情况说明 · The sentences with figures, in `fct_narrative_amount`",
        "",
        "Read by the phrases of pipeline/parse/sentences/phrases.yaml. Every figure has a topic (what it is about) and",
        "a measure (what is said of it); rates and changes have a basis. `dim_narrative_term` holds the same words.",
    ]
    lines += term_tables("###")
    return "\n".join([*lines, ""])


def term_tables(level: str) -> list[str]:
    """The words of `dim_narrative_term`, a table for each kind.

    Args:
        level: How deep their headings stand, in signs of Markdown.
    """
    lines: list[str] = []
    for kind in ("section", "topic", "measure", "basis"):
        terms = [(f"`{t.id}`", t.name_zh, t.name_en) for t in phrases().all_terms() if t.kind == kind]
        lines += ["", f"{level} {kind}", "", table_lines((kind, "name_zh", "name_en"), terms)]
    return lines


def forms_chapter(counts: dict[str, FormCount]) -> Chapter:
    """The forms as pages of the handbook, each with what the warehouse holds of it."""
    rows = [
        (
            entry_link(FORMS, form.form_id),
            form.name_zh,
            form.name_en,
            _phases(form),
            Decimal(counts[form.form_id].printings if form.form_id in counts else 0),
            Decimal(counts[form.form_id].numbers if form.form_id in counts else 0),
        )
        for form in catalogue()
    ]
    text = [
        "# The statutory forms 法定报表",
        "",
        _ABOUT_FORMS,
        "",
        table_lines(("form 报表", "中文名称", "English name", "phases 阶段", "printings 印次", "numbers 数字"), rows),
    ]
    entries = (form_entry(form, counts.get(form.form_id)) for form in catalogue())
    return Chapter(FORMS, "forms 法定报表", "\n".join(text), tuple(entries))


def form_entry(form: FormSpec, count: FormCount | None) -> Entry:
    """One form: its names, what it is known by, the rules over it, what the warehouse holds of it."""
    ruled = [entry_link(RULES, rule.id, f"{rule.name_zh} · {rule.name_en}") for rule in rules_over(form.form_id)]
    lines = [
        f"# {form.name_zh}",
        "",
        f"**{form.name_en}**",
        "",
        f"- phases 阶段: {_phases(form)}",
        *[f"- {english} {chinese}: {text}" for english, chinese, text in form_facts(form)],
        "",
        "### In this warehouse 库中情况",
        "",
        _count_line(count),
        "",
        f"### Sums that must hold 勾稽关系 ({len(ruled)})",
        "",
        *([f"- {rule}" for rule in ruled] or ["No rule asks for it alone. 没有规则。"]),
    ]
    title, query = f"{form.name_zh} · {form.name_en}", _FORM_QUERY.format(form_id=form.form_id)
    return Entry(form.form_id, title, "statutory form 法定报表", "\n".join(lines), query)


def rules_over(form_id: str) -> list[Rule]:
    """The rules that take a figure of the form."""
    return [rule for rule in rules() if form_id in rule.form_ids]


def _count_line(count: FormCount | None) -> str:
    if count is None:
        return "No document of this warehouse prints it. 库中没有文件印有此表。"
    figures = (count.documents, count.printings, count.empty, count.numbers, count.vouched_for, count.contradictory)
    return table_lines(
        ("documents 文件", "printings 印次", "empty 空表", "numbers 数字", "vouched for 有据", "contradictory 矛盾"),
        [tuple(map(Decimal, figures))],
    )

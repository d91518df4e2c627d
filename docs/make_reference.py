"""Writes docs/forms.md and docs/rules.md from the catalogue and the rule file: `python -m docs.make_reference`.

With `--warehouse DIR` it also fills the answers in README.md, docs/questions.md and docs/comparing.md: the table below
each SQL block and the output below each `$ gongkai …` line, as that warehouse gives them. Tests compare the files with
what these functions return.
"""

from __future__ import annotations

import argparse
import re
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from pathlib import Path

from pipeline.forms.catalogue_file import catalogue
from pipeline.model.form import FormSpec
from pipeline.parse.sentences.phrase_file import phrases
from pipeline.published.warehouse import run_query
from pipeline.reconcile.rule_file import Rule, rule_file, rules
from pipeline.settings import load_settings, tool_path

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "README.md"
FORMS_PAGE = ROOT / "docs" / "forms.md"
RULES_PAGE = ROOT / "docs" / "rules.md"
QUESTIONS_PAGE = ROOT / "docs" / "questions.md"
COMPARING_PAGE = ROOT / "docs" / "comparing.md"

#: A fenced block of SQL, a blank line, and the table that is its answer (the table may be missing yet).
SQL_WITH_ANSWER = re.compile(r"(?P<sql>^```sql\n(?P<query>.*?)^```\n)\n(?P<answer>(?:^\|[^\n]*\n)*)\n?", re.M | re.S)
#: A fenced block that starts with one command after a prompt; the rest of it is what the command prints.
COMMAND_WITH_OUTPUT = re.compile(r"^```console\n\$ (?P<command>gongkai [^\n]*)\n(?P<output>.*?)^```\n", re.M | re.S)

_MADE = "<!-- Made by `python -m docs.make_reference`. Change {source}, not this page. -->\n"
_PHASES_ZH = {"budget": "预算", "final_accounts": "决算"}
#: What each kind of rule compares, as in the head of rules.yaml.
_KINDS = {
    "tree": "every printed parent code with the codes below it, per measure 逐级汇总",
    "levels": "codes without their parent and parents without codes, where the form prints that level 编码层级",
    "parts": "in every line, the whole with its parts printed beside it 栏间关系",
    "lines": "named lines of a form with each other, per measure 行间关系",
    "outline": "every numbered item with the items numbered below it (一、 = 1. + 2.) 序号层次",
    "equal": "a figure, or a sum of figures, of one form with another form's 表间关系",
    "classes": "the class lines of one form (一般公共服务支出) with the class's code (201) in another 表间分类",
    "codes": "every code of a form with the same code of the form it is a part of: at most as much, and just as much "
    "where both totals agree 表间科目",
    "sentence": "a figure of the sentences (情况说明) against the table's 文字与报表",
    "sentence_codes": "every class, section and item of the sentences against the line of its code 文字科目与报表",
    "share": "a printed share times its whole against the part 占比复算",
    "completion": "a printed rate of completion times the budget against the final account 完成率复算",
    "growth": "a printed rate of change times last year's figure against the change 增减幅度复算",
    "text_unit": "amounts of the running text with figures of the tables that are a factor of units away 文表单位",
    "tiny_form": "the size of a form in a unit of its own with the other forms' 表间单位",
    "units": "a department's lines with the sum of its units' in the same document: at most the department's, and just "
    "as much where the totals agree 部门与所属单位",
    "cross_document": "one document with another of the same department, by dbt 文件之间",
}
#: How dbt relates the documents of a rule of kind cross_document.
_BETWEEN_DOCUMENTS = {
    "opening_is_last_closing": "`int_opening_balance__paired`: final accounts with those of the year before, "
    "same scope",
    "three_public_budget_as_disclosed": "`int_three_public_budget__paired`: line by line with the budget of the year, "
    "same scope",
    "initial_budget_as_disclosed": "`int_sentence_table__paired`: every opening budget of a class or total in the text "
    "of the accounts with the line of the year's budget, same scope",
    "prior_year_as_disclosed": "`int_sentence_table__paired`: every figure of last year in the text, derived ones too, "
    "with last year's form of the same phase and scope",
    "units_within_department": "`int_department_unit__paired`: a unit is known to belong to a department by its name "
    "(the same, or with 本级, 本部, （机关）) or because the department's document prints it among its units, in the "
    "same region; units nobody names are not related, so the sum of units is a lower bound",
    "size_of_last_year": "`int_yearly_total__paired`: the same form's total a year before, same phase and scope; a "
    "break is a finding of cause `unit`",
}


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
    expected = ", ".join(phase.value for phase in form.expected_in) or "no document must print it"
    expected += f", from {form.expected_from}" if form.expected_from else ""
    measures = sorted({rule.measure for rule in form.columns if rule.measure})
    years = f"{form.valid_from or '…'}–{form.valid_to or '…'}" if form.valid_from or form.valid_to else "all"
    lines = [
        f"## {form.form_id}",
        "",
        f"{form.name_zh} · {form.name_en}",
        "",
        f"- expected in: {expected}",
        f"- years: {years}",
        f"- source: {form.source}",
        "- titles: " + ", ".join(f"`{pattern.pattern}`" for pattern in form.titles),
    ]
    if form.not_titles:
        lines.append("- no title of it: " + ", ".join(f"`{pattern.pattern}`" for pattern in form.not_titles))
    lines.append("- measures: " + (", ".join(f"`{measure}`" for measure in measures) or "not read yet"))
    return "\n".join([*lines, ""])


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
    for kind in ("section", "topic", "measure", "basis"):
        terms = [(f"`{t.id}`", t.name_zh, t.name_en) for t in phrases().all_terms() if t.kind == kind]
        lines += ["", f"### {kind}", "", table_lines((kind, "name_zh", "name_en"), terms)]
    return "\n".join([*lines, ""])


def make_rules_page() -> str:
    """docs/rules.md: every sum that must hold, the kinds of rules, and what lines without a code are called."""
    rows = [
        (f"[`{rule.id}`](#{rule.id})", rule.name_zh, rule.name_en, rule.kind, f"`{rule.relation}`", rule.severity)
        for rule in rules()
    ]
    kinds = [(f"`{kind}`", _KINDS[kind]) for kind in dict.fromkeys(rule.kind for rule in rules())]
    return "\n".join(
        [
            "# The sums that must hold 勾稽关系",
            "",
            _MADE.format(source="pipeline/reconcile/rules.yaml"),
            "Every rule runs on every document; `marts.fct_reconciliation` holds each outcome with both sides.",
            "A difference is `rounding` when it is at most half of the last printed digit for each number that takes",
            "part, the total included; a larger one is a `break`. Every break belongs to one row of",
            "`marts.fct_finding`, which names its cause. `<=`: the left side is a part of the right one.",
            "",
            table_lines(("kind", "compares"), kinds),
            "",
            table_lines(("rule_id", "name_zh", "name_en", "kind", "relation", "severity"), rows),
            "",
            *_role_section(),
            *[_rule_section(rule) for rule in rules()],
        ]
    )


def _role_section() -> list[str]:
    rows = [
        (f"`{role}`", " ".join(f"`{escaped(pattern.pattern)}`" for pattern in patterns))
        for role, patterns in rule_file().roles.items()
    ]
    return [
        "## Line roles",
        "",
        "Formulas name lines without a code by their role: the first role of this list with a pattern that fits the",
        "label has it. Of several patterns the first that fits any line of the side counts: where 总计 is printed,",
        "合计 is the year's.",
        "",
        table_lines(("role", "labels"), rows),
        "",
    ]


def escaped(pattern: str) -> str:
    r"""A pattern that may stand in a cell of a table.

    >>> print(escaped("^(合计|总计)$"))
    ^(合计\|总计)$
    """
    return pattern.replace("|", "\\|")


def _rule_section(rule: Rule) -> str:
    years = f"{rule.valid_from or '…'}–{rule.valid_to or '…'}" if rule.valid_from or rule.valid_to else "all"
    lines = [
        f"## {rule.id}",
        "",
        f"{rule.name_zh} · {rule.name_en}",
        "",
        f"- kind: {rule.kind}, severity: {rule.severity}",
        f"- formula: `{rule.formula}`",
        "- forms: " + ", ".join(f"[`{form_id}`](forms.md#{form_id})" for form_id in rule.form_ids),
        "- phases: " + ", ".join(phase.value for phase in rule.phases) + f"; years: {years}",
        *_conditions(rule),
        f"- source: {rule.source}",
    ]
    return "\n".join([*lines, ""])


def _conditions(rule: Rule) -> list[str]:
    """What must or must not be printed for the rule to be asked, and how documents are related."""
    named = (
        ("only where printed", rule.requires),
        ("also counted where printed", rule.optional),
        ("not where printed", rule.unless),
        ("not where a line has the role", rule.unless_roles),
    )
    lines = [f"- {words}: " + ", ".join(f"`{name}`" for name in names) for words, names in named if names]
    if rule.kind == "cross_document":
        lines.append(f"- documents: {_BETWEEN_DOCUMENTS[rule.id]}")
    return lines


def fill_answers(text: str, ask: Callable[[str], str], call: Callable[[str], str]) -> str:
    """A page with the answer below each SQL block and the output below each command replaced.

    Args:
        text: The page.
        ask: SQL to the lines of its answer, as `table_lines` writes them.
        call: A command line starting with `gongkai` to what it prints.
    """
    text = SQL_WITH_ANSWER.sub(lambda found: f"{found['sql']}\n{ask(found['query'])}\n\n", text)
    return COMMAND_WITH_OUTPUT.sub(
        lambda found: f"```console\n$ {found['command']}\n{trim(call(found['command']))}\n```\n", text
    )


def answer(file: Path, sql: str) -> str:
    """The answer to a query on the published file, as the lines of a Markdown table."""
    columns, rows = run_query(file, sql)
    return table_lines(columns, rows)


def table_lines(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Rows as a Markdown table; columns of numbers stand to the right.

    >>> print(table_lines(("year", "yuan"), [(2022, Decimal("1234.50"))]))
    | year | yuan |
    | ---: | ---: |
    | 2022 | 1,234.50 |
    """
    listed = list(rows)
    is_number = [
        any(isinstance(row[index], int | float | Decimal) for row in listed) for index, _name in enumerate(columns)
    ]
    head = [list(columns), ["---:" if right else "---" for right in is_number]]
    cells = [*head, *[[_cell(value) for value in row] for row in listed]]
    return "\n".join("| " + " | ".join(row) + " |" for row in cells)


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return ", ".join(str(one) for one in value)
    return f"{value:,}" if isinstance(value, Decimal) else str(value)


def trim(printed: str) -> str:
    """Printed lines without the blanks at their ends."""
    return "\n".join(line.rstrip() for line in printed.rstrip().splitlines())


def main() -> None:
    """Writes the pages, and the answers in README.md and the pages of questions if a warehouse is named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--warehouse", metavar="DIR", type=Path, help="also fill the answers in the pages")
    chosen: Path | None = parser.parse_args().warehouse
    FORMS_PAGE.write_text(make_forms_page(), encoding="utf-8")
    RULES_PAGE.write_text(make_rules_page(), encoding="utf-8")
    if chosen is not None:
        file = load_settings(warehouse_dir=chosen).published_file
        for page in (README, QUESTIONS_PAGE, COMPARING_PAGE):
            text = page.read_text(encoding="utf-8")
            filled = fill_answers(text, lambda sql: answer(file, sql), lambda command: _call(command, chosen))
            page.write_text(filled.rstrip() + "\n", encoding="utf-8")


def _call(command: str, warehouse: Path) -> str:
    program, *arguments = shlex.split(command)
    ours = [str(tool_path(program)), *arguments, "--warehouse", str(warehouse)]
    finished = subprocess.run(ours, capture_output=True, text=True, check=False)  # noqa: S603 (our own program)
    if finished.returncode:
        sys.exit(f"{command} ended with {finished.returncode}:\n{finished.stderr}")
    return finished.stdout


if __name__ == "__main__":
    main()

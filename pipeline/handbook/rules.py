"""The sums that must hold, as pages of Markdown."""

from __future__ import annotations

from decimal import Decimal

from pipeline.handbook.coverage import RuleCount
from pipeline.handbook.entries import Chapter, Entry, entry_link
from pipeline.handbook.markdown import escaped, table_lines
from pipeline.reconcile.rule_file import Rule, rule_file, rules
from pipeline.reconcile.sentence_values import NARRATIVE

#: The chapter's part of addresses.
RULES = "rules"
_MADE = "<!-- Made by `python -m docs.make_reference`. Change {source}, not this page. -->\n"
_ABOUT_RULES = """\
Every rule runs on every document; [`fct_reconciliation`](#!/model/model.gongkai.fct_reconciliation) holds each outcome
with both sides. A difference is `rounding` when it is at most half of the last printed digit for each number that takes
part, the total included; a larger one is a `break`. Every break belongs to one row of
[`fct_finding`](#!/model/model.gongkai.fct_finding), which names its cause.
`<=`: the left side is a part of the right one.

每条规则对每份文件检验，fct_reconciliation 记录两侧数字和结果。差额不超过每个参与数字末位之半（含合计）为尾差 rounding，
更大则为不平 break；每项不平恰属 fct_finding 的一行，并写明原因。“<=” 指左边为右边的一部分。"""
_RULE_QUERY = """\
-- where it breaks, the largest difference first 不平之处，差额大者在前
select
    document.department_name,
    outcome.fiscal_year,
    outcome.instance_label,
    outcome.left_yuan,
    outcome.right_yuan,
    outcome.difference_yuan,
    outcome.check_id
from marts.fct_reconciliation as outcome
join marts.dim_document as document using (document_id)
where outcome.rule_id = '{rule_id}' and outcome.outcome = 'break'
order by abs(outcome.difference_yuan) desc"""
#: What each kind of rule compares, as in the head of rules.yaml.
_KINDS = {
    "tree": "every printed parent code with the codes below it, per measure 逐级汇总",
    "levels": "codes without their parent and parents without codes, where the form prints that level 编码层级",
    "parts": "in every line, the whole with its parts printed beside it 栏间关系",
    "lists": "the total of a list, and its numbered lines, with the lines that have nothing below them 逐项相加",
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


def _rule_section(rule: Rule) -> str:
    forms = ", ".join(f"[`{form_id}`](forms.md#{form_id})" for form_id in rule.form_ids)
    told = [f"- {english}: {text}" for english, _, text in rule_facts(rule, forms)]
    return "\n".join([f"## {rule.id}", "", f"{rule.name_zh} · {rule.name_en}", "", *told, ""])


def rule_facts(rule: Rule, forms: str) -> list[tuple[str, str, str]]:
    """What is known of a rule: what it is in English and in Chinese, and what it says.

    Args:
        rule: The rule.
        forms: Links to its forms.
    """
    years = f"{rule.valid_from or '…'}–{rule.valid_to or '…'}" if rule.valid_from or rule.valid_to else "all"
    return [
        ("kind", "类型", f"{rule.kind}, severity: {rule.severity}"),
        ("formula", "等式", f"`{rule.formula}`"),
        ("forms", "报表", forms),
        ("phases", "阶段", ", ".join(phase.value for phase in rule.phases) + f"; years: {years}"),
        *_conditions(rule),
        ("source", "依据", rule.source),
    ]


def _conditions(rule: Rule) -> list[tuple[str, str, str]]:
    """What must or must not be printed for the rule to be asked, and how documents are related."""
    named = (
        ("only where printed", "须印有", rule.requires),
        ("also counted where printed", "如印则计入", rule.optional),
        ("not where printed", "印有则不适用", rule.unless),
        ("not where a line has the role", "有此行则不适用", rule.unless_roles),
    )
    facts = [(english, chinese, ", ".join(f"`{name}`" for name in names)) for english, chinese, names in named if names]
    if rule.kind == "cross_document":
        facts.append(("documents", "相关文件", _BETWEEN_DOCUMENTS[rule.id]))
    return facts


def rules_chapter(counts: dict[str, RuleCount]) -> Chapter:
    """The rules as pages of the handbook, each with how often it held."""
    rows = [
        (entry_link(RULES, rule.id), rule.name_zh, rule.name_en, f"`{rule.kind}`", *_outcomes(counts.get(rule.id)))
        for rule in rules()
    ]
    kinds = [(f"`{kind}`", _KINDS[kind]) for kind in dict.fromkeys(rule.kind for rule in rules())]
    names = ("rule 规则", "中文名称", "English name", "kind 类型", "holds 相符", "rounding 尾差", "breaks 不平")
    text = [
        "# The sums that must hold 勾稽关系",
        "",
        _ABOUT_RULES,
        "",
        table_lines(("kind 类型", "compares 比较"), kinds),
        "",
        table_lines(names, rows),
        "",
        *_role_section(),
    ]
    entries = (rule_entry(rule, counts.get(rule.id)) for rule in rules())
    return Chapter(RULES, "rules 勾稽规则", "\n".join(text), tuple(entries), rank=2)


def rule_entry(rule: Rule, count: RuleCount | None) -> Entry:
    """One rule: its names, what it compares, where it holds and breaks."""
    forms = ", ".join(_form_link(form_id) for form_id in rule.form_ids)
    outcomes = [(*_outcomes(count), Decimal(count.not_asked if count else 0))]
    lines = [
        f"# {rule.name_zh}",
        "",
        f"**{rule.name_en}**",
        "",
        f"{_KINDS[rule.kind][:1].upper()}{_KINDS[rule.kind][1:]}",
        "",
        *[f"- {english} {chinese}: {text}" for english, chinese, text in rule_facts(rule, forms)],
        "",
        "### In this warehouse 库中情况",
        "",
        table_lines(("holds 相符", "rounding 尾差", "breaks 不平", "not asked 未检验"), outcomes),
    ]
    title, query = f"{rule.name_zh} · {rule.name_en}", _RULE_QUERY.format(rule_id=rule.id)
    return Entry(rule.id, title, "rule 勾稽规则", "\n".join(lines), query)


def _form_link(form_id: str) -> str:
    """A link to the form; the sentences, which rules treat as one, have their words instead of a page."""
    return (
        entry_link("words", "narrative_terms", "`narrative`") if form_id == NARRATIVE else entry_link("forms", form_id)
    )


def _outcomes(count: RuleCount | None) -> tuple[Decimal, Decimal, Decimal]:
    passed, rounding, broken = (count.passed, count.rounding, count.broken) if count else (0, 0, 0)
    return Decimal(passed), Decimal(rounding), Decimal(broken)

"""The typed-in figures against the source documents, read a second way: as one run of characters, not as tables.

Needs the five source documents beside the repository; skips with a message without them.
"""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from tests.corpus.amounts import CellKind
from tests.corpus.compose import compose, squeeze
from tests.corpus.facts_files import fact_file_names, load_facts
from tests.corpus.make_demo import GOLDEN_DIR, ROOT
from tests.corpus.write_whitespace_text import WhitespaceTextStyle, write_whitespace_text

SEEDS_DIR = ROOT.parent / "shared" / "seeds"
WHITESPACE_FACTS = ("qinyuan_government_office_2022_final", "qinyuan_affairs_service_centre_2023_budget")
DECIMAL = re.compile(r"\d[\d,]*\.\d\d(?!\d)|\d[\d,]*\.\d\d(?=3\d\d)")
#: What stands between two rows where a page ends; and, in 004, a dashed line where a converter split a table.
PAGE_ENDS = re.compile(
    "|".join(
        (
            r"第二部分 2022年部门决算表\n",
            r"第二部分 2023年部门预算报表\n",
            r"^-\d+-$",
            r"^沁源县人民政府办公室2022年部门决算公开报告$",
            r"^----.*$",
        )
    ),
    re.M,
)
#: The rows CONTRACT.md says must come out: source, then the keys and the amount.
CONTRACT_ROWS = """
000|summary|expenditure||八、社会保障和就业支出||total|245211.74
000|basic_expenditure_by_economic||30227|委托业务费||total|1567900.00
000|basic_expenditure_by_economic||30202|印刷费||basic|326074.00
001|revenue||TOTAL|合计||fiscal_appropriation|16144500.00
001|expenditure||2010399|其他政府办公厅（室）及相关机构事务支出||project|8505900.00
001|three_public||abroad|因公出国(境)费||final|777100.00
002|disclosure_statistics||procurement_services|服务||final|130652.46
002|disclosure_statistics||operating_cost_civil_service_managed|(二)参照公务员法管理事业单位||final|461413.24
003|summary|expenditure||二十、住房保障支出||current_year|398700.00
003|basic_expenditure_by_economic||30101|基本工资|工资福利支出|personnel|362400.00
003|operating_cost||TOTAL|部门合计||total|344700.00
003|project_budget|||遗属补助||total|292400.00
004|appropriation_summary|revenue||一、一般公共预算财政拨款||total|29397100.00
004|general_public_budget_expenditure||2130599|其他巩固脱贫攻坚成果衔接乡村振兴支出||project|120300.00
""".strip().split("\n")


def seed_text(source: str) -> str:
    path = Path(SEEDS_DIR / source)
    if not path.exists():
        pytest.skip(f"the source documents are not here: {SEEDS_DIR}")
    return PAGE_ENDS.sub("", path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", fact_file_names())
def test_each_form_stands_in_the_source_character_by_character(name: str) -> None:
    """All labels, codes, line numbers and figures of a form, in reading order, without white space."""
    facts = load_facts(name)
    source = squeeze(seed_text(facts.source))
    position = 0
    for form in compose(facts).forms:
        body = squeeze("".join(cell.text for row in form.table.body for cell in row))
        found = source.find(body, position)
        assert found >= 0, form.title
        position = max(position, found) if len(body) > len("合计") else position


@pytest.mark.parametrize("name", fact_file_names())
def test_titles_headers_and_notes_are_the_printed_ones(name: str) -> None:
    facts = load_facts(name)
    source = squeeze(seed_text(facts.source))
    for form in compose(facts).forms:
        headers = [cell.text for row in form.table.header for cell in row]
        words = [form.title, *(text for _, text in form.heading), *form.notes, *headers]
        assert [word for word in words if squeeze(word) not in source] == []


@pytest.mark.parametrize("name", fact_file_names())
def test_no_decimal_of_the_forms_is_left_out(name: str) -> None:
    """The decimals between the first form's title and the text after the last form, as many as in our tables."""
    facts = load_facts(name)
    document = compose(facts)
    text = seed_text(facts.source)
    first = document.forms[0].heading
    start = text.rindex(first[0][1].split(" ")[0], 0, text.index("合计"))
    end = re.compile(r"^ ?第三部分", re.M).search(text, start)
    assert end is not None
    printed = DECIMAL.findall(text[start : end.start()])
    ours = [d for form in document.forms for row in form.table.rows for cell in row for d in DECIMAL.findall(cell.text)]
    assert printed == ours


@pytest.mark.parametrize("name", WHITESPACE_FACTS)
def test_blank_cells_stand_where_the_source_leaves_spaces(name: str) -> None:
    """Set without wrapping, each row is in the source with the same spaces, wherever the source breaks its labels."""
    facts = load_facts(name)
    text = seed_text(facts.source)
    dump = write_whitespace_text(compose(facts), WhitespaceTextStyle(line_width=10**6, rows_per_page=None)).decode()
    rows = [line for line in dump.split("\n") if DECIMAL.search(line)]
    assert len(rows) > 80
    assert [row for row in rows if not breaks_like(row, text) and not breaks_like(glue_totals(row), text)] == []


def breaks_like(row: str, text: str) -> bool:
    pattern = "".join((r"\s" if char == " " else re.escape(char)) + r"\n{0,2}" for char in row.rstrip(" "))
    spaces = len(row) - len(row.rstrip(" "))
    # After a broken label the line break takes the place of the first space.
    tail = rf" {{{spaces},}}\n|(?<=\n) {{{max(spaces - 1, 0)},}}\n"
    return re.search(f"{pattern}(?:{tail})", text) is not None


def glue_totals(row: str) -> str:
    """Document 003 prints the closing lines of its first form glued as well."""
    return re.sub(r"(?<=\d) (?=本年支出合计|支出总计)", "", row)


def test_misprints_of_the_sources_are_kept() -> None:
    with (GOLDEN_DIR / "seed_expected.csv").open(encoding="utf-8", newline="") as lines:
        printed = {(row["file_name"][:3], row["line_label"], row["reported_text"]) for row in csv.DictReader(lines)}
    assert ("000", "印刷费", "326074.00") in printed
    assert ("002", "合计", "75425.00") in printed
    assert ("003", "收入总计", "2,679.27") in printed
    assert ("003", "合计", "135.19") in printed
    assert ("004", "其他巩固脱贫攻坚成果衔接乡村振兴支", "12.03") in printed


@pytest.mark.parametrize("row", CONTRACT_ROWS)
def test_rows_of_the_contract_are_in_the_truth(row: str) -> None:
    with (GOLDEN_DIR / "seed_expected.csv").open(encoding="utf-8", newline="") as lines:
        columns = ("form_id", "line_side", "line_code", "line_label", "qualifier", "measure", "amount_yuan")
        truth = {"|".join((r["file_name"][:3], *(r[column] for column in columns))) for r in csv.DictReader(lines)}
    assert row in truth


def test_vehicles_are_counts_and_never_money() -> None:
    document = compose(load_facts("yangcheng_government_office_2024_final"))
    vehicles = [v for v in document.expected_values if v.line_code and v.line_code.startswith("vehicles_")]
    counted = {v.line_code: v.count_value for v in vehicles if v.cell_kind is CellKind.NUMBER}
    assert counted == {"vehicles_total": 5, "vehicles_confidential_communication": 4, "vehicles_other": 1}
    assert {v.amount_yuan for v in vehicles} == {None}

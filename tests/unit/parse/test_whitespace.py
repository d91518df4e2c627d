"""Whitespace text to rows: blanks count columns; where they are gone, sums decide, or the line stays open."""

from __future__ import annotations

import pytest

from pipeline.forms.catalogue_file import catalogue
from pipeline.model.extract import CellKind, FormValue
from pipeline.model.form import FormRegion, Phase, UnitReading
from pipeline.model.grid import TextLine
from pipeline.parse.form import ParsedForm, parse_form

HEADER = "科目编码 科目名称 本年支出合计 基本支出 项目支出"


def whitespace_form(*rows: str, form_id: str = "general_public_budget_expenditure") -> ParsedForm:
    """Parses a form whose header and rows are given as printed, one line each, empty lines between."""
    spec = next(spec for spec in catalogue() if spec.form_id == form_id)
    lines = tuple(TextLine(text, line_no=2 * number) for number, text in enumerate([HEADER, *rows], 1))
    unit = UnitReading("元", "printed", "单位：元")
    region = FormRegion(spec, Phase.FINAL_ACCOUNTS, 1, "支出决算表", None, (), lines, unit, None, 1)
    return parse_form(region, "d", Phase.FINAL_ACCOUNTS)


def amounts(form: ParsedForm) -> dict[tuple[str | None, str], str]:
    return {(v.line_code, v.measure): v.reported_text for v in form.values if v.cell_kind is CellKind.NUMBER}


def cell(form: ParsedForm, code: str, measure: str) -> FormValue:
    return next(v for v in form.values if (v.line_code, v.measure) == (code, measure))


def test_two_blanks_leave_a_column_empty() -> None:
    form = whitespace_form("合计 30.00 10.00 20.00", "201 一般公共服务支出 30.00  30.00")
    assert amounts(form)["201", "project"] == "30.00"
    assert cell(form, "201", "basic").cell_kind is CellKind.BLANK


def test_class_sums_decide_where_blanks_are_gone() -> None:
    form = whitespace_form(
        "合计 30.00 10.00 20.00", "201 一般公共服务支出 10.00 10.00", "208 社会保障和就业支出 20.00 20.00"
    )
    assert amounts(form)["201", "basic"] == "10.00"
    assert amounts(form)["208", "project"] == "20.00"
    assert cell(form, "208", "project").method_reason is not None


def test_column_numbers_the_header_does_not_print_begin_another_table() -> None:
    """A title that nobody can read joins two forms: the second one's column numbers tell."""
    own = ("合计 30.00 10.00 20.00", "201 一般公共服务支出 30.00 10.00 20.00")
    form = whitespace_form(*own, "", "1 2 3 4 5", "202 外交支出 5.00 5.00 0.00")
    assert amounts(form) == amounts(whitespace_form(*own))
    again = whitespace_form("1 2 3", *own, "1 2 3", "202 外交支出 5.00 5.00 0.00")
    assert amounts(again)["202", "basic"] == "5.00"


@pytest.mark.parametrize("label", ["水利60,932.0060,932.000.00", "9〰.00阳城县教育局"])
def test_a_line_whose_label_holds_amounts_is_undecided(label: str) -> None:
    form = whitespace_form("合计 30.00 10.00 20.00", f"201 {label} 0.00 0.00 0.00")
    assert [issue.category for issue in form.issues if issue.category == "column_undecided"] == ["column_undecided"]
    assert {code for code, _ in amounts(form)} == {"TOTAL"}


def test_a_label_in_no_chinese_writing_names_no_line() -> None:
    """The rest of a file in another encoding: +UWxSoWOlX4WNOQ."""
    form = whitespace_form(
        "合计 30.00 10.00 20.00", "201 一般公共服务支出 30.00 10.00 20.00", "+UWxSoWOlX4 5.00 5.00 0.00"
    )
    assert {code for code, _ in amounts(form)} == {"TOTAL", "201"}
    assert [issue.raw_text for issue in form.issues if issue.category == "column_undecided"] == [
        "+UWxSoWOlX4 5.00 5.00 0.00"
    ]


def test_many_lines_printed_as_one_are_undecided() -> None:
    rows = [f"20{digit} 支出{name} 5.00 5.00 0.00" for digit, name in zip("12345", "甲乙丙丁戊", strict=True)]
    assert {code for code, _ in amounts(whitespace_form(*rows))} >= {"201", "205"}
    assert amounts(whitespace_form("  ".join(rows))) == {}


@pytest.fixture
def open_form() -> ParsedForm:
    """Two lines of the same amount: nothing tells which of them is 基本支出."""
    return whitespace_form(
        "合计 20.00 10.00 10.00", "201 一般公共服务支出 10.00 10.00", "208 社会保障和就业支出 10.00 10.00"
    )


def test_a_line_no_sum_decides_is_an_issue_and_no_number(open_form: ParsedForm) -> None:
    assert [issue.category for issue in open_form.issues] == ["column_undecided"] * 2
    assert {code for code, _ in amounts(open_form)} == {"TOTAL"}


def test_amounts_without_a_column_are_not_blank(open_form: ParsedForm) -> None:
    undecided = [v for v in open_form.values if v.line_code == "201"]
    assert {v.cell_kind for v in undecided} == {CellKind.UNREADABLE}
    assert {v.reported_text for v in undecided} == {"? 10.00 10.00"}


def test_one_open_amount_is_not_read_as_its_number() -> None:
    form = whitespace_form("201 一般公共服务支出 7", "208 社会保障和就业支出 1 1")
    kinds = {v.cell_kind for v in form.values if v.line_code == "208"}
    assert kinds == {CellKind.UNREADABLE}

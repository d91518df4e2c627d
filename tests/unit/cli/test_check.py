"""`gongkai check` shows findings first, counts what it leaves out, and says how to see it."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from rich.cells import cell_len
from rich.console import Console
from typer.testing import Result

from pipeline.model.account import AccountCount, NumberAccount, NumberKind, UnexplainedLine
from pipeline.model.extract import Extract, Severity
from pipeline.parse.account.issues import unexplained_issues
from pipeline.reconcile.rule_file import rules
from pipeline.screens import console as screen
from tests.unit.builders import finding_of
from tests.unit.lake.builders import CHECK, ISSUE, make_extract
from tests.unit.published.small_warehouse import publish

Gongkai = Callable[..., Result]


@pytest.fixture
def warehouse(tmp_path: Path) -> Path:
    """Two documents: three findings and three breaks in one, issues of every severity in the other."""
    findings = tuple(
        replace(finding_of(checks=(number,), value_ids=("v1",)), difference_yuan=Decimal(number + 1))
        for number in range(3)
    )
    checks = tuple(replace(CHECK, instance_label=str(number)) for number in range(3))
    issues = tuple(replace(ISSUE, severity=severity, raw_text=severity.value) for severity in Severity)
    extracts = {
        "甲局2024年部门决算.pdf": replace(make_extract("d1"), checks=checks, findings=findings, issues=()),
        "乙局2024年部门决算.pdf": replace(make_extract("d2"), checks=(), issues=issues),
    }
    publish(tmp_path, extracts)
    return tmp_path


def test_findings_come_first_then_issues_by_severity_then_a_count_of_sums(gongkai: Gongkai, warehouse: Path) -> None:
    output = gongkai("check", "--warehouse", warehouse).output
    places = [output.index(words) for words in ("3 findings in 1 document", "3 issues", "3 sums break")]
    assert places == sorted(places)
    issues = output[places[1] :]
    assert [issues.index(f"\n{severity} · ") for severity in ("error", "warning", "info")] == sorted(
        issues.index(f"\n{severity} · ") for severity in Severity
    )
    assert "summary_sides" in output
    assert "12.00 yuan instead of 29,397,100.00 (printed 2,939.71 万元)" in output


def test_every_rule_of_a_finding_is_told_by_its_id(gongkai: Gongkai, tmp_path: Path) -> None:
    ids = [rule.id for rule in rules()[:5]]
    checks = tuple(replace(CHECK, rule_id=rule_id) for rule_id in ids)
    extract = replace(make_extract("d1"), checks=checks, findings=(finding_of(checks=tuple(range(5))),))
    publish(tmp_path, {"甲局.pdf": extract})
    output = gongkai("check", "--warehouse", tmp_path).output
    assert [rule_id for rule_id in ids if rule_id not in output] == []


def test_sums_are_listed_when_asked_for(gongkai: Gongkai, warehouse: Path) -> None:
    assert "1 ≠ 2" not in gongkai("check", "--warehouse", warehouse).output.replace(".00", "")
    assert "1.00 ≠ 2.00, difference -1.00 yuan" in gongkai("check", "--sums", "--warehouse", warehouse).output


def test_what_is_left_out_is_counted_and_the_hint_can_be_typed(gongkai: Gongkai, warehouse: Path) -> None:
    output = gongkai("check", "甲局", "--limit", 1, "--warehouse", warehouse).output
    assert "… and 2 more findings: " in output
    assert f"check '甲局' --warehouse {warehouse} --limit 3" in output
    assert "3 sums break; to list: " in output


def test_one_language_can_be_chosen(gongkai: Gongkai, warehouse: Path) -> None:
    chinese, english = (
        gongkai("check", "--lang", language, "--warehouse", warehouse).output for language in ("zh", "en")
    )
    assert "若为12.00元则全部成立" in chinese
    assert "breaks 2 sum" not in chinese
    assert "若为12.00元则全部成立" not in english
    assert "breaks 2 sum" in english


def test_a_document_without_anything_wrong_says_so(gongkai: Gongkai, warehouse: Path) -> None:
    output = gongkai("check", "乙局", "--warehouse", warehouse).output
    assert "No findings." in output
    assert "No sum breaks." in output


@pytest.mark.parametrize("width", [80, 120])
def test_no_line_is_wider_than_the_screen(
    gongkai: Gongkai, warehouse: Path, monkeypatch: pytest.MonkeyPatch, width: int
) -> None:
    out = io.StringIO()
    monkeypatch.setattr(screen, "make_console", lambda **_options: Console(file=out, width=width, highlight=False))
    gongkai("check", "--warehouse", warehouse)
    lines = [line for line in out.getvalue().splitlines() if str(warehouse) not in line]  # hints are for copying
    assert max(map(cell_len, lines)) <= width
    assert any("2010301 行政运行" in line for line in lines)


def test_an_answer_can_be_asked_for_as_csv_and_json(gongkai: Gongkai, warehouse: Path) -> None:
    sql = "select fiscal_year, amount_yuan from marts.fct_form_value limit 1"
    assert gongkai("query", sql, "--format", "csv", "--warehouse", warehouse).output == (
        "fiscal_year,amount_yuan\n2024,29397100.00\n"
    )
    assert gongkai("query", sql, "--format", "json", "--warehouse", warehouse).output == (
        '[\n{"fiscal_year": 2024, "amount_yuan": 29397100.00}\n]\n'
    )


def accounted(document_id: str, read: int, unread: int) -> Extract:
    counts = (
        AccountCount("summary", 1, True, NumberKind.VALUE, read),
        AccountCount(None, None, False, NumberKind.UNEXPLAINED, unread),
    )
    lines = tuple(
        UnexplainedLine(2, number, None, None, False, f"第{number}行 支出9.99万元", ("9.99",))
        for number in range(unread)
    )
    account = NumberAccount(counts, lines)
    return replace(make_extract(document_id), account=account, issues=(ISSUE, *unexplained_issues(account)))


def test_one_document_s_unexplained_lines_are_listed_apart_from_its_issues(gongkai: Gongkai, tmp_path: Path) -> None:
    publish(tmp_path, {"甲局.pdf": accounted("d1", 1230, 4)})
    output = gongkai("check", "甲局", "--limit", 3, "--warehouse", tmp_path).output
    assert "1 issue met in reading" in output
    assert "1,234 numbers: 1,230 values, 4 unexplained (99.6 % explained)" in output
    assert "page 2, row 1" in output
    assert "第1行 支出9.99万元" in output
    assert "… and 1 more unexplained line: " in output


def test_all_documents_are_ranked_by_what_is_unexplained(gongkai: Gongkai, tmp_path: Path) -> None:
    publish(
        tmp_path, {"甲.pdf": accounted("d1", 9, 1), "乙.pdf": accounted("d2", 5, 5), "丙.pdf": accounted("d3", 3, 0)}
    )
    output = gongkai("check", "--warehouse", tmp_path).output
    assert "23 numbers: 17 values, 6 unexplained (73.9 % explained)" in output
    account = output[output.index("23 numbers") :]
    assert account.index("5 of 10 unexplained  乙.pdf") < account.index("1 of 10 unexplained  甲.pdf")
    assert "丙.pdf" not in account

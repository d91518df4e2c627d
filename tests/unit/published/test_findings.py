"""Findings come worst first, each with its file, its rules and the figure as it is printed."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from pipeline.errors import NoWarehouse
from pipeline.model.extract import Extract
from pipeline.model.finding import Finding
from pipeline.published.findings import FindingLine, Language, list_findings
from pipeline.published.warehouse import open_published
from tests.unit.builders import finding_of
from tests.unit.lake.builders import CHECK, make_extract
from tests.unit.published.small_warehouse import publish


def off_by(amount: int | None, severity: str = "error") -> Finding:
    difference = None if amount is None else Decimal(amount)
    return replace(finding_of(value_ids=("v1",)), severity=severity, difference_yuan=difference)


def with_findings(document_id: str, *findings: Finding) -> Extract:
    checks = tuple(replace(CHECK, instance_label=str(number)) for number in range(len(findings)))
    own = tuple(replace(finding, checks=(number,)) for number, finding in enumerate(findings))
    return replace(make_extract(document_id), checks=checks, findings=own)


def listed(folder: Path, extracts: dict[str, Extract]) -> list[FindingLine]:
    with open_published(publish(folder, extracts)) as connection:
        return list_findings(connection, [extract.document_id for extract in extracts.values()])


def test_errors_come_before_warnings_and_the_largest_difference_first(tmp_path: Path) -> None:
    one = with_findings("d1", off_by(5, "warning"), off_by(-900), off_by(None))
    other = with_findings("d2", off_by(7_000_000, "warning"), off_by(30))
    found = listed(tmp_path, {"a.pdf": one, "b.pdf": other})
    assert [(line.severity, line.difference_yuan, line.file_name) for line in found] == [
        ("error", -900, "a.pdf"),
        ("error", 30, "b.pdf"),
        ("error", None, "a.pdf"),
        ("warning", 7_000_000, "b.pdf"),
        ("warning", 5, "a.pdf"),
    ]


def test_a_finding_names_its_rules_and_the_figure_as_printed(tmp_path: Path) -> None:
    (line,) = listed(tmp_path, {"2024/a.pdf": with_findings("d1", off_by(9))})
    assert line.rules[0][0] == "summary_sides"
    assert (line.printed_text, line.printed_unit, line.printed_yuan) == ("2,939.71", "万元", Decimal("29397100.00"))
    assert (line.file_name, line.relative_path) == ("a.pdf", "2024/a.pdf")
    assert line.form == "expenditure 支出表"


def test_a_figure_that_is_only_suspected_is_not_shown_as_the_wrong_one(tmp_path: Path) -> None:
    suspected = replace(off_by(9), is_located=False, proposed_yuan=None)
    (line,) = listed(tmp_path, {"a.pdf": with_findings("d1", suspected)})
    assert line.printed_text is None


def test_sentences_come_in_the_language_asked_for(tmp_path: Path) -> None:
    (line,) = listed(tmp_path, {"a.pdf": with_findings("d1", off_by(9))})
    assert line.sentences(Language.CHINESE) == (line.sentence_zh,)
    assert line.sentences(Language.ENGLISH) == (line.sentence_en,)
    assert line.sentences(Language.BOTH) == (line.sentence_zh, line.sentence_en)


@pytest.mark.parametrize("change", ["drop table marts.fct_finding", "alter table marts.fct_finding drop cause"])
def test_a_file_of_an_earlier_version_says_that_it_must_be_published_again(tmp_path: Path, change: str) -> None:
    file = publish(tmp_path, {"a.pdf": make_extract()})
    with duckdb.connect(str(file)) as connection:
        connection.execute(change)
    with open_published(file) as connection, pytest.raises(NoWarehouse, match="gongkai run"):
        list_findings(connection, ["d1"])

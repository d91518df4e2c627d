"""The corridor: whatever the file is, the document comes back with a status and a reason, never as an exception."""

from __future__ import annotations

import errno
import random
from pathlib import Path

import pytest

from pipeline.flow import extract_document, parser_version
from pipeline.lake.documents import NOT_READ
from pipeline.model.extract import Extract
from pipeline.model.source import SourceFile
from pipeline.run_tables import form_catalogue_rows, rule_rows

FORM = "支出决算表\n单位：元\n科目编码\t科目名称\t本年支出合计\t基本支出\t项目支出\n合计\t\t3.00\t1.00\t2.00\n"


def extract(data: bytes, folder: Path, name: str = "a.txt") -> Extract:
    path = folder / "file"
    path.write_bytes(data)
    return extract_document(SourceFile("0" * 64, name, name, path, len(data)))


@pytest.mark.parametrize(
    ("data", "category"),
    [
        (b"", "empty_file"),
        (b"\n \t", "empty_file"),
        (b"\0" * 9000, "unsupported_format"),
        (b"%PDF-1.7\n%%EOF", "damaged_file"),
        (b"PK\x03\x04 not a zip", "damaged_file"),
        ("没有任何表格".encode(), "unknown_form"),
        ("支出决算表\n单位：元\n".encode(), "unknown_form"),
        (b"x" * 20_000_001, "file_too_large"),
    ],
    ids=["empty", "blank", "nuls", "pdf", "zip", "prose", "title", "large"],
)
def test_what_cannot_be_read_is_quarantined_for_its_reason(data: bytes, category: str, tmp_path: Path) -> None:
    found = extract(data, tmp_path)
    assert (found.record.status, found.values) == ("quarantined", ())
    assert [issue.category for issue in found.issues] == [category]
    assert category in (found.record.status_reason or "")


def test_a_full_disk_leaves_the_document_to_the_next_night(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_source: SourceFile) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", "/tmp/secret")

    monkeypatch.setattr("pipeline.flow.read_document", full)
    found = extract(FORM.encode(), tmp_path)
    assert (found.parser_version, [issue.category for issue in found.issues]) == (NOT_READ, ["no_room"])
    assert "secret" not in (found.record.status_reason or "")


def test_a_file_that_is_gone_is_quarantined(tmp_path: Path) -> None:
    found = extract_document(SourceFile("0" * 64, "a", "a", tmp_path / "gone", 1))
    assert found.record.status == "quarantined"


@pytest.mark.parametrize(
    ("cover", "published_on"),
    [
        ("二〇二四年九月十五日", "2024-09-15"),
        ("二 O 二四年十月二十日", "2024-10-20"),
        ("二○二五年一月三十一日", "2025-01-31"),
        ("2024年9月5日", "2024-09-05"),
        ("二〇二四年九月", "2024-09-01"),
        ("二〇二四年九月三十一日", None),
        ("截至二〇二四年九月十五日的情况", None),
    ],
)
def test_a_cover_date_is_when_it_was_published(cover: str, published_on: str | None, tmp_path: Path) -> None:
    text = f"某县财政局2023年度部门决算\n{cover}\n{FORM}"
    assert extract(text.encode(), tmp_path).record.published_on == published_on


def test_two_units_in_one_preamble_are_a_warning_and_no_amount(tmp_path: Path) -> None:
    found = extract(FORM.replace("单位：元", "单位：万元 单位：元").encode(), tmp_path)
    (issue,) = [issue for issue in found.issues if issue.category == "conflicting_units"]
    assert "万元 and 元" in issue.message
    assert {value.amount_yuan for value in found.values} == {None}


def test_two_units_are_decided_by_the_other_forms_and_still_a_warning(tmp_path: Path) -> None:
    second = "收入决算表\n单位：元\n科目编码\t科目名称\t本年收入合计\t财政拨款收入\n合计\t\t3.00\t3.00\n"
    text = FORM.replace("单位：元", "单位：万元 单位：元") + second
    found = extract(text.encode(), tmp_path)
    assert [issue.row_no for issue in found.issues if issue.category == "conflicting_units"] == [2]
    assert {value.amount_yuan for value in found.values if value.form_id == "expenditure"} == {1, 2, 3}


def test_a_unit_in_a_header_cell_beats_the_preamble_and_is_a_warning(tmp_path: Path) -> None:
    text = FORM.replace("单位：元", "单位：万元").replace("项目支出", "项目支出（元）")
    found = extract(text.encode(), tmp_path)
    (issue,) = [issue for issue in found.issues if issue.category == "conflicting_units"]
    assert issue.col_no == 5
    assert [value.amount_yuan for value in found.values] == [30_000, 10_000, 2]


@pytest.mark.parametrize("name", ["'; drop table x; --.txt", "..%2f..%2fetc", "长" * 300, "a\nb\t.txt", "2022.txt"])
def test_a_strange_name_does_not_matter(name: str, tmp_path: Path) -> None:
    assert len(extract(FORM.encode(), tmp_path, name).values) == 3


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_encodings_and_line_ends_do_not_matter(encoding: str, line_end: str, tmp_path: Path) -> None:
    data = FORM.replace("\n", line_end).encode(encoding)
    assert [value.amount_yuan for value in extract(data, tmp_path).values] == [3, 1, 2]


@pytest.mark.parametrize("seed", range(20))
def test_torn_text_is_read_or_quarantined_but_no_defect_of_ours(seed: int, tmp_path: Path) -> None:
    rng = random.Random(seed)
    text = list(FORM * 3)
    for _ in range(12):
        text[rng.randrange(len(text))] = rng.choice("\t\n 0９.,-—元（）合计表\u3000")
    found = extract("".join(text).encode(), tmp_path)
    assert "internal_error" not in {issue.category for issue in found.issues}


def test_the_same_bytes_give_the_same_extract(tmp_path: Path) -> None:
    assert extract(FORM.encode(), tmp_path) == extract(FORM.encode(), tmp_path)


def test_the_parser_version_is_stable() -> None:
    assert parser_version() == parser_version()
    assert len(parser_version()) == 16


def test_rules_and_catalogue_are_listed_once() -> None:
    assert len({row["rule_id"] for row in rule_rows()}) == len(rule_rows())
    assert len({row["form_id"] for row in form_catalogue_rows()}) == len(form_catalogue_rows())

"""Who and when: the forms say it, else the cover, else the file name; what cannot be told stays open and is said."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.model.form import FormRegion, Phase
from pipeline.model.grid import Document, Page, TextLine
from pipeline.normalise.identity import Identity, department_id, department_type, identify
from tests.unit.builders import region_of


def form(
    organisation: str | None = None, year: int | None = None, phase: Phase | None = Phase.FINAL_ACCOUNTS
) -> FormRegion:
    return replace(region_of("expenditure"), printed_organisation=organisation, printed_year=year, phase=phase)


def told(
    *lines: str, forms: tuple[FormRegion, ...] = (), file_name: str = "a.pdf", hint: str | None = None
) -> Identity:
    page = Page(1, tuple(TextLine(line, 1, number) for number, line in enumerate(lines, 1)))
    return identify(Document("d", file_name, "text/plain", (page,), 1), forms, hint)


def test_the_cover_tells_department_year_phase_and_scope() -> None:
    found = told("沁源县财政局", "2022年度部门决算公开")
    assert (found.department_name, found.fiscal_year, found.phase) == ("沁源县财政局", 2022, Phase.FINAL_ACCOUNTS)
    assert (found.region_code, found.reporting_scope) == ("140431", "department")
    assert found.issues == ()


def test_the_body_most_forms_name_goes_before_the_cover() -> None:
    assert told("2022年度部门决算", forms=(form("阳城县财政局"),) * 2).department_name == "阳城县财政局"


def test_the_file_name_is_the_last_resort() -> None:
    found = told("目录", file_name="三门峡市教育局2023年度部门预算.pdf")
    assert (found.department_name, found.fiscal_year, found.phase) == ("三门峡市教育局", 2023, Phase.BUDGET)


def test_a_hint_of_the_manifest_fills_what_no_page_names() -> None:
    assert told("目录", hint="沁源县财政局").department_name == "沁源县财政局"


def test_the_year_of_the_tables_goes_before_a_wrong_first_page() -> None:
    found = told("沁源县财政局2021年度部门决算", forms=(form(year=2022),) * 5)
    assert found.fiscal_year == 2022


def test_two_years_of_the_same_weight_are_said() -> None:
    found = told("沁源县财政局2021年度部门决算", forms=(form(year=2022),) * 2)
    assert "year_conflict" in {issue.category for issue in found.issues}


@pytest.mark.parametrize(
    ("cover", "scope"), [("2022年度部门决算", "department"), ("2022年度单位决算", "unit"), ("2022年度决算", None)]
)
def test_department_and_unit_are_told_apart(cover: str, scope: str | None) -> None:
    assert told(cover).reporting_scope == scope


@pytest.mark.parametrize(
    ("line", "date"),
    [
        ("二〇二四年九月", "2024-09-01"),
        ("二○二三年十二月", "2023-12-01"),
        ("2024年9月1日", "2024-09-01"),
        ("二〇二四年十月十日", None),
        ("2024年度", None),
        ("2024年13月", None),
        ("2023年2月30日", None),
    ],
)
def test_a_cover_date_is_the_publication_date(line: str, date: str | None) -> None:
    assert told("沁源县财政局2023年度部门决算", line).published_on == date


def test_nothing_told_is_said() -> None:
    found = told("一些文字")
    assert (found.department_name, found.fiscal_year, found.phase, found.published_on) == (None, None, None, None)
    assert [issue.category for issue in found.issues] == ["department_unknown"]


def test_a_body_of_no_region_is_said() -> None:
    assert [issue.category for issue in told(forms=(form("财政局办公室", 2022),)).issues] == ["region_unknown"]


def test_ids_are_stable_and_begin_with_the_region() -> None:
    assert department_id("沁源县财政局", "140431") == department_id("沁源县财政局", "140431")
    assert department_id("沁源县财政局", "140431").startswith("140431-")
    assert department_id("财政局", None).startswith("000000-")


def test_a_type_is_told_from_the_name() -> None:
    assert [department_type(name) for name in ("晋城市政务服务中心", "某某馆藏品组")][1] == "其他"

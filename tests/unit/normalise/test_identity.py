"""Who and when: the forms say it, else the cover, else the file name; what cannot be told stays open and is said."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.model.form import FormRegion, Phase
from pipeline.model.grid import Document, Page, TextLine
from pipeline.model.source import Hints
from pipeline.normalise.identity import Identity, department_id, department_type, identify
from tests.unit.builders import region_of


def form(
    organisation: str | None = None, year: int | None = None, phase: Phase | None = Phase.FINAL_ACCOUNTS
) -> FormRegion:
    return replace(region_of("expenditure"), printed_organisation=organisation, printed_year=year, phase=phase)


def told(
    *lines: str, forms: tuple[FormRegion, ...] = (), file_name: str = "a.pdf", hint: str | Hints | None = None
) -> Identity:
    page = Page(1, tuple(TextLine(line, 1, number) for number, line in enumerate(lines, 1)))
    return identify(
        Document("d", file_name, "text/plain", (page,), 1), forms, hint if isinstance(hint, Hints) else Hints(hint)
    )


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


def headed(*headings: str) -> FormRegion:
    return replace(form(), lines=tuple(TextLine(text) for text in (*headings, "单位：万元")))


def test_a_body_alone_on_a_line_below_the_titles_of_several_forms_is_the_documents() -> None:
    found = told(forms=(headed("定州市建设系统"), headed("定州市建设系统"), headed()))
    assert (found.department_name, found.region_code) == ("定州市建设系统", "130682")


@pytest.mark.parametrize(
    "forms",
    [
        (headed("定州市建设系统"), headed()),  # one form only
        (headed("定州市财政局", "定州市教育局"),) * 2,  # a list of bodies
        (headed("一般公共服务支出办公室"),) * 2,  # no region
        (headed("定州市"),) * 2,  # a whole government
        (headed("甲", "乙", "定州市财政局"),) * 2,  # further down
    ],
)
def test_any_other_line_of_a_form_is_no_heading(forms: tuple[FormRegion, ...]) -> None:
    assert told(forms=forms).department_name is None


def test_a_short_name_takes_the_region_its_text_prints_before_it() -> None:
    found = told("2017年气象局预算公开说明", "定州市气象局的主要职责是：")
    assert (found.department_name, found.region_code) == ("定州市气象局", "130682")


def test_a_short_name_without_a_region_tells_a_place_only() -> None:
    assert told("2017年教育局预算公开说明").department_name is None
    assert told("2017年留早镇单位预算公开说明").department_name == "留早镇"


@pytest.mark.parametrize("title", ["2017年本部门预算公开说明", "2017年各乡镇预算公开说明", "2017年市本级部门预算"])
def test_words_for_any_body_are_no_name(title: str) -> None:
    assert told(title).department_name is None


def test_a_title_may_go_on_below_the_bodys_name() -> None:
    found = told("2017年定州市工商行政管理局", "单位预算公开说明")
    assert (found.department_name, found.region_code) == ("定州市工商行政管理局", "130682")


def test_a_title_may_speak_about_the_budget() -> None:
    assert told("定州市市直工委", "关于2017年部门预算情况说明").department_name == "定州市市直工委"


def test_the_heading_of_a_part_is_not_of_the_name() -> None:
    assert told("目录", file_name="第一部分定州市财政局.doc").department_name == "定州市财政局"


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


def test_the_manifest_s_region_tells_whose_a_short_name_is() -> None:
    found = told("2017年教育局预算公开说明", hint=Hints(region="定州市"))
    assert (found.department_name, found.region_code, found.issues) == ("教育局", "130682", ())


def test_the_manifest_s_region_is_no_match_for_a_printed_one() -> None:
    assert told("沁源县财政局", "2022年度部门决算", hint=Hints(region="130682")).region_code == "140431"


def test_the_manifest_s_superior_region_tells_two_of_a_name_apart() -> None:
    found = told("普陀区司法局2024年度部门预算", hint=Hints(region="上海市"))
    assert found.region_code == "310107"


def test_the_manifest_s_year_settles_what_the_pages_leave_open() -> None:
    forms = (form("阳城县财政局", 2021), form("阳城县财政局", 2022))
    assert [issue.category for issue in told(forms=forms).issues] == ["year_conflict"]
    found = told(forms=forms, hint=Hints(fiscal_year=2022))
    assert (found.fiscal_year, found.issues) == (2022, ())


@pytest.mark.parametrize("name", ["西城区", "西城区办事处", "西城区街道办事处"])
def test_a_bare_district_is_not_taken_for_the_one_district_of_that_name(name: str) -> None:
    """定州市 has a subdistrict 西城区; the district of Beijing says so, or its superior."""
    found = told(forms=(form(name),) * 2)
    assert (found.region_code, [issue.category for issue in found.issues]) == (None, ["region_unknown"])
    assert told("北京市", forms=(form(name),) * 2).region_code == "110102"
    assert told(forms=(form("西城区财政局"),)).region_code == "110102"


def test_of_several_bodies_in_the_forms_the_file_s_own_is_meant() -> None:
    forms = (form("定州市失业保险管理中心"), form("定州市失业保险管理中心"), form("定州市就业训练中心"))
    assert told(forms=forms, file_name="定州市就业训练中心.xls").department_name == "定州市就业训练中心"
    assert told(forms=forms).department_name == "定州市失业保险管理中心"

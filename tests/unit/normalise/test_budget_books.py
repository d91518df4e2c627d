"""Budget books: whose each form is, and whose the book."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.model.form import Body, FormRegion
from pipeline.model.grid import Document, Page, TextLine
from pipeline.normalise.budget_books import cover_of_book, name_of_book, scope_of_book, with_units
from tests.unit.builders import region_of

TOWN, OFFICE, CENTRE = (
    Body("902", "清风店镇"),
    Body("902002", "清风店镇党委办公室"),
    Body("902003", "清风店镇农业服务中心"),
)


def book(*lines: str) -> Document:
    page = Page(1, tuple(TextLine(line, 1, number) for number, line in enumerate(lines, 1)))
    return Document("d", "a.doc", "application/msword", (page,), 1)


def covered_by(name: str) -> Document:
    return book("2017年市级部门预算", name, f"{name}编制", "定州市财政局审核")


def form_of(body: Body | None) -> FormRegion:
    return replace(region_of("summary"), body=body)


def units_of(cover: str, *bodies: Body | None) -> list[str | None]:
    return [region.reporting_unit for region in with_units([form_of(body) for body in bodies], covered_by(cover))]


def test_the_cover_names_the_body_and_the_place() -> None:
    assert cover_of_book(covered_by("老干部局")) == ("老干部局", "定州市")
    assert cover_of_book(book("人员编制", "本单位核定编制")) == (None, None)


def test_a_code_that_continues_the_department_s_is_a_unit_s() -> None:
    assert units_of("清风店镇", TOWN, None, OFFICE, CENTRE) == [None, None, OFFICE.name, CENTRE.name]


def test_several_units_without_a_department_are_units() -> None:
    assert units_of("清风店镇", OFFICE, CENTRE) == [OFFICE.name, CENTRE.name]


def test_one_unit_alone_is_the_document_s_own() -> None:
    assert units_of("卫生", OFFICE, OFFICE) == [None, None]


def test_the_unit_that_the_cover_names_is_the_document_s_own() -> None:
    """定州市人民政府信访局2017: its own book, cut from that of 434定州市人民政府办公室."""
    whole, own = Body("434", "定州市人民政府办公室"), Body("434007", "定州市人民政府信访局")
    assert units_of(own.name, whole, own) == [None, None]


@pytest.mark.parametrize(
    ("cover", "bodies", "name"),
    [
        ("清风店镇", (TOWN, OFFICE, CENTRE), "定州市清风店镇"),
        (
            "农工委",
            (Body("214", "农工委"), Body("214002", "中国共产党定州市委员会农村工作委员会")),
            "中国共产党定州市委员会农村工作委员会",
        ),
        (
            "林业",
            (Body("327", "林业"), Body("327002", "定州市林业局"), Body("327003", "定州市林业技术推广中心")),
            "定州市林业局",
        ),
        (
            "定州市人民政府信访局",
            (Body("434", "定州市人民政府办公室"), Body("434007", "定州市人民政府信访局")),
            "定州市人民政府信访局",
        ),
        ("林业", (Body("327", "林业"),), None),
        ("清风店镇", (), None),
    ],
    ids=["full name", "one unit", "its own office", "a unit's book", "a trade", "no codes"],
)
def test_whose_book_it_is(cover: str, bodies: tuple[Body, ...], name: str | None) -> None:
    assert name_of_book([form_of(body) for body in bodies], covered_by(cover)) == name


def test_the_scope_is_that_of_the_document_s_own_forms() -> None:
    regions = [form_of(TOWN), replace(form_of(OFFICE), reporting_unit=OFFICE.name)]
    assert scope_of_book(regions) == "department"
    assert scope_of_book([form_of(OFFICE)]) == "unit"
    assert scope_of_book([form_of(None)]) is None


def test_the_department_s_office_that_bears_the_cover_s_name_is_a_unit_among_others() -> None:
    bodies = (Body("327", "林业"), Body("327002", "定州市林业局"), Body("327003", "定州市林业技术推广中心"))
    assert units_of("定州市林业局", *bodies) == [None, "定州市林业局", "定州市林业技术推广中心"]
    marked = list(with_units([form_of(body) for body in bodies], covered_by("定州市林业局")))
    assert scope_of_book(marked) == "department"


def test_units_of_one_name_are_told_apart_by_their_codes() -> None:
    schools = (Body("205", "教育局"), Body("205002", "中心学校"), Body("205003", "中心学校"))
    assert units_of("教育局", *schools) == [None, "中心学校（205002）", "中心学校（205003）"]


@pytest.mark.parametrize(
    ("cover", "bodies", "name"),
    [
        ("清风店镇", (TOWN, OFFICE), "定州市清风店镇"),
        (
            "林业",
            (Body("327", "林业"), Body("327001", "定州市林业技术推广中心"), Body("327002", "定州市林业局")),
            "定州市林业局",
        ),
    ],
    ids=["a full name before its one unit's", "the office, not the first that holds the word"],
)
def test_the_book_is_no_other_body_s(cover: str, bodies: tuple[Body, ...], name: str) -> None:
    assert name_of_book([form_of(body) for body in bodies], covered_by(cover)) == name


def test_without_a_cover_the_one_unit_goes_before_the_department_s_short_name() -> None:
    bodies = (Body("286", "机关工作委员会"), Body("286002", "定州市市直工委"))
    assert name_of_book([form_of(body) for body in bodies], book("2017年市级部门预算")) == "定州市市直工委"

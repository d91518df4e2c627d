"""Pages dropped or reordered: what goes on without a title is not joined to the form on the page before."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.forms.catalogue_file import catalogue
from pipeline.forms.page_order import broken_pages
from pipeline.forms.recognise import recognise_forms
from pipeline.told_of_document import orphan_issues
from tests.unit.builders import grid_of
from tests.unit.forms.test_recognise import EXPENDITURE, REVENUE, ROWS, TITLE, document_of, recognise, regions

CONTINUED = grid_of("208 | 社保 | 1.00 | 1.00 | 0.00")


@pytest.mark.parametrize(
    ("first", "second", "is_broken"),
    [
        ("-3-", "-4-", False),
        ("-4-", "-3-", True),
        ("-4-", "-4-", True),
        ("第3页，共9页", "第5页，共9页", True),
        ("3", "2024年度", False),
        ("-3-", "合计", False),
    ],
    ids=["follows", "turned round", "twice", "one is missing", "a year", "no number"],
)
def test_printed_numbers_tell_whether_a_page_follows(first: str, second: str, is_broken: bool) -> None:
    document = document_of(["甲", first], ["乙", second])
    assert broken_pages(document) == (frozenset({2}) if is_broken else frozenset())


@pytest.mark.parametrize(("number", "pages"), [("-4-", [1, 1]), ("-2-", [1])], ids=["follows", "turned round"])
def test_a_table_goes_on_only_on_the_page_that_follows(number: str, pages: list[int]) -> None:
    found = recognise([TITLE, "单位：元", EXPENDITURE, "-3-"], [CONTINUED, number])
    assert [region.page_no for region in found.regions for _ in region.grids] == pages
    assert (CONTINUED in found.orphans) == (len(pages) == 1)


def test_a_page_that_does_not_follow_is_told() -> None:
    found = recognise([TITLE, "单位：元", EXPENDITURE, "-3-"], [CONTINUED, "-2-"])
    assert ("page_out_of_order", 2) in [(issue.category, issue.page_no) for issue in orphan_issues(found)]
    titled = recognise([TITLE, "单位：元", EXPENDITURE, "-3-"], ["收入决算表", "单位：元", REVENUE, "-2-"])
    assert len(titled.regions) == 2
    assert orphan_issues(titled) == []


@pytest.mark.parametrize(("number", "count"), [("公开03表", 2), ("公开04表", 1)], ids=["its own", "another"])
def test_the_number_of_another_form_ends_a_form(number: str, count: int) -> None:
    (region,) = regions(["公开03表", TITLE, "单位：元", EXPENDITURE, number, CONTINUED])
    assert len(region.grids) == count


def test_the_number_of_another_form_in_a_cell_ends_a_form_there() -> None:
    woven = grid_of("款收支总表 | 公开04表", "一、服务 | 3.00")
    (region,) = regions(["公开03表", TITLE, "单位：元", grid_of(*ROWS), woven])
    assert [len(list(grid.rows())) for grid in region.grids] == [2]


@pytest.mark.parametrize(("damage", "count"), [(("lines may be missing",), 1), ((), 2)], ids=["broken", "sound"])
def test_behind_a_page_that_a_broken_file_lost_nothing_goes_on(damage: tuple[str, ...], count: int) -> None:
    document = replace(document_of([TITLE, "单位：元", EXPENDITURE], [], [CONTINUED]), damage=damage)
    found = recognise_forms(document, catalogue())
    assert sum(len(region.grids) for region in found.regions) == count
    assert found.cut_pages == ((3,) if damage else ())

"""What stands between title and header: unit, organisation, year."""

from __future__ import annotations

import pytest

from pipeline.forms.preamble import read_organisation, read_unit, read_year
from pipeline.model.grid import TextLine


def lines(*texts: str) -> list[TextLine]:
    return [TextLine(text) for text in texts]


@pytest.mark.parametrize(
    ("texts", "unit"),
    [
        (["单位：元"], "元"),
        (["金额单位：万元"], "万元"),
        (["计量单位:千元"], "千元"),
        (["单位：人民币亿元"], "亿元"),
        (["单位：百万元"], "百万元"),
        (["金额单位：万", "元"], "万元"),
        (["单 位：万 元"], "万元"),
        (["项目", "金额（万元）"], "万元"),
        (["部门：财政局 2022年度 单位：元"], "元"),
        (["单位：三门峡市人民政府办公室"], None),
        (["预算单位：沁源县财政局"], None),
        ([], None),
    ],
)
def test_the_unit_is_read(texts: list[str], unit: str | None) -> None:
    assert read_unit(lines(*texts)).unit == unit


@pytest.mark.parametrize(
    ("texts", "has_cells", "rivals"),
    [
        (["单位：万元 单位：元"], True, ("万元", "元")),
        (["单位：元", "2022年度", "金额单位：万元"], True, ("元", "万元")),
        (["单位：万元", "单位：万元"], True, ()),
        (["单位：万元", "预算数（元）"], True, ()),
        (["（单位：万元）", "项目 预算数（单位：元）"], False, ("万元", "元")),
    ],
)
def test_two_units_leave_none_and_are_both_named(texts: list[str], has_cells: bool, rivals: tuple[str, ...]) -> None:
    found = read_unit(lines(*texts), has_cells=has_cells)
    assert found.rivals == rivals
    assert (found.unit is None) == bool(rivals)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("部门：沁源县人民政府办公室", "沁源县人民政府办公室"),
        ("单位：三门峡市人民政府办公室", "三门峡市人民政府办公室"),
        ("编制单位：沁源县财政局 2022年度 金额单位：元", "沁源县财政局"),
        ("部门名称：101001沁源县财政局", "沁源县财政局"),
        ("单位：万元", None),
        ("部门名称：", None),
    ],
)
def test_the_organisation_is_read(text: str, name: str | None) -> None:
    assert read_organisation(lines(text)) == name


@pytest.mark.parametrize(
    ("text", "year"),
    [("2022年度", 2022), ("年度：2023", 2023), ("2 0 2 4 年", 2024), ("12022年", None), ("第三部分", None)],
)
def test_the_year_is_read(text: str, year: int | None) -> None:
    assert read_year([text]) == year

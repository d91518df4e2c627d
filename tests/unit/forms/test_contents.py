"""A table of contents is none of the tables nobody recognised."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.forms.catalogue_file import catalogue
from pipeline.forms.contents import is_contents
from pipeline.forms.recognise import recognise_forms
from pipeline.model.grid import Document, Grid, GridKind, Page
from pipeline.told_of_document import orphan_issues
from tests.unit.builders import grid_of

BY_NAME = grid_of("2017 年部门预算公开 目 录", "表号 | 表名 | 页码", "01表 | 部门预算收支总表 | 第1页")
BY_PAGES = grid_of(
    "第一部分 概况 | 1",
    "一、职责 | 1",
    "第二部分 决算表 | 3",
    "一、收入支出决算总表 | 4",
    "附表1 三公 | 12",
    "名词解释 | 20",
)


@pytest.mark.parametrize("grid", [BY_NAME, BY_PAGES], ids=["called 目录", "headings and pages"])
def test_contents_are_told_and_not_listed(grid: Grid) -> None:
    assert is_contents(grid)
    document = Document("d", "f", "m", (Page(1, (grid,)),), 1)
    assert orphan_issues(recognise_forms(document, catalogue())) == []


@pytest.mark.parametrize(
    "rows",
    [
        ("政府采购目录", "电脑 | 3 | 12000", "纸 | 5 | 300"),
        ("集中采购目录", "电脑 | 3 | 12", "纸 | 5 | 30"),
        ("一、工资 | 12", "二、津贴 | 3", "三、奖金 | 9", "四、保险 | 1", "五、其他 | 7"),
        ("一、工资 | 1.20", "二、津贴 | 3.00", "三、奖金 | 9.00", "四、保险 | 10.00", "五、其他 | 17.00"),
        ("一、公务用车 | 1", "二、执法用车 | 2", "三、救护车 | 3", "四、其他用车 | 5", "五、合计 | 11"),
        ("序号 | 单位名称", "1 | 财政局（本级）", "2 | 财政所"),
    ],
    ids=["amounts", "two numbers", "falling numbers", "decimals", "rising counts", "list of units"],
)
def test_tables_of_figures_and_lists_are_no_contents(rows: tuple[str, ...]) -> None:
    assert not is_contents(grid_of(*rows))


def test_a_sheet_called_contents_is_one() -> None:
    assert is_contents(replace(grid_of("表1 | 收支总表", kind=GridKind.SHEET), sheet_name="目录"))

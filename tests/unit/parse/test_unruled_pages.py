"""Pages without rules: wrapped labels joined, amounts placed by column numbers or header words."""

from __future__ import annotations

import pytest

from pipeline.model.form import Role
from pipeline.model.grid import BBox, TextLine
from pipeline.parse.anchors import column_anchors
from pipeline.parse.table import Column
from pipeline.parse.wrapped_lines import join_wrapped_lines

COLUMNS = (
    Column(0, Role.CODE),
    Column(1, Role.NAME),
    Column(2, Role.MEASURE, measure="total"),
    Column(3, Role.MEASURE, measure="basic"),
    Column(4, Role.MEASURE, measure="project"),
)


def line(top: float, *words: tuple[str, float, float]) -> TextLine:
    return TextLine(
        " ".join(text for text, _, _ in words),
        page_no=1,
        bbox=BBox(words[0][1], top, words[-1][2], top + 10),
        word_spans=tuple((left, right) for _, left, right in words),
    )


def test_a_label_wrapped_around_its_amounts_is_one_row() -> None:
    rows = join_wrapped_lines(
        [
            line(100, ("其他支持中小企业发展和管理支", 60, 180)),
            line(106, ("2150899", 10, 45), ("9,415.93", 200, 240)),
            line(112, ("出", 60, 70)),
        ]
    )
    assert [row.text for row in rows] == ["2150899 其他支持中小企业发展和管理支出 9,415.93"]


def test_rows_that_do_not_overlap_stay_apart() -> None:
    rows = list(join_wrapped_lines([line(100, ("二、外交支出", 10, 70)), line(114, ("三、国防支出", 10, 70))]))
    assert [row.text for row in rows] == ["二、外交支出", "三、国防支出"]


def test_column_numbers_anchor_blank_columns_too() -> None:
    header = [line(50, ("栏次", 10, 30), ("1", 220, 225), ("2", 320, 325), ("3", 420, 425))]
    anchors = column_anchors(header, [], COLUMNS, block_count=1)
    assert anchors is not None
    assert anchors.blocks == ((222.5, 322.5, 422.5),)


def test_header_words_anchor_columns_where_no_numbers_are_printed() -> None:
    header = [
        line(40, ("项目", 20, 40), ("预算数", 300, 330)),
        line(
            50,
            ("科目编码", 0, 40),
            ("科目名称", 60, 100),
            ("合计", 210, 230),
            ("基本支出", 300, 340),
            ("项目支出", 400, 440),
        ),
    ]
    anchors = column_anchors(header, [], COLUMNS, block_count=1)
    assert anchors is not None
    assert anchors.blocks == ((220.0, 320.0, 420.0),)


@pytest.mark.parametrize("header", [[], [line(50, ("科目名称", 60, 100), ("合计", 210, 230))]])
def test_too_few_words_anchor_nothing(header: list[TextLine]) -> None:
    assert column_anchors(header, [], COLUMNS, block_count=1) is None

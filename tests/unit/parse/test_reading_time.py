"""Reading time follows the length of a text: patterns that try every split of a run take minutes on damaged files."""

from __future__ import annotations

from pathlib import Path
from time import process_time

import pytest

from pipeline.flow import extract_document
from pipeline.model.extract import Extract
from pipeline.model.form import Phase
from pipeline.model.grid import Document, Page, TextLine
from pipeline.model.source import SourceFile
from pipeline.parse.account.account import account_numbers
from pipeline.parse.performance.align import HeaderColumn, align
from pipeline.parse.performance.side_by_side import _is_header
from pipeline.parse.sentences.gaps import LineNames
from pipeline.parse.sentences.reading import read_sentences
from pipeline.parse.table import is_sequence
from pipeline.privacy.withhold import withhold_persons

_SIGNS = 40_000
#: Linear reading takes a tenth of it on a slow machine, quadratic reading over a minute.
_MOST_S = 8.0
_UNITS = (
    *(
        "1",
        "支",
        "收入支出",
        "约",
        "为",
        "共计",
        "其中：",
        "、",
        "。",
        "“",
        "......",
        "（",
        "2023年",
        " 1",
        "0,",
        "政府采购支出",
        "增加",
    ),
    *("收入1支出2，", "〔", "类", "\x01", "\ud800", "\u200f1", "比上年", "占5%，", "电话：1", "张三、", "a", "同志"),
)


def document_of(text: str) -> Document:
    lines = ("第三部分 2023年度部门决算情况说明", "一、收入支出决算总体情况说明", text)
    blocks = tuple(TextLine(line, page_no=1) for line in lines)
    return Document("d", "d.pdf", "application/pdf", (Page(1, blocks),), 1)


@pytest.mark.parametrize("unit", _UNITS, ids=[unit.encode("unicode_escape").decode() for unit in _UNITS])
def test_a_line_of_one_thing_over_and_over_is_read_in_time(unit: str) -> None:
    document = document_of((unit * _SIGNS)[:_SIGNS] + "x")
    begun = process_time()
    withheld = withhold_persons(document).document
    read_sentences(withheld, (), Phase.FINAL_ACCOUNTS, 2023, LineNames({}, {}))
    account_numbers(withheld)
    assert process_time() - begun < _MOST_S


def test_a_row_of_more_cells_than_any_header_has_columns_fits_none() -> None:
    columns = [HeaderColumn("level1", 0), HeaderColumn("level2", 1), HeaderColumn("target", 2)]
    cells = [(index, "产出指标") for index in range(600)]
    assert set(align(cells, columns)) == {None}


def test_the_header_of_two_tables_side_by_side_is_its_words_in_order() -> None:
    assert _is_header("一级指标二级指标三级指标分值二级指标三级指标")
    assert not _is_header("二级指标" * 2000 + "三级指标" * 2000)


def test_a_number_of_ten_thousand_digits_numbers_no_column() -> None:
    assert not is_sequence(["1" * 10_000, "2"])


def extract_of(folder: Path, text: str) -> Extract:
    path = folder / "d.txt"
    path.write_text(text, encoding="utf-8")
    return extract_document(SourceFile("0" * 64, path.name, path.name, path, path.stat().st_size))


@pytest.mark.parametrize("figure", ["9" * 10_000 + "万元", "1" * 10_000, "1" * 5_000 + "." + "1" * 5_000 + "%"])
def test_a_number_of_ten_thousand_digits_is_no_defect(figure: str, tmp_path: Path) -> None:
    text = f"2023年度部门决算\n第三部分 2023年度部门决算情况说明\n一、收入支出总体情况\n收入总计{figure}。\n{figure}\n"
    extract = extract_of(tmp_path, text)
    assert "internal_error" not in {issue.category for issue in extract.issues}

"""Every wording explains its example and nothing it must not; a figure is never explained by words."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import CatalogueError
from pipeline.model.account import NumberKind, NumberToken
from pipeline.parse.account.tokens import numbers_in
from pipeline.parse.account.word_file import Where, WordRule, load_rules, word_rules
from pipeline.parse.account.words import context_of, kinds_by_words


def kinds_in(text: str, where: Where = Where.LINE, before: str = "", after: str = "") -> list[NumberKind | None]:
    tokens = [NumberToken(0, 0, -1, -1, 1, 0, start, end, number) for start, end, number in numbers_in(text)]
    return kinds_by_words(context_of(text), tokens, where, before, after)


@pytest.mark.parametrize("rule", word_rules(), ids=lambda rule: rule.example)
def test_a_wording_explains_its_example(rule: WordRule) -> None:
    text = context_of(rule.example).text
    assert not rule.needs or not rule.needs.isdisjoint(text), "the example lacks what the rule says it needs"
    assert rule.kind in kinds_in(rule.example, Where.CELL if rule.where is Where.CELL else Where.LINE)


@pytest.mark.parametrize("rule", [rule for rule in word_rules() if rule.counter_example], ids=lambda rule: rule.example)
def test_a_wording_leaves_its_counter_example_alone(rule: WordRule) -> None:
    assert rule.kind not in kinds_in(rule.counter_example or "", rule.where)


@pytest.mark.parametrize(
    "text",
    ["支出2024万元", "2,024.00万元", "增长20.3%", "2023.05元", "1.5亿元", "3个批次", "车辆12辆", "(12)万元", "共5人次"],
)
def test_a_figure_with_its_unit_is_never_explained_by_words(text: str) -> None:
    assert kinds_in(text) == [None]


@given(
    amount=st.decimals(min_value="0.01", max_value=10**9, places=2).map(lambda number: f"{number:,}"),
    prose=st.sampled_from(
        ["本年支出{}万元。", "其中：基本支出{}元，占大部分", "比上年增加{}万", "附件1支出{}万元", "表1列{}元"]
    ),
)
def test_a_planted_amount_in_prose_is_never_explained_by_words(amount: str, prose: str) -> None:
    assert kinds_in(prose.format(amount))[-1] is None


@given(amount=st.decimals(min_value="100.01", max_value=10**9, places=2).map(lambda number: f"{number:,}"))
def test_a_planted_amount_in_a_cell_is_never_explained_by_words(amount: str) -> None:
    assert kinds_in(amount, Where.CELL) == [None]


def test_a_limit_that_defines_a_term_is_no_figure() -> None:
    assert kinds_in("单价50万元（含）以上的通用设备3台") == [NumberKind.THRESHOLD, None]


def test_a_year_at_a_line_s_end_is_told_by_the_next_line() -> None:
    assert kinds_in("我单位2024", after="年度收入") == [NumberKind.DATE]
    assert kinds_in("月31日止", before="截至2023年12") == [NumberKind.DATE]
    assert kinds_in("共计支出为2024", after="万元") == [None]


def test_full_width_digits_and_white_space_do_not_matter() -> None:
    assert kinds_in("２０２４ 年 度") == [NumberKind.DATE]


def test_an_unknown_key_or_kind_is_refused(tmp_path: Path) -> None:
    for rule in ("{kind: date, pattern: '1', example: '1', wher: any}", "{kind: value, pattern: '1', example: '1'}"):
        (tmp_path / "words.yaml").write_text(f"rules:\n  - {rule}\n", encoding="utf-8")
        with pytest.raises(CatalogueError):
            load_rules(tmp_path / "words.yaml")

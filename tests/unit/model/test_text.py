"""Keys for matching: width and white space folded, Chinese kept."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.model.text import match_key, one_line, squeeze

TEXTS = st.text(alphabet="公开０１表 　\n\t（）()：:“”abc\u200b\ufeff", max_size=30)


@given(TEXTS)
def test_a_key_of_a_key_is_itself(text: str) -> None:
    assert match_key(match_key(text)) == match_key(text)
    assert squeeze(squeeze(text)) == squeeze(text)


@given(TEXTS)
def test_white_space_never_matters(text: str) -> None:
    assert match_key(" ".join(text)) == match_key(text)


@pytest.mark.parametrize(
    ("text", "key"), [("公开 ０１ 表", "公开01表"), ("（境）", "(境)"), ("合　计", "合计"), ("\ufeff项目", "项目")]
)
def test_width_is_folded(text: str, key: str) -> None:
    assert match_key(text) == key


def test_a_label_keeps_its_width() -> None:
    assert squeeze("因公出国 （境）费") == "因公出国（境）费"


def test_a_cell_is_shown_on_one_line() -> None:
    assert one_line(" 政府办公厅\n  事务 ") == "政府办公厅 事务"

"""What is printed fits the screen and cannot steer it."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from pipeline.screens.console import folded, show_block

SENTENCE = "支出表第11页第6行“2040601 行政运行”印为64,840,547.00元，与4项勾稽关系不符；若为0.00元则全部成立。"


@pytest.mark.parametrize("width", [40, 80, 120])
def test_lines_fit_the_screen_and_no_number_is_broken(width: int) -> None:
    lines = list(folded(SENTENCE, width))
    assert max(map(cell_len, lines)) <= width
    assert any("64,840,547.00" in line for line in lines)
    assert "".join(lines).replace(" ", "") == SENTENCE.replace(" ", "")


@given(st.text(), st.integers(1, 30))
def test_nothing_is_lost_in_folding(words: str, width: int) -> None:
    assert "".join("".join(folded(words, width)).split()) == "".join(words.split())


def test_a_file_name_cannot_steer_the_terminal() -> None:
    out = io.StringIO()
    show_block(Console(file=out, width=80, force_terminal=True), "决算\x1b[2J\u202egnp.pdf [bold]x[/bold]", indent=0)
    assert out.getvalue() == "决算�[2J�gnp.pdf [bold]x[/bold]\n"

"""Figures set lower than their line go back into it; lines that only stand close stay apart."""

from __future__ import annotations

from pipeline.model.grid import BBox, TextLine
from pipeline.readers.pdf_woven import weave_figures


def line_at(top: float, *words: tuple[str, float, float]) -> TextLine:
    spans = tuple((x0, x1) for _, x0, x1 in words)
    box = BBox(spans[0][0], top, spans[-1][1], top + 12)
    return TextLine(" ".join(word for word, _, _ in words), page_no=1, bbox=box, word_spans=spans)


def test_figures_below_the_gaps_of_a_line_belong_to_it() -> None:
    words = line_at(100, ("本年收入合计", 10, 80), ("万元，占", 110, 150), ("。", 180, 190))
    figures = line_at(104, ("2946.25", 80, 110), ("99.79%", 150, 180))
    (line,) = weave_figures([words, figures])
    assert line.text == "本年收入合计 2946.25 万元，占 99.79% 。"
    assert line.word_spans == ((10, 80), (80, 110), (110, 150), (150, 180), (180, 190))
    assert line.bbox == BBox(10, 100, 190, 116)


def test_figures_below_a_word_are_a_line_of_their_own() -> None:
    lines = [line_at(100, ("收入合计", 10, 80)), line_at(104, ("2946.25", 40, 70))]
    assert list(weave_figures(lines)) == lines


def test_figures_of_the_next_line_stay_there() -> None:
    lines = [line_at(100, ("收入合计", 10, 80)), line_at(109, ("2946.25", 80, 110))]
    assert list(weave_figures(lines)) == lines


def test_two_lines_of_words_stay_apart() -> None:
    lines = [line_at(100, ("收入合计", 10, 80)), line_at(104, ("支出合计", 90, 150))]
    assert list(weave_figures(lines)) == lines

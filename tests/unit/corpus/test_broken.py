"""The campaign of broken documents can fail: what is read wrong is found. A few of its documents go through here."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from random import Random

import pytest

from pipeline.flow import extract_document
from pipeline.model.extract import Extract, Grade
from pipeline.model.source import SourceFile
from tests.corpus.broken import container, package, pdf, reading, text
from tests.corpus.broken.bases import Base, figure_of
from tests.corpus.broken.mutant import Operator
from tests.corpus.broken.reading import Task, read_broken
from tests.corpus.random_facts import random_facts
from tests.corpus.typeset import Format, Typeset, typeset


@pytest.fixture(scope="module")
def made() -> Typeset:
    return typeset(random_facts(3, "final_henan", item_count=2), Format.TABBED_TEXT)


def task_of(made: Typeset, folder: Path, content: bytes | None = None, *, is_reprinted: bool = False) -> Task:
    path = folder / f"document{made.ending}"
    path.write_bytes(made.content if content is None else content)
    source = SourceFile("0" * 64, path.name, path.name, path, path.stat().st_size)
    figures = tuple(figure_of(value) for value in made.expected_numbers)
    return Task(1, "text", "", source, figures, is_reprinted)


def test_an_unbroken_document_has_no_wrong_figure(made: Typeset, tmp_path: Path) -> None:
    verdict = read_broken(task_of(made, tmp_path))
    assert (verdict.status, verdict.wrong, verdict.reprinted) == ("loaded", (), ())
    assert verdict.vouched > 100


def test_a_figure_read_wrong_and_vouched_for_is_found(
    made: Typeset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read_wrong(source: SourceFile) -> Extract:
        extract = extract_document(source)
        at = next(n for n, value in enumerate(extract.values) if value.grade is Grade.PROVEN and value.amount_yuan)
        wrong = extract.values[at]._replace(amount_yuan=Decimal("12345.67"), reported_text="12345.67")
        return replace(extract, values=(*extract.values[:at], wrong, *extract.values[at + 1 :]))

    monkeypatch.setattr(reading, "extract_document", read_wrong)
    assert len(read_broken(task_of(made, tmp_path)).wrong) == 1
    assert len(read_broken(task_of(made, tmp_path, is_reprinted=True)).wrong) == 1, "the file prints it nowhere"


def test_figures_of_two_rows_read_the_wrong_way_round_are_found(
    made: Typeset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read_swapped(source: SourceFile) -> Extract:
        extract = extract_document(source)
        by_measure: dict[tuple[str, str], list[int]] = {}
        for n, value in enumerate(extract.values):
            if value.grade is Grade.PROVEN and value.amount_yuan:
                by_measure.setdefault((value.form_id, value.measure), []).append(n)
        for places in by_measure.values():
            first, second = places[0], places[-1]
            one, other = extract.values[first], extract.values[second]
            if one.amount_yuan != other.amount_yuan and one.line_label != other.line_label:
                values = list(extract.values)
                values[first] = one._replace(amount_yuan=other.amount_yuan, reported_text=other.reported_text)
                return replace(extract, values=tuple(values))
        raise AssertionError("no two rows to swap")

    monkeypatch.setattr(reading, "extract_document", read_swapped)
    assert len(read_broken(task_of(made, tmp_path, is_reprinted=True)).wrong) == 1


def test_a_digit_changed_on_the_page_is_read_as_printed(made: Typeset, tmp_path: Path) -> None:
    value = max(
        (v for v in made.expected_numbers if v.amount_yuan and v.reported_text), key=lambda v: v.amount_yuan or 0
    )
    old = value.reported_text
    new = ("7" if old[0] != "7" else "8") + old[1:]
    changed = made.content.replace(old.encode(), new.encode())
    verdict = read_broken(task_of(made, tmp_path, changed, is_reprinted=True))
    assert verdict.wrong == ()
    assert verdict.reprinted


ALL = [
    *((Format.PDF, operator) for operator in dict.fromkeys(pdf.OPERATORS)),
    *((Format.DOCX, operator) for operator in dict.fromkeys(package.OPERATORS)),
    *((Format.HTML, operator) for operator in dict.fromkeys(text.HTML)),
]


@pytest.fixture(scope="module")
def bases() -> dict[Format, Base]:
    facts = random_facts(5, "final_henan", item_count=2)
    found = {}
    for file_format in (Format.PDF, Format.DOCX, Format.HTML):
        one = typeset(facts, file_format)
        figures = tuple(figure_of(value) for value in one.expected_numbers)
        found[file_format] = Base(file_format.value, one.ending, one.content, figures, (), 1.0)
    return found


@pytest.mark.parametrize(("file_format", "operator"), ALL, ids=[f"{kind} {one.name}" for kind, one in ALL])
def test_every_mutation_breaks_something(file_format: Format, operator: Operator, bases: dict[Format, Base]) -> None:
    content = bases[file_format].content
    tried = Counter(operator.apply(content, Random(seed)) not in (None, content) for seed in range(6))
    assert tried[True] > 0
    assert operator.apply(content, Random(1)) == operator.apply(content, Random(1))


@pytest.mark.parametrize("operators", [container.OLE, container.PICTURE, text.RTF], ids=["ole", "picture", "rtf"])
def test_binary_files_are_broken_too(operators: tuple[Operator, ...]) -> None:
    content = b"\\pard\\trowd 1.00" * 600
    assert all(operator.apply(content, Random(2)) is not None for operator in operators)


@pytest.mark.parametrize(
    ("printed", "numbers"),
    [
        ("212 城乡社区支出 7552.94  7552.93", ["7552.94", "7552.93"]),
        ("30309 奖励金 8.9130229 福利费", ["8.91"]),
        ("合计 1,234.567", []),
    ],
    ids=["two blanks between", "a code glued to it", "three decimals"],
)
def test_the_judge_takes_numbers_apart_as_the_page_does(printed: str, numbers: list[str]) -> None:
    found = reading.numbers_of(printed)
    assert [text for text in ("7552.94", "7552.93", "8.91", "1,234.56", "234.56") if text in found] == numbers

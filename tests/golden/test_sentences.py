"""Sentences of known content in every format: each planted figure comes out as what it says, and nothing else does."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from pipeline.model.extract import Extract, Outcome
from pipeline.model.narrative import NarrativeFact
from tests.corpus.make_demo import DEMO_FILES, RAW_DIR, DemoFile, make_demo_files
from tests.corpus.random_facts import FAMILIES, random_facts
from tests.corpus.random_sentences import with_random_sentences
from tests.corpus.sentences import ExpectedFact
from tests.corpus.typeset import Format, typeset
from tests.golden.reading import checks_with, problems_of, read_file, read_typeset

FORMATS = (Format.PDF, Format.XLSX, Format.DOCX, Format.HTML, Format.TABBED_TEXT, Format.WHITESPACE_TEXT)
SEEDS = (21, 22)
SMALL = 6

_Fact = tuple[object, ...]


def key(fact: NarrativeFact | ExpectedFact) -> _Fact:
    """What a figure says: topic, measure, code and the number, exactly."""
    return (
        fact.topic,
        fact.measure,
        fact.line_code,
        fact.amount_yuan,
        fact.rate_percent,
        fact.count_value,
        fact.reported_text,
    )


def assert_same_facts(extract: Extract, expected: tuple[ExpectedFact, ...]) -> None:
    """Every planted fact read, none wrong, none extra; what is derived is not printed."""
    found = Counter(key(fact) for fact in extract.narrative if not fact.is_derived)
    planted = Counter(map(key, expected))
    assert planted, "no truth: nothing would be checked"
    assert list((planted - found).elements()) == []
    assert list((found - planted).elements()) == []


@pytest.mark.parametrize("file_format", FORMATS)
@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("seed", SEEDS)
def test_every_planted_figure_is_read_as_what_it_says(
    family: str, seed: int, file_format: Format, tmp_path: Path
) -> None:
    made = typeset(with_random_sentences(random_facts(seed, family, item_count=SMALL), seed), file_format)
    extract = read_typeset(made, tmp_path)
    assert_same_facts(extract, made.expected_facts)
    assert problems_of(extract) == []
    assert checks_with(extract, Outcome.BREAK) == []


@pytest.mark.parametrize("demo", DEMO_FILES, ids=lambda demo: demo.facts_name)
def test_every_figure_of_the_demo_sets_sentences_is_read(demo: DemoFile) -> None:
    expected = make_demo_files()[demo.file_name].expected_facts
    assert_same_facts(read_file(RAW_DIR / demo.file_name), expected)

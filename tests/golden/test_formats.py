"""Random documents of known content in every format: found whole, nothing wrong, every sum holding."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.model.extract import Extract, Outcome
from tests.corpus.facts import DocumentFacts
from tests.corpus.random_facts import FAMILIES, random_facts
from tests.corpus.typeset import DocxStyle, Format, PdfStyle, Style, Typeset, typeset
from tests.corpus.write_tabbed_text import TabbedTextStyle
from tests.corpus.write_whitespace_text import WhitespaceTextStyle
from tests.corpus.write_xlsx import XlsxStyle
from tests.golden.reading import (
    assert_same_numbers,
    checks_with,
    numbers_expected,
    numbers_read,
    problems_of,
    read_typeset,
)

SETTINGS: dict[str, tuple[Format, Style]] = {
    "pdf": (Format.PDF, PdfStyle()),
    "pdf sideways": (Format.PDF, PdfStyle(is_rotated=True)),
    "pdf headers once": (Format.PDF, PdfStyle(repeats_header=False)),
    "xlsx": (Format.XLSX, XlsxStyle()),
    "xlsx noisy floats": (Format.XLSX, XlsxStyle(codes_as_floats=True, stores_noise=True)),
    "docx": (Format.DOCX, DocxStyle()),
    "tabs": (Format.TABBED_TEXT, TabbedTextStyle()),
    "tabs wrapped": (Format.TABBED_TEXT, TabbedTextStyle(rows_per_page=None, wrap_width=20)),
    "blanks": (Format.WHITESPACE_TEXT, WhitespaceTextStyle()),
    "blanks narrow": (Format.WHITESPACE_TEXT, WhitespaceTextStyle(line_width=60)),
}
#: A document in one of each kind must say the same, whatever carried it.
KINDS = ("pdf", "xlsx", "docx", "tabs", "blanks")
#: Small documents, and in the cheap formats one whose tables run over pages.
SMALL, LARGE = 8, 60
DOCUMENTS = [(family, seed, SMALL) for family in FAMILIES for seed in (11, 12)]
DOCUMENTS += [(family, 13, LARGE) for family in FAMILIES]
CASES = [
    pytest.param(family, seed, size, name, id=f"{family} {seed} {name}")
    for family, seed, size in DOCUMENTS
    for name in SETTINGS
    if size == SMALL or "pdf" not in name
]
COLLAPSED = WhitespaceTextStyle(collapse_blanks=True)


def facts_of(family: str, seed: int, size: int) -> DocumentFacts:
    return random_facts(seed, family, item_count=size)


def assert_read_whole(extract: Extract, made: Typeset) -> None:
    assert_same_numbers(numbers_read(extract), numbers_expected(made.expected_numbers))
    assert problems_of(extract) == []
    assert checks_with(extract, Outcome.BREAK, Outcome.ROUNDING) == []
    assert extract.record.status == "loaded"


@pytest.mark.parametrize(("family", "seed", "size", "setting"), CASES)
def test_every_number_comes_out_and_every_sum_holds(
    family: str, seed: int, size: int, setting: str, tmp_path: Path
) -> None:
    made = typeset(facts_of(family, seed, size), *SETTINGS[setting])
    assert_read_whole(read_typeset(made, tmp_path), made)


@pytest.mark.parametrize("family", FAMILIES)
def test_a_table_over_several_pages_is_read_whole(family: str, tmp_path: Path) -> None:
    made = typeset(facts_of(family, 13, 25), Format.PDF, PdfStyle(repeats_header=False, is_rotated=True))
    assert_read_whole(read_typeset(made, tmp_path), made)


@pytest.mark.parametrize("family", FAMILIES)
def test_all_formats_say_the_same(family: str, tmp_path: Path) -> None:
    facts = facts_of(family, 14, SMALL)
    read = {kind: numbers_read(read_typeset(typeset(facts, *SETTINGS[kind]), tmp_path)) for kind in KINDS}
    assert [kind for kind in KINDS if read[kind] != read["pdf"]] == []


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize(("seed", "size"), [(1, 20), (2, 10), (3, 20)])
def test_without_blanks_nothing_is_wrong_and_nothing_missing_unsaid(
    family: str, seed: int, size: int, tmp_path: Path
) -> None:
    made = typeset(facts_of(family, seed, size), Format.WHITESPACE_TEXT, COLLAPSED)
    extract = read_typeset(made, tmp_path)
    found, expected = numbers_read(extract), numbers_expected(made.expected_numbers)
    assert list((found - expected).elements()) == []
    reported = {issue.form_id for issue in extract.issues if issue.category == "column_undecided"}
    assert {value.form_id for value in expected - found} - reported == set()
    assert checks_with(extract, Outcome.BREAK) == []


@pytest.mark.parametrize("family", FAMILIES)
def test_who_and_when_are_the_facts(family: str, tmp_path: Path) -> None:
    facts = facts_of(family, 15, 3)
    record = read_typeset(typeset(facts, Format.TABBED_TEXT), tmp_path).record
    assert (record.department_name, record.region_code) == (facts.department, facts.region_code)
    assert (record.fiscal_year, record.phase, record.reporting_scope) == (
        facts.fiscal_year,
        facts.phase,
        facts.reporting_scope,
    )

"""Reads files and sets what was read beside the truth: one key per printed number, compared as multisets."""

from __future__ import annotations

import csv
import hashlib
from collections import Counter
from collections.abc import Iterable
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from pipeline.flow import extract_document
from pipeline.model.extract import CellKind, Extract, FormValue, Issue, Outcome, Severity, SumCheck
from pipeline.model.source import SourceFile
from tests.corpus.facts import ExpectedValue
from tests.corpus.typeset import Typeset

GOLDEN_DIR = Path(__file__).parent


class Printed(NamedTuple):
    """A printed number and the line and column it belongs to."""

    form_id: str
    line_side: str | None
    line_code: str | None
    line_label: str
    qualifier: str | None
    measure: str
    amount_yuan: Decimal | None
    count_value: Decimal | None


def read_file(path: Path) -> Extract:
    """Reads a file as `gongkai run` does."""
    data = path.read_bytes()
    document_id = hashlib.sha256(data).hexdigest()
    return extract_document(SourceFile(document_id, path.name, path.name, path, len(data)))


@cache
def read_once(path: Path) -> Extract:
    """Reads a file that no test changes, once in this process."""
    return read_file(path)


def only(document: str) -> pytest.MarkDecorator:
    """The test reads this one seed: `seed` is what was read of it."""
    return pytest.mark.parametrize("seed", [document], indirect=True)


def read_bytes(data: bytes, folder: Path, file_name: str = "document") -> Extract:
    """Reads bytes as a file of that name."""
    path = folder / file_name
    path.write_bytes(data)
    return read_file(path)


def read_typeset(made: Typeset, folder: Path) -> Extract:
    """Reads a typeset document."""
    return read_bytes(made.content, folder, f"document{made.ending}")


def printed(value: FormValue | ExpectedValue) -> Printed:
    """The key of one number, read or expected."""
    return Printed(*(getattr(value, name) for name in Printed._fields))


def numbers_read(extract: Extract) -> Counter[Printed]:
    """Every number an extract holds."""
    return Counter(printed(value) for value in extract.values if value.cell_kind is CellKind.NUMBER)


def numbers_expected(values: Iterable[ExpectedValue]) -> Counter[Printed]:
    """Every number a typeset document holds."""
    return Counter(map(printed, values))


def truth_rows(name: str) -> list[dict[str, str]]:
    """The rows of a truth file (`seed_expected.csv`, `demo_expected.csv`)."""
    with (GOLDEN_DIR / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def numbers_of_truth(name: str, file_name: str) -> Counter[Printed]:
    """Every number a truth file lists for one document."""
    return Counter(_from_row(row) for row in truth_rows(name) if row["file_name"] == file_name)


def _from_row(row: dict[str, str]) -> Printed:
    texts = {name: row[name] or None for name in Printed._fields}
    amount, count = (Decimal(text) if (text := row[name]) else None for name in ("amount_yuan", "count_value"))
    return Printed(**{**texts, "amount_yuan": amount, "count_value": count})  # type: ignore[arg-type]


def assert_same_numbers(found: Counter[Printed], expected: Counter[Printed]) -> None:
    """Every number found, none wrong, none extra."""
    assert expected, "no truth: nothing would be checked"
    assert list((expected - found).elements()) == []
    assert list((found - expected).elements()) == []


def problems_of(extract: Extract) -> list[Issue]:
    """Issues that say more than what was left for later."""
    return [issue for issue in extract.issues if issue.severity is not Severity.INFO]


def checks_with(extract: Extract, *outcomes: Outcome) -> list[SumCheck]:
    """Sums that came out so."""
    return [check for check in extract.checks if check.outcome in outcomes]

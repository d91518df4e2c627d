"""A change in one reader concerns its media type, one in the rooms behind concerns the interpreting of all."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from pipeline.readers.sniff import MediaType
from pipeline.versions import Versions, current_versions, versions_of

REPOSITORY = Path(__file__).resolve().parents[2]
EXCEL = {MediaType.XLSX.value, MediaType.XLS.value}
PICTURES = {MediaType.PNG.value, MediaType.JPEG.value, MediaType.TIFF.value, MediaType.IMAGE.value}


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    target = tmp_path / "pipeline"
    shutil.copytree(REPOSITORY / "pipeline", target, ignore=shutil.ignore_patterns("__pycache__", "site", "handbook"))
    return target


def changed_reading(after: Versions) -> set[str]:
    before = current_versions()
    return {media_type for media_type, version in before.reading.items() if after.reading[media_type] != version}


def add(path: Path, text: str) -> None:
    path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")


def test_a_copy_of_the_code_has_the_same_versions(copied: Path) -> None:
    add(copied / "readers" / "pdf.py", "# a remark\n")
    add(copied / "errors.py", '\n\nclass NeverRaised(FiscalError):\n    """Nobody names it."""\n')
    assert versions_of(copied) == current_versions()


@pytest.mark.parametrize(
    ("module", "concerned"),
    [
        ("readers/excel.py", EXCEL),
        ("readers/scan_engine.py", {MediaType.PDF.value, MediaType.OFD.value, *PICTURES}),
        ("privacy/names.py", set(current_versions().reading)),
    ],
)
def test_a_reader_concerns_its_own_files(copied: Path, module: str, concerned: set[str]) -> None:
    add(copied / module, "\nADDED = 1\n")
    after = versions_of(copied)
    assert changed_reading(after) == concerned
    assert after.interpreting == current_versions().interpreting
    assert after.whole_reading != current_versions().whole_reading
    assert after.parser_of("unknown") != current_versions().parser_of("unknown")


@pytest.mark.parametrize("module", ["parse/amounts.py", "reconcile/rules.yaml", "flow.py", "second_reading.py"])
def test_interpreting_concerns_every_document_and_no_reading(copied: Path, module: str) -> None:
    add(copied / module, "\n# x: 1\n" if module.endswith("yaml") else "\nADDED = 1\n")
    after, before = versions_of(copied), current_versions()
    assert (changed_reading(after), after.whole_reading) == (set(), before.whole_reading)
    assert all(after.parser_of(kind) != before.parser_of(kind) for kind in (*before.reading, "unknown"))


def test_every_media_type_has_a_parser_of_sixteen_digits() -> None:
    found = {kind: current_versions().parser_of(kind) for kind in MediaType}
    assert {len(version) for version in found.values()} == {16}
    assert found[MediaType.PNG] == found[MediaType.JPEG] != found[MediaType.PDF]
    assert found[MediaType.ZIP] == found[MediaType.UNKNOWN] == current_versions().parser_of("unknown")

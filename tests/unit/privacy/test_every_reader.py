"""A name, a mobile number and an identity number planted in every format come out of none."""

from __future__ import annotations

import dataclasses
import shutil
import subprocess
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from pipeline.lake.rows import extract_rows
from pipeline.model.extract import CellKind, Extract
from pipeline.model.grid import Document
from pipeline.model.personal import PersonalData
from tests.corpus import write_scan
from tests.corpus.facts import DocumentFacts
from tests.corpus.persons import IDENTITY, LINES, SECRETS, secrets_in, with_persons
from tests.corpus.random_facts import random_facts
from tests.corpus.typeset import Format, PdfStyle, Style, typeset
from tests.golden.reading import read_bytes

needs_libreoffice = pytest.mark.skipif(
    not any(map(shutil.which, ("soffice", "libreoffice"))),
    reason="needs LibreOffice (apt install libreoffice-writer-nogui)",
)
SETTINGS: dict[str, tuple[Format, Style | None]] = {
    "pdf": (Format.PDF, None),
    "pdf sideways": (Format.PDF, PdfStyle(is_rotated=True)),
    "pdf without rules": (Format.PDF, PdfStyle(has_rules=False)),
    "xlsx": (Format.XLSX, None),
    "docx": (Format.DOCX, None),
    "html": (Format.HTML, None),
    "ofd": (Format.OFD, None),
    "tabs": (Format.TABBED_TEXT, None),
    "blanks": (Format.WHITESPACE_TEXT, None),
}


def facts() -> DocumentFacts:
    """A document of one form, so that reading it is quick."""
    whole = random_facts(seed=7, family="final_2024")
    return dataclasses.replace(whole, forms=tuple(form for form in whole.forms if form.layout == "expenditure"))


def amounts(extract: Extract) -> Counter[Decimal | None]:
    return Counter(value.amount_yuan for value in extract.values if value.cell_kind is CellKind.NUMBER)


def assert_nobody_in(extract: Extract) -> None:
    assert secrets_in(repr(extract_rows(extract))) == []
    assert {place.kind for place in extract.withheld} >= {PersonalData.NAME, PersonalData.TELEPHONE}
    (issue,) = (issue for issue in extract.issues if issue.category == "personal_data_withheld")
    assert "姓名" in issue.message


@pytest.mark.parametrize("name", SETTINGS)
def test_nobody_is_left_and_every_amount_is(name: str, tmp_path: Path) -> None:
    file_format, style = SETTINGS[name]
    without = read_bytes(typeset(facts(), file_format, style).content, tmp_path, "without")
    made = typeset(with_persons(facts()), file_format, style)
    extract = read_bytes(made.content, tmp_path, f"决算{made.ending}")
    assert_nobody_in(extract)
    assert amounts(extract) == amounts(without)
    assert amounts(extract)


def test_an_archived_page_holds_nobody(tmp_path: Path) -> None:
    page = typeset(with_persons(facts()), Format.HTML).content.decode()
    part = f'--B\r\nContent-Type: text/html; charset="utf-8"\r\n\r\n{page}\r\n'
    head = 'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="B"\r\n\r\n'
    assert_nobody_in(read_bytes(f"{head}{part}--B--".encode(), tmp_path, "决算.mht"))


def converted(content: bytes, folder: Path, source_ending: str, ending: str) -> bytes:
    """A file set by LibreOffice in another format."""
    made = folder / f"made{source_ending}"
    made.write_bytes(content)
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    program = shutil.which("soffice") or shutil.which("libreoffice") or ""
    command = [program, profile, "--headless", "--convert-to", ending, "--outdir", folder, made]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    return (folder / f"made.{ending}").read_bytes()


@needs_libreoffice
@pytest.mark.parametrize(("made_as", "ending"), [(Format.DOCX, "doc"), (Format.DOCX, "rtf")], ids=["doc", "rtf"])
def test_files_of_older_programs_hold_nobody(made_as: Format, ending: str, tmp_path: Path) -> None:
    made = typeset(with_persons(facts()), made_as)
    content = converted(made.content, tmp_path, made.ending, ending)
    assert_nobody_in(read_bytes(content, tmp_path, f"决算.{ending}"))


@pytest.mark.skipif(not write_scan.can_draw_chinese(), reason=write_scan.NO_FONT)
def test_scans_hold_nobody(tmp_path: Path) -> None:
    pytest.importorskip("rapidocr")
    made = typeset(with_persons(facts()), Format.PDF)
    for file in (write_scan.ScanFile.PDF, write_scan.ScanFile.PNG):
        content = write_scan.write_scan(made.content, write_scan.clean(150), file, pages=(0,))
        extract = read_bytes(content, tmp_path, "决算.scan")
        assert secrets_in(repr(extract_rows(extract))) == []


def test_an_unknown_document_says_why_without_naming_anybody(tmp_path: Path) -> None:
    extract = read_bytes("\n".join(LINES).encode(), tmp_path, "名单.txt")
    assert extract.record.status == "quarantined"
    assert secrets_in(repr(extract_rows(extract))) == []


def test_a_failing_reader_quotes_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(_: object) -> Document:
        raise ValueError(f"could not convert {SECRETS!r}")

    monkeypatch.setattr("pipeline.flow.read_document", fails)
    extract = read_bytes(b"x", tmp_path)
    assert extract.record.status == "quarantined"
    assert secrets_in(repr(extract_rows(extract))) == []
    assert "ValueError in test_every_reader.py" in (extract.record.status_reason or "")


def test_the_planted_identity_number_has_its_check_digit() -> None:
    from pipeline.privacy.numbers import is_identity_number

    assert is_identity_number(IDENTITY)

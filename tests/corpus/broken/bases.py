"""The documents that are broken: of known content, in every format, with what must be read from them."""

from __future__ import annotations

import bz2
import gzip
import io
import shutil
import subprocess
import tarfile
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import py7zr

from pipeline.model.extract import CellKind
from tests.conftest import SHARED
from tests.corpus.broken import container, package, pdf, text
from tests.corpus.broken.mutant import Operator
from tests.corpus.random_facts import FAMILIES, random_facts
from tests.corpus.reading_made import read_made
from tests.corpus.typeset import Format, Style, Typeset, typeset
from tests.corpus.write_html import HtmlStyle
from tests.corpus.write_pdf import PdfStyle
from tests.corpus.write_scan import ScanFile, ScanStyle, can_draw_chinese, write_scan

#: Form, side, code, label, qualifier, measure, then the figure.
Figure = tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class Base:
    """One document: its kind, how its name ends, its bytes, the figures it prints, and what can be done to it.

    `weight` is how often it is taken: scans and old Word files take seconds each.
    """

    kind: str
    ending: str
    content: bytes
    figures: tuple[Figure, ...]
    operators: tuple[Operator, ...]
    weight: float


def figure_of(value: object) -> Figure:
    """What names a figure, and the figure itself."""
    names = ("form_id", "line_side", "line_code", "line_label", "qualifier", "measure", "amount_yuan", "count_value")
    found = [getattr(value, name) for name in names]
    return (*found[:6], str(found[6] if found[6] is not None else found[7]))


def _base(kind: str, made: Typeset, operators: tuple[Operator, ...], weight: float = 1.0) -> Base:
    figures = tuple(figure_of(value) for value in made.expected_numbers)
    return Base(kind, made.ending, made.content, figures, operators, weight)


_SETTINGS: tuple[tuple[str, Format, Style | None, tuple[Operator, ...], float], ...] = (
    ("pdf", Format.PDF, None, pdf.OPERATORS, 1.6),
    ("pdf, no rules", Format.PDF, PdfStyle(has_rules=False), pdf.OPERATORS, 0.8),
    ("xlsx", Format.XLSX, None, package.OPERATORS, 1.4),
    ("docx", Format.DOCX, None, package.OPERATORS, 1.4),
    ("ofd", Format.OFD, None, package.OPERATORS, 1.4),
    ("html", Format.HTML, None, text.HTML, 1.0),
    ("html, gb18030", Format.HTML, HtmlStyle("gb18030", True, 16, closes_cells=False), text.HTML, 0.6),
    ("text, tabs", Format.TABBED_TEXT, None, text.TEXT, 0.8),
    ("text, blanks", Format.WHITESPACE_TEXT, None, text.TEXT, 0.8),
)


def bases(seed: int) -> Iterator[Base]:
    """Yields documents of every template in every format; another seed gives others."""
    for number, family in enumerate(FAMILIES):
        facts = random_facts(1000 * seed + number, family, item_count=2)
        for kind, file_format, style, operators, weight in _SETTINGS:
            made = typeset(facts, file_format, style)
            yield _base(kind, made, operators, weight)
            if file_format in (Format.XLSX, Format.DOCX, Format.OFD):
                yield _base(f"{kind}, bombs", made, package.BOMBS, 0.02)
        page = typeset(facts, Format.HTML)
        yield _base("mhtml", _mhtml(page), text.HTML, 0.6)
        yield from _archives(typeset(facts, Format.TABBED_TEXT))
        if number == seed % len(FAMILIES):
            yield from _word(typeset(facts, Format.DOCX))
            yield from _scans(typeset(facts, Format.PDF))
    yield from _workbooks(seed)


def _mhtml(page: Typeset) -> Typeset:
    import base64

    head = b'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="b"\r\n\r\n--b\r\n'
    part = b'Content-Type: text/html; charset="utf-8"\r\nContent-Transfer-Encoding: base64\r\n\r\n'
    body = head + part + base64.encodebytes(page.content) + b"\r\n--b--\r\n"
    return Typeset(body, ".mht", page.expected_values, page.expected_forms)


def _archives(made: Typeset) -> Iterator[Base]:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as zipped:
        zipped.writestr("决算/a.txt", made.content)
        zipped.writestr("说明.txt", "没有表格")
    tar = io.BytesIO()
    with tarfile.open(fileobj=tar, mode="w") as tarred:
        info = tarfile.TarInfo("决算.txt")
        info.size = len(made.content)
        tarred.addfile(info, io.BytesIO(made.content))
    seven = io.BytesIO()
    with py7zr.SevenZipFile(seven, "w") as packed:
        packed.writestr(made.content, "决算.txt")
    figures = tuple(figure_of(value) for value in made.expected_numbers)
    base = partial(Base, figures=figures, weight=0.25)
    yield base("zip", ".zip", out.getvalue(), operators=container.ARCHIVE)
    yield base("tar", ".tar", tar.getvalue(), operators=(*text.OPEN_BYTES, *container.ARCHIVE[-3:]))
    yield base("7z", ".7z", seven.getvalue(), operators=container.ARCHIVE)
    yield base("gzip", ".txt.gz", gzip.compress(made.content, mtime=0), operators=container.ARCHIVE)
    yield base("bzip2", ".txt.bz2", bz2.compress(made.content), operators=container.SEALED_BYTES)


def _word(made: Typeset) -> Iterator[Base]:
    """Old Word files and RTF, where LibreOffice is there to make them."""
    program = shutil.which("soffice")
    if program is None:
        return
    for kind, target, operators in (("doc", "doc:MS Word 97", container.OLE), ("rtf", "rtf", text.RTF)):
        with tempfile.TemporaryDirectory() as name:
            path = Path(name) / "a.docx"
            path.write_bytes(made.content)
            profile = f"-env:UserInstallation={(Path(name) / 'profile').as_uri()}"
            command = [program, profile, "--headless", "--convert-to", target, "--outdir", name, str(path)]
            subprocess.run(command, check=True, capture_output=True, timeout=120)
            content = (Path(name) / f"a.{kind}").read_bytes()
        figures = tuple(figure_of(value) for value in made.expected_numbers)
        yield Base(kind, f".{kind}", content, figures, operators, 0.5)


def _scans(made: Typeset) -> Iterator[Base]:
    """One page as pictures: reading them takes seconds."""
    if not can_draw_chinese():
        return
    for file in (ScanFile.PNG, ScanFile.TIFF, ScanFile.JPEG):
        content = write_scan(made.content, ScanStyle(dpi=120), file, pages=(2,))
        scanned = Typeset(content, f".{file.value}", made.expected_values, made.expected_forms)
        yield _base(file.value, scanned, container.PICTURE, 0.15)


def _workbooks(seed: int) -> Iterator[Base]:
    """Real .xls files where this machine has them: nothing here writes that format.

    Their truth is what is read from them unbroken.
    """
    paths = sorted((SHARED / "corpus").rglob("*.xls"), key=lambda path: (path.stat().st_size, path.name))
    for path in paths[5 * seed % 40 :][:4]:
        content = path.read_bytes()
        extract = read_made(Typeset(content, ".xls", (), ()))
        figures = tuple(figure_of(value) for value in extract.values if value.cell_kind is CellKind.NUMBER)
        if figures:
            yield Base("xls", ".xls", content, figures, container.OLE, 0.6)

"""One broken document read as the pipeline reads it, and judged. Runs in a guarded worker."""

from __future__ import annotations

import re
import tempfile
import time
import unicodedata
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from pipeline.flow import extract_document
from pipeline.model.extract import CellKind, Extract, FormValue, Grade
from pipeline.model.grid import Document, Grid, TextLine
from pipeline.model.source import SourceFile
from pipeline.privacy.withhold import withhold_persons
from pipeline.readers.registry import read_document
from pipeline.sources.archive_entries import archive_kind
from pipeline.sources.archives import UnpackTask, member_source, unpack_task
from tests.corpus.broken.bases import Figure, figure_of

_VOUCHED = (Grade.PROVEN, Grade.CONSISTENT)
_MAX_FILE_BYTES = 100 * 1024 * 1024
#: A number by itself: no piece of a longer one.
_NUMBER = re.compile(r"-?[\d,.]*\d")
#: An amount with a code glued to it, as PDFs print them to text: 8.9130229福利费.
_GLUED = re.compile(r"(-?[\d,]*\d\.\d\d)(?=(?:\d{7}|\d{5}|\d{3})(?![\d.,]))")


@dataclass(frozen=True, slots=True)
class Task:
    """A broken document on disk, the figures of the one it was made from, and whether it may print others."""

    number: int
    kind: str
    done: str
    source: SourceFile
    figures: tuple[Figure, ...]
    is_reprinted: bool


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of it: a status with its reason, and how many figures that sums vouch for are right, or not.

    `reprinted` are figures other than the truth's that the broken file itself prints at the place they were read from;
    `wrong` are the others, in words.
    """

    status: str
    reason: str
    vouched: int
    reprinted: tuple[str, ...]
    wrong: tuple[str, ...]
    seconds: float


def read_broken(task: Task) -> Verdict:
    """Reads and judges one document, or all documents of an archive."""
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as name:
        sources, refusal = _documents(task.source, Path(name))
        if refusal is not None:
            return Verdict("quarantined", refusal, 0, (), (), time.monotonic() - started)
        extracts = [(source, extract_document(source)) for source in sources]
        judged = [_judge(task, source, extract) for source, extract in extracts]
    records = [extract.record for _, extract in extracts]
    return Verdict(
        min(record.status for record in records),
        "; ".join(record.status_reason or "" for record in records),
        sum(count for count, _, _ in judged),
        tuple(text for _, reprinted, _ in judged for text in reprinted),
        tuple(text for _, _, wrong in judged for text in wrong),
        time.monotonic() - started,
    )


def _documents(source: SourceFile, folder: Path) -> tuple[list[SourceFile], str | None]:
    """The file itself, or what an archive holds; the reason where nothing can be read."""
    if archive_kind(source.path) is None:
        return [source], None
    members = unpack_task(UnpackTask(source, folder, _MAX_FILE_BYTES))
    refused = [f"{member.error}: {member.found}" for member in members if member.error]
    kept = [member_source(source, member, folder) for member in members if not member.error and not member.archive_kind]
    return kept, None if kept else "; ".join(refused) or "an archive of archives"


def _judge(task: Task, source: SourceFile, extract: Extract) -> tuple[int, list[str], list[str]]:
    """How many figures are vouched for; those that differ from the truth, printed so or not."""
    spare = Counter(task.figures)
    by_form = Counter((figure[0], figure[5], figure[6]) for figure in task.figures)
    labels = {figure[:6] for figure in task.figures}
    vouched = [v for v in extract.values if v.cell_kind is CellKind.NUMBER and v.grade in _VOUCHED]
    odd = [value for value in vouched if not _is_true(value, spare, by_form, labels)]
    if not odd:
        return len(vouched), [], []
    document = withhold_persons(read_document(source)).document if task.is_reprinted else None
    reprinted, wrong = [], []
    for value in odd:
        is_printed = document is not None and _is_printed(value, document)
        (reprinted if is_printed else wrong).append(_said(value))
    return len(vouched), reprinted, wrong


def _is_true(
    value: FormValue, figures: Counter[Figure], by_form: Counter[tuple[object, ...]], labels: set[Figure]
) -> bool:
    """Whether the document that was broken prints this figure there; a broken label may hide where."""
    figure = figure_of(value)
    if figures[figure]:
        return True
    return figure[:6] not in labels and by_form[figure[0], figure[5], figure[6]] > 0


def _is_printed(value: FormValue, document: Document) -> bool:
    """Whether the broken file prints the figure, as a number of its own, at the very place with the line's label."""
    wanted = _folded(value.reported_text)
    for page in document.pages:
        if value.page_no is not None and page.page_no != value.page_no:
            continue
        lines = [block for block in page.blocks if isinstance(block, TextLine)]
        for index, line in enumerate(lines):
            if line.line_no in (None, value.row_no) and wanted in numbers_of(line.text):
                near = "".join(_folded(other.text) for other in lines[max(index - 3, 0) : index + 4])
                if _names_line(near, value):
                    return True
        for grid in (block for block in page.blocks if isinstance(block, Grid)):
            if _stands_in(grid, value, wanted):
                return True
    return False


def _stands_in(grid: Grid, value: FormValue, wanted: str) -> bool:
    for cell in grid.cells:
        is_row = value.row_no in (cell.row_index + 1, cell.line_no)
        if is_row and cell.col_index + 1 == value.col_no and wanted in numbers_of(cell.text):
            rows = range(cell.row_index, cell.row_index + cell.row_span)
            near = "".join(
                _folded(other.text)
                for other in grid.cells
                if not set(rows).isdisjoint(range(other.row_index, other.row_index + other.row_span))
            )
            if _names_line(near, value):
                return True
    return False


def numbers_of(text: str) -> list[str]:
    """The numbers a text prints, each by itself or before a code glued to it."""
    folded = _folded(text)
    return [*_NUMBER.findall(folded), *_GLUED.findall(folded)]


def _names_line(text: str, value: FormValue) -> bool:
    return _folded(value.line_label) in text or bool(value.line_code and value.line_code in text)


def _folded(text: str) -> str:
    """Without blanks, except one between digits: two figures stay two, however far apart."""
    single = re.sub(r"\s+", " ", unicodedata.normalize("NFKC", text))
    return re.sub(r"(?<!\d) | (?!\d)", "", single)


def _said(value: FormValue) -> str:
    place = f"page {value.page_no} row {value.row_no} col {value.col_no}"
    line = f"{value.form_id}/{value.line_side}/{value.line_code}/{value.line_label}/{value.qualifier}/{value.measure}"
    return f"{line} = {value.reported_text} ({value.amount_yuan}) {value.grade.value}, {place}, {value.method}"

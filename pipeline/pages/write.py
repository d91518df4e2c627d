"""The pages of `gongkai check --html`: one per document with findings and an index, in a folder of the user's."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from pipeline.defs.extract.pool import run_guarded
from pipeline.errors import BadFolder
from pipeline.pages.originals import find_original
from pipeline.pages.pictures import Drawing, DrawingTask, draw_pages
from pipeline.pages.render import MADE_BY_US, page_name, render_document, render_index
from pipeline.pages.views import view_document, wanted_pages
from pipeline.published.evidence import Evidence, load_evidence
from pipeline.published.findings import FindingLine, Language
from pipeline.published.warehouse import Connection
from pipeline.readers.sniff import MediaType
from pipeline.settings import Settings

INDEX = "index.html"
_WITH_PAGES = (MediaType.PDF, MediaType.PNG, MediaType.JPEG, MediaType.TIFF, MediaType.IMAGE)
#: Documents whose figures are held in memory together.
_AT_ONCE = 50
#: Our mark stands within the first lines of a page.
_HEAD_BYTES = 400
_NO_FILE = (
    "找不到原文件，表格按读取的数字重新排列。 The original file is not in the raw folder: forms are set again from the "
    "figures read. To see its pages, name its folder with --raw."
)
_NOT_DRAWN = "不能绘制原页面，表格按读取的数字重新排列。 Pages are not drawn, forms are set again from what was read: "


def write_check_pages(
    connection: Connection, findings: Sequence[FindingLine], folder: Path, settings: Settings, language: Language
) -> Path:
    """Writes the pages and returns the index. Pages of earlier calls in the folder are taken away.

    Args:
        connection: The published file.
        findings: Worst first, of any number of documents.
        folder: Made if it is not there.
        settings: Where the documents are, and how long drawing one may take.
        language: Of the sentences.

    Raises:
        BadFolder: It cannot be made or written to.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.glob("*.html"):
            if MADE_BY_US.encode() in old.read_bytes()[:_HEAD_BYTES]:
                old.unlink()
        documents = list(_by_document(findings))
        for start in range(0, len(documents), _AT_ONCE):
            some = [load_evidence(connection, found) for found in documents[start : start + _AT_ONCE]]
            for evidence, drawing in _drawn(some, settings):
                view = view_document(evidence, drawing.pictures, drawing.why_not, language)
                page = folder / page_name(evidence.findings[0])
                page.write_text(render_document(view), encoding="utf-8")
        index = folder / INDEX
        index.write_text(render_index(findings, language), encoding="utf-8")
    except OSError as error:
        raise BadFolder(
            f"{folder} cannot be written to ({error.strerror})",
            expected="a folder for the pages",
            remedy="name another one with --to",
        ) from error
    return index


def _by_document(findings: Sequence[FindingLine]) -> list[list[FindingLine]]:
    """The findings of each document, in their order."""
    documents: dict[str, list[FindingLine]] = {}
    for finding in findings:
        documents.setdefault(finding.document_id, []).append(finding)
    return list(documents.values())


def _drawn(evidences: Sequence[Evidence], settings: Settings) -> Iterator[tuple[Evidence, Drawing]]:
    """Each document with its pictures; drawing happens in processes of its own, which a bad file may bring down."""
    tasks: list[DrawingTask] = []
    waiting: dict[str, Evidence] = {}
    for evidence in evidences:
        first = evidence.findings[0]
        page_nos, scanned_nos = wanted_pages(evidence)
        if first.media_type not in _WITH_PAGES or not page_nos:
            yield evidence, Drawing(())
            continue
        path = find_original(settings.raw_dir, settings.unpack_dir, first.relative_path, first.document_id)
        is_pdf = first.media_type == MediaType.PDF
        if path is None:
            yield evidence, Drawing((), _NO_FILE)
            continue
        covered = tuple((place.page_no, place.bbox) for place in evidence.withheld if place.page_no in page_nos)
        tasks.append(DrawingTask(first.document_id, path, page_nos, scanned_nos, is_pdf, covered))
        waiting[first.document_id] = evidence
    workers, limit_s = min(settings.workers, len(tasks)), settings.document_timeout_s
    memory_mb = settings.document_memory_mb
    for done in run_guarded(draw_pages, tasks, workers=workers, timeout_s=limit_s, memory_mb=memory_mb):
        drawing = done.result or Drawing((), str(done.error))
        if drawing.why_not:
            drawing = replace(drawing, why_not=f"{_NOT_DRAWN}{drawing.why_not}")
        yield waiting[done.task.document_id], drawing

"""From bytes to the reader that knows them. Adding a format is adding a file and a line here."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Set

from pipeline.errors import ReadError, UnreadableFile, UnsupportedFormat
from pipeline.model.grid import Document, Grid, GridKind
from pipeline.model.source import SourceFile
from pipeline.readers.doc import read_doc, read_rtf, read_word_xml
from pipeline.readers.excel import read_xls, read_xlsx
from pipeline.readers.html import read_html, read_mhtml
from pipeline.readers.limits import check_shape
from pipeline.readers.ofd import read_ofd
from pipeline.readers.pdf import PdfReading, read_pages_again, read_pdf
from pipeline.readers.scan import read_picture
from pipeline.readers.sniff import MediaType, sniff_media_type
from pipeline.readers.text import read_text
from pipeline.readers.word import read_docx

_PDF = "application/pdf"
Reader = Callable[[SourceFile, bytes], Document]

READERS: dict[MediaType, Reader] = {
    MediaType.TEXT: read_text,
    MediaType.PDF: read_pdf,
    MediaType.XLSX: read_xlsx,
    MediaType.XLS: read_xls,
    MediaType.DOCX: read_docx,
    MediaType.DOC: read_doc,
    MediaType.RTF: read_rtf,
    MediaType.WORD_XML: read_word_xml,
    MediaType.HTML: read_html,
    MediaType.MHTML: read_mhtml,
    MediaType.OFD: read_ofd,
    MediaType.PNG: read_picture,
    MediaType.JPEG: read_picture,
    MediaType.TIFF: read_picture,
    MediaType.IMAGE: read_picture,
}


def has_other_readings(document: Document) -> bool:
    """Whether the pages of a document can be read in other ways: those of PDFs that are no scans."""
    return document.media_type == _PDF and not any(
        isinstance(block, Grid) and block.kind is GridKind.SCAN for page in document.pages for block in page.blocks
    )


def read_again(source: SourceFile, document: Document, page_nos: Set[int]) -> Iterator[tuple[str, Document]]:
    """Yields other readings of some pages, each with its name, made when asked for; scans and most files have none.

    An engine that cannot read a damaged file has no say in it: what the first one read stands.
    """
    if not has_other_readings(document):
        return
    data = source.path.read_bytes()
    for reading in PdfReading:
        try:
            again = read_pages_again(source, data, reading, page_nos)
        except ReadError:
            continue
        yield reading.value, again


def read_document(source: SourceFile) -> Document:
    """Reads a file with the reader its content asks for.

    Raises:
        ReadError, SourceError: The file cannot be read; the message says why and what to do.
    """
    try:
        data = source.path.read_bytes()
    except OSError as error:
        raise UnreadableFile(
            f"the operating system does not let us read the file ({error.strerror or type(error).__name__})",
            expected="a readable file",
            remedy="check its permissions and that the disk is there",
        ) from error
    media_type = sniff_media_type(data)
    reader = READERS.get(media_type)
    if reader is None:
        raise UnsupportedFormat(
            f"content of kind {media_type.value}",
            expected="one of " + ", ".join(sorted(kind.name for kind in READERS)),
            remedy="convert the file (archives: unpack them) and add it again",
        )
    document = reader(source, data)
    check_shape(document)
    return document

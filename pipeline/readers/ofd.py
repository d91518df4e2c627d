"""OFD (GB/T 33190), the state's own page format: characters and rules of its pages, then the way of a PDF."""

from __future__ import annotations

from itertools import count

from pipeline.errors import DamagedFile, NoTextLayer
from pipeline.model.grid import Document, Page
from pipeline.model.source import SourceFile
from pipeline.readers.ofd_package import OfdPackage
from pipeline.readers.ofd_page import read_ofd_page
from pipeline.readers.pdf import page_from_glyphs

#: Characters of the private use areas: the file maps its glyphs to them, and only its own fonts could tell which.
_PRIVATE = (("\ue000", "\uf8ff"), ("\U000f0000", "\U0010ffff"))


def read_ofd(source: SourceFile, data: bytes) -> Document:
    """Reads an OFD file with text.

    Raises:
        EncryptedFile: Its parts are encrypted.
        DamagedFile: The package, one of its parts, or a number in one is broken.
        NoTextLayer: No page holds a character.
    """
    pages: list[Page] = []
    notes: list[str] = []
    for part, page_no in zip(OfdPackage(data).pages(), count(1), strict=False):
        try:
            glyphs = read_ofd_page(part, page_no)
        except (ValueError, TypeError, OverflowError) as error:
            raise DamagedFile(
                f"page {page_no} holds what is no number ({error})",
                expected="a complete OFD file",
                remedy="fetch the file again, or use the publisher's PDF",
                page_no=page_no,
            ) from error
        page, page_notes = page_from_glyphs(glyphs)
        pages.append(page)
        notes += page_notes
        private = sum(any(first <= glyph.text <= last for first, last in _PRIVATE) for glyph in glyphs.glyphs)
        if private:
            notes.append(f"page {page_no}: {private} characters are known to the file's own fonts only")
    if not pages:
        raise DamagedFile("the OFD file has no page", expected="at least one", remedy="fetch the file again")
    if not any(page.blocks for page in pages):
        raise NoTextLayer(
            f"none of the {len(pages)} pages holds a character: the pages are pictures",
            expected="an OFD file with text",
            remedy="use the publisher's PDF, Word or Excel file",
        )
    return Document(source.document_id, source.file_name, "application/ofd", tuple(pages), len(pages), tuple(notes))

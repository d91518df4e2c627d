"""OFD (GB/T 33190), the state's own page format: characters, rules and pictures, then the way of a PDF."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count

from pipeline.errors import DamagedFile, NoTextLayer
from pipeline.model.grid import Document, Page
from pipeline.model.source import SourceFile
from pipeline.readers.ofd_package import OfdPackage, PagePart
from pipeline.readers.ofd_page import read_ofd_page
from pipeline.readers.ofd_pictures import with_picture_pages
from pipeline.readers.pdf import page_from_glyphs

#: Characters of the private use areas: the file maps its glyphs to them, and only its own fonts could tell which.
_PRIVATE = (("\ue000", "\uf8ff"), ("\U000f0000", "\U0010ffff"))


def read_ofd(source: SourceFile, data: bytes) -> Document:
    """Reads an OFD file; pages that are pictures are read by OCR.

    Raises:
        EncryptedFile: Its parts are encrypted.
        DamagedFile: The package, one of its parts, or a number in one is broken.
        NoTextLayer: No page holds a character, nor a picture of one.
        MissingTool: Every page is a picture and the OCR packages are not installed.
    """
    package = OfdPackage(data)
    parts: list[PagePart] = []
    pages: list[Page] = []
    notes: list[str] = []
    for part, page_no in zip(package.pages(), count(1), strict=False):
        with _numbers_checked(page_no):
            glyphs = read_ofd_page(part, page_no)
        parts.append(part)
        page, page_notes = page_from_glyphs(glyphs)
        pages.append(page)
        notes += page_notes
        private = sum(any(first <= glyph.text <= last for first, last in _PRIVATE) for glyph in glyphs.glyphs)
        if private:
            notes.append(f"page {page_no}: {private} characters are known to the file's own fonts only")
    if not pages:
        raise DamagedFile("the OFD file has no page", expected="at least one", remedy="fetch the file again")
    pages, picture_notes, damage = with_picture_pages(package, parts, pages)
    if not any(page.blocks for page in pages):
        raise NoTextLayer(
            f"nothing can be made out on any of the {len(pages)} pages" + "".join(f"; {text}" for text in damage[:1]),
            expected="an OFD file with text, or with pictures of text",
            remedy="use the publisher's PDF, Word or Excel file",
        )
    return Document(
        source.document_id,
        source.file_name,
        "application/ofd",
        tuple(pages),
        len(pages),
        notes=(*notes, *picture_notes),
        damage=tuple(damage),
    )


@contextmanager
def _numbers_checked(page_no: int) -> Iterator[None]:
    try:
        yield
    except (ValueError, TypeError, OverflowError) as error:
        raise DamagedFile(
            f"page {page_no} holds what is no number ({error})",
            expected="a complete OFD file",
            remedy="fetch the file again, or use the publisher's PDF",
            page_no=page_no,
        ) from error

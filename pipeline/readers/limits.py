"""How much one document may hold. What is larger is refused by name before it is built in memory.

What lives here: limits that several formats share, and how a refusal is worded. What must not: reading. Each number has
the largest real document beside it; a document beyond it is no disclosure, or made to fill our memory.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import IO
from xml.parsers import expat

from pipeline.errors import BeyondLimits
from pipeline.model.grid import Document, Grid
from pipeline.settings import DEFAULT_MAX_PAGES

#: The largest real .xlsx, .docx or .ofd unpacks to 40 MB, most of it pictures.
MAX_UNPACKED_BYTES = 600_000_000
#: One part of XML; the largest real sheet has 12 MB.
MAX_PART_BYTES = 150_000_000
#: XML shrinks to a twentieth, drawn tables of blanks to a hundredth; small parts may shrink as they like.
MAX_RATIO, RATIO_FREE_BYTES = 250, 10_000_000
#: A workbook of 200 sheets with their drawings has 1,500 parts, an OFD file of 600 pages 2,000.
MAX_PARTS = 20_000
#: An A3 page at 600 dpi has 70 million.
MAX_PIXELS = 89_000_000
#: Cells of all tables; the largest real document (a county's economic classes by department) has 60,000.
MAX_CELLS = 500_000
#: Lines and tables of a document: the longest text that is read has 200,000.
MAX_BLOCKS = 500_000
#: Rows and columns of one table, and places that its cells stand over; a merged title stands over 50 at most.
MAX_ROWS, MAX_COLS, MAX_SPANNED = 200_000, 2_000, 2_000_000
#: Characters on one page of a PDF or an OFD file; the fullest real one has 9,000.
MAX_PAGE_GLYPHS = 300_000
#: Tables within tables: pages of the nineties nest six.
MAX_TABLE_DEPTH = 24
#: Office programs nest a dozen. A smaller part may be nested as it likes: it cannot fill the memory.
MAX_XML_DEPTH, NESTING_FREE_BYTES = 256, 1_000_000
#: Before the root of an XML part stand a declaration and a comment.
_PROLOG_BYTES = 65_536
_COMMENT = re.compile(rb"<!--.*?-->|<\?.*?\?>", re.DOTALL)
_DOCUMENT_TYPE = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_ROOT = re.compile(rb"<[A-Za-z_\x80-\xff]")


@dataclass(slots=True)
class _Pages:
    most: int = DEFAULT_MAX_PAGES


_pages = _Pages()


def limit_pages(most: int) -> None:
    """Sets how many pages a document may have, for this process (`GONGKAI_MAX_PAGES`)."""
    _pages.most = most


def refuse_pages_above(count: int) -> None:
    """Refuses a document of too many pages.

    Raises:
        BeyondLimits: More than the limit.
    """
    if count > _pages.most:
        raise BeyondLimits(
            f"a document of {count:,} pages",
            expected=f"at most {_pages.most:,}",
            remedy="split it into its documents, or raise GONGKAI_MAX_PAGES and run with --retry",
        )


def refuse_above(count: int, most: int, what: str) -> None:
    """Refuses what is more than a disclosure can have.

    Raises:
        BeyondLimits: More than the limit.
    """
    if count > most:
        raise BeyondLimits(
            f"{count:,} {what}",
            expected=f"at most {most:,}: more is no disclosure",
            remedy="look at the file; if it is sound, save it again without what is not printed",
        )


def check_package(data: bytes) -> None:
    """Refuses a zip of XML parts (.xlsx, .docx, .ofd) that unpacks to more than a document has, before it is unpacked.

    What the zip says of itself is taken: a part that is longer than it says is cut off there by Python's reader.

    Raises:
        BeyondLimits: Too many parts, too large, or packed far tighter than XML can be.
        BadZipFile and others of `PACKAGE_ERRORS`: It cannot be opened.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        check_parts(package.infolist())
        refuse_document_type(package)
        refuse_nested(package)


def refuse_nested(package: zipfile.ZipFile) -> None:
    """Refuses XML parts whose elements stand too deep in each other, before a tree is made of them.

    Three million of them in nine megabytes are a tree that Python takes minutes to throw away when memory ends.

    Raises:
        BeyondLimits: A part is nested so.
        BadZipFile and others of `PACKAGE_ERRORS`: A part cannot be opened.
    """
    for part in package.infolist():
        if part.file_size >= NESTING_FREE_BYTES and part.filename.lower().endswith(".xml"):
            with package.open(part) as stream, suppress(expat.ExpatError):  # broken XML is the reader's to name
                _Depth().measure(stream)


class _Depth:
    """Counts how deep elements stand in each other."""

    def __init__(self) -> None:
        self._depth = 0

    def measure(self, stream: IO[bytes]) -> None:
        parser = expat.ParserCreate()
        parser.StartElementHandler = self._open
        parser.EndElementHandler = self._close
        parser.ParseFile(stream)

    def _open(self, _name: str, _attributes: object) -> None:
        self._depth += 1
        refuse_above(self._depth, MAX_XML_DEPTH, "elements of XML in each other")

    def _close(self, _name: str) -> None:
        self._depth -= 1


def refuse_document_type(package: zipfile.ZipFile) -> None:
    """Refuses XML parts that declare a document type: there stand entities that grow, or name other files.

    Neither standard allows one (ECMA-376 part 2, 7.2.2; GB/T 33190 describes its parts by schemas), and no office
    program writes one.

    Raises:
        BeyondLimits: A part declares one.
        BadZipFile and others of `PACKAGE_ERRORS`: A part cannot be opened.
    """
    for name in package.namelist():
        if name.lower().endswith((".xml", ".rels")):
            with package.open(name) as stream:
                head = _COMMENT.sub(b"", stream.read(_PROLOG_BYTES).replace(b"\0", b""))
            root = _ROOT.search(head)
            is_endless = root is None and len(head) > _PROLOG_BYTES // 4  # two bytes a character, and comments gone
            if is_endless or _DOCUMENT_TYPE.search(head, 0, root.start() if root else len(head)):
                raise BeyondLimits(
                    "a part of XML that declares a document type (entities)",
                    expected="parts without one, as every office program writes them",
                    remedy="look at the file: it is made by hand",
                )


def check_shape(document: Document) -> None:
    """Refuses a document whose pages, lines, cells or spans are more than a disclosure can have.

    Later rooms walk over rows and columns: a table that only claims a million of them costs as much as one that has
    them.

    Raises:
        BeyondLimits: More than a limit.
    """
    refuse_pages_above(len(document.pages))
    grids = [block for page in document.pages for block in page.blocks if isinstance(block, Grid)]
    refuse_above(sum(len(page.blocks) for page in document.pages), MAX_BLOCKS, "lines and tables")
    refuse_above(sum(len(grid.cells) for grid in grids), MAX_CELLS, "cells in tables")
    for grid in grids:
        refuse_above(grid.row_count, MAX_ROWS, "rows in a table")
        refuse_above(grid.col_count, MAX_COLS, "columns in a table")
        refuse_above(sum(cell.row_span * cell.col_span for cell in grid.cells), MAX_SPANNED, "places in a table")


def check_parts(parts: Iterable[zipfile.ZipInfo]) -> None:
    """Refuses parts that are too many or too large; see `check_package`."""
    listed = list(parts)
    refuse_above(len(listed), MAX_PARTS, "parts in the file's zip")
    refuse_above(sum(part.file_size for part in listed), MAX_UNPACKED_BYTES, "bytes in the file's zip when unpacked")
    for part in listed:
        if part.filename.lower().endswith((".xml", ".rels")):
            refuse_above(part.file_size, MAX_PART_BYTES, "bytes in one part of XML")
        if part.file_size > max(RATIO_FREE_BYTES, MAX_RATIO * part.compress_size):
            raise BeyondLimits(
                f"a part that unpacks to {part.file_size // max(part.compress_size, 1):,} times its size",
                expected=f"at most {MAX_RATIO} times: more is a bomb",
                remedy="look at the file; if it is sound, save it again",
            )

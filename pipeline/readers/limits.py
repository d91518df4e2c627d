"""How much one document may hold. What is larger is refused by name before it is built in memory.

What lives here: limits that several formats share, and how a refusal is worded. What must not: reading. Each number has
the largest real document beside it; a document beyond it is no disclosure, or made to fill our memory.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass

from pipeline.errors import BeyondLimits
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
#: Cells of one sheet or table; the largest real one (a county's economic classes by department) has 60,000.
MAX_CELLS = 500_000


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

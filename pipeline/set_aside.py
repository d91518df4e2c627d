"""A document that cannot be loaded: listed with its reason, and with whether another night should try it again.

What lives here: which of our errors any failure is, and the row of it. What must not: reading.
"""

from __future__ import annotations

import traceback
from dataclasses import replace
from pathlib import Path

from pipeline.disk import is_full, no_room
from pipeline.errors import FiscalError, NoRoom, OutOfMemory
from pipeline.lake.documents import NOT_READ
from pipeline.model.extract import Extract, Issue, Severity, record_without_identity
from pipeline.privacy.withhold import withhold_in_text

#: Whoever reads or lists the document writes the parser's version over it.
STAMPED_LATER = ""
#: A defect of ours; no error of the document.
_INTERNAL = "internal_error"
#: How native libraries say that memory could not be had (C++, OpenCV, onnxruntime, polars, lxml).
_NO_MEMORY = ("bad_alloc", "insufficient memory", "failed to allocate", "memory allocation", "cannot allocate memory")


def set_aside(document_id: str, error: Exception, media_type: str) -> Extract:
    """Returns the extract of a document that cannot be loaded: no values, one issue, the reason.

    Its `parser_version` is `STAMPED_LATER`; or `NOT_READ` where the machine, not the document, was at fault: then the
    next night reads it again.
    """
    told = _told(error)
    category = _INTERNAL if type(told) is FiscalError else told.category
    message = withhold_in_text(str(told))
    issue = Issue(category, Severity.ERROR, message, told.remedy, page_no=told.page_no)
    record = record_without_identity(media_type, "quarantined", f"{issue.category}: {message}")
    version = NOT_READ if isinstance(told, NoRoom) else STAMPED_LATER
    return Extract(document_id, version, record, issues=(issue,))


def stamped(extract: Extract, parser_version: str) -> Extract:
    """An extract with the parser that read it, unless it says itself that none has."""
    return replace(extract, parser_version=parser_version) if extract.parser_version == STAMPED_LATER else extract


def _told(error: Exception) -> FiscalError:
    """The failure in our words."""
    if isinstance(error, FiscalError):
        return error
    if isinstance(error, OSError) and is_full(error):
        return no_room()
    if isinstance(error, MemoryError) or any(said in str(error).lower() for said in _NO_MEMORY):
        return OutOfMemory(
            "reading needs more memory than one document is given",
            expected="a document that can be read in GONGKAI_DOCUMENT_MEMORY_MB",
            remedy="look at the file; if it is sound, raise GONGKAI_DOCUMENT_MEMORY_MB and run with --retry",
        )
    place = traceback.extract_tb(error.__traceback__)[-1]
    return FiscalError(
        # the words of an error may quote the document as it was read
        f"the program failed on this document: {type(error).__name__} in {Path(place.filename).name}, "
        f"line {place.lineno}",
        expected="a document it can read",
        remedy="report it with the file",
    )

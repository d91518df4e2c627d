"""Which names are documents and which describe a folder or were left there by a program."""

from __future__ import annotations

from pipeline.sources.manifest import MANIFEST_NAME

#: Files that describe the folder and are no documents, compared in lower case.
NOT_DOCUMENTS = frozenset({MANIFEST_NAME.lower(), "readme", "readme.md", "readme.txt", "sources.md"})
#: What operating systems and office programs leave in archives, compared in lower case.
_LEFT_BEHIND = frozenset({"thumbs.db", "desktop.ini", "__macosx"})


def is_document_name(name: str) -> bool:
    """Whether a file of this name, without its folders, can be a document.

    >>> is_document_name("决算.pdf"), is_document_name("README.md"), is_document_name(".DS_Store")
    (True, False, False)
    """
    return not name.startswith(".") and name.lower() not in NOT_DOCUMENTS


def is_member_name(path: str) -> bool:
    """Whether a member of an archive can be a document: neither hidden nor left behind by a program.

    >>> is_member_name("决算/a.pdf"), is_member_name("__MACOSX/._a.pdf"), is_member_name("~$a.docx")
    (True, False, False)
    """
    parts = path.split("/")
    if any(part.startswith((".", "~$")) or part.lower() in _LEFT_BEHIND for part in parts):
        return False
    return is_document_name(parts[-1])

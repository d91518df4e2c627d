"""Word 97-2003 (.doc, WPS .wps), Word 2003 XML and RTF: converted to .docx by LibreOffice, then read as that."""

from __future__ import annotations

import io
import struct
from dataclasses import replace

from xlrd.compdoc import CompDoc, CompDocError

from pipeline.errors import EncryptedFile
from pipeline.model.grid import Document
from pipeline.model.source import SourceFile
from pipeline.readers.libreoffice import convert_to_docx
from pipeline.readers.word import read_docx

#: Where the file information block holds its flags, and the bit that says "encrypted" ([MS-DOC] 2.5.2, fEncrypted).
_FIB_FLAGS_AT = 0x0A
_FIB_IS_ENCRYPTED = 0x0100


def read_doc(source: SourceFile, data: bytes) -> Document:
    """Reads a Word 97-2003 file: .doc, and .wps of the kind WPS Office wrote before 2010.

    Raises:
        EncryptedFile: It asks for a password.
        MissingTool: LibreOffice is not installed.
        DamagedFile: LibreOffice cannot open it.
        ReadTimeout: The conversion hangs.
        EmptyFile: Neither text nor table.
    """
    if _is_encrypted(data):
        raise EncryptedFile("the Word file is protected by a password", remedy="ask the publisher for an open copy")
    return _read_converted(source, data, ".doc", "MS Word 97", "word/doc")


def read_rtf(source: SourceFile, data: bytes) -> Document:
    """Reads Rich Text Format, whatever its name ends in. Raises as `read_doc`."""
    return _read_converted(source, data, ".rtf", "Rich Text Format", "word/rtf")


def read_word_xml(source: SourceFile, data: bytes) -> Document:
    """Reads the one-file XML of Word 2003. Raises as `read_doc`."""
    return _read_converted(source, data, ".xml", "MS Word 2003 XML", "word/xml")


def _read_converted(source: SourceFile, data: bytes, ending: str, import_filter: str, media_type: str) -> Document:
    converted = convert_to_docx(data, ending=ending, import_filter=import_filter)
    return replace(read_docx(source, converted), media_type=media_type)


def _is_encrypted(data: bytes) -> bool:
    """Whether the document's first block says so; a block that cannot be found is left to LibreOffice to judge."""
    try:
        stream = CompDoc(data, logfile=io.StringIO()).get_named_stream("WordDocument")
    except (CompDocError, AssertionError, IndexError, RecursionError, struct.error, TypeError, ValueError):
        return False
    if stream is None or len(stream) < _FIB_FLAGS_AT + 2:
        return False
    (flags,) = struct.unpack_from("<H", stream, _FIB_FLAGS_AT)
    return bool(flags & _FIB_IS_ENCRYPTED)

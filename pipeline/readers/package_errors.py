"""What the zip, XML and Office libraries raise on a damaged package: translated to `DamagedFile` by each reader."""

from __future__ import annotations

import struct
import zipfile
import zlib
from xml.etree.ElementTree import ParseError

from lxml.etree import XMLSyntaxError

#: Found by flipping bytes in packages: no library promises less. RuntimeError: encrypted members, XML nested too deep.
PACKAGE_ERRORS: tuple[type[Exception], ...] = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    ParseError,
    XMLSyntaxError,
    ArithmeticError,
    AssertionError,
    AttributeError,
    EOFError,
    LookupError,
    RuntimeError,
    TypeError,
    ValueError,
)

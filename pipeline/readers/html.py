"""Pages of HTML, Excel's and Word's own HTML among them: text as lines, tables as grids, in the order of the page."""

from __future__ import annotations

import email
import email.policy
import re
from dataclasses import dataclass, field
from email.message import EmailMessage

from lxml import etree

from pipeline.errors import DamagedFile, EmptyFile, FileTooLarge
from pipeline.model.grid import Block, Document, Page, TextLine
from pipeline.model.source import SourceFile
from pipeline.readers.encoding import decode_text, utf16_without_mark
from pipeline.readers.html_tables import (
    BLOCK_TAGS,
    fold_white,
    has_text,
    html_table_to_grid,
    is_hidden,
    is_layout,
    lines_of,
    walk,
)
from pipeline.readers.limits import MAX_PARTS, MAX_TABLE_DEPTH, refuse_above
from pipeline.readers.package_errors import PACKAGE_ERRORS
from pipeline.readers.text import MAX_TEXT_BYTES

#: How far into the bytes a browser looks for the encoding; office programs write long heads.
_HEAD_BYTES = 8192
_CHARSET = re.compile(rb"(?:charset|encoding)\s*=\s*[\"']?\s*([A-Za-z0-9_:.-]+)", re.IGNORECASE)
_XML_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
#: Names under which Chinese pages declare their encoding, as Python calls it. GB2312 pages use GBK characters.
_ENCODINGS = {
    **dict.fromkeys(("utf-8", "utf8"), "utf-8"),
    **dict.fromkeys(("gb2312", "gbk", "gb18030", "x-gbk", "gb_2312-80", "cp936", "euc-cn", "chinese"), "gb18030"),
    **dict.fromkeys(("big5", "big5-hkscs", "x-x-big5"), "big5hkscs"),
    **dict.fromkeys(("hz-gb-2312", "hz"), "hz"),
}
#: A page cut inside a character, or with a broken advertisement, is read; more than this is another encoding.
_MAX_BROKEN_SHARE = 0.001


def read_html(source: SourceFile, data: bytes) -> Document:
    """Reads a page of HTML, or a workbook that Excel saved as HTML.

    `line_no` of a text line is the line of the source on which its element begins.

    Raises:
        FileTooLarge: Longer than any page.
        DamagedFile: Not text, or nested too deeply to be read whole.
        EmptyFile: The page shows nothing.
    """
    if len(data) > MAX_TEXT_BYTES:
        raise FileTooLarge(
            f"a page of {len(data):,} bytes",
            expected=f"at most {MAX_TEXT_BYTES:,} bytes: one department's disclosure",
            remedy="split the page into its documents",
        )
    return _to_document(source, "text/html", [decode_html(data)])


def read_mhtml(source: SourceFile, data: bytes) -> Document:
    """Reads a page with its attachments in one file (.mht), as Word and Excel save them; one page per HTML part.

    Raises:
        DamagedFile: No part of it is HTML.
        EmptyFile: No part shows anything.
    """
    try:
        message = email.message_from_bytes(data, policy=email.policy.default)
        parts = [part for part in message.walk() if part.get_content_type() == "text/html"]
    except PACKAGE_ERRORS as error:
        raise DamagedFile(
            f"the web archive cannot be taken apart ({type(error).__name__})",
            expected="a complete .mht",
            remedy="fetch the file again",
        ) from error
    refuse_above(len(parts), MAX_PARTS, "parts of HTML in a web archive")
    if not parts:
        raise DamagedFile(
            "the web archive holds no page of HTML", expected="a complete .mht", remedy="fetch the file again"
        )
    return _to_document(source, "text/mhtml", [_decode_part(part) for part in parts])


def _decode_part(part: EmailMessage) -> str:
    payload = part.get_payload(decode=True)
    return decode_html(payload if isinstance(payload, bytes) else b"")


def _to_document(source: SourceFile, media_type: str, texts: list[str]) -> Document:
    notes = []
    pages: list[Page] = []
    for root in filter(lambda root: root is not None, map(_parse, texts)):
        flow = _read_page(root, len(pages) + 1)
        if flow.hidden_cells:
            notes.append(f"{flow.hidden_cells} hidden cells left out of the page's tables")
        if flow.blocks:
            pages.append(Page(flow.page_no, tuple(flow.blocks)))
    if not pages:
        raise EmptyFile(
            "the page shows neither text nor tables",
            expected="a page with its content in it",
            remedy="save the page again from the browser: its content may be fetched by a script",
        )
    return Document(source.document_id, source.file_name, media_type, tuple(pages), None, tuple(notes))


def decode_html(data: bytes) -> str:
    """Decodes a page: byte order mark, UTF-16 without one, UTF-8, what the page declares, then as any Chinese text.

    A page that declares Latin-1 holds Chinese all the same; servers add that by themselves.

    Raises:
        DamagedFile: No encoding gives readable text.

    >>> decode_html('<meta charset="gb2312"><p>镕基</p>'.encode("gbk"))[-6:]
    '镕基</p>'
    """
    if data.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")) or utf16_without_mark(data):
        return decode_text(data)
    declared = _CHARSET.search(data[:_HEAD_BYTES])
    encoding = _ENCODINGS.get(declared.group(1).decode("ascii").lower()) if declared else None
    if encoding == "hz":
        return data.decode("hz", errors="replace")
    for candidate in ("utf-8", encoding):
        if candidate is None:
            continue
        try:
            return data.decode(candidate)
        except UnicodeDecodeError:
            continue
    if encoding is not None:
        text = data.decode(encoding, errors="replace")
        if text.count("\ufffd") <= max(1, len(text) * _MAX_BROKEN_SHARE):
            return text
    return decode_text(data)


def _parse(text: str) -> etree._Element | None:
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True, no_network=True)
    cleaned = _XML_DECLARATION.sub("", text.lstrip("\ufeff")).replace("\x00", "")
    if not cleaned.strip():
        return None
    root = etree.fromstring(cleaned.encode("utf-8", errors="replace"), parser)
    deep = [entry.message for entry in parser.error_log if "depth" in entry.message.lower()]
    if deep:
        raise DamagedFile(
            f"the page is nested too deeply to be read whole ({deep[0]})",
            expected="a page of HTML",
            remedy="open it in a browser and save it again",
        )
    if root is not None:
        refuse_above(_table_depth(root), MAX_TABLE_DEPTH, "tables, one in the other")
    return root


def _table_depth(root: etree._Element) -> int:
    """How many tables stand one in the other at most. What a table holds is asked again for each table around it."""
    depth = deepest = 0
    for event, _ in etree.iterwalk(root, events=("start", "end"), tag="table"):
        depth += 1 if event == "start" else -1
        deepest = max(deepest, depth)
    return deepest


@dataclass(slots=True)
class _Flow:
    """The blocks of a page so far, and the line being put together."""

    page_no: int
    blocks: list[Block] = field(default_factory=list)
    hidden_cells: int = 0
    text: str = ""
    line_no: int | None = None

    def add(self, text: str | None, line_no: int | None) -> None:
        """Adds inline text to the line."""
        if text and text.strip() and self.line_no is None:
            self.line_no = line_no
        self.text += text or ""

    def end_line(self) -> None:
        """Ends the line; one without text is no line."""
        if line := fold_white(self.text):
            self.blocks.append(TextLine(line, page_no=self.page_no, line_no=self.line_no))
        self.text, self.line_no = "", None

    def add_table(self, element: etree._Element) -> None:
        """Adds a table that is no layout, its caption before it."""
        for caption in element.iterchildren("caption"):
            self.blocks += [
                TextLine(text, page_no=self.page_no, line_no=caption.sourceline) for text in lines_of(caption)
            ]
        table = html_table_to_grid(element, self.page_no)
        self.hidden_cells += table.hidden_cells
        if table.grid is not None:
            self.blocks.append(table.grid)


def _read_page(root: etree._Element, page_no: int) -> _Flow:
    """Puts the lines and tables of a page in its order."""
    flow = _Flow(page_no)
    inside: etree._Element | None = None  # a table whose elements are passed over: it stands as a grid
    for is_start, element in walk(root):
        if inside is not None:
            if is_start or element is not inside:
                continue
            inside = None
        if element.tag in BLOCK_TAGS:
            flow.end_line()
        if is_start and element.tag == "table" and not is_layout(element):
            flow.add_table(element)
            inside = element
            continue
        if not is_start and is_hidden(element):
            flow.hidden_cells += sum(has_text(cell) for cell in element.iter("td", "th"))
        flow.add(element.text if is_start else element.tail, element.sourceline)
    return flow

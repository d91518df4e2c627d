"""Plain text, in any Chinese encoding: lines as they stand, tab-separated runs as grids."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from charset_normalizer import from_bytes

from pipeline.errors import DamagedFile, EmptyFile, FileTooLarge, UnsupportedFormat
from pipeline.model.grid import Block, Cell, Document, Grid, GridKind, Page, TextLine
from pipeline.model.source import SourceFile

#: The largest real disclosure as text is under 1 MB; a text of this size is a dump of something else.
MAX_TEXT_BYTES = 20_000_000
#: The longest line of a real disclosure, a whole page run together, has some 6,000 characters.
MAX_LINE_CHARS = 200_000
#: No form has forty columns; a thousand tabs in a row are no table.
MAX_LINE_COLS = 500
#: A real text under 1 MB has at most some ten thousand lines and cells; these are read in five seconds and 200 MB.
MAX_LINES, MAX_CELLS = 200_000, 500_000
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
#: Every disclosure has several of these; bytes decoded the wrong way have none.
_WORDS = ("预算", "决算", "单位", "部门", "支出", "收入", "合计", "年度")
_TRADITIONAL_WORDS = ("預算", "決算", "單位", "部門", "支出", "收入", "合計", "年度")
_MIN_WORDS = 2
_SAMPLE_BYTES = 200_000
#: Beyond this share of control or private characters a decoding is noise, not text.
_MAX_NOISE_SHARE = 0.02


def decode_text(data: bytes) -> str:
    r"""Decodes Chinese text: byte order mark, UTF-8, UTF-16 without a mark, GB18030, then statistics.

    Raises:
        UnsupportedFormat: Traditional characters in Big5: no mainland form is printed in them.
        DamagedFile: No encoding gives readable text.

    >>> decode_text("金额单位：万元".encode("gb18030"))
    '金额单位：万元'
    """
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return data.decode(encoding, errors="replace")
    for candidate in filter(None, ("utf-8", utf16_without_mark(data), "gb18030")):
        try:
            text = data.decode(candidate)
        except UnicodeDecodeError:
            continue
        if _noise_share(text) <= _MAX_NOISE_SHARE:
            _refuse_big5(data, text)
            return text
    _refuse_big5(data, "")
    best = from_bytes(data[:_SAMPLE_BYTES]).best()
    if best is None or _noise_share(str(best)) > _MAX_NOISE_SHARE:
        raise DamagedFile(
            "the bytes are not text in any known Chinese encoding",
            expected="UTF-8, GB18030 or UTF-16",
            remedy="open the file in an editor and save it as UTF-8",
        )
    return data.decode(best.encoding, errors="replace")


def utf16_without_mark(data: bytes) -> str | None:
    r"""Returns the byte order of UTF-16 text that lacks its mark, `None` where it is no such text.

    Any bytes can be UTF-16: only text that speaks of what every disclosure speaks of is taken for it.

    >>> utf16_without_mark("部门决算\n单位：元".encode("utf-16-be")), utf16_without_mark("部门决算".encode("gb18030"))
    ('utf-16-be', None)
    """
    sample = data[: min(_SAMPLE_BYTES, len(data)) // 2 * 2]
    return next((order for order in ("utf-16-le", "utf-16-be") if _speaks(sample, order, _WORDS)), None)


def _speaks(sample: bytes, encoding: str, words: tuple[str, ...]) -> bool:
    text = sample.decode(encoding, errors="replace")
    return sum(word in text for word in words) >= _MIN_WORDS and _noise_share(text) <= _MAX_NOISE_SHARE


def _refuse_big5(data: bytes, text: str) -> None:
    """Big5 bytes are nearly always GB18030 text too, without sense: only the words tell."""
    if any(word in text for word in _WORDS) or not _speaks(data[:_SAMPLE_BYTES], "big5hkscs", _TRADITIONAL_WORDS):
        return
    raise UnsupportedFormat(
        "text in the encoding Big5 (traditional characters)",
        expected="UTF-8, GB18030 or UTF-16, with the simplified characters of mainland forms",
        remedy="is it a mainland disclosure? If so, convert it to simplified characters and save it as UTF-8",
    )


def _noise_share(text: str) -> float:
    noise = sum(1 for c in text if (c < " " and c not in "\t\r\n\f\v") or "\ue000" <= c <= "\uf8ff" or c == "\ufffd")
    return noise / max(len(text), 1)


def read_text(source: SourceFile, data: bytes) -> Document:
    r"""Reads a text file to one page of lines and tab-separated grids.

    `line_no` counts `\n` from 1, so it is the number an editor shows.

    Raises:
        FileTooLarge: More bytes, lines or cells than a disclosure can have, or a line of more characters or columns.
        DamagedFile: Not text.
        EmptyFile: Only white space.
    """
    _refuse_above(len(data), MAX_TEXT_BYTES, "bytes")
    text = decode_text(data).replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip():
        raise EmptyFile("the text holds only white space", remedy="fetch the file again")
    _refuse_above(text.count("\n"), MAX_LINES, "lines")
    _refuse_above(text.count("\t"), MAX_CELLS, "cells")
    lines = text.split("\n")
    for number, line in enumerate(lines, 1):
        _refuse_above(len(line), MAX_LINE_CHARS, f"characters in line {number}")
        _refuse_above(line.count("\t"), MAX_LINE_COLS, f"columns in line {number}")
    return Document(
        document_id=source.document_id,
        file_name=source.file_name,
        media_type="text/plain",
        pages=(Page(page_no=1, blocks=tuple(lines_to_blocks(lines))),),
        page_count=None,
    )


def _refuse_above(count: int, limit: int, what: str) -> None:
    if count > limit:
        raise FileTooLarge(
            f"a text of {count:,} {what}",
            expected=f"at most {limit:,}: one department's disclosure",
            remedy="look at the file: split it into its documents, or its lines where they were run together",
        )


def lines_to_blocks(lines: list[str]) -> Iterator[Block]:
    """Yields runs of lines with tabs as grids, the others as text lines; empty lines are left out."""
    numbered = [(number, line.strip("\f")) for number, line in enumerate(lines, 1)]
    for has_tabs, run in groupby(numbered, key=lambda item: "\t" in item[1]):
        if has_tabs:
            yield _tabbed_grid(list(run))
        else:
            yield from (TextLine(line, line_no=number) for number, line in run if line)


def _tabbed_grid(run: list[tuple[int, str]]) -> Grid:
    cells = []
    width = 0
    for row_index, (number, line) in enumerate(run):
        parts = line.split("\t")
        width = max(width, len(parts))
        cells += [Cell(row_index, col_index, part, line_no=number) for col_index, part in enumerate(parts)]
    return Grid(GridKind.TABBED, tuple(cells), row_count=len(run), col_count=width)

"""A value of the warehouse -> what stands in a cell: text that no program takes for a formula, the format of a column.

What lives here: neutralising, joining lists, formats, widths. What must not: sheets, files.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

#: A cell that begins so is run as a formula by spreadsheet programs that guess types.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
#: Characters that XML cannot hold.
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
#: Excel refuses longer texts.
LONGEST_TEXT = 32_767
_CUT = "…"

GENERAL, TEXT, YUAN, RATE, COUNT, YEAR = "General", "@", "#,##0.00", "0.00%", "#,##0", "0"
_RATES = ("share", "coverage", "_share", "_rate", "_coverage")
_WIDTHS = {GENERAL: 16, TEXT: 12, YUAN: 18, RATE: 10, COUNT: 12, YEAR: 8}
_WIDE = frozenset({"warnings", "incomparable_reasons", "file_name", "line_label", "explanation"})
_WIDE_WIDTH = 44


def format_of(name: str, duckdb_type: str) -> str:
    """How a column is shown: codes stay text whoever edits them, names and lists are text without a format.

    >>> format_of("amount_yuan", "DECIMAL(20,2)"), format_of("function_code", "VARCHAR"), format_of("share", "DOUBLE")
    ('#,##0.00', '@', '0.00%')
    """
    kind = duckdb_type.partition("(")[0].upper()
    if duckdb_type.endswith("[]") or kind not in {"DECIMAL", "DOUBLE", "FLOAT", "INTEGER", "BIGINT", "HUGEINT"}:
        return TEXT if name.endswith(("_code", "_codes", "_id")) else GENERAL
    if name.endswith("_yuan"):
        return YUAN
    if name.endswith("_year"):
        return YEAR
    if name.endswith(_RATES):
        return RATE
    return COUNT if kind in {"INTEGER", "BIGINT", "HUGEINT"} else GENERAL


def width_of(name: str, number_format: str) -> int:
    """How wide a column is, in characters."""
    return _WIDE_WIDTH if name in _WIDE else _WIDTHS[number_format]


def text_of(value: object) -> str:
    """A value as text: lists joined, yes and no as words, without what XML cannot hold, no longer than a cell.

    >>> text_of(["2010301", "2010302"]), text_of(True), text_of(None)
    ('2010301; 2010302', 'yes 是', '')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes 是" if value else "no 否"
    joined = "; ".join(text_of(one) for one in value) if isinstance(value, list | tuple) else str(value)
    clean = _NOT_IN_XML.sub("\N{REPLACEMENT CHARACTER}", joined)
    return clean if len(clean) <= LONGEST_TEXT else clean[: LONGEST_TEXT - 1] + _CUT


def is_like_formula(text: str) -> bool:
    """Whether a program that guesses would run this text.

    >>> is_like_formula('=HYPERLINK("http://x","y")'), is_like_formula("一、支出")
    (True, False)
    """
    return text.lstrip(" ").startswith(_FORMULA_STARTS)


def plain(text: str) -> str:
    """A text for a CSV file: one that would be run as a formula has an apostrophe before it.

    >>> plain("=1+1"), plain("-其中：基本支出"), plain("基本支出")
    ("'=1+1", "'-其中：基本支出", '基本支出')
    """
    return f"'{text}" if is_like_formula(text) else text


def explained(comment: str) -> str:
    """A comment on one line."""
    return " ".join(comment.split())


def title_of(short: str, title_zh: str, part: int = 1) -> str:
    """A sheet's name: at most 31 characters, the part of a table too long for one sheet.

    >>> title_of("function", "功能分类"), title_of("function", "功能分类", 2)
    ('function 功能分类', 'function 功能分类 2')
    """
    return f"{short} {title_zh}" + (f" {part}" if part > 1 else "")


def joined_ids(value_ids: Sequence[str]) -> str:
    """The ids a row rests on, as one text for files without links."""
    return " ".join(value_ids)

"""The slice a document belongs to before anybody has read it: who publishes, and for which year.

What lives here: what folders, names and MANIFEST.csv tell. What must not: looking inside a document.
"""

from __future__ import annotations

import re
import unicodedata

from pipeline.model.source import Hints, SourceFile

#: Stands where nothing tells.
UNKNOWN = "unknown"
SEPARATOR = "|"
#: Below this folder lie fetched files under their hashes: the folder is nobody's name.
FETCHED = "fetched"
_MEMBER_MARK = "!"
#: The longest official name of a department has some 40 characters.
_LONGEST_PUBLISHER = 60
#: The year of the figures first (2022年度, 2022部门决算), then any year that is no date (2023年8月1日).
_YEAR_SAID = (
    re.compile(r"(?<!\d)(20\d\d)(?:年度|年?(?=部门|单位|政府|预算|决算))"),
    re.compile(r"(?<!\d)(20\d\d)年(?!\d{1,2}月)"),
)
_YEAR_BARE = re.compile(r"(?<!\d)(20\d\d)(?!\d)")
_YEAR_IN_WORDS = re.compile(r"二[〇零○Oo0]([〇零○Oo0一二三四五六七八九])([〇零○Oo0一二三四五六七八九])年")
_DIGITS = {**dict.fromkeys("〇零○Oo0", "0"), **{word: str(n) for n, word in enumerate("一二三四五六七八九", start=1)}}


def slice_of(source: SourceFile) -> str:
    """The slice of a file: `PUBLISHER|YEAR`.

    The publisher is the department and region MANIFEST.csv names, else the first folder below the raw one; the year is
    that of the manifest, else of the name, else of the nearest folder.
    """
    return slice_key(source.relative_path, source.hints)


def slice_key(relative_path: str, hints: Hints) -> str:
    """The slice of a path below the raw folder.

    >>> slice_key("沁源县/2022年/决算.pdf", Hints()), slice_key("a.zip!/x.pdf", Hints(department="财政局"))
    ('沁源县|2022', '财政局|unknown')
    """
    *folders, name = relative_path.split("/")
    named = " ".join(part for part in (hints.region, hints.department) if part)
    first = folders[0].rstrip(_MEMBER_MARK) if folders else ""
    is_publisher = bool(first) and first != FETCHED and not folders[0].endswith(_MEMBER_MARK)
    publisher = clean_key(named or (first if is_publisher else "")) or UNKNOWN
    year = str(hints.fiscal_year) if hints.fiscal_year else _year_of([name, *reversed(folders)])
    return f"{publisher}{SEPARATOR}{year}"


def clean_key(text: str) -> str:
    r"""A name without what Dagster refuses in a key, or what would look like the separator.

    >>> clean_key("沁源县|...局\n")
    '沁源县/…局'
    """
    composed = unicodedata.normalize("NFC", text)
    visible = "".join(" " if unicodedata.category(c).startswith("C") else c for c in composed)
    folded = re.sub(r"\.{3,}", "…", visible.replace(SEPARATOR, "/").replace(",", "，"))
    return " ".join(folded.split())[:_LONGEST_PUBLISHER].strip()


def _year_of(names: list[str]) -> str:
    """The year that the first of the names tells; words and 年 before bare digits (a date such as 20230815 is none)."""
    for name in names:
        for pattern in _YEAR_SAID:
            if found := pattern.search(name):
                return found[1]
        if words := _YEAR_IN_WORDS.search(name):
            return f"20{_DIGITS[words[1]]}{_DIGITS[words[2]]}"
        if bare := _YEAR_BARE.search(name):
            return bare[1]
    return UNKNOWN

"""The list of disclosure pages, a CSV file -> sources; a wrong line is said and costs only itself."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import BadSourceList, RefusedAddress
from pipeline.sources.fetch.addresses import clean_address

COLUMNS = ("source_id", "region", "department", "address", "pattern", "follow", "max_pages")
_NEEDED = ("source_id", "region", "address", "pattern")
_MOST_PAGES = 1_000
_SOURCE_ID = re.compile(r"[\w.-]{1,80}")
#: More letters than any pattern needs; longer ones are pasted by mistake.
_LONGEST_PATTERN = 1_000


@dataclass(frozen=True, slots=True)
class FetchSource:
    """One publisher's page, or one file.

    `pattern` tells over a link's address or text which links are documents, `follow` which lead to further pages
    (`None`: none do). `department` is `None` where the document says whose it is. `line_no` is 1-based.
    """

    source_id: str
    region: str
    department: str | None
    address: str
    pattern: re.Pattern[str]
    follow: re.Pattern[str] | None
    max_pages: int
    line_no: int


@dataclass(frozen=True, slots=True)
class SourceList:
    """The sources of a list in its order, and what is wrong with the lines that are none."""

    sources: tuple[FetchSource, ...]
    problems: tuple[BadSourceList, ...] = ()

    def only(self, source_ids: frozenset[str]) -> SourceList:
        """The sources of these names alone; all of them where none is named.

        Raises:
            BadSourceList: A name stands in no line.
        """
        if not source_ids:
            return self
        known = {source.source_id for source in self.sources}
        if unknown := sorted(source_ids - known):
            raise BadSourceList(
                f"no source is called {', '.join(unknown)}",
                expected=", ".join(sorted(known)) or "a list with sources",
                remedy="name a source_id of the list with --only",
            )
        return SourceList(tuple(source for source in self.sources if source.source_id in source_ids))


def read_source_list(path: Path) -> SourceList:
    """Reads the list, in UTF-8 or as Chinese Excel saves it (GBK).

    Raises:
        BadSourceList: The file as a whole cannot be used: not there, no table, a column missing.
    """
    reader = csv.DictReader(io.StringIO(_text_of(path), newline=""), strict=True)
    columns = tuple(name.strip() for name in reader.fieldnames or ())
    missing = [name for name in _NEEDED if name not in columns]
    if missing or (unknown := [name for name in columns if name not in COLUMNS]):
        raise BadSourceList(
            f"{path} has the columns {', '.join(columns) or '(none)'}",
            expected=f"{', '.join(COLUMNS)} ({', '.join(COLUMNS[4:])} as docs/fetching.md says)",
            remedy=f"add {', '.join(missing)}" if missing else f"take out or rename {', '.join(unknown)}",
        )
    reader.fieldnames = list(columns)
    sources: dict[str, FetchSource] = {}
    problems: list[BadSourceList] = []
    while True:
        try:
            row = next(reader)
        except StopIteration:
            break
        except csv.Error as error:
            problems.append(_problem(path, reader.line_num, f"is no line of a CSV file ({error})", "quotes that match"))
            continue
        if not any(isinstance(value, str) and value.strip() for value in row.values()):
            continue
        source = _source(row, reader.line_num, path, sources)
        if isinstance(source, BadSourceList):
            problems.append(source)
        else:
            sources[source.source_id] = source
    return SourceList(tuple(sources.values()), tuple(problems))


def _text_of(path: Path) -> str:
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise BadSourceList(
            f"{path} cannot be opened ({error.strerror})",
            expected="the list of disclosure pages",
            remedy="name the file with --sources or GONGKAI_SOURCES_FILE; docs/samples/sources.csv is a sample",
        ) from error
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BadSourceList(f"{path} is no text", expected="a CSV file in UTF-8", remedy="save it again as CSV UTF-8")


def _source(
    row: dict[str, str], line_no: int, path: Path, earlier: dict[str, FetchSource]
) -> FetchSource | BadSourceList:
    if None in row or None in row.values():
        return _problem(path, line_no, "has another number of cells than the header", f"{len(row)} cells")
    cells = {name: value.strip() for name, value in row.items()}
    for name in _NEEDED:
        if not cells[name]:
            return _problem(path, line_no, f"has no {name}", f"a {name} in every line")
    if not _SOURCE_ID.fullmatch(cells["source_id"]):
        return _problem(path, line_no, f"has the source_id {cells['source_id'][:80]!r}", "letters, digits, . _ or -")
    if same := earlier.get(cells["source_id"]):
        return _problem(path, line_no, f"has the source_id of line {same.line_no}", "a name of its own for each source")
    try:
        address = clean_address(cells["address"])
        pattern = _pattern(cells["pattern"], "pattern")
        follow = _pattern(cells["follow"], "follow") if cells.get("follow") else None
        max_pages = _max_pages(cells.get("max_pages", ""))
    except RefusedAddress as error:
        return _problem(path, line_no, f": {error.found}", error.expected)
    except ValueError as error:
        return _problem(path, line_no, f"has {error}", "see docs/fetching.md")
    return FetchSource(
        source_id=cells["source_id"],
        region=cells["region"],
        department=cells.get("department") or None,
        address=address,
        pattern=pattern,
        follow=follow,
        max_pages=max_pages,
        line_no=line_no,
    )


def _pattern(text: str, column: str) -> re.Pattern[str]:
    if len(text) > _LONGEST_PATTERN:
        raise ValueError(f"a {column} of {len(text):,} letters")
    try:
        return re.compile(text, re.IGNORECASE)
    except re.error as error:
        raise ValueError(f"the {column} {text!r}, which is no regular expression ({error})") from error


def _max_pages(text: str) -> int:
    if not text:
        return 1
    if not re.fullmatch(r"[0-9]{1,4}", text) or not 1 <= int(text) <= _MOST_PAGES:
        raise ValueError(f"max_pages {text!r}, not a whole number from 1 to {_MOST_PAGES:,}")
    return int(text)


def _problem(path: Path, line_no: int, what: str, expected: str) -> BadSourceList:
    between = "" if what.startswith(":") else " "
    return BadSourceList(
        f"line {line_no} of {path.name}{between}{what}",
        expected=expected,
        remedy="correct the line; the others are used",
    )

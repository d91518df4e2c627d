"""Who and when a document is about: department, region, year, phase, scope, title, date."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pipeline.model.extract import Issue, Severity
from pipeline.model.form import FormRegion, Phase
from pipeline.model.grid import Document, TextLine
from pipeline.model.source import NO_HINTS, Hints
from pipeline.model.text import match_key
from pipeline.normalise.budget_books import BODY_ENDING, name_of_book, scope_of_book
from pipeline.normalise.dates import iso_date
from pipeline.normalise.reference import department_types
from pipeline.normalise.regions import RegionReading, name_with_region, region_given, region_of_name

_COVER = re.compile(r"(20[0-4]\d)年度?.{0,24}?(部门|单位)?(预算|决算)")
_SCOPE = re.compile(r"(部门|单位)(预算|决算)")
#: What upload systems put before a file's own name.
_UPLOAD_PREFIX = re.compile(r"^[0-9a-f]{6,}[_-]+|^\d+[._、-]+")
#: A name of three characters, where title or file say nothing else: 气象局, 周村镇; not 本部门, 各乡镇, 市本级.
_SHORT_NAME = re.compile(r"(?![本该各全我某市县省区第年])[\u4e00-\u9fff]{2}[局镇乡部办委院]")
#: Short names that are places of their own; they stand even where no region is printed.
_PLACES = ("镇", "乡")
#: A heading that names the body stands so close below a form's title, below this many titles at least.
_HEAD_LINES = 2
_MIN_HEADS = 2
_PART_HEADING = re.compile(r"^第[一二三四五六七八九十]+部分")
#: A year and a body's name alone on a line: the rest of the title stands on the next.
_YEAR_AND_NAME = re.compile(r"20[0-4]\d年度?([\u4e00-\u9fff]{3,30})?")
_TAIL = re.compile(
    r"(关于)?(20[0-4]\d)年度?(的)?(部门|单位)?(预算|决算).*$|(部门|单位)(预算|决算)(公开)?.*$|(部门)?(预算|决算)(信息)?公开.*$|(部门)?(预算|决算)(情况)?说明.*$"
)
_DATE = re.compile(
    r"^(?P<year>[二2][〇零○0][一二三四五六七八九〇零○\d]{2})年"
    r"(?P<month>十[一二]?|[一二三四五六七八九]|\d{1,2})月(?:(?P<day>\d{1,2})日)?$"
)
#: Cover, contents and first heading stand within so many lines.
_FRONT_LINES = 60
_MAX_TITLE = 60
_MAX_LINE = 200
#: Words of a table's header: a line with one of them is no cover title.
_TABLE_WORDS = re.compile(r"项目|收入|支出|合计|金额|单位:")
_COVER_WEIGHT = 2
_ID_LENGTH = 12


@dataclass(frozen=True, slots=True)
class Identity:
    """What could be told; `None` where it could not."""

    department_id: str | None
    department_name: str | None
    department_type: str | None
    region_code: str | None
    fiscal_year: int | None
    phase: Phase | None
    reporting_scope: str | None
    title: str | None
    published_on: str | None
    issues: tuple[Issue, ...]


def identify(document: Document, regions: tuple[FormRegion, ...], hints: Hints = NO_HINTS) -> Identity:
    """Reads a document's identity from its forms, its cover and, last, its file name.

    What the manifest says fills what no page tells; its year goes before those the pages name.
    """
    lines = _lines(document)
    front = lines[:_FRONT_LINES]
    title = _title(front)
    year, year_issue = _fiscal_year(regions, front, document.file_name)
    if hints.fiscal_year:
        year, year_issue = hints.fiscal_year, None
    phase = _phase(regions, [title or "", document.file_name])
    name = name_of_book(regions, document) or _department(regions, title, document.file_name)
    name = name or _head(regions, year) or hints.department
    context = "".join(match_key(line) for line in front) + match_key(document.file_name)
    issues = [year_issue] if year_issue else []
    region_code = None
    if name:
        name = name_with_region(name, year, (match_key(line) for line in _texts(document)))
    if name and _SHORT_NAME.fullmatch(name) and not name.endswith(_PLACES) and not hints.region:
        name = hints.department  # every county has a 教育局: without its region the name tells no one body
    if name:
        reading = _region(name, year, context, hints.region)
        region_code = reading.region.code if reading.region else None
        if reading.region is None:
            issues.append(_region_issue(name, reading.candidates))
    else:
        issues.append(_department_issue())
    return Identity(
        department_id=department_id(name, region_code) if name else None,
        department_name=name,
        department_type=department_type(name) if name else None,
        region_code=region_code,
        fiscal_year=year,
        phase=phase,
        reporting_scope=scope_of_book(regions) or _scope(lines, title, document.file_name),
        title=title,
        published_on=_published_on(front),
        issues=tuple(issues),
    )


def _region(name: str, year: int | None, context: str, given: str | None) -> RegionReading:
    """The region a name begins with; else, or where several bear its name, the one the manifest gives."""
    reading = region_of_name(name, year, context + (given or ""))
    if reading.region or not given:
        return reading
    region = region_given(given, year)
    if region is None or (reading.candidates and region.code not in reading.candidates):
        return reading
    return RegionReading(region, ())


def department_id(name: str, region_code: str | None) -> str:
    """Returns a stable id: the region's code and a short hash of the name."""
    digest = hashlib.sha256(name.encode()).hexdigest()[:_ID_LENGTH]
    return f"{region_code or '000000'}-{digest}"


def department_type(name: str) -> str:
    """Returns the canonical type of a body, 其他 where no pattern fits.

    >>> department_type("阳城县人民政府办公室"), department_type("沁源县直属机关事务服务中心")
    ('政府办公室', '机关事务服务中心')
    """
    return next((kind for kind, pattern in department_types() if pattern.search(name)), "其他")


def _lines(document: Document) -> list[str]:
    """All short lines of running text, and the first cells of tables that stand before any text."""
    lines: list[str] = []
    for page in document.pages:
        for block in page.blocks:
            if isinstance(block, TextLine):
                lines.append(block.text.strip())
            elif len(lines) < _FRONT_LINES:
                lines += [cell.text.strip() for cell in block.cells[:4]]
    return [line for line in lines if line and len(line) <= _MAX_LINE]


def _texts(document: Document) -> Iterator[str]:
    """All running text, sentences too."""
    return (block.text for page in document.pages for block in page.blocks if isinstance(block, TextLine))


def _title(lines: list[str]) -> str | None:
    """Returns the document's own title: the first short line naming year and 预算 or 决算."""
    for index, line in enumerate(lines):
        key = match_key(line)
        if len(key) > _MAX_TITLE or _PART_HEADING.match(key) or key.endswith("表") or _TABLE_WORDS.search(key):
            continue
        if _COVER.search(key):
            before = match_key(lines[index - 1]) if index else ""
            return (before if _is_name(before) and before not in key else "") + key
        following = match_key(lines[index + 1]) if index + 1 < len(lines) else ""
        begun = _YEAR_AND_NAME.fullmatch(key)
        is_begun = begun and (begun.group(1) is None or BODY_ENDING.search(begun.group(1)))
        if is_begun and _SCOPE.search(following) and len(following) <= _MAX_TITLE:
            return key + following
    return None


def _is_name(key: str) -> bool:
    return bool(re.fullmatch(r"[\u4e00-\u9fff()]{4,30}", key)) and "目录" not in key and not key.endswith("表")


def _fiscal_year(regions: tuple[FormRegion, ...], lines: list[str], file_name: str) -> tuple[int | None, Issue | None]:
    votes: Counter[int] = Counter(region.printed_year for region in regions if region.printed_year)
    covers = [int(m.group(1)) for line in lines if len(line) <= _MAX_TITLE and (m := _COVER.search(match_key(line)))]
    if covers:
        votes[covers[0]] += _COVER_WEIGHT
    if not votes:
        named = re.search(r"20[0-4]\d", file_name)
        return (int(named.group()) if named else None), None
    ranked = votes.most_common()
    issue = None
    if len(ranked) > 1 and ranked[0][1] == ranked[1][1]:
        issue = Issue(
            "year_conflict",
            Severity.WARNING,
            "titles and headers name different years: " + ", ".join(str(year) for year, _ in ranked),
            "look at the cover and set the year in the manifest",
        )
    return ranked[0][0], issue


def _phase(regions: tuple[FormRegion, ...], texts: list[str]) -> Phase | None:
    votes: Counter[Phase] = Counter(region.phase for region in regions if region.phase)
    for text in texts:
        key = match_key(text)
        if "决算" in key:
            votes[Phase.FINAL_ACCOUNTS] += _COVER_WEIGHT
        elif "预算" in key:
            votes[Phase.BUDGET] += _COVER_WEIGHT
    return votes.most_common(1)[0][0] if votes else None


def _department(regions: tuple[FormRegion, ...], title: str | None, file_name: str) -> str | None:
    """The body most forms name; else the one the cover's title begins with; else the file name's."""
    votes = Counter(region.printed_organisation for region in regions if region.printed_organisation)
    if votes:
        # where forms name several bodies the one of the file's own name is meant: the others were left from a copy
        told = [body for body in votes if body in match_key(file_name)]
        return told[0] if len(told) == 1 else votes.most_common(1)[0][0]
    for text in (title, file_name.rsplit(".", 1)[0]):
        name = re.sub(r"^20[0-4]\d年度?", "", _TAIL.sub("", match_key(text or "")))
        name = _PART_HEADING.sub("", _UPLOAD_PREFIX.sub("", name)).removesuffix("公开").removesuffix("信息")
        if _SHORT_NAME.fullmatch(name) or (_is_name(name) and BODY_ENDING.search(name)):
            return name
    return None


def _head(regions: tuple[FormRegion, ...], year: int | None) -> str | None:
    """The body that alone fills a line right below the titles of several forms, region and all (定州市建设系统).

    `None` where one form only has such a line, or two bodies stand so: a line of a list is no heading.
    """
    votes: Counter[str] = Counter()
    for form in regions:
        votes.update({match_key(line.text) for line in form.lines[:_HEAD_LINES]})
    bodies = {key: n for key, n in votes.items() if _is_name(key) and BODY_ENDING.search(key)}
    found = [key for key in bodies if (region := region_of_name(key, year).region) and region.name != key]
    return found[0] if len(found) == 1 and bodies[found[0]] >= _MIN_HEADS else None


def _scope(lines: list[str], title: str | None, file_name: str) -> str | None:
    """Returns `department` or `unit`, from the title, the running heads, the part headings, the file name."""
    keys = [match_key(line) for line in lines]
    short = [key for key in keys if len(key) <= _MAX_TITLE and not re.search(r"[^报]表$", key)]
    running = [key for key in short if not _PART_HEADING.match(key)]
    for candidates in ([match_key(title or "")], running, [match_key(file_name)], short):
        for key in candidates:
            match = _SCOPE.search(key)
            if match and "(单位)" not in key:
                return "department" if match.group(1) == "部门" else "unit"
    return None


def _published_on(lines: Iterable[str]) -> str | None:
    """Returns a cover date as ISO text; a month without a day is its first day."""
    for line in lines:
        match = _DATE.match(match_key(line))
        found = iso_date(match["year"], match["month"], match["day"] or "1") if match else None
        if found:
            return found
    return None


def _region_issue(name: str, candidates: tuple[str, ...]) -> Issue:
    if len(candidates) == 1:
        found = f"{name}: may be the district {candidates[0]} or a subdistrict of that name; no page tells"
    elif candidates:
        found = f"{name}: several regions have this name ({', '.join(candidates)})"
    else:
        found = f"{name}: the name begins with no region"
    remedy = "name the region in data/raw/MANIFEST.csv (column region)"
    return Issue("region_unknown", Severity.WARNING, found, remedy, raw_text=name)


def _department_issue() -> Issue:
    return Issue(
        "department_unknown",
        Severity.WARNING,
        "neither a form nor the cover names the department",
        "add department to data/raw/MANIFEST.csv",
    )

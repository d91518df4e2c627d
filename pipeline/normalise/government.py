"""Whose budget a government's document is, and of which year: told by its titles, its tables and its own words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from pipeline.model.extract import FormRecord, Issue, Severity
from pipeline.model.form import FormRegion, Phase
from pipeline.model.grid import Document, Grid, TextLine
from pipeline.model.text import match_key
from pipeline.normalise.identity import Identity, department_id, department_type
from pipeline.normalise.reference import Region
from pipeline.normalise.regions import region_of_name

#: The scope of a document that is a whole government's.
GOVERNMENT = "government"
_BODY = "人民政府"
_FRONT_LINES = 60
_MAX_LINE = 80
#: A title goes on over so many lines.
_TITLE_LINES = 3
#: What stands before a region's name in a title: a number, 关于, a year.
_BEFORE = re.compile(
    r"^[(]?(附件|附表|表)?[一二三四五六七八九十\d]{0,3}?[)]?[:、.—-]*(关于)?(20[0-4]\d年?度?)?(?![年度])(?=[\u4e00-\u9fff])"
)
#: What stands behind it where the government itself is meant, and no township or office of it.
_BEHIND = re.compile(
    r"^(20[0-4]\d|[省市州盟县区旗]?(本级|级)|本级|全[省市州盟县区旗]|人民政府|财政(局|厅|总?[预决]算|$)|政府|地方|一般公共|公共财政|政府性"
    r"|国有资本|社会保险|预算|决算|第.{1,5}届人民代表大会)"
)
#: A region inside a line: 在定州市第八届人民代表大会…, 信息来源:澧县财政局.
_WITHIN = re.compile(
    r"(?:在|来源:|机构:|单位:|部门:)([\u4e00-\u9fff]{1,14}?[省市州盟县区旗])(?=人民政府|财政[局厅]|第.{1,5}届人民代表大会)"
)
_REPORT = re.compile(r"(预算|决算).{0,30}(执行情况|草案).{0,30}报告|财政(总)?决算")
_YEAR_OF_ACCOUNTS = re.compile(r"(20[0-4]\d)年[^和与、及]{0,16}决算")
_YEAR_OF_DRAFT = re.compile(r"(20[0-4]\d)年(?=[^年]{0,24}草案)")
_YEAR = re.compile(r"(20[0-4]\d)年")


def identify_government(
    document: Document, regions: Sequence[FormRegion], forms: Sequence[FormRecord], hint: str | None = None
) -> Identity:
    """Reads whose budget or accounts a document is.

    Args:
        document: As read.
        regions: The government's forms recognised in it.
        forms: Their records, with the years and phases they say.
        hint: The body that the manifest names.
    """
    lines = list(_front(document))
    title = _title(lines)
    year, phase = _when(title, forms)
    texts = [*(region.title for region in regions), *lines, match_key(document.file_name)]
    region = _region(texts, year) or _hinted(hint, year)
    name = f"{region.name}{_BODY}" if region else None
    return Identity(
        department_id=department_id(name, region.code) if name and region else None,
        department_name=name,
        department_type=department_type(name) if name else None,
        region_code=region.code if region else None,
        fiscal_year=year,
        phase=phase,
        reporting_scope=GOVERNMENT,
        title=title,
        published_on=None,
        issues=() if region else (_unknown_issue(),),
    )


def _front(document: Document) -> Iterator[str]:
    """The first short lines and cells."""
    count = 0
    for page in document.pages:
        for block in page.blocks:
            texts = [block.text] if isinstance(block, TextLine) else [cell.text for cell in block.cells[:4]]
            names = [block.sheet_name or ""] if isinstance(block, Grid) else []
            for text in (*names, *texts):
                key = match_key(text)
                if key and len(key) <= _MAX_LINE:
                    yield key
                    count += 1
            if count >= _FRONT_LINES:
                return


def _title(lines: Sequence[str]) -> str | None:
    """The title of a report or of accounts, over as many lines as it goes on."""
    for index in range(len(lines)):
        for count in range(1, _TITLE_LINES + 1):
            text = "".join(lines[index : index + count])
            if _YEAR.search(lines[index]) and _REPORT.search(text):
                return text
    return None


def _when(title: str | None, forms: Sequence[FormRecord]) -> tuple[int | None, Phase | None]:
    """The year and phase: those of the title, else of the latest forms, a budget before an outturn."""
    if title:
        draft, accounts = _YEAR_OF_DRAFT.search(title), _YEAR_OF_ACCOUNTS.search(title)
        if draft:
            return int(draft.group(1)), Phase.BUDGET
        if accounts:
            return int(accounts.group(1)), Phase.FINAL_ACCOUNTS
    years = [form.fiscal_year for form in forms if form.fiscal_year]
    year = max(years, default=None)
    if year is None and title:
        year = max(map(int, _YEAR.findall(title)), default=None)
    phases = {form.phase for form in forms if form.phase and form.fiscal_year in (None, year)}
    phase = Phase.BUDGET if Phase.BUDGET.value in phases else None
    return year, phase or (Phase.FINAL_ACCOUNTS if phases else None)


def _region(texts: Iterable[str], year: int | None) -> Region | None:
    """The one region whose government the titles and lines name; none where two are named as often."""
    kept = list(texts)
    context = "".join(kept)
    votes: Counter[Region] = Counter()
    for text in kept:
        for name in (_BEFORE.sub("", text), *_WITHIN.findall(text)):
            region = region_of_name(name, year, context).region
            is_within = region is not None and name.endswith(region.name)
            if region and (is_within or _BEHIND.match(name[name.find(region.name) + len(region.name) :])):
                votes[region] += 1
    ranked = votes.most_common(2)
    if not ranked or (len(ranked) > 1 and ranked[0][1] == ranked[1][1]):
        return None
    return ranked[0][0]


def _hinted(hint: str | None, year: int | None) -> Region | None:
    """The region of the government that the manifest names (定州市, 定州市人民政府), none of a department's name."""
    region = region_of_name(hint, year).region if hint else None
    rest = (hint or "").rpartition(region.name)[2] if region else ""
    return region if region and rest in ("", _BODY) else None


def _unknown_issue() -> Issue:
    return Issue(
        "department_unknown",
        Severity.WARNING,
        "neither a title nor a table names the government whose budget this is",
        "add its name (定州市人民政府) as department to data/raw/MANIFEST.csv",
    )

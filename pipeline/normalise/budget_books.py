"""Whose a budget book is, and whose each of its forms: the department's and, all over again, each of its units'."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from pipeline.model.form import Body, FormRegion
from pipeline.model.grid import Document, TextLine
from pipeline.model.text import match_key

#: What a body's name ends with.
BODY_ENDING = re.compile(r"([局办室委院会厅处站所校队府心乡镇部园馆台社团区]|街道|公司|法院|检察院|报社|联|系统)$")
#: 林业局 or 老干部局 is the name of one in every county; a longer one tells its body.
_SHORT = re.compile(r"[\u4e00-\u9fff]{1,3}[局办委院部]")
#: The cover: who drew the book up, and on the next line the finance bureau that approved it.
_DRAWN_UP = re.compile(r"(?P<name>[\u4e00-\u9fff()]{2,40})编制")
_APPROVED = re.compile(r"(?P<place>[\u4e00-\u9fff]{2,20}?)财政局(审核|汇总|审定)")
#: The cover stands within so many lines.
_FRONT_LINES = 20


def cover_of_book(document: Document) -> tuple[str | None, str | None]:
    """Returns the body that drew the book up, as short as the cover has it, and the place of the approving bureau."""
    lines = [block.text for page in document.pages[:1] for block in page.blocks if isinstance(block, TextLine)]
    keys = [match_key(line) for line in lines[:_FRONT_LINES]]
    for key, following in pairwise(keys):
        drawn_up, approved = _DRAWN_UP.fullmatch(key), _APPROVED.fullmatch(following)
        if drawn_up and approved:
            return drawn_up["name"], approved["place"]
    return None, None


def with_units(regions: Sequence[FormRegion], document: Document) -> Iterator[FormRegion]:
    """Marks the forms of units in the document of their department: never add the two.

    A form is a unit's where its body's code continues that of another form's body, or where the forms are of several
    units and no department. The one unit that the cover names is the document's own body: its part of the department's
    book. Units of one name are told apart by their codes.
    """
    own_name, _ = cover_of_book(document)
    bodies = {region.body for region in regions if region.body}
    units = [body for body in bodies if body.is_unit]
    names = Counter(body.name for body in bodies)
    for region in regions:
        body = region.body
        is_own = body is not None and body.name == own_name and len(units) == 1
        if body is None or is_own or not _is_one_of_units(body, bodies):
            yield region
        else:
            is_alone = names[body.name] == 1
            yield replace(region, reporting_unit=body.name if is_alone else f"{body.name}（{body.code}）")


def _is_one_of_units(body: Body, bodies: set[Body]) -> bool:
    others = bodies - {body}
    return any(body.is_unit_of(other) or (body.is_unit and other.is_unit) for other in others)


def name_of_book(regions: Sequence[FormRegion], document: Document) -> str | None:
    """Returns the body whose book it is, `None` where its tables name no body with a code.

    The one unit of a department bears its full name (214农工委 is 中国共产党定州市委员会农村工作委员会). Of several
    units the one named after the department is its own office (327林业 is 定州市林业局), unless the cover names a full
    body: that one is of the place whose finance bureau approved it (清风店镇 is 定州市清风店镇).
    """
    bodies = sorted({region.body for region in regions if region.body}, key=lambda body: body.code)
    if not bodies:
        return None
    cover, place = cover_of_book(document)
    units = [body for body in bodies if body.is_unit]
    if any(body.name == cover for body in units):
        return cover
    if cover and _is_full(cover):
        return cover if not place or place in cover else place + cover
    if len(units) == 1:
        return units[0].name
    short = cover or bodies[0].name
    if _is_full(short) and not bodies[0].is_unit:
        return short
    offices = [body.name for body in units if body.name.removeprefix(place or "") in _offices(short)]
    return offices[0] if len(offices) == 1 else None


def _is_full(name: str) -> bool:
    return bool(BODY_ENDING.search(name)) and not _SHORT.fullmatch(name)


def _offices(short: str) -> set[str]:
    """What the office of a trade may be called: 林业 has a 林业局."""
    return {short + ending for ending in ("", "局", "委", "办", "委员会", "办公室")}


def scope_of_book(regions: Sequence[FormRegion]) -> str | None:
    """Returns `unit` where the document's own forms are a unit's, `department` where a department's; else `None`."""
    own = [region.body for region in regions if region.body and region.reporting_unit is None]
    if not own:
        return None
    if any(region.reporting_unit for region in regions):
        return "department"
    return "unit" if any(body.is_unit for body in own) else "department"

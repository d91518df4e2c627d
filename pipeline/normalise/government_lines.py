"""Lines of a government's tables: codes for names that print none, which sum is which, whose money a figure is of.

A government prints its classes by name more often than by code, its own level's total inside the list of all
(一、本级支出 above 合计), and items below numbered ones without a number.
"""

from __future__ import annotations

import itertools
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path

import yaml

from pipeline.errors import CatalogueError
from pipeline.model.extract import FormValue, Issue
from pipeline.model.form import AreaScope, FormSpec
from pipeline.model.text import NOT_NUMBERED, match_key, numbering_depth
from pipeline.normalise.lines import normalise_lines
from pipeline.normalise.reference import names_of_list

TOTAL, OWN_LEVEL, GRAND_TOTAL = "TOTAL", "own_level", "grand_total"
TO_LOWER_LEVELS, WHOLE_AREA_TOTAL = "to_lower_levels", "whole_area_total"
#: Sums and what goes to lower levels: no lines of a class.
_SUMS = frozenset({TOTAL, OWN_LEVEL, GRAND_TOTAL, TO_LOWER_LEVELS, WHOLE_AREA_TOTAL})
_NAMES_FILE = Path(__file__).parent / "government_names.yaml"
_ORDINAL = re.compile(r"^([一二三四五六七八九十]+[、.]|[(][一二三四五六七八九十\d]+[)]|\d+[、.)])|^其中:")
#: What a line adds to its name: 增值税(含改征增值税).
_REMARK = re.compile(r"\([^()]*\)$")
_ENDING = re.compile(r"(支出|收入|事务|等)+$")
#: Money that is no revenue or expenditure of the year: where it stands in a table, 总计 holds it.
_BALANCES = re.compile(r"转移|上解|补助|返还|结转|结余|债务|债券|调入|调出|稳定调节")
_CLASS, _SECTION = 3, 5
_Row = tuple[int | None, int, str]


def normalise_government_lines(
    values: Sequence[FormValue], spec: FormSpec, title: str, year: int | None
) -> tuple[tuple[FormValue, ...], tuple[Issue, ...]]:
    """Gives each value of a government's table its code, level, leaf mark and area.

    Args:
        values: All values of one printing, in printed order.
        spec: The form's catalogue entry.
        title: The printed title, which may say whose money it is (2016年市本级…).
        year: The year of the figures.
    """
    values = list(_with_areas(values, spec, title))
    values = _with_totals(values)
    if spec.code_list and not any(_is_coded(value) for value in values):
        values = _with_codes(values, _list_of(values, spec.code_list))
    normalised, issues = normalise_lines(values, spec, year)
    return tuple(_without_headings(normalised)), issues


def _row_of(value: FormValue) -> _Row:
    return value.page_no, value.row_no, value.line_label


def _is_coded(value: FormValue) -> bool:
    return value.line_code is not None and value.line_code.isdigit()


def _with_areas(values: Sequence[FormValue], spec: FormSpec, title: str) -> Iterator[FormValue]:
    """Gives each figure its area: by its line, else by its column, else by the title."""
    said = [scope.value for scope, words in spec.areas.items() if words.search(match_key(title))]
    of_title = said[0] if len(said) == 1 else None
    codes = {value.line_code for value in values}
    has_own, has_lower = OWN_LEVEL in codes, TO_LOWER_LEVELS in codes
    of_line: str | None = None
    for value in values:
        if value.line_code == OWN_LEVEL:
            of_line = AreaScope.OWN_LEVEL.value
        elif has_own and has_lower and value.line_code in (TO_LOWER_LEVELS, TOTAL, GRAND_TOTAL):
            of_line = AreaScope.WHOLE_AREA.value
        yield value._replace(area_scope=of_line or value.area_scope or of_title)


def _with_totals(values: list[FormValue]) -> list[FormValue]:
    """Says which sum is the total of the classes: 本级支出 where it is printed, else 合计, else a lone 总计."""
    values = [v._replace(is_leaf=False) if v.line_code in _SUMS else v for v in values]
    codes = {value.line_code for value in values}
    if OWN_LEVEL in codes:
        below = _lines_below(values, TO_LOWER_LEVELS)
        # 合计 of 本级收入 and 上级补助收入 is no area's
        of_all = WHOLE_AREA_TOTAL if TO_LOWER_LEVELS in codes else GRAND_TOTAL
        renamed = {OWN_LEVEL: TOTAL, TOTAL: of_all}
        if TOTAL not in codes:
            renamed[GRAND_TOTAL] = of_all
        return [
            value._replace(line_code=renamed.get(value.line_code or "", value.line_code), is_leaf=False)
            if value.line_code in _SUMS or _row_of(value) in below
            else value
            for value in values
        ]
    if TOTAL not in codes and not any(_BALANCES.search(value.line_label) for value in values):
        return [v._replace(line_code=TOTAL) if v.line_code == GRAND_TOTAL else v for v in values]
    return values


def _lines_below(values: Iterable[FormValue], code: str) -> set[_Row]:
    """The lines between a line of a code and the next sum: its parts, in a list whose items have no numbers."""
    found: set[_Row] = set()
    is_below = False
    for value in values:
        if value.line_code == code:
            is_below = True
        elif value.line_code in _SUMS:
            is_below = False
        elif is_below:
            found.add(_row_of(value))
    return found


def folded(name: str) -> str:
    """Folds a printed name of a class to what names are compared by.

    >>> folded("13、资源勘探信息等支出"), folded("农林水事务"), folded("一、税收收入")
    ('资源勘探信息', '农林水', '税收')
    """
    return _ENDING.sub("", _ORDINAL.sub("", match_key(name)))


@cache
def _codes_by_name(code_list: str) -> dict[str, tuple[str, ...]]:
    found: dict[str, set[str]] = defaultdict(set)
    for code, names in names_of_list(code_list).items():
        for name in names:
            found[folded(name)].add(code)
    for name, code in _aliases().get(code_list, {}).items():
        found[name].add(code)
    found.pop("", None)
    return {name: tuple(sorted(codes)) for name, codes in found.items()}


@cache
def _aliases() -> dict[str, dict[str, str]]:
    try:
        raw = yaml.safe_load(_NAMES_FILE.read_text(encoding="utf-8"))
        return {str(name): {str(k): str(v) for k, v in entries.items()} for name, entries in raw.items()}
    except (AttributeError, yaml.YAMLError) as error:
        raise CatalogueError(
            f"{_NAMES_FILE.name}: {error}", expected="names to codes by code list", remedy="correct the file"
        ) from error


def _with_codes(values: list[FormValue], code_list: str) -> list[FormValue]:
    """Gives lines that print a name only the code of that name, inside the class that is open; others stay without."""
    by_row: dict[_Row, str | None] = {}
    open_code = ""
    for value in values:
        row = _row_of(value)
        if row in by_row or value.line_code in _SUMS:
            continue
        by_row[row] = code = _code_of_name(value.line_label, open_code, _codes_by_name(code_list))
        open_code = code if code and len(code) <= _SECTION else open_code
    return [
        value._replace(line_code=by_row.get(_row_of(value))) if value.line_code not in _SUMS else value
        for value in values
    ]


def _list_of(values: Iterable[FormValue], code_list: str) -> str:
    """The list that names are looked up in: of the two economic ones that which knows more of them."""
    if code_list != "economic":
        return code_list
    names = {folded(value.line_label) for value in values}
    return max(("economic_government", "economic"), key=lambda one: len(names & _codes_by_name(one).keys()))


def _code_of_name(label: str, open_code: str, codes: dict[str, tuple[str, ...]]) -> str | None:
    name = folded(label)
    options = codes.get(name) or codes.get(folded(_REMARK.sub("", match_key(label))), ())
    classes = [code for code in options if len(code) == _CLASS and code != open_code]
    if classes:
        return classes[0] if len(classes) == 1 else None
    if not open_code:
        return options[0] if len(options) == 1 else None
    for parent in (open_code, open_code[:_CLASS]):
        inside = [code for code in options if code.startswith(parent) and len(code) > len(parent)]
        nearest = [code for code in inside if len(code) == min(map(len, inside))]
        if len(nearest) == 1:
            return nearest[0]
    return None


def _without_headings(values: Sequence[FormValue]) -> Iterator[FormValue]:
    """Takes the leaf mark from numbered lines with lines without a number below them: these are its parts."""
    lines = list(dict.fromkeys(_row_of(value) for value in values))
    first = {_row_of(value): value for value in reversed(values)}
    headings: set[_Row] = set()
    for row, following in itertools.pairwise(lines):
        line, below = first[row], first[following]
        if line.line_code in _SUMS or below.line_code in _SUMS or _is_coded(below):
            continue
        if numbering_depth(line.line_label) != NOT_NUMBERED and numbering_depth(below.line_label) == NOT_NUMBERED:
            headings.add(row)
    for value in values:
        yield value._replace(is_leaf=False) if _row_of(value) in headings else value

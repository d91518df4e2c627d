"""What a government's table says of its columns: the year each is of, the area, and so the table's year and phase."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from pipeline.model.extract import CellKind, FormValue
from pipeline.model.form import FormSpec, Phase, Role
from pipeline.model.text import match_key
from pipeline.parse.table import Column, Segment

_YEAR = re.compile(r"(20[0-4]\d)年")
#: Measures of a year; beside a later one's they are of a year before.
_OF_A_YEAR = frozenset({"budget", "adjusted", "final", "executed"})
PRIOR_YEAR = "prior_year_"
_OUTTURN = frozenset({"final", "executed"})
_OUTTURN_TITLE = re.compile(r"决算|执行|完成")


def area_of(text: str, spec: FormSpec) -> str | None:
    """Returns whose money a title or header says its figures are of, `None` where it says none or both."""
    found = [scope.value for scope, words in spec.areas.items() if words.search(text)]
    return found[0] if len(found) == 1 else None


def with_prior_years(segments: Sequence[Segment], title: str) -> list[Segment]:
    """Names the columns of years before the table's own, and those the title alone says what they measure.

    2022年执行数 beside 2023年预算数 is last year's; 合计 beside 基本支出 is what the title is of.
    """
    own = year_of(title, segments)
    of_title = _measure_of(title)
    return [
        replace(part, columns=tuple(_of_its_year(column, own, of_title) for column in part.columns))
        for part in segments
    ]


def _measure_of(title: str) -> str:
    found = _OUTTURN_TITLE.search(title)
    return ("final" if found.group() == "决算" else "executed") if found else "budget"


def _of_its_year(column: Column, own: int | None, of_title: str) -> Column:
    if column.measure == "total":
        column = replace(column, measure=of_title)
    year = _year_in(column.path)
    if column.measure in _OF_A_YEAR and year is not None and own is not None and year < own:
        measure = PRIOR_YEAR + ("executed" if column.measure in _OUTTURN else "budget")
        return replace(column, measure=measure)
    return column


def year_of(title: str, segments: Iterable[Segment]) -> int | None:
    """Returns the latest year that the title or a column of amounts names, `None` where neither does."""
    paths = (column.path for part in segments for column in part.columns if column.role is Role.MEASURE)
    years = [int(year) for text in (match_key(title), *paths) for year in _YEAR.findall(text)]
    return max(years, default=None)


def phase_of_measures(title: str, values: Iterable[FormValue]) -> Phase | None:
    """Returns final accounts where the year's outturn is printed, else budget; `None` where neither is."""
    printed = {value.measure for value in values if value.cell_kind is CellKind.NUMBER}
    if printed & _OUTTURN:
        return Phase.FINAL_ACCOUNTS
    if printed & _OF_A_YEAR:
        return Phase.BUDGET
    return Phase.FINAL_ACCOUNTS if _OUTTURN_TITLE.search(title) else None


def _year_in(path: str) -> int | None:
    match = _YEAR.search(path)
    return int(match.group(1)) if match else None

"""A target form printed without separators, 实施期 and 年度 side by side, the right half cut off and glued.

`经济效益指标 彩楼搭建成本节约率 ≥2% 经济效益指标 彩楼搭建成本节约≥2%`: the class tells where a half begins,
the left half's name and value tell where the right one's name ends.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from pipeline.model.form import FormRegion
from pipeline.model.grid import TextLine
from pipeline.model.performance import AttachmentKind, Period
from pipeline.model.text import match_key, squeeze
from pipeline.parse.amounts import read_amount
from pipeline.parse.performance.drafts import Indicator, Project, Reading, remark_at
from pipeline.parse.performance.half_lines import HalfRow, half_rows
from pipeline.parse.performance.indicator_values import read_indicator_value
from pipeline.parse.performance.money import make_figure, unit_evidence
from pipeline.parse.performance.rows import PrintedCell
from pipeline.parse.performance.terms import kinds_in_line, term_in_line
from pipeline.parse.performance.words import performance_words

_HEADER = ("二级指标", "三级指标") * 2
_FIELD = re.compile(r"(项目名称|实施单位)[:：]?\s*(\S+)")
_AMOUNT = re.compile(r"[:：]?\s*(-?\d[\d,]*(?:\.\d+)?)?")
_HAN_GAP = re.compile(r"(?<=[\u4e00-\u9fff）)])\s+(?=[\u4e00-\u9fff])")
_VALUE_IN = re.compile(r"^(.*?)([≥≤＞＜><=]\s*\d.*|\d{4}年.*|\d[\d.,]*\s*\S{0,8})$")
_METHOD = "text_whitespace"


def is_side_by_side(region: FormRegion) -> bool:
    """Whether the lines of a region print two tables side by side."""
    return not region.grids and any(_is_header(match_key(line.text)) for line in region.lines)


def _is_header(key: str) -> bool:
    """Whether the header's words stand in a line, in their order."""
    stop = 0
    for word in _HEADER:
        start = key.find(word, stop)
        if start < 0:
            return False
        stop = start + len(word)
    return True


def read_side_by_side(region: FormRegion) -> Reading:
    """Reads a target form whose two halves stand in one line."""
    reading = Reading()
    header = next(n for n, line in enumerate(region.lines) if _is_header(match_key(line.text)))
    project = Project(AttachmentKind.TABLE, "", region.page_no, region.line_no or 1, _METHOD)
    for number, line in enumerate(region.lines[:header], 1):
        for label, value in _FIELD.findall(line.text):
            reading.read_cells.append(PrintedCell(0, 1, value, line.page_no, line.line_no or number))
            if label == "项目名称" and not project.name:
                project.name, project.row_no = squeeze(value), line.line_no or number
            elif label == "实施单位" and project.unit_name is None:
                project.unit_name = squeeze(value)
    if not project.name:
        return reading
    reading.projects.append(project)
    _read_terms(region.lines[:header], project, reading)
    _read_amounts(region, region.lines[:header], project, reading)
    for row in half_rows(region.lines[header + 1 :]):
        project.indicators += list(_row_indicators(row, reading))
    return reading


def _read_terms(lines: Sequence[TextLine], project: Project, reading: Reading) -> None:
    for number, line in enumerate(lines, 1):
        row_no = line.line_no or number
        term = term_in_line(line, row_no)
        if term:
            project.figures.append(term)
        reading.labels += kinds_in_line(line, row_no)


def _read_amounts(region: FormRegion, lines: Sequence[TextLine], project: Project, reading: Reading) -> None:
    """Reads the sums of the two periods, then the funds of each, left and right."""
    words = performance_words()
    texts = list(_money_lines(lines))
    joined = _HAN_GAP.sub("", " ".join(text for text, _ in texts))
    unit = (region.unit.unit, unit_evidence(region.unit))
    position, seen = 0, 0
    while match := words.amounts_in_lines.search(joined, position):
        label = match.group(0)
        figure = _AMOUNT.match(joined, match.end())
        position = figure.end() if figure else match.end()
        text = figure.group(1) if figure else None
        entry = next((e for e in words.paired_amounts if e.pattern.search(match_key(label).rstrip(":"))), None)
        is_total = entry is not None and ("总额" in label)
        measure = entry.measure if is_total and entry else ("period_budget" if seen % 2 == 0 else "annual_budget")
        seen = 0 if is_total else seen + 1
        if text is None:
            continue
        line = _line_of(lines, text, label)
        cell = PrintedCell(0 if measure == "period_budget" else 1, 1, text, line.page_no, line.line_no or 1)
        source = None if is_total else match_key(label).removeprefix("其中:")
        project.figures.append(make_figure(cell, measure, source, unit, None))
        reading.read_cells.append(cell)


def _money_lines(lines: Sequence[TextLine]) -> Iterator[tuple[str, int | None]]:
    inside = False
    for line in lines:
        key = match_key(line.text)
        inside = (inside or "资金总额" in key) and not key.startswith(("项目概况", "项目实施", "立项", "总体目标"))
        if inside and key not in {"项目资金", "(元)", "(万元)"}:
            yield line.text.strip(), line.line_no


def _line_of(lines: Sequence[TextLine], text: str, label: str) -> TextLine:
    """The line an amount stands in: the first with the amount that also holds its label, else the first with it."""
    with_text = [line for line in lines if text in line.text and "名称" not in line.text]
    with_label = [line for line in with_text if squeeze(label) in squeeze(line.text)]
    return (with_label or with_text or list(lines))[0]


def _row_indicators(row: HalfRow, reading: Reading) -> Iterator[Indicator]:
    words = performance_words()
    parts = _split_halves([half.text for half in row.halves])
    for number, (name, value, printed) in enumerate(parts):
        half = row.halves[number]
        line = half.line
        entry = words.level2_of(match_key(half.level2))
        level2 = (entry and entry.name) or half.level2
        certain = entry.level1[0] if entry and entry.level1 and row.level1 not in entry.level1 else row.level1
        period = Period.IMPLEMENTATION if number == 0 and len(parts) > 1 else Period.ANNUAL
        if not printed:
            continue
        cell = PrintedCell(number, 1, name or printed, line.page_no, line.line_no or 1)
        indicator = Indicator(certain, level2, cell, period)
        if value is None:
            reading.remarks.append(
                remark_at(
                    cell,
                    "indicator_value_unclear",
                    f"“{printed}”: where the name ends and the value begins cannot be told",
                    "look at the page; the text is kept as the indicator's name",
                )
            )
        else:
            target = PrintedCell(number, 1, value, line.page_no, line.line_no or 1)
            indicator.cells["target"] = target
            indicator.values["target"] = read_indicator_value(value)
            reading.read_cells.append(target)
        if name and not printed.startswith(name):
            indicator.reason = f"the name is cut off on the page (“{printed}”); completed from its other half"
        reading.read_cells.append(PrintedCell(number, 1, printed, line.page_no, line.line_no or 1))
        yield indicator


def _split_halves(halves: list[str]) -> list[tuple[str | None, str | None, str]]:
    """Name, value and text of each half; each helps the other where its columns are glued."""
    parts = [_split(half) for half in halves]
    if len(parts) != 2:  # noqa: PLR2004
        return [(name, value, half) for (name, value), half in zip(parts, halves, strict=True)]
    (left_name, left_value), (right_name, right_value) = parts
    if left_value is None:
        left_name, left_value = _by_suffix(halves[0], right_value or _shared_end(*halves))
    if left_name and left_value and " " not in halves[1]:
        right_name, right_value = _by_other(halves[1], left_name, left_value) or (right_name, right_value)
    return [(left_name, left_value, halves[0]), (right_name, right_value, halves[1])]


def _split(half: str) -> tuple[str | None, str | None]:
    """Splits at the blank, else before the sign or number a value begins with."""
    if " " in half:
        name, _, value = half.rpartition(" ")
        return squeeze(name), value
    match = _VALUE_IN.match(half)
    return (match[1], match[2]) if match and match[1] else (half or None, None)


def _by_suffix(half: str, value: str | None) -> tuple[str | None, str | None]:
    if value and half.endswith(value) and half != value:
        return half.removesuffix(value), value
    return half or None, None


def _by_other(half: str, name: str, value: str) -> tuple[str, str] | None:
    """Reads a glued half whose value is the other half's and whose name is the other's, cut off."""
    if not half.endswith(value):
        return None
    begun = half.removesuffix(value)
    return (name, value) if begun and name.startswith(begun) else None


def _shared_end(left: str, right: str) -> str | None:
    ends = [left[-n:] for n in range(1, min(len(left), len(right))) if left[-n:] == right[-n:]]
    found = ends[-1] if ends else None
    return found if found and read_amount(found).number is None else None

"""绩效自评分析报告: the name, the score and the grade stand in its text, the figures in its two tables."""

from __future__ import annotations

import re

from pipeline.model.form import FormRegion
from pipeline.model.grid import TextLine
from pipeline.model.performance import AttachmentKind
from pipeline.model.text import match_key, squeeze
from pipeline.parse.performance.drafts import Project, Reading, Remark
from pipeline.parse.performance.money import make_figure
from pipeline.parse.performance.rows import PrintedCell, region_rows
from pipeline.parse.performance.tables import TableReader
from pipeline.parse.performance.words import performance_words


def read_report(region: FormRegion) -> Reading:
    """Reads a report: its tables as any other's, what they lack from its sentences."""
    words = performance_words()
    reader = TableReader(region, AttachmentKind.REPORT, _first(region, words.report_names))
    reading = reader.read(region_rows(region))
    if not reading.projects:
        return reading
    project = reading.projects[0]
    project.unit_name = project.unit_name or _first(region, words.report_units)
    scores = _found(region, words.report_scores)
    if len({text for _, text in scores}) > 1:
        line, _ = scores[0]
        said = ", ".join(dict.fromkeys(text for _, text in scores))
        reading.remarks.append(_conflict(line, said))
    elif scores and not any(figure.measure == "score" for figure in project.figures):
        line, text = scores[0]
        cell = PrintedCell(0, 1, text, line.page_no, line.line_no or 1, line.bbox)
        project.figures.append(make_figure(cell, "score", None, (None, ""), "said in the text of the report"))
        reading.read_cells.append(cell)
    grades = {text for _, text in _found(region, words.report_grades)}
    if len(grades) == 1 and project.grade is None:
        project.grade = grades.pop()
    return reading


def _conflict(line: TextLine, said: str) -> Remark:
    return Remark(
        "score_in_doubt",
        f"the report says more than one score: {said}",
        "look at the text; the score stays empty",
        line.page_no,
        line.line_no,
        raw_text=line.text.strip()[:120],
    )


def _first(region: FormRegion, pattern: re.Pattern[str]) -> str | None:
    found = (pattern.search(line.text.strip()) for line in region.lines)
    return next((squeeze(match[1]) for match in found if match), None)


def _found(region: FormRegion, pattern: re.Pattern[str]) -> list[tuple[TextLine, str]]:
    return [(line, match[1]) for line in region.lines for match in pattern.finditer(match_key(line.text))]


def name_in_lines(region: FormRegion) -> Project | None:
    """Returns a project named in the lines above a table, `None` where none is."""
    name = _first(region, performance_words().report_names)
    if name is None:
        return None
    return Project(AttachmentKind.TABLE, name, region.page_no, region.line_no or 1, "")

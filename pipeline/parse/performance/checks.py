"""What proves the reading of an attachment: rates, sums of points, sources against totals; failures are remarks."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal

from pipeline.model.performance import AttachmentKind, Period
from pipeline.parse.performance.drafts import Figure, Indicator, Project, Remark, remark_at
from pipeline.parse.performance.money import rate_holds

AMOUNTS = ("declared_budget", "initial_budget", "annual_budget", "executed", "closing_balance", "period_budget")
_PLANNED = ("declared_budget", "initial_budget", "period_budget")
_SPOILED_POINT = re.compile(r"\d{1,3},\d{3}")
#: A plan is never multiplied by a hundred within its year; a point read as a comma multiplies by a thousand.
_TOO_MANY_TIMES = 100
#: Of a hundred points ten are for spending the money (项目支出绩效评价管理办法); some tables print them apart.
_ALL_POINTS, _RATE_POINTS = Decimal(100), Decimal(10)
_POINT_ROUNDING = Decimal("0.06")
_HALF = Decimal("0.5")


def check_project(project: Project) -> Iterator[Remark]:
    """Checks one project; figures that cannot be right get their `doubt`, and every failing check a remark."""
    yield from _implausible(project)
    yield from _spoiled_total(project)
    yield from _sources(project)
    yield from _rate(project)
    yield from _points(project)


def own_figures(project: Project) -> dict[str, Figure]:
    """The project's own figures by measure, those of its sources left out; of two the first."""
    figures: dict[str, Figure] = {}
    for figure in project.figures:
        if figure.source is None:
            figures.setdefault(figure.measure, figure)
    return figures


def _implausible(project: Project) -> Iterator[Remark]:
    plans = [f for f in own_figures(project).values() if f.measure in _PLANNED and f.number]
    plan = next((figure for figure in plans if not _SPOILED_POINT.fullmatch(figure.cell.text.strip())), None)
    if plan is None or not plan.number:
        return
    for figure in project.figures:
        number = figure.number
        if figure.measure not in AMOUNTS or not number or figure.unit != plan.unit:
            continue
        if abs(number) <= abs(plan.number) * _TOO_MANY_TIMES:
            continue
        text = figure.cell.text.strip()
        other = f" or, its point read as a comma, {text.replace(',', '.')}" if _SPOILED_POINT.fullmatch(text) else ""
        figure.doubt = f"{number} {figure.unit}{other}"
        yield remark_at(
            figure.cell,
            "implausible_amount",
            f"{figure.measure} of {project.name}: {text} {figure.unit} beside a plan of {plan.cell.text.strip()}; "
            f"it reads as {figure.doubt}",
            "look at the page; the text is kept, the amount stays empty",
        )


def _spoiled_total(project: Project) -> Iterator[Remark]:
    """A total whose rate fails beside its one source whose rate holds: the source is right, the total is not."""
    own = own_figures(project)
    by_source = _by_source(project)
    filled = {source: figures for source, figures in by_source.items() if figures.get("annual_budget")}
    if _rate_of(own) is not False or len(filled) != 1 or _rate_of(next(iter(filled.values()))) is not True:
        return
    for measure, figure in next(iter(filled.values())).items():
        total = own.get(measure)
        if total is None or total.number == figure.number or total.doubt:
            continue
        texts = f"{total.cell.text.strip()} as the total, {figure.cell.text.strip()} as its only source"
        total.doubt = texts
        yield remark_at(
            total.cell,
            "implausible_amount",
            f"{measure} of {project.name} is printed twice: {texts}, and only the source's rate holds",
            "look at the page; the total's text is kept, its number stays empty",
        )


def _by_source(project: Project) -> dict[str, dict[str, Figure]]:
    found: dict[str, dict[str, Figure]] = defaultdict(dict)
    for figure in project.figures:
        if figure.source is not None:
            found[figure.source].setdefault(figure.measure, figure)
    return found


def _rate_of(figures: dict[str, Figure]) -> bool | None:
    """Whether the printed rate is that of the amounts, `None` where one of the three is missing."""
    annual, executed, rate = (figures.get(m) for m in ("annual_budget", "executed", "execution_rate"))
    if annual is None or executed is None or rate is None:
        return None
    if not annual.number or executed.number is None or rate.number is None:
        return None
    return rate_holds(annual.number, executed.number, rate.number)


def _sources(project: Project) -> Iterator[Remark]:
    """The funds of a project against its total, measure by measure, where all of them are amounts of one unit."""
    for measure, total in own_figures(project).items():
        parts = [f for f in project.figures if f.source is not None and f.measure == measure and f.number is not None]
        if measure not in AMOUNTS or not parts or total.number is None or total.doubt or any(f.doubt for f in parts):
            continue
        if project.kind is AttachmentKind.DUTIES or any(f.unit != total.unit for f in parts):
            continue
        got = sum((figure.number or Decimal(0) for figure in parts), Decimal(0))
        tolerance = _HALF * sum((Decimal(1).scaleb(-f.decimals) for f in (total, *parts)), Decimal(0))
        if abs(got - total.number) > tolerance:
            yield remark_at(
                total.cell,
                "project_sources_differ",
                f"{measure} of {project.name}: {total.cell.text.strip()} printed, its sources add up to {got}",
                "look at the page; both are loaded as printed",
            )


def _rate(project: Project) -> Iterator[Remark]:
    own = own_figures(project)
    if any(figure.doubt for figure in own.values()):
        return
    if _rate_of(own) is False:
        annual, executed, rate = (own[m] for m in ("annual_budget", "executed", "execution_rate"))
        yield remark_at(
            rate.cell,
            "execution_rate_differs",
            f"{project.name}: {executed.cell.text.strip()} of {annual.cell.text.strip()} is not "
            f"{rate.cell.text.strip()}",
            "look at the page; all three are loaded as printed",
        )


def _points(project: Project) -> Iterator[Remark]:
    """Weights add up to 100, scores to the printed score, the points for the rate included."""
    own = own_figures(project)
    rows = [indicator for indicator in project.indicators if indicator.period is not Period.IMPLEMENTATION]
    weights = [indicator.weight for indicator in rows if indicator.weight is not None]
    if not weights or project.kind in (AttachmentKind.LIST, AttachmentKind.DUTIES):
        return
    spent = own.get("execution_score")
    weight_of_rate = own.get("execution_weight")
    rate_points = (weight_of_rate.number if weight_of_rate else None) or (_RATE_POINTS if spent else Decimal(0))
    total = sum(weights, Decimal(0)) + rate_points
    expected = [_ALL_POINTS] if spent else [_ALL_POINTS, _ALL_POINTS - _RATE_POINTS]
    is_whole = all(indicator.weight is not None for indicator in rows)
    if is_whole and all(abs(total - points) > _POINT_ROUNDING for points in expected):
        yield _points_remark(project, rows, f"the weights read add up to {total}, not to 100")
    score = own.get("score")
    scores = [indicator.score for indicator in rows if indicator.score is not None]
    if score is None or score.number is None or not scores:
        return
    got = sum(scores, Decimal(0)) + ((spent.number if spent else None) or Decimal(0))
    if abs(got - score.number) > _POINT_ROUNDING:
        yield _points_remark(project, rows, f"the scores read add up to {got}, the printed score is {score.number}")


def _points_remark(project: Project, rows: list[Indicator], what: str) -> Remark:
    first = rows[0].name
    return Remark(
        "indicator_points_differ",
        f"{project.name}: {what}",
        "look at the page: rows of indicators may be missing, or points were spoiled",
        first.page_no,
        first.row_no,
        raw_text=project.name,
    )

"""Records to what the pages without scripts show: sections of tables and charts, sources with their sums."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from decimal import Decimal

from markupsafe import Markup

from pipeline.published.comparison import ComparedDocument, Figure, Group, PrintedValue, Reason
from pipeline.site.addresses import figure_place, part_name
from pipeline.site.cells import percent, to_csv, yuan
from pipeline.site.charts import Mark, draw
from pipeline.site.region import GroupFigures, Part, Region
from pipeline.site.tables import figure_name, figures_table, notes_beyond_group, own_notes
from pipeline.site.wording import PHASES, SAID, SUBJECTS, VARIANTS, Words, named

#: Bars of more classes than these are too thin to read.
_MOST_CLASSES = 12
#: Charts stand above the tables of these.
_DRAWN: tuple[Part, ...] = (("function", "general_public_budget"), ("economic", "department.basic"))
_CSV_COLUMNS = tuple(field.name for field in fields(Figure) if field.name != "value_ids")


@dataclass(frozen=True, slots=True)
class ReasonTold:
    """A reason with its words in both languages."""

    words: Words
    is_excluding: bool
    what_to_do: Words


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawn chart: its title, what it shows in words, and the picture."""

    title: Words
    told: Words
    svg: Markup


@dataclass(frozen=True, slots=True)
class Section:
    """One table with the charts above it."""

    title: Words
    charts: tuple[Chart, ...]
    table: Markup
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """A figure with what makes it up: the figures `below`, or numbers by document; `own_reasons` of it alone.

    `published` are the numbers of the government's own tables that stand beside it.
    """

    figure: Figure
    place: str
    steps: tuple[Words, ...]
    own_reasons: tuple[str, ...]
    below: tuple[Figure, ...]
    documents: tuple[tuple[ComparedDocument, tuple[PrintedValue, ...]], ...]
    sum_yuan: Decimal
    published: tuple[tuple[ComparedDocument, tuple[PrintedValue, ...]], ...] = ()

    @property
    def is_exact(self) -> bool:
        """Whether what is listed adds up to the figure."""
        return self.sum_yuan == self.figure.amount_yuan


@dataclass(frozen=True, slots=True)
class PartSources:
    """The sources of one kind of figures."""

    title: Words
    sources: tuple[Source, ...]


def tell_reasons(reasons: Sequence[Reason]) -> dict[str, ReasonTold]:
    """Reasons by id."""
    return {
        one.reason_id: ReasonTold(
            Words(one.name_zh, one.name_en), one.is_excluding, Words(one.what_to_do_zh, one.what_to_do_en)
        )
        for one in reasons
    }


def part_title(part: Part) -> Words:
    """What a kind of figures is called.

    >>> part_title(("function", "all")).zh
    '功能分类支出：全部资金'
    """
    subject = named(SUBJECTS, part[0])
    variant = named(VARIANTS, f"{part[0]}.{part[1]}")
    return Words(f"{subject.zh}：{variant.zh}", f"{subject.en}: {variant.en}")


def parts_of(groups: Sequence[GroupFigures]) -> list[Part]:
    """The kinds of figures that any of the groups has, in the order of the site."""
    order = [tuple(name.split(".", 1)) for name in VARIANTS]
    known = {part for one in groups for part in one.parts}
    return sorted(known, key=lambda part: (order.index(part) if part in order else len(order), part))


def view_sections(region: Region, department_type: str) -> list[Section]:
    """The tables of a region and department type."""
    groups = region.of_type(department_type)
    return [
        Section(
            part_title(part),
            tuple(_charts(groups, part)) if part in _DRAWN else (),
            figures_table(groups, part, _caption(region, department_type, part), part_name(*part).replace(".", "-")),
            tuple(own_notes(groups, part)),
        )
        for part in parts_of(groups)
    ]


def _caption(region: Region, department_type: str, part: Part) -> Words:
    title = part_title(part)
    end = SAID["caption_end"]
    return Words(
        f"{region.name} · {department_type} · {title.zh}{end.zh}",
        f"{region.name} · {department_type} · {title.en}{end.en}",
    )


def _year_phase(group: Group) -> str:
    """A chart says it in Chinese, with digits that anybody reads."""
    return f"{group.fiscal_year} {named(PHASES, group.phase).zh}"


def _charts(groups: Sequence[GroupFigures], part: Part) -> list[Chart]:
    """The classes of the newest year, and all classes over the years of a phase that has several."""
    shown = [one for one in groups if part in one.parts]
    newest = shown[-1]
    classes = [figure for figure in newest.parts[part] if figure.class_level == 1 and figure.amount_yuan]
    largest = sorted(classes, key=lambda figure: -(figure.amount_yuan or 0))[:_MOST_CLASSES]
    marks = [_mark(figure, newest.group, row, figure_name(figure).zh) for row, figure in enumerate(largest)]
    charts = [_chart("bar_title", marks, is_trend=False)] if marks else []
    same_phase = [one for one in shown if one.group.phase == newest.group.phase]
    if len(same_phase) > 1:
        totals = [
            _mark(figure, one.group, 0, named(PHASES, one.group.phase).zh)
            for one in same_phase
            for figure in one.parts[part]
            if figure.class_level == 0
        ]
        charts.append(_chart("trend_title", totals, is_trend=True))
    return charts


def _mark(figure: Figure, group: Group, row: int, name: str) -> Mark:
    when = _year_phase(group)
    amount = figure.amount_yuan or Decimal(0)
    text = f"{when} {yuan(amount)}{'' if figure.is_comparable else ' ※'}"
    series = name if figure.class_level == 0 else when
    return Mark(name, row, series, 0, group.fiscal_year, float(amount), text, figure.is_comparable)


def _chart(title: str, marks: Sequence[Mark], *, is_trend: bool) -> Chart:
    listed = "; ".join(mark.text if is_trend else f"{mark.row}: {mark.text}" for mark in marks)
    words = SAID[title]
    told = Words(f"{words.zh}：{listed}", words.en)
    return Chart(words, told, Markup(draw("trend" if is_trend else "bar", marks)))  # noqa: S704 (altair escapes its texts)


def view_sources(region: Region, one: GroupFigures, parts: Sequence[Part]) -> list[PartSources]:
    """The sources of a group's figures, of the parts named."""
    documents = {document.document_id: document for document in region.documents}
    return [
        PartSources(
            part_title(part),
            tuple(
                _source(region, one, figure, listed, documents)
                for figure, listed in zip(one.parts[part], one.listed(part).values(), strict=True)
            ),
        )
        for part in parts
    ]


def _source(
    region: Region,
    one: GroupFigures,
    figure: Figure,
    listed: Sequence[Figure | str],
    documents: Mapping[str, ComparedDocument],
) -> Source:
    below = tuple(part for part in listed if isinstance(part, Figure))
    values = [region.values[part] for part in listed if isinstance(part, str)]
    amounts = [*(figure.amount_yuan for figure in below), *(value.amount_yuan for value in values)]
    return Source(
        figure,
        figure_place(figure),
        tuple(_steps(figure, one)),
        tuple(notes_beyond_group(figure, one)),
        below,
        _by_document(values, documents),
        sum((amount or Decimal(0) for amount in amounts), Decimal(0)),
        _by_document([region.values[value_id] for value_id in region.published_ids(figure)], documents),
    )


def _by_document(
    values: Sequence[PrintedValue], documents: Mapping[str, ComparedDocument]
) -> tuple[tuple[ComparedDocument, tuple[PrintedValue, ...]], ...]:
    """Numbers under their documents, by file name, each in the order of its pages."""
    found: dict[str, list[PrintedValue]] = {}
    for value in sorted(values, key=lambda value: (value.page_no or 0, value.row_no, value.col_no)):
        found.setdefault(value.document_id, []).append(value)
    return tuple(
        (documents[document_id], tuple(listed))
        for document_id, listed in sorted(found.items(), key=lambda item: documents[item[0]].file_name)
    )


def _steps(figure: Figure, one: GroupFigures) -> list[Words]:
    """How what is beside the amount follows from it."""
    group, amount = one.group, yuan(figure.amount_yuan)
    steps: list[Words] = []
    part = one.parts[(figure.subject, figure.variant)]
    total = next((other.amount_yuan for other in part if _is_total(other)), None)
    if figure.share is not None and total:
        told = f"{amount} ÷ {yuan(total)} = {percent(figure.share)}"
        steps.append(Words(f"占比 {told}", f"share {told}"))
    if figure.amount_per_capita_yuan is not None and group.population:
        told = f"{amount} ÷ {group.population:,} = {yuan(figure.amount_per_capita_yuan)}"
        year = group.population_year
        steps.append(Words(f"人均（{year}年人口） {told}", f"per resident of {year} {told}"))
    if figure.amount_per_head_yuan is not None and group.headcount:
        told = f"{amount} ÷ {group.headcount:,} = {yuan(figure.amount_per_head_yuan)}"
        steps.append(Words(f"在职人均 {told}", f"per person in post {told}"))
    if figure.growth_rate is not None:
        told = f"{amount} ÷ {yuan(figure.prior_year_amount_yuan)} − 1 = {percent(figure.growth_rate)}"
        steps.append(Words(f"增长 {told}", f"growth {told}"))
    if figure.comparable_rank is not None:
        told = f"{figure.comparable_rank} / {figure.comparable_count}"
        steps.append(Words(f"可比排名 {told}", f"rank among comparable {told}"))
    return steps


def _is_total(figure: Figure) -> bool:
    return figure.code in ("TOTAL", "total")


def figures_csv(region: Region, department_type: str) -> str:
    """All figures of a region and department type, the columns of the marts and where the sources stand."""
    rows = [
        [
            region.name,
            *(getattr(figure, name) for name in _CSV_COLUMNS),
            f"{one.sources((figure.subject, figure.variant))}#{figure_place(figure)}",
        ]
        for one in region.of_type(department_type)
        for figures in one.parts.values()
        for figure in figures
    ]
    return to_csv(["region_name", *_CSV_COLUMNS, "source"], rows)

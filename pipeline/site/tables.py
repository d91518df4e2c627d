"""Tables by great-tables: one per subject of a region and department type, the years beside each other.

What lives here: which cells a table has. What must not: their style, which is `assets/site.css`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import polars as pl
from great_tables import GT
from markupsafe import Markup, escape

from pipeline.published.comparison import Figure
from pipeline.site.addresses import figure_place
from pipeline.site.cells import percent, yuan
from pipeline.site.region import GroupFigures, Part
from pipeline.site.wording import CODES, MEASURES, PHASES, SAID, Words, named

#: The columns of a table without scripts; the comparison page and the CSV have all of them.
SHOWN = {
    "function": ("amount_yuan", "share", "amount_per_capita_yuan", "comparable_rank", "published_total_yuan"),
    "economic": ("amount_yuan", "share", "amount_per_capita_yuan", "comparable_rank"),
    "three_public": ("amount_yuan", "share", "amount_per_capita_yuan", "comparable_rank"),
    "operating_cost": ("amount_yuan", "share", "amount_per_capita_yuan", "comparable_rank"),
    "project": ("amount_yuan", "executed_yuan", "execution_rate", "average_score", "project_count"),
}
_STYLE = re.compile(r"<style>.*?</style>", re.S)
_LABEL = re.compile(r">(label (?:head|\d+))<")
_CLASSES = re.compile(r' class="gt_[^"]*"|(?: data-quarto-[a-z-]+="false")')
_OUTSIDE = re.compile(r"^.*?(?=<table)|(?<=</table>).*$", re.S)
_TABLE = re.compile(r"(<table[^>]*?) aria-labelledby=\"[^\"]*\"|(<table[^>]*)")


def said(words: Words) -> Markup:
    """Words in both languages; the page shows the one chosen, and both without scripts."""
    return Markup('<span class="zh" lang="zh-Hans">{}</span> <span class="en" lang="en">{}</span>').format(*words)


def one_or_both(words: Words) -> Markup:
    """The same, once where both languages say the same."""
    return escape(words.zh) if words.zh == words.en else said(words)


def figure_name(figure: Figure) -> Words:
    """What a figure is of: its code and name."""
    own = CODES.get(figure.code) or CODES.get(f"{figure.subject}.{figure.code}")
    if own:
        return own
    name = f"{figure.code} {figure.name}" if figure.name else figure.code
    return Words(name, name)


def measured(figure: Figure, measure: str) -> str:
    """One column of a figure as text; a dash where it has none."""
    value = getattr(figure, measure)
    if value is None:
        return "—"
    if measure == "comparable_rank":
        return f"{value} / {figure.comparable_count}"
    if measure in ("share", "growth_rate"):
        return percent(value)
    if measure == "execution_rate":
        return f"{value:,.2f}%"
    return str(value) if measure in ("project_count", "average_score") else yuan(value)


def figures_table(groups: Sequence[GroupFigures], part: Part, caption: Words, table_id: str) -> Markup:
    """One table: a line per class, per group its columns; every number leads to its sources.

    Args:
        groups: Of one region and department type; those without the part are left out.
        part: Subject and variant.
        caption: What the table shows.
        table_id: Its name on the page.
    """
    shown = [one for one in groups if part in one.parts]
    lines: dict[tuple[int, str], Figure] = {}
    for one in shown:
        for figure in one.parts[part]:
            lines.setdefault((figure.class_level, figure.code), figure)
    ordered = _in_order(shown, part, lines)
    cells: dict[str, Markup] = {}
    columns: dict[str, list[str]] = {"label": []}
    for number, figure in enumerate(ordered):
        cells[f"label {number}"] = Markup('<span class="level{}">{}</span>').format(
            figure.class_level, one_or_both(figure_name(figure))
        )
        columns["label"].append(f"label {number}")
    cells["label head"] = said(SAID["class"])
    labels, spanners = {}, []
    for group_no, one in enumerate(shown):
        of_code = {(figure.class_level, figure.code): figure for figure in one.parts[part]}
        names = []
        for measure_no, measure in enumerate(_columns_of(part, one)):
            name = f"c{group_no}m{measure_no}"
            names.append(name)
            labels[name] = measure
            columns[name] = []
            for number, line in enumerate(ordered):
                key = f"{name} {number}"
                cells[key] = _cell(of_code.get((line.class_level, line.code)), measure, one)
                columns[name].append(key)
        spanners.append((one, names))
    table = GT(pl.DataFrame(columns), rowname_col="label", id=table_id).tab_stubhead(label="label head")
    table = table.fmt(lambda key: str(cells[str(key)]))
    for number, (_, names) in enumerate(spanners):
        table = table.tab_spanner(f"spanner {number}", names, id=f"{table_id}-{number}")
    html = _STYLE.sub("", table.as_raw_html())
    return _dressed(html, cells, labels, [one for one, _ in spanners], caption)


def _in_order(
    groups: Sequence[GroupFigures], part: Part, lines: Mapping[tuple[int, str], Figure]
) -> list[Figure]:
    """All lines of the groups in one order: by the path of codes that leads to each."""

    def path(figure: Figure) -> tuple[str, ...]:
        parent = lines.get((figure.class_level - 1, figure.parent_code or ""))
        return (*(path(parent) if parent else ()), figure.code)

    if part[0] not in ("function", "economic"):
        return list(lines.values())
    return sorted(lines.values(), key=lambda figure: (figure.class_level > 0, path(figure)))


def _columns_of(part: Part, one: GroupFigures) -> list[str]:
    """The columns that hold anything; the amount always stands."""
    return [
        measure
        for measure in SHOWN[part[0]]
        if measure == "amount_yuan" or any(getattr(figure, measure) is not None for figure in one.parts[part])
    ]


def _cell(figure: Figure | None, measure: str, one: GroupFigures) -> Markup:
    if figure is None or getattr(figure, measure) is None:
        return Markup("—")
    text = escape(measured(figure, measure))
    mark = Markup('<span class="no">※</span>') if measure == "amount_yuan" and not figure.is_comparable else ""
    if measure == "published_total_yuan":  # of the government's own budget, not of the group's documents
        return text
    address = f"../{one.sources((figure.subject, figure.variant))}#{figure_place(figure)}"
    return Markup('{}<a href="{}">{}</a>').format(mark, address, text)


def _dressed(
    html: str, cells: Mapping[str, Markup], labels: Mapping[str, str], groups: Sequence[GroupFigures], caption: Words
) -> Markup:
    """The table alone, with a caption, and with markup where great-tables lets only text stand."""
    table = _OUTSIDE.sub("", html)
    table = _TABLE.sub(lambda found: (found[1] or found[2]), table, count=1)
    table = re.sub(r"(<table[^>]*>)", lambda found: f"{found[1]}<caption>{said(caption)}</caption>", table, count=1)
    table = _LABEL.sub(lambda found: f">{cells[found[1]]}<", table)
    table = _CLASSES.sub("", table)
    for name, measure in labels.items():
        table = table.replace(f">{name}<", f">{said(MEASURES[measure])}<")
    for number, one in enumerate(groups):
        group = one.group
        phase = named(PHASES, group.phase)
        head = said(Words(f"{group.fiscal_year}年{phase.zh}", f"{group.fiscal_year} {phase.en}"))
        if not group.is_comparable:
            head += Markup('<br><span class="no">※ {}</span>').format(said(SAID["incomparable"]))
        table = table.replace(f">spanner {number}<", f">{head}<")
    return Markup(table)  # noqa: S704 (great-tables escapes what we do not)

"""Tables by great-tables: one per subject of a region and department type, the years beside each other.

What lives here: which cells a table has. What must not: their style, which is `assets/site.css`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import polars as pl
from great_tables import GT
from markupsafe import Markup, escape

from pipeline.model.text import without_steering
from pipeline.published.comparison import Figure
from pipeline.site.addresses import figure_place
from pipeline.site.cells import percent, yuan
from pipeline.site.region import ADDED_UP, GroupFigures, Part
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
_OUTSIDE = re.compile(r"^.*?(?=<table)|(?<=</table>).*$", re.S)
_TABLE = re.compile(r"<table[^>]*>")
_CLASSES = re.compile(r' class="gt_[^"]*"')
_KEPT = re.compile(r">kept(\d+)<")


def said(words: Words) -> Markup:
    """Words in both languages; the page shows the one chosen, and both without scripts."""
    return Markup('<span class="zh" lang="zh-Hans">{}</span> <span class="en" lang="en">{}</span>').format(
        *map(without_steering, words)
    )


def one_or_both(words: Words) -> Markup:
    """The same, once where both languages say the same."""
    return escape(without_steering(words.zh)) if words.zh == words.en else said(words)


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
    lines = _lines_of(shown, part)
    notes = own_notes(shown, part)
    markup = _Markup()
    columns = {"label": [markup.keep(_label(line)) for line in lines]}
    spanners = []
    for one in shown:
        of_line = {(figure.class_level, figure.code): figure for figure in one.parts[part]}
        names = []
        for measure in _measures_of(part, one):
            name = markup.keep(said(MEASURES[measure]))
            names.append(name)
            cells = (_cell(of_line.get((line.class_level, line.code)), measure, one, notes) for line in lines)
            columns[name] = [markup.keep(cell) for cell in cells]
        spanners.append((markup.keep(_head(one)), names))
    stub_head = markup.keep(said(SAID["class"]))
    table = GT(pl.DataFrame(columns), rowname_col="label", id=table_id).tab_stubhead(label=stub_head)
    for number, (head, names) in enumerate(spanners):
        table = table.tab_spanner(head, names, id=f"{table_id}-{number}")
    return _dressed(table.as_raw_html(), markup, caption)


class _Markup:
    """Markup kept under names that great-tables takes for texts, until the table is made."""

    def __init__(self) -> None:
        self._kept: list[Markup] = []

    def keep(self, markup: Markup) -> str:
        """The name it is kept under."""
        self._kept.append(markup)
        return f"kept{len(self._kept) - 1}"

    def put_back(self, html: str) -> str:
        """The table with the markup where its names stood."""
        return _KEPT.sub(lambda found: f">{self._kept[int(found[1])]}<", html)


def _label(line: Figure) -> Markup:
    return Markup('<span class="level{}">{}</span>').format(line.class_level, one_or_both(figure_name(line)))


def _head(one: GroupFigures) -> Markup:
    group = one.group
    phase = named(PHASES, group.phase)
    head = said(Words(f"{group.fiscal_year}年{phase.zh}", f"{group.fiscal_year} {phase.en}"))
    if group.is_comparable:
        return head
    return head + Markup('<br><span class="no">※ {}</span>').format(said(SAID["incomparable"]))


def _lines_of(groups: Sequence[GroupFigures], part: Part) -> list[Figure]:
    """One figure of each line of the groups, in one order: by the path of codes that leads to it."""
    lines: dict[tuple[int, str], Figure] = {}
    for one in groups:
        for figure in one.parts[part]:
            lines.setdefault((figure.class_level, figure.code), figure)

    def path(figure: Figure) -> tuple[str, ...]:
        parent = lines.get((figure.class_level - 1, figure.parent_code or ""))
        return (*(path(parent) if parent else ()), figure.code)

    if part[0] not in ADDED_UP:
        return list(lines.values())
    return sorted(lines.values(), key=lambda figure: (figure.class_level > 0, path(figure)))


def _measures_of(part: Part, one: GroupFigures) -> list[str]:
    """The columns that hold anything; the amount always stands."""
    return [
        measure
        for measure in SHOWN[part[0]]
        if measure == "amount_yuan" or any(getattr(figure, measure) is not None for figure in one.parts[part])
    ]


def own_notes(groups: Sequence[GroupFigures], part: Part) -> list[str]:
    """The reasons and warnings of single figures that go beyond those of their group, each once."""
    return list(
        dict.fromkeys(
            note for one in groups for figure in one.parts.get(part, ()) for note in notes_beyond_group(figure, one)
        )
    )


def notes_beyond_group(figure: Figure, one: GroupFigures) -> list[str]:
    """What is said of a figure and not of its whole group."""
    group = one.group
    reasons = [reason for reason in figure.incomparable_reasons if reason not in group.incomparable_reasons]
    return reasons + [warning for warning in figure.warnings if warning not in group.warnings]


def _cell(figure: Figure | None, measure: str, one: GroupFigures, notes: Sequence[str]) -> Markup:
    if figure is None or getattr(figure, measure) is None:
        return Markup("—")
    text = escape(measured(figure, measure))
    mark, behind = Markup(""), Markup("")
    if measure == "amount_yuan":
        mark = mark if figure.is_comparable else Markup('<span class="no">※</span>')
        numbers = [notes.index(note) + 1 for note in notes_beyond_group(figure, one)]
        behind = Markup("").join(Markup('<sup class="care">{}</sup>').format(number) for number in numbers)
    address = f"../{one.sources((figure.subject, figure.variant))}#{figure_place(figure)}"
    return Markup('{}<a href="{}">{}</a>{}').format(mark, address, text, behind)


def _dressed(html: str, markup: _Markup, caption: Words) -> Markup:
    """The table alone, with a caption, without great-tables' style, and with the markup kept for it."""
    table = _CLASSES.sub("", _OUTSIDE.sub("", _STYLE.sub("", html)))
    captioned = f'<table class="figures"><caption>{said(caption)}</caption>'
    return Markup(markup.put_back(_TABLE.sub(lambda _: captioned, table, count=1)))  # noqa: S704 (escaped by us)

"""Reads the template families in `templates/`: titles, headers, columns and notes of the forms, as data."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

TEMPLATES_DIR = Path(__file__).parent / "templates"
_SPAN = re.compile(r"\{([cr])(\d+)\}")


@dataclass(frozen=True, slots=True)
class HeaderCell:
    """One printed header cell with its spans."""

    text: str
    col_span: int = 1
    row_span: int = 1


@dataclass(frozen=True, slots=True)
class BlockLayout:
    """One block of columns. `columns` are `code`, `name`, `qualifier`, `line_no`, `key` (the line code of truth,
    not printed), a measure, or `measure:line_code` where the column names the category."""

    columns: tuple[str, ...]
    side: str | None = None

    @property
    def printed_columns(self) -> tuple[str, ...]:
        """The columns that stand on the page."""
        return tuple(column for column in self.columns if column != "key")


@dataclass(frozen=True, slots=True)
class FooterGroup:
    """One label of the closing line (人员经费合计): how many columns it spans, and the measures after it."""

    span: int
    measures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FormLayout:
    """How a family prints one form. Texts may hold `{year}`, `{department}`, `{unit}`."""

    name: str
    form_id: str
    form_no: str
    title: str
    heading: tuple[str, ...]
    organisation: str
    period: str
    unit_line: str
    header: tuple[str, ...]
    blocks: tuple[BlockLayout, ...]
    footer: tuple[FooterGroup, ...]
    notes: tuple[str, ...]
    empty_note: str


@dataclass(frozen=True, slots=True)
class Family:
    """A template family: one finance bureau's way of printing all forms of a phase."""

    name: str
    phase: str
    forms: Mapping[str, FormLayout]


def family_names() -> tuple[str, ...]:
    """Names of the template families, sorted."""
    return tuple(sorted(path.stem for path in TEMPLATES_DIR.glob("*.yaml")))


@cache
def load_family(name: str) -> Family:
    """Loads a template family; fields it does not name come from its base.

    >>> load_family("final_henan").forms["summary"].form_no
    '公开 01 表'
    """
    raw = _load_raw(name)
    return Family(name, raw["phase"], {form: _form_layout(form, raw) for form in raw["order"]})


def _load_raw(name: str) -> dict[str, Any]:
    raw: dict[str, Any] = yaml.safe_load((TEMPLATES_DIR / f"{name}.yaml").read_text(encoding="utf-8"))
    if "base" not in raw:
        return raw
    base = _load_raw(raw["base"])
    forms = {form: base["forms"].get(form, {}) | raw["forms"].get(form, {}) for form in raw["order"]}
    return base | raw | {"forms": forms}


def _form_layout(name: str, family: dict[str, Any]) -> FormLayout:
    shared = {key: family[key] for key in ("heading", "organisation", "period", "unit_line", "empty_note")}
    raw = shared | family["forms"][name]
    return FormLayout(
        name=name,
        form_id=raw["form_id"],
        form_no=raw["form_no"],
        title=raw["title"],
        heading=tuple(raw["heading"]),
        organisation=raw["organisation"],
        period=raw["period"],
        unit_line=raw["unit_line"],
        header=tuple(raw["header"]),
        blocks=tuple(BlockLayout(tuple(block["columns"]), block.get("side")) for block in raw["blocks"]),
        footer=tuple(FooterGroup(group["span"], tuple(group["measures"])) for group in raw.get("footer", ())),
        notes=tuple(raw.get("notes", ())),
        empty_note=raw["empty_note"],
    )


def parse_header_row(text: str) -> tuple[HeaderCell, ...]:
    """Reads one header row of a template.

    >>> parse_header_row("项目{c2} | 其他收入{r2}")[0]
    HeaderCell(text='项目', col_span=2, row_span=1)
    """
    return tuple(_header_cell(cell.strip()) for cell in text.split("|"))


def _header_cell(text: str) -> HeaderCell:
    spans = {axis: int(count) for axis, count in _SPAN.findall(text)}
    return HeaderCell(_SPAN.sub("", text), spans.get("c", 1), spans.get("r", 1))

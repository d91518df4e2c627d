"""Reads the fact files in `facts/`: figures of published documents, typed in from the named source."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from tests.corpus.facts import DocumentFacts, FormFacts, Line, LineKind, NumberStyle

FACTS_DIR = Path(__file__).parent / "facts"
_MARKS = {"!section ": LineKind.SECTION, "!header ": LineKind.HEADER}


def fact_file_names() -> tuple[str, ...]:
    """Names of the fact files without their ending, sorted."""
    return tuple(sorted(path.stem for path in FACTS_DIR.glob("*.yaml")))


def load_facts(name: str) -> DocumentFacts:
    """Loads one fact file by its name without ending.

    >>> load_facts("qinyuan_government_office_2022_final").department
    '沁源县人民政府办公室'
    """
    raw = yaml.safe_load((FACTS_DIR / f"{name}.yaml").read_text(encoding="utf-8"))
    return DocumentFacts(
        source=raw["source"],
        family=raw["family"],
        department=raw["department"],
        region=raw["region"],
        region_code=raw["region_code"],
        fiscal_year=raw["fiscal_year"],
        phase=raw["phase"],
        reporting_scope=raw["reporting_scope"],
        unit=raw["unit"],
        number_style=NumberStyle(raw["number_style"]),
        cover=tuple(raw["cover"]),
        running_header=raw["running_header"],
        forms=tuple(_read_form(form) for form in raw["forms"]),
    )


def _read_form(raw: dict[str, Any]) -> FormFacts:
    header = raw.get("header")
    return FormFacts(
        layout=raw["layout"],
        blocks=tuple(tuple(_read_line(text) for text in block.splitlines()) for block in raw["blocks"]),
        footer=split_cells(raw.get("footer", "")) if raw.get("footer") else (),
        is_empty=raw.get("is_empty", False),
        header=tuple(header) if header else None,
    )


def _read_line(text: str) -> Line:
    for mark, kind in _MARKS.items():
        if text.startswith(mark):
            return Line(split_cells(text.removeprefix(mark)), kind)
    return Line(split_cells(text))


def split_cells(text: str) -> tuple[str, ...]:
    """Splits a line at its bars; ordinary spaces round a cell are layout, ideographic ones are content.

    >>> split_cells("合计 |  | 1.00")
    ('合计', '', '1.00')
    """
    return tuple(cell.strip(" ") for cell in text.split("|"))

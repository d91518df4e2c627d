"""Reads `narratives/`: the sentences and attachments of the demo documents, figures of the sources in words of ours."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml

from tests.corpus.attachments import LIST_COLUMNS
from tests.corpus.facts import AttachmentFacts, DocumentFacts, IndicatorFacts, ProjectFacts
from tests.corpus.facts_files import load_facts, split_cells

NARRATIVES_DIR = Path(__file__).parent / "narratives"


def load_whole_facts(name: str) -> DocumentFacts:
    """The facts of `facts_files.load_facts` with the document's sentences and attachments.

    >>> len(load_whole_facts("sanmenxia_government_office_2023_final").attachments[0].projects)
    9
    """
    raw = yaml.safe_load((NARRATIVES_DIR / f"{name}.yaml").read_text(encoding="utf-8"))
    return replace(
        load_facts(name),
        about=tuple(raw["about"].splitlines()),
        sentences=tuple(raw["sentences"].splitlines()),
        attachments=tuple(_attachment(one) for one in raw.get("attachments", ())),
    )


def _attachment(raw: dict[str, Any]) -> AttachmentFacts:
    projects = raw["projects"]
    return AttachmentFacts(
        layout=raw["layout"],
        unit=raw["unit"],
        projects=tuple(map(_line, projects.splitlines()) if isinstance(projects, str) else map(_project, projects)),
        notes=tuple(raw.get("notes", ())),
    )


def _line(text: str) -> ProjectFacts:
    """A line of a list: the name, the figures in the order of its columns, the score."""
    name, *figures, score = split_cells(text)
    return ProjectFacts(name, dict(zip(LIST_COLUMNS, figures, strict=True)), score)


def _project(raw: dict[str, Any]) -> ProjectFacts:
    indicators = tuple(IndicatorFacts(*split_cells(line)) for line in raw["indicators"].splitlines())
    return ProjectFacts(raw["name"], raw["figures"], raw.get("score", ""), raw.get("grade", ""), indicators)

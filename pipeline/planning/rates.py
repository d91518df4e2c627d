"""What a page, a document, a number cost: as the developers measured it, or as a warehouse's own log tells.

What lives here: rates and where they come from. What must not: plans.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, PositiveFloat

from pipeline.settings import Settings

_FILE = Path(__file__).with_name("rates.yaml")
#: Fewer pages than this say little of a rate.
_LEAST_PAGES, _LEAST_SCANNED_PAGES = 500, 20
#: A build of fewer numbers than this is all overhead.
_LEAST_VALUES = 1_000_000
_MILLION = 1_000_000


class Rates(BaseModel):
    """Seconds of one core and bytes, each for one of something.

    `build_s` and `publish_s` are what a night costs however little it holds, on one machine.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    source: str
    page_s: PositiveFloat
    scanned_page_s: PositiveFloat
    store_document_s: PositiveFloat
    values_per_page: PositiveFloat
    build_s: PositiveFloat
    build_million_values_s: PositiveFloat
    publish_s: PositiveFloat
    publish_million_values_s: PositiveFloat
    worker_mb: PositiveFloat
    ocr_worker_mb: PositiveFloat
    raw_page_bytes: PositiveFloat
    raw_scanned_page_bytes: PositiveFloat
    lake_value_bytes: PositiveFloat
    build_value_bytes: PositiveFloat
    published_value_bytes: PositiveFloat
    parquet_value_bytes: PositiveFloat
    measured_values: PositiveFloat


@cache
def reference_rates() -> Rates:
    """The rates of `rates.yaml`; what was measured, and on what, stands there."""
    return Rates.model_validate(yaml.safe_load(_FILE.read_text(encoding="utf-8")))


@dataclass(slots=True)
class _Sum:
    pages: int = 0
    seconds: float = 0.0
    values: int = 0


def own_rates(settings: Settings) -> Rates | None:
    """The rates of this machine, as the log of its nights tells them; what it does not tell is the reference's.

    Returns:
        `None` where the log tells of too few pages.
    """
    reference = reference_rates()
    documents, scans = _Sum(), _Sum()
    build: Mapping[str, Any] | None = None
    build_values = values = 0
    for line in _lines(settings.log_file):
        event = line.get("event")
        if event == "read" and line.get("pages") and line.get("status") != "quarantined":
            is_scanned = line["seconds"] / line["pages"] > reference.scanned_page_s / 2
            of_kind = scans if is_scanned else documents
            of_kind.pages += line["pages"]
            of_kind.seconds += line["seconds"]
            of_kind.values += line["values"]
        if event == "read":
            values += line.get("values", 0)
        elif event == "built" and line.get("is_successful") and "seconds" in line:
            build, build_values = line, values
    if documents.pages < _LEAST_PAGES:
        return None
    changes: dict[str, float | str] = {
        "source": f"measured in {documents.pages:,} pages of {settings.warehouse_dir}",
        "page_s": documents.seconds / documents.pages,
        "values_per_page": documents.values / documents.pages,
    }
    if scans.pages >= _LEAST_SCANNED_PAGES:
        changes["scanned_page_s"] = scans.seconds / scans.pages
    if build is not None and build_values >= _LEAST_VALUES and build["seconds"] > reference.build_s:
        changes["build_million_values_s"] = (build["seconds"] - reference.build_s) / build_values * _MILLION
        changes["measured_values"] = float(build_values)
    return reference.model_copy(update=changes)


def _lines(log_file: Path) -> Iterator[Mapping[str, Any]]:
    """The lines of a log; one that a killed night left half written tells nothing."""
    if not log_file.is_file():
        return
    with log_file.open(encoding="utf-8", errors="replace") as stream:
        for line in stream:
            try:
                told = json.loads(line)
            except ValueError:
                continue
            if isinstance(told, dict):
                yield told

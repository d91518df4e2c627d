"""The words of performance attachments as data: `words.yaml`, checked against a schema."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from pipeline.errors import CatalogueError

_FILE = Path(__file__).with_name("words.yaml")


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class RoleEntry(_Strict):
    """A header word of a table of indicators or duties, and what its column holds."""

    pattern: re.Pattern[str]
    role: str


class MeasureEntry(_Strict):
    """A header word of amounts and its measure; `unit` where the figure is no amount."""

    pattern: re.Pattern[str]
    measure: str
    unit: str | None = None


class LevelEntry(_Strict):
    """A name of an indicator class; `name` is its full form (empty: as printed), `level1` the classes it is part of."""

    pattern: re.Pattern[str]
    name: str
    level1: tuple[str, ...] = ()


class PerformanceWords(_Strict):
    """Everything `words.yaml` says. Extra keys are refused: a misspelt key would be silently lost."""

    indicator_columns: tuple[RoleEntry, ...]
    money_columns: tuple[MeasureEntry, ...]
    money_orders: tuple[tuple[str, ...], ...]
    total_lines: re.Pattern[str]
    source_lines: re.Pattern[str]
    paired_amounts: tuple[MeasureEntry, ...]
    term_labels: re.Pattern[str]
    term_values: re.Pattern[str]
    terms_in_lines: re.Pattern[str]
    kinds_of_projects: re.Pattern[str]
    paired_sources: re.Pattern[str]
    amounts_in_lines: re.Pattern[str]
    name_labels: re.Pattern[str]
    unit_labels: re.Pattern[str]
    person_labels: re.Pattern[str]
    other_labels: re.Pattern[str]
    total_rows: re.Pattern[str]
    grades: re.Pattern[str]
    after_indicators: re.Pattern[str]
    band_labels: re.Pattern[str]
    level1: tuple[LevelEntry, ...]
    level2: tuple[LevelEntry, ...]
    level2_in_lines: re.Pattern[str]
    operators: dict[str, tuple[str, ...]]
    operators_behind: dict[str, tuple[str, ...]]
    spoiled_operators: re.Pattern[str]
    results: re.Pattern[str]
    unnamed_indicators: re.Pattern[str]
    duty_columns: tuple[RoleEntry, ...]
    headless_duties: re.Pattern[str]
    duty_order: tuple[str, ...]
    report_names: re.Pattern[str]
    report_units: re.Pattern[str]
    report_scores: re.Pattern[str]
    report_grades: re.Pattern[str]
    name_marks: re.Pattern[str]

    def column_role(self, key: str) -> str | None:
        """Returns what a header word of an indicator table says its column holds, `None` for no header word."""
        return next((entry.role for entry in self.indicator_columns if entry.pattern.search(key)), None)

    def measure_of(self, key: str) -> MeasureEntry | None:
        """Returns the measure a header word of amounts names."""
        return next((entry for entry in self.money_columns if entry.pattern.search(key)), None)

    def unit_of(self, measure: str) -> str | None:
        """Returns what a measure is counted in, `None` for amounts."""
        return next((entry.unit for entry in self.money_columns if entry.measure == measure), None)

    def level1_of(self, key: str) -> str | None:
        """Returns the full name of a class of the first level.

        >>> performance_words().level1_of("产出指标(50分)")
        '产出指标'
        """
        return next((entry.name or key for entry in self.level1 if entry.pattern.search(key)), None)

    def level2_of(self, key: str) -> LevelEntry | None:
        """Returns the class of the second level a text names."""
        return next((entry for entry in self.level2 if entry.pattern.search(key)), None)


@cache
def performance_words() -> PerformanceWords:
    """Returns the project's own words, read once per process.

    Raises:
        CatalogueError: The file has an unknown or missing key, or a pattern that does not compile.
    """
    try:
        return PerformanceWords.model_validate(yaml.safe_load(_FILE.read_text(encoding="utf-8")))
    except ValidationError as error:
        raise CatalogueError(
            f"{_FILE.name}: {error}", expected="the keys of PerformanceWords", remedy="correct the file"
        ) from error

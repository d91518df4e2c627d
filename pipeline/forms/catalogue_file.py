"""Loads the catalogue: one data file per statutory form, checked against a schema, to `FormSpec`s.

Everything known about a form's looks lives in `catalogue/*.yaml`; nothing of it lives in code.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pipeline.errors import CatalogueError
from pipeline.model.form import (
    AreaScope,
    ColumnRule,
    FormHint,
    FormSpec,
    Issuer,
    LineRule,
    Phase,
    Role,
    RowKind,
    TextLayout,
)

CATALOGUE_DIR = Path(__file__).parent / "catalogue"
_SHARED = "_shared.yaml"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ColumnEntry(_Strict):
    """One column rule as written: a pattern and either a role or a measure."""

    pattern: re.Pattern[str]
    role: Role | None = None
    measure: str | None = None
    line_code: str | None = None
    side: str | None = None
    count_unit: str | None = None

    def to_rule(self) -> ColumnRule:
        """Returns the rule the parser uses; a rule with a measure is a measure column."""
        role = self.role or Role.MEASURE
        return ColumnRule(self.pattern, role, self.measure, self.line_code, self.side, self.count_unit)


class LineEntry(_Strict):
    """One line rule as written."""

    pattern: re.Pattern[str]
    line_code: str | None = None
    section: re.Pattern[str] | None = None
    count_unit: str | None = None
    is_subtotal: bool = False
    opens_side: str | None = None
    beside: re.Pattern[str] | None = None


class LayoutEntry(_Strict):
    """One text layout as written."""

    words: tuple[str, ...]
    blocks: tuple[tuple[str, ...], ...]
    sides: tuple[str | None, ...]
    labels: tuple[str, ...] = ()


class HintEntry(_Strict):
    """One hint as written."""

    form_id: str
    measures: dict[str, str]


class SharedEntry(_Strict):
    """What several forms share: column rules and line rules by name, and the words that say whose money is meant."""

    column_sets: dict[str, tuple[ColumnEntry, ...]]
    line_sets: dict[str, tuple[LineEntry, ...]] = Field(default_factory=dict)
    area_scopes: dict[AreaScope, re.Pattern[str]] = Field(default_factory=dict)


class FormEntry(_Strict):
    """One catalogue file as written. Extra keys are refused: a misspelt key would be silently lost."""

    form_id: str
    name_zh: str
    name_en: str
    phases: tuple[Phase, ...]
    expected_in: tuple[Phase, ...] = ()
    expected_from: int | None = None
    row_kind: RowKind
    source: str
    code_list: str | None = None
    titles: tuple[re.Pattern[str], ...]
    not_titles: tuple[re.Pattern[str], ...] = ()
    bare_titles: tuple[re.Pattern[str], ...] = ()
    signature: tuple[re.Pattern[str], ...] = ()
    header_words: tuple[re.Pattern[str], ...] = ()
    use: tuple[str, ...] = ()
    use_lines: tuple[str, ...] = ()
    columns: tuple[ColumnEntry, ...]
    lines: tuple[LineEntry, ...] = ()
    sections: tuple[re.Pattern[str], ...] = ()
    text_layouts: tuple[LayoutEntry, ...]
    sole_amount_measure: dict[Phase, str] = Field(default_factory=dict)
    positional_columns: tuple[str, ...] = ()
    attachment_measures: tuple[str, ...] = ()
    hints: tuple[HintEntry, ...] = ()
    form_if_codes: dict[str, str] = Field(default_factory=dict)
    uncoded_is_subtotal: bool = False
    beside_narrative: bool = False
    issued_by: Issuer = Issuer.DEPARTMENT
    valid_from: int | None = None
    valid_to: int | None = None

    def to_spec(self, shared_file: SharedEntry) -> FormSpec:
        """Joins the shared rules named by `use` (first) with the form's own rules."""
        shared = [entry for name in self.use for entry in shared_file.column_sets[name]]
        lines = [entry for name in self.use_lines for entry in shared_file.line_sets[name]]
        areas = shared_file.area_scopes
        return FormSpec(
            form_id=self.form_id,
            name_zh=self.name_zh,
            name_en=self.name_en,
            phases=self.phases,
            expected_in=self.expected_in,
            expected_from=self.expected_from,
            row_kind=self.row_kind,
            titles=self.titles,
            not_titles=self.not_titles,
            header_words=self.header_words,
            columns=tuple(entry.to_rule() for entry in (*shared, *self.columns)),
            lines=tuple(LineRule(**entry.model_dump()) for entry in (*self.lines, *lines)),
            sections=self.sections,
            text_layouts=tuple(TextLayout(**entry.model_dump()) for entry in self.text_layouts),
            code_list=self.code_list,
            sole_amount_measure=self.sole_amount_measure,
            positional_columns=self.positional_columns,
            hints=tuple(FormHint(**entry.model_dump()) for entry in self.hints),
            form_if_codes=self.form_if_codes,
            valid_from=self.valid_from,
            valid_to=self.valid_to,
            source=self.source,
            attachment_measures=self.attachment_measures,
            bare_titles=self.bare_titles,
            uncoded_is_subtotal=self.uncoded_is_subtotal,
            beside_narrative=self.beside_narrative,
            signature=self.signature,
            issued_by=self.issued_by,
            areas=areas if self.issued_by is Issuer.GOVERNMENT else {},
        )


def _read_yaml(path: Path) -> Any:  # noqa: ANN401 (YAML is anything until the schema has checked it)
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def load_forms(folder: Path) -> tuple[FormSpec, ...]:
    """Reads every form file of a catalogue folder, in order of file name.

    Raises:
        CatalogueError: A file has an unknown key, a missing key or a pattern that does not compile.
    """
    shared = _read_yaml(folder / _SHARED)
    specs = []
    for path in sorted(folder.glob("*.yaml")):
        if path.name.startswith("_"):
            continue
        try:
            entry = SharedEntry.model_validate(shared)
            specs.append(FormEntry.model_validate(_read_yaml(path)).to_spec(entry))
        except (ValidationError, KeyError) as error:
            raise CatalogueError(
                f"catalogue file {path.name}: {error}",
                expected="the keys of FormEntry",
                remedy="correct the file; see docs/architecture.md",
            ) from error
    return tuple(specs)


@cache
def catalogue() -> tuple[FormSpec, ...]:
    """Returns the project's own catalogue, read once per process."""
    return load_forms(CATALOGUE_DIR)


@cache
def forms_issued_by(issuer: Issuer) -> tuple[FormSpec, ...]:
    """Returns the forms that departments publish, or those of a government."""
    return tuple(spec for spec in catalogue() if spec.issued_by is issuer)

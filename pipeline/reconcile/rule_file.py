"""The rule file to typed rules. A rule added there runs everywhere: engine, `dim_rule`, docs."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from pipeline.errors import CatalogueError
from pipeline.model.form import Phase

RULES_FILE = Path(__file__).parent / "rules.yaml"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Selector(_Strict):
    """Which values of a document take part: all given conditions must hold.

    `above` takes only lines printed above the left side's line: below 本年收入合计 the numbering starts again.
    """

    form: str | None = None
    side: str | None = None
    code: re.Pattern[str] | None = None
    label: re.Pattern[str] | None = None
    measure: str | None = None
    leaf: bool | None = None
    above: bool = False

    def describe(self) -> str:
        """Returns the selector in the words of the formula."""
        parts = [self.form, self.side, self.code and self.code.pattern, self.label and self.label.pattern, self.measure]
        return ".".join(str(part) for part in parts if part)


class Rule(_Strict):
    """One identity. See the head of `rules.yaml` for the kinds."""

    id: str
    name_zh: str
    name_en: str
    kind: Literal["tree", "parts", "lines", "equal"]
    source: str
    severity: Literal["error", "warning"] = "error"
    forms: tuple[str, ...] = ()
    phases: tuple[Phase, ...] = (Phase.BUDGET, Phase.FINAL_ACCOUNTS)
    measure: str | None = None
    whole: str | None = None
    parts: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    requires: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    left: tuple[Selector, ...] = ()
    right: tuple[Selector, ...] = ()

    @property
    def form_ids(self) -> tuple[str, ...]:
        """The forms that take part."""
        named = tuple(s.form for s in (*self.left, *self.right) if s.form)
        return self.forms or tuple(dict.fromkeys(named))

    @property
    def formula(self) -> str:
        """The rule in one line, for the docs and `gongkai trace`."""
        if self.kind == "tree":
            return "parent = sum of the nearest printed codes below it, per measure"
        if self.kind == "parts":
            return f"{self.whole} = " + " + ".join(self.parts)
        left, right = (" + ".join(s.describe() for s in side) for side in (self.left, self.right))
        return f"{left} = {right}"


@cache
def rules() -> tuple[Rule, ...]:
    """Returns every rule, read once per process.

    Raises:
        CatalogueError: The file has an unknown key or a pattern that does not compile.
    """
    try:
        return tuple(Rule.model_validate(entry) for entry in yaml.safe_load(RULES_FILE.read_text(encoding="utf-8")))
    except ValidationError as error:
        raise CatalogueError(
            f"{RULES_FILE.name}: {error}", expected="the keys of Rule", remedy="correct the rule file"
        ) from error

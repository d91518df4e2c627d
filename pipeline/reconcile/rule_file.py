"""The rule file to typed rules. A rule added there runs everywhere: engine, `dim_rule`, docs."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from pipeline.errors import CatalogueError
from pipeline.model.form import Phase

#: Kinds that compute a printed rate again.
RATES = ("share", "completion", "growth")
RULES_FILE = Path(__file__).parent / "rules.yaml"
_TWO_FORMS = 2


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Selector(_Strict):
    """Which values of a form take part: all given conditions must hold.

    `codes` takes the lines of these codes (a finding names the one that is not printed); `role` names line roles of the
    rule file. `above` takes only lines printed above the left side's line: the numbering starts again
    below 本年收入合计.
    """

    form: str | None = None
    side: str | None = None
    code: re.Pattern[str] | None = None
    codes: tuple[str, ...] = ()
    role: tuple[str, ...] = ()
    measure: str | None = None
    leaf: bool | None = None
    above: bool = False

    def describe(self) -> str:
        """Returns the selector in the words of the formula."""
        parts = [
            self.form,
            self.side,
            self.code and self.code.pattern,
            "/".join((*self.codes, *self.role)),
            "leaves" if self.leaf else None,
            self.measure,
        ]
        return ".".join(str(part) for part in parts if part)


class Rule(_Strict):
    """One identity. See the head of `rules.yaml` for the kinds."""

    id: str
    name_zh: str
    name_en: str
    kind: Literal[
        "tree",
        "parts",
        "lines",
        "outline",
        "lists",
        "levels",
        "equal",
        "classes",
        "codes",
        "sentence",
        "sentence_codes",
        "share",
        "completion",
        "growth",
        "text_unit",
        "tiny_form",
        "units",
        "cross_document",
    ]
    source: str
    severity: Literal["error", "warning"] = "error"
    relation: Literal["=", "<="] = "="
    forms: tuple[str, ...] = ()
    phases: tuple[Phase, ...] = (Phase.BUDGET, Phase.FINAL_ACCOUNTS)
    valid_from: int | None = None
    valid_to: int | None = None
    measure: str | None = None
    whole: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    requires: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    unless_roles: tuple[str, ...] = ()
    unless_codes: tuple[str, ...] = ()
    left: tuple[Selector, ...] = ()
    or_left: tuple[Selector, ...] = ()
    right: tuple[Selector, ...] = ()
    or_right: tuple[Selector, ...] = ()
    sections: tuple[str, ...] = ()
    by: Literal["code", "name"] = "code"
    totals: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _has_what_its_kind_needs(self) -> Rule:
        has_sides = bool(self.left and self.right)
        needed = {
            "tree": bool(self.forms),
            "parts": bool(self.forms and self.whole and self.parts),
            "lines": bool(self.forms) and has_sides,
            "outline": bool(self.forms),
            "lists": bool(self.forms),
            "levels": bool(self.forms),
            "equal": has_sides and all(selector.form for selector in (*self.left, *self.right)),
            "classes": has_sides and len(self.form_ids) == _TWO_FORMS,
            "codes": has_sides and len(self.form_ids) == _TWO_FORMS,
            "sentence": has_sides,
            "sentence_codes": has_sides,
            "share": bool(self.forms),
            "completion": bool(self.forms),
            "growth": bool(self.forms),
            "text_unit": bool(self.forms),
            "tiny_form": bool(self.forms),
            "units": has_sides and all(selector.form for selector in (*self.left, *self.right)),
            "cross_document": bool(self.forms),
        }
        if not needed[self.kind]:
            raise ValueError(f"{self.id}: a rule of kind {self.kind} lacks what it is made of")
        return self

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
        if self.kind == "outline":
            return "item = sum of the numbered items below it, per measure"
        if self.kind == "lists":
            return (
                "total = sum of the lines with nothing below them; numbered line = sum of those below it, per measure"
            )
        if self.kind == "levels":
            return "every printed code has its parent, every parent its codes, where the form prints that level"
        if self.kind == "parts":
            return f"{' + '.join(self.whole)} = {' + '.join(self.parts)}"
        if self.kind in ("cross_document", "text_unit", "tiny_form", *RATES):
            return self.name_en
        left, right = (" + ".join(s.describe() for s in side) for side in (self.left, self.right))
        if self.kind == "codes":
            return f"per code: {left} <= {right}, and = where both totals agree"
        if self.kind == "units":
            return f"per {self.by}: {left} of all units <= {right} of the department, and = where the totals agree"
        return f"{'per class: ' if self.kind == 'classes' else ''}{left} {self.relation} {right}"

    def applies_to(self, phase: Phase | None, year: int | None) -> bool:
        """Whether a document of a phase and year is held to the rule; unknown ones are."""
        if phase is not None and phase not in self.phases:
            return False
        return year is None or (self.valid_from or 0) <= year <= (self.valid_to or year)


class RuleFile(_Strict):
    """Line roles in order of claim, each with its patterns in order of preference; then the rules."""

    roles: dict[str, tuple[re.Pattern[str], ...]]
    rules: tuple[Rule, ...]

    @model_validator(mode="after")
    def _names_what_exists(self) -> RuleFile:
        ids = [rule.id for rule in self.rules]
        if len(set(ids)) < len(ids):
            raise ValueError(f"rule ids stand twice: {sorted({one for one in ids if ids.count(one) > 1})}")
        for rule in self.rules:
            sides = (*rule.left, *rule.or_left, *rule.right, *rule.or_right)
            named = {role for selector in sides for role in selector.role} | {*rule.unless_roles}
            if named - self.roles.keys():
                raise ValueError(f"{rule.id}: unknown line role {sorted(named - self.roles.keys())}")
        return self


@cache
def rule_file() -> RuleFile:
    """Returns the roles and the rules, read once per process.

    Raises:
        CatalogueError: The file has an unknown key, a pattern that does not compile or a name that does not exist.
    """
    try:
        return RuleFile.model_validate(yaml.safe_load(RULES_FILE.read_text(encoding="utf-8")))
    except ValidationError as error:
        raise CatalogueError(
            f"{RULES_FILE.name}: {error}", expected="the keys of Rule", remedy="correct the rule file"
        ) from error


def rules() -> tuple[Rule, ...]:
    """Returns every rule."""
    return rule_file().rules

"""A random 情况说明 for a random document: the figures of its forms, and made-up ones no form prints, in our wordings.

All is consistent: shares, rates of change and completion are those of the amounts beside them.
"""

from __future__ import annotations

import string
from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import yaml

from tests.corpus.amounts import YUAN_PER_UNIT
from tests.corpus.compose import compose
from tests.corpus.facts import DocumentFacts
from tests.corpus.random_sums import function_names

PHRASINGS_DIR = Path(__file__).parent / "phrasings"
#: 类 and 款 of a 项 are its first three and five digits.
_CLASS, _SECTION, _ITEM = 3, 5, 7
_REASONS = ("人员增加", "厉行节约", "项目按进度实施", "社保缴费基数调整", "年中追加预算")
_CENT = Decimal("0.01")
_MOST_ITEMS, _MOST_COUNT = 4, 60
#: Word of the phrasings -> form, line and measure that print its figure; the first that is printed counts.
_PRINTED: Mapping[str, tuple[tuple[str, str | None, str], ...]] = {
    "all": (("summary", "总计", "total"), ("summary", "收入总计", "total")),
    "revenue": (("revenue", "TOTAL", "total"),),
    "granted": (("revenue", "TOTAL", "fiscal_appropriation"),),
    "other": (("revenue", "TOTAL", "other_revenue"),),
    "spent": (("expenditure", "TOTAL", "total"),),
    "basic": (("expenditure", "TOTAL", "basic"),),
    "project": (("expenditure", "TOTAL", "project"),),
    "general": (("general_public_budget_expenditure", "TOTAL", "total"),),
    "general_basic": (("general_public_budget_expenditure", "TOTAL", "basic"),),
    "personnel": (
        ("basic_expenditure_by_economic", "人员经费合计", "basic"),
        ("basic_expenditure_by_economic", "TOTAL", "personnel"),
    ),
    "public": (
        ("basic_expenditure_by_economic", "公用经费合计", "basic"),
        ("basic_expenditure_by_economic", "TOTAL", "public"),
    ),
    "three": (("three_public", "total", "final"), ("three_public", "total", "budget")),
    "abroad": (("three_public", "abroad", "final"),),
    "purchase": (("three_public", "vehicle_purchase", "final"),),
    "operation": (("three_public", "vehicle_operation", "final"),),
    "reception": (("three_public", "reception", "final"),),
    "operating": (("disclosure_statistics", "operating_cost_administrative", "final"),),
    "bought_all": (("disclosure_statistics", "procurement_total", "final"),),
    "goods": (("disclosure_statistics", "procurement_goods", "final"),),
    "works": (("disclosure_statistics", "procurement_works", "final"),),
    "services": (("disclosure_statistics", "procurement_services", "final"),),
}
_SHARES = {
    "granted_share": ("granted", "revenue"),
    "other_share": ("other", "revenue"),
    "basic_share": ("basic", "spent"),
    "project_share": ("project", "spent"),
}


def with_random_sentences(facts: DocumentFacts, seed: int) -> DocumentFacts:
    """The document with a narrative about its figures; the same seed gives the same sentences."""
    return replace(facts, sentences=tuple(_Narrator(facts, Random(seed)).paragraphs()))


class _Narrator:
    """Knows one document's figures in yuan, and how they are printed in its sentences."""

    def __init__(self, facts: DocumentFacts, rng: Random) -> None:
        self.facts = facts
        self.rng = rng
        # Tables in 万元 have two decimals: their figures are whole yuan, and may be told in either unit.
        self.unit = rng.choice(("元", "万元")) if facts.unit == "万元" else "元"
        self.grouped = rng.random() < 0.5
        self.values: dict[tuple[str, str | None, str], Decimal] = {}
        for value in compose(facts).expected_values:
            number = value.amount_yuan if value.amount_yuan is not None else value.count_value
            if number is not None and value.line_side != "expenditure":
                self.values.setdefault((value.form_id, value.line_code or value.line_label, value.measure), number)
        self.amounts = {
            word: self.values[place]
            for word, places in _PRINTED.items()
            for place in reversed(places)
            if place in self.values
        }

    def paragraphs(self) -> Iterator[str]:
        """The marked headings and paragraphs, in order."""
        parts = yaml.safe_load((PHRASINGS_DIR / f"{self.facts.phase}.yaml").read_text(encoding="utf-8"))
        words = self._words()
        for part in parts:
            told = list(self._told(part, words))
            if told or not part["phrasings"]:
                yield part["heading"].format(**words)
                yield from told

    def _told(self, part: Mapping[str, Any], words: Mapping[str, str]) -> Iterator[str]:
        if not part["phrasings"]:
            return
        phrasing = self.rng.choice(part["phrasings"])
        for more in self._lines(part.get("each")):
            known = {**words, **more}
            if {name for _, name, _, _ in string.Formatter().parse(phrasing) if name} <= known.keys():
                yield phrasing.format(**known)

    def _words(self) -> dict[str, str]:
        facts, amounts = self.facts, self.amounts
        scope = "单位" if facts.reporting_scope == "unit" else "部门"
        words = {"year": str(facts.fiscal_year), "last": str(facts.fiscal_year - 1), "scope": scope}
        words |= {word: self._printed(amount) for word, amount in amounts.items()}
        words |= {
            word: self._percent(amounts[part], amounts[whole])
            for word, (part, whole) in _SHARES.items()
            if part in amounts and amounts.get(whole)
        }
        words |= self._directions() | self._counts() | self._contracts()
        if amounts.get("general"):
            planned, words["done"] = self._planned(amounts["general"])
            words["planned"] = self._printed(planned)
        return words

    def _directions(self) -> dict[str, str]:
        """This year against last: one direction for the whole document keeps the phrasings simple."""
        is_more = self.rng.random() < 0.5
        words = {
            "more": self.rng.choice(("增加",) if is_more else ("减少",)),
            "grew": self.rng.choice(("增长", "上升") if is_more else ("下降", "降低")),
            "sign": "" if is_more else "-",
            "reason": self.rng.choice(_REASONS),
        }
        for word in ("all", "operating"):
            if self.amounts.get(word):
                last, change = self._change(self.amounts[word], is_more=is_more)
                words[f"{word}_change"] = self._printed(change)
                words[f"{word}_rate"] = self._percent(change, last)
        return words

    def _change(self, amount: Decimal, *, is_more: bool) -> tuple[Decimal, Decimal]:
        change = self._rounded(amount * self.rng.randint(1, 80) / 100)
        return (amount - change if is_more else amount + change), change

    def _planned(self, amount: Decimal) -> tuple[Decimal, str]:
        planned = self._rounded(amount * self.rng.randint(60, 140) / 100)
        return (planned, self._percent(amount, planned)) if planned else (amount, "100.00%")

    def _counts(self) -> dict[str, str]:
        names = ("groups", "travellers", "held", "visits", "guests", "bought", "projects")
        words = {name: str(self.rng.randint(0, _MOST_COUNT)) for name in names}
        vehicles = self.values.get(("disclosure_statistics", "vehicles_total", "final"))
        words["covered"] = self._printed(Decimal(self.rng.randint(1, 10**7)) * 100)
        return words | ({"vehicles": str(vehicles)} if vehicles is not None else {})

    def _contracts(self) -> dict[str, str]:
        total = self.amounts.get("bought_all")
        if not total:
            return {}
        sme = self._rounded(total * self.rng.randint(0, 100) / 100)
        micro = self._rounded(sme * self.rng.randint(0, 100) / 100)
        shares = {"sme_share": self._percent(sme, total), "micro_share": self._percent(micro, total)}
        return {"sme": self._printed(sme), "micro": self._printed(micro), **shares}

    def _lines(self, each: str | None) -> list[dict[str, str]]:
        if each is None:
            return [{}]
        length = _ITEM if each == "items" else _CLASS
        lines = [
            (code, amount)
            for (form_id, code, measure), amount in self.values.items()
            if form_id == "general_public_budget_expenditure" and measure == "total" and amount
            if code and code.isdigit() and len(code) == length
        ]
        return [self._line(number, *line) for number, line in enumerate(lines[:_MOST_ITEMS], start=1)]

    def _line(self, number: int, code: str, amount: Decimal) -> dict[str, str]:
        planned, done = self._planned(amount)
        names = function_names()
        words = {
            "no": str(number),
            "code": code,
            "class_name": names[code[:_CLASS]],
            "item": self._printed(amount),
            "item_planned": self._printed(planned),
            "item_done": done,
            "class_total": self._printed(amount),
            "class_share": self._percent(amount, self.amounts["general"]),
            "reason": self.rng.choice(_REASONS),
        }
        if len(code) == _ITEM:
            words |= {"section_name": names[code[:_SECTION]], "item_name": names[code]}
        return words

    def _rounded(self, amount: Decimal) -> Decimal:
        """To the last digit that is printed."""
        step = YUAN_PER_UNIT[self.facts.unit] * _CENT
        return (amount / step).quantize(Decimal(1)) * step

    def _printed(self, amount: Decimal) -> str:
        number = (amount / YUAN_PER_UNIT[self.unit]).quantize(_CENT)
        return f"{number:,.2f}{self.unit}" if self.grouped else f"{number:.2f}{self.unit}"

    @staticmethod
    def _percent(part: Decimal, whole: Decimal) -> str:
        return f"{(100 * part / whole).quantize(_CENT)}%"

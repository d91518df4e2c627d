"""Random economic classes (经济分类) that add up to a given basic and project expenditure. No layout here."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from tests.corpus.amounts import CellKind, classify_cell
from tests.corpus.facts import FormFacts, Line
from tests.corpus.random_sums import CellPrinter, split

PERSONNEL_CLASSES = ("301", "303")
PUBLIC_CLASSES = ("302", "310")


@dataclass(frozen=True, slots=True)
class EconomicAmounts:
    """Economic code (款) to cents: 基本支出, and all expenditure with the projects."""

    basic: dict[str, int]
    total: dict[str, int]

    def amount(self, measure: str, code: str) -> int:
        """The amount of a 款, or of a 类 as the sum of its 款."""
        column = self.basic if measure == "basic" else self.total
        return sum(cents for key, cents in column.items() if key.startswith(code))

    def sum_of(self, measure: str, classes: tuple[str, ...]) -> int:
        """The sum of several 类."""
        return sum(self.amount(measure, code) for code in classes)


def random_economic(rng: Random, codes: list[str], basic_cents: int, project_cents: int) -> EconomicAmounts:
    """Spreads basic expenditure over personnel and public classes, projects over the public ones."""
    personnel, public = split(rng, basic_cents, 2)
    basic = _spread(rng, codes, PERSONNEL_CLASSES, personnel) | _spread(rng, codes, PUBLIC_CLASSES, public)
    total = dict(basic)
    for code, cents in _spread(rng, codes, PUBLIC_CLASSES, project_cents).items():
        total[code] = total.get(code, 0) + cents
    return EconomicAmounts(basic, total)


def _spread(rng: Random, codes: list[str], classes: tuple[str, ...], cents: int) -> dict[str, int]:
    choices = [code for code in codes if len(code) == 5 and code.startswith(classes)]
    picked = rng.sample(choices, rng.randint(3, min(12, len(choices))))
    return dict(zip(picked, split(rng, cents, len(picked)), strict=True))


def economic_codes(form: FormFacts) -> list[str]:
    """The codes printed in a model form, in order."""
    return [line.cells[0] for block in form.blocks for line in block if line.cells[0].isdigit()]


def fill_economic_form(
    model: FormFacts, amounts: EconomicAmounts, measures: tuple[str, ...], show: CellPrinter
) -> FormFacts:
    """Puts amounts into a model form's lines; its dashes (“not applicable”) stay."""
    blocks = tuple(tuple(_fill(line, amounts, measures, show) for line in block) for block in model.blocks)
    footer: list[str] = []
    for label, classes in (("人员经费合计", PERSONNEL_CLASSES), ("公用经费合计", PUBLIC_CLASSES)):
        footer += [label, *(show(amounts.sum_of(measure, classes)) for measure in measures)]
    return FormFacts(model.layout, blocks, tuple(footer))


def _fill(line: Line, amounts: EconomicAmounts, measures: tuple[str, ...], show: CellPrinter) -> Line:
    code = line.cells[0]
    if not code:
        return line
    printed = (line.cells[2:] + ("",) * len(measures))[: len(measures)]
    cells = [
        text if classify_cell(text) is CellKind.DASH else show(amounts.amount(measure, code))
        for measure, text in zip(measures, printed, strict=True)
    ]
    return Line((code, line.cells[1], *cells))

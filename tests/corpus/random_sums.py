"""Random whole-number building blocks whose sums are true: function trees, splits, printed cells. No forms here.

All money is in hundredths of the document's unit (分 in a document in 元), so sums of printed numbers hold exactly.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random

from tests.corpus.amounts import print_cents
from tests.corpus.facts import Line, NumberStyle

_CODES_FILE = Path(__file__).parent / "templates" / "function_codes.csv"
#: 款 that belong to the government funds (政府性基金), not to the general public budget.
FUND_PREFIXES = ("21208", "22908", "22960")
#: Hundredths of a unit: from cents to the budget of a province.
_MAX_DIGITS = 11
_ZERO_TEXTS = ("", "", "0.00")


@dataclass(frozen=True, slots=True)
class FunctionItem:
    """What one 项 costs, by nature and by who pays: general public budget, other money, government fund."""

    code: str
    basic: int = 0
    project: int = 0
    other: int = 0
    fund: int = 0

    @property
    def general(self) -> int:
        """What the general public budget pays."""
        return self.basic + self.project

    @property
    def all_projects(self) -> int:
        """项目支出, whoever pays."""
        return self.project + self.other + self.fund

    @property
    def total(self) -> int:
        """Everything spent on the 项."""
        return self.basic + self.all_projects


@dataclass(frozen=True, slots=True)
class CellPrinter:
    """Prints whole numbers as one document does: separators or none, zeros blank, printed, or now and then."""

    style: NumberStyle
    zero_texts: Sequence[str]
    rng: Random

    def __call__(self, cents: int) -> str:
        if cents == 0:
            return self.rng.choice(self.zero_texts)
        return print_cents(cents, is_grouped=self.style is NumberStyle.GROUPED)


def choose_printer(rng: Random, style: NumberStyle) -> CellPrinter:
    """Picks how this document prints a zero."""
    return CellPrinter(style, rng.choice((("",), ("0.00",), _ZERO_TEXTS)), rng)


@cache
def function_names() -> Mapping[str, str]:
    """Function code to name, 类, 款 and 项. Source: the project's list of function codes, rows seen in documents."""
    with _CODES_FILE.open(encoding="utf-8", newline="") as lines:
        return {row["code"]: row["name"] for row in csv.DictReader(lines)}


def random_amount(rng: Random) -> int:
    """An amount of any size; half of them whole units."""
    amount = rng.randrange(1, 10 ** rng.randint(1, _MAX_DIGITS))
    return amount if rng.random() < 0.5 else (amount // 100 + 1) * 100


def split(rng: Random, total: int, count: int) -> list[int]:
    """Cuts a total into `count` parts, some perhaps zero.

    >>> sum(split(Random(1), 1000, 7))
    1000
    """
    cuts = sorted(rng.randint(0, total) for _ in range(count - 1))
    return [high - low for low, high in zip([0, *cuts], [*cuts, total], strict=True)]


def random_items(rng: Random, count: int, *, has_fund: bool, has_other: bool) -> tuple[FunctionItem, ...]:
    """Picks 项 and gives each its money, sorted by code; the first of them always has basic and project."""
    codes = sorted(code for code in function_names() if len(code) == 7)
    general = [code for code in codes if not code.startswith(FUND_PREFIXES)]
    picked = rng.sample(general, min(count, len(general)))
    items = [FunctionItem(picked[0], random_amount(rng), random_amount(rng))]
    for code in picked[1:]:
        nature = rng.choice(("basic", "project", "both"))
        items.append(
            FunctionItem(
                code,
                basic=random_amount(rng) if nature != "project" else 0,
                project=random_amount(rng) if nature != "basic" else 0,
                other=random_amount(rng) if has_other and rng.random() < 0.2 else 0,
            )
        )
    if has_fund:
        funds = [code for code in codes if code.startswith(FUND_PREFIXES)]
        items += [FunctionItem(code, fund=random_amount(rng)) for code in rng.sample(funds, rng.randint(1, 3))]
    return tuple(sorted(items, key=lambda item: item.code))


def sum_by_prefix(items: Iterable[FunctionItem], length: int, measure: Callable[[FunctionItem], int]) -> dict[str, int]:
    """Sums a measure over the first `length` digits of the codes."""
    sums: dict[str, int] = {}
    for item in items:
        sums[item.code[:length]] = sums.get(item.code[:length], 0) + measure(item)
    return sums


def function_tree(
    items: Sequence[FunctionItem], measures: Sequence[Callable[[FunctionItem], int]], show: CellPrinter
) -> tuple[Line, ...]:
    """The lines of a coded form: 合计, then 类, 款 and 项, each the sum of what is below it."""
    totals = tuple(show(sum(map(measure, items))) for measure in measures)
    lines = [Line(("合计", "", *totals))]
    columns = [{length: sum_by_prefix(items, length, measure) for length in (3, 5, 7)} for measure in measures]
    codes = {item.code[:length] for item in items for length in (3, 5, 7)}
    for code in sorted(codes):
        cells = tuple(show(column[len(code)][code]) for column in columns)
        lines.append(Line((code, function_names()[code], *cells)))
    return tuple(lines)

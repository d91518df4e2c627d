"""Random final accounts (决算): every form of a family, all sums within and across forms true."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random

from tests.corpus.facts import DocumentFacts, FormFacts, Line, LineKind
from tests.corpus.layouts import load_family
from tests.corpus.random_economic import (
    PUBLIC_CLASSES,
    EconomicAmounts,
    economic_codes,
    fill_economic_form,
    random_economic,
)
from tests.corpus.random_sums import (
    CellPrinter,
    FunctionItem,
    choose_printer,
    function_names,
    function_tree,
    random_amount,
    random_items,
    split,
    sum_by_prefix,
)

#: Family to the fact file whose labels, line numbers and dashes its random documents keep.
MODELS = {
    "final_2022": "jincheng_government_service_centre_2022_final",
    "final_2024": "yangcheng_government_office_2024_final",
    "final_henan": "sanmenxia_government_office_2023_final",
}
_Amounts = Mapping[str, tuple[int, ...]]
_ABROAD, _RECEPTION, _OPERATION, _PURCHASE = "30212", "30217", "30231", "31013"


@dataclass(frozen=True, slots=True)
class _Year:
    """Everything that happened in one random department's year."""

    items: tuple[FunctionItem, ...]
    carried: int
    economic: EconomicAmounts
    economic_measures: tuple[str, ...]

    @property
    def general_items(self) -> tuple[FunctionItem, ...]:
        return tuple(item for item in self.items if item.general)

    def total(self, *names: str) -> int:
        return sum(getattr(item, name) for item in self.items for name in names)


def random_final_forms(rng: Random, model: DocumentFacts, item_count: int) -> tuple[FormFacts, ...]:
    """The forms of a random year, in the model's order and with the model's labels."""
    forms = {form.layout: form for form in model.forms}
    layout = load_family(model.family).forms["basic_expenditure_by_economic"]
    measures = layout.footer[0].measures
    items = random_items(rng, item_count, has_fund=rng.random() < 0.4, has_other=rng.random() < 0.4)
    basic, project = (sum(getattr(item, name) for item in items) for name in ("basic", "project"))
    economic = random_economic(rng, economic_codes(forms["basic_expenditure_by_economic"]), basic, project)
    carried = random_amount(rng) if rng.random() < 0.4 else 0
    year = _Year(items, carried, economic, measures)
    show = choose_printer(rng, model.number_style)
    makers: dict[str, Callable[[FormFacts], FormFacts]] = {
        "summary": lambda form: _summary(form, year, show),
        "revenue": lambda form: _revenue(form, year, show),
        "expenditure": lambda form: _expenditure(form, year, show),
        "appropriation_summary": lambda form: _appropriation_summary(form, year, show),
        "general_public_budget_expenditure": lambda form: _general_public_budget(form, year, show),
        "basic_expenditure_by_economic": lambda form: fill_economic_form(form, economic, measures, show),
        "three_public": lambda form: _three_public(rng, form, year, show),
        "government_fund_expenditure": lambda form: _government_fund(form, year, show),
        "state_capital_expenditure": lambda form: form,
        "disclosure_statistics": lambda form: _disclosure(rng, form, year, show),
    }
    return tuple(makers[form.layout](form) for form in model.forms)


def fill_lines(
    lines: tuple[Line, ...], amounts: Mapping[str, tuple[int, ...]], show: CellPrinter, kept: int, width: int
) -> tuple[Line, ...]:
    """Replaces the amounts of labelled lines: named ones by theirs, the others by zero.

    Args:
        amounts: label, with its ordinal or without, to one amount per measure.
        kept: how many cells before the amounts stay as they are.
        width: number of measures.
    """
    return tuple(_fill_line(line, amounts, show, kept, width) for line in lines)


def _fill_line(line: Line, amounts: Mapping[str, tuple[int, ...]], show: CellPrinter, kept: int, width: int) -> Line:
    label = line.cells[0]
    if not label:
        return line
    cents = amounts.get(label) or amounts.get(label.partition("、")[2]) or (0,) * width
    return Line((*line.cells[:kept], *map(show, cents)))


def _classes(year: _Year, *names: str) -> dict[str, int]:
    sums = sum_by_prefix(year.items, 3, lambda item: sum(getattr(item, name) for name in names))
    return {function_names()[code]: cents for code, cents in sums.items()}


def _summary(form: FormFacts, year: _Year, show: CellPrinter) -> FormFacts:
    general, fund, other = year.total("general"), year.total("fund"), year.total("other")
    income = general + fund + other
    revenue = {
        "一般公共预算财政拨款收入": (general,),
        "政府性基金预算财政拨款收入": (fund,),
        "其他收入": (other,),
        "本年收入合计": (income,),
        "年初结转和结余": (year.carried,),
        "总计": (income + year.carried,),
    }
    spending = {label: (cents,) for label, cents in _classes(year, "total").items()}
    spending |= {
        "本年支出合计": (income,),
        "年末结转和结余": (year.carried,),
        "总计": (income + year.carried,),
    }
    left, right = form.blocks
    amounts = _require_lines(right, spending)
    return FormFacts(form.layout, (fill_lines(left, revenue, show, 2, 1), fill_lines(right, amounts, show, 2, 1)))


def _require_lines(lines: tuple[Line, ...], amounts: _Amounts) -> _Amounts:
    """Checks that every amount finds its line, so that no sum silently loses a class.

    Raises:
        ValueError: a label of `amounts` stands on no line.
    """
    labels = {part for line in lines for part in (line.cells[0], line.cells[0].partition("、")[2])}
    if missing := set(amounts) - labels:
        raise ValueError(f"found no line for {sorted(missing)}: add it to the model or leave the class out")
    return amounts


def _revenue(form: FormFacts, year: _Year, show: CellPrinter) -> FormFacts:
    measures = (
        lambda item: item.total,
        lambda item: item.general + item.fund,
        *(_nothing,) * 4,
        lambda item: item.other,
    )
    return FormFacts(form.layout, (function_tree(year.items, measures, show),))


def _expenditure(form: FormFacts, year: _Year, show: CellPrinter) -> FormFacts:
    measures = (lambda i: i.total, lambda i: i.basic, lambda i: i.all_projects, *(_nothing,) * 3)
    return FormFacts(form.layout, (function_tree(year.items, measures, show),))


def _nothing(_item: FunctionItem) -> int:
    return 0


def _appropriation_summary(form: FormFacts, year: _Year, show: CellPrinter) -> FormFacts:
    general, fund = year.total("general"), year.total("fund")
    income, carried = general + fund, year.carried
    left, right = form.blocks
    revenue = {
        "一、一般公共预算财政拨款": (general,),
        "二、政府性基金预算财政拨款": (fund,),
        "本年收入合计": (income,),
        "年初财政拨款结转和结余": (carried,),
        "一般公共预算财政拨款": (carried,),
        "总计": (income + carried,),
        "收入总计": (income + carried,),
    }
    generals, funds = _classes(year, "general"), _classes(year, "fund")
    spending = {name: (generals[name] + funds[name], generals[name], funds[name], 0) for name in generals}
    spending |= {
        "本年支出合计": (income, general, fund, 0),
        "年末财政拨款结转和结余": (carried, carried, 0, 0),
        "总计": (income + carried, general + carried, fund, 0),
    }
    blocks = (
        tuple(_fill_exactly(line, revenue, show) for line in left),
        fill_lines(right, _require_lines(right, spending), show, 2, 4),
    )
    return FormFacts(form.layout, blocks)


def _fill_exactly(line: Line, amounts: Mapping[str, tuple[int, ...]], show: CellPrinter) -> Line:
    """As `_fill_line`, by the whole label: 一、一般公共预算财政拨款 and 一般公共预算财政拨款 are two lines here."""
    if not line.cells[0]:
        return line
    return Line((*line.cells[:2], *map(show, amounts.get(line.cells[0], (0,)))))


def _general_public_budget(form: FormFacts, year: _Year, show: CellPrinter) -> FormFacts:
    measures = (lambda item: item.general, lambda item: item.basic, lambda item: item.project)
    return FormFacts(form.layout, (function_tree(year.general_items, measures, show),))


def _three_public(rng: Random, form: FormFacts, year: _Year, show: CellPrinter) -> FormFacts:
    measure = year.economic_measures[0]
    final = [year.economic.amount(measure, code) for code in (_ABROAD, _PURCHASE, _OPERATION, _RECEPTION)]
    if not any(final):
        return FormFacts(form.layout, ((Line(("",) * 12),),), is_empty=True)
    budget = [cents + (random_amount(rng) if cents and rng.random() < 0.5 else 0) for cents in final]
    cells: list[str] = []
    for abroad, purchase, operation, reception in (budget, final):
        subtotal = purchase + operation
        figures = (abroad + subtotal + reception, abroad, subtotal, purchase, operation, reception)
        cells += [show(cents) for cents in figures]
    return FormFacts(form.layout, ((Line(tuple(cells)),),))


def _government_fund(form: FormFacts, year: _Year, show: CellPrinter) -> FormFacts:
    items = tuple(item for item in year.items if item.fund)
    if not items:
        return form

    def fund(item: FunctionItem) -> int:
        return item.fund

    return FormFacts(form.layout, (function_tree(items, (_nothing, fund, fund, _nothing, fund, _nothing), show),))


def _disclosure(rng: Random, form: FormFacts, year: _Year, show: CellPrinter) -> FormFacts:
    procurement = split(rng, min(random_amount(rng), year.total("total")), 3)
    vehicles = [rng.choice((0, 0, 1, 2, 5, 12)) for _ in range(8)]
    keys = [line.cells[0] for line in form.blocks[0] if line.kind is LineKind.DATA]
    money = dict(
        zip(keys[:4], (sum(procurement), *procurement), strict=True),
        operating_cost_administrative=year.economic.sum_of("basic", PUBLIC_CLASSES),
        operating_cost_civil_service_managed=0,
    )
    counts = dict(zip(keys[6:15], (sum(vehicles), *vehicles), strict=True), equipment_over_1m=rng.choice((0, 0, 3)))
    lines = [
        Line((*line.cells[:3], show(money[key]) if (key := line.cells[0]) in money else str(counts[key] or "")))
        if line.kind is LineKind.DATA
        else line
        for line in form.blocks[0]
    ]
    return FormFacts(form.layout, (tuple(lines),))

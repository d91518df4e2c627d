"""Random budgets (预算) in the Shanxi shape: forms 1-13, all sums within and across forms true."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random

from tests.corpus.facts import DocumentFacts, FormFacts, Line
from tests.corpus.random_economic import PERSONNEL_CLASSES, EconomicAmounts, random_economic
from tests.corpus.random_final import fill_lines
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

MODELS = {"budget_shanxi": "qinyuan_affairs_service_centre_2023_budget"}
_PROJECT_WORDS = ("维修费", "物业管理费", "网络运行维护费", "专项工作经费", "设备购置费", "租赁费", "宣传费", "培训费")
_PROJECT_PLACES = ("办公楼", "政务大厅", "信息中心", "档案室", "职工食堂", "会议室", "值班室", "服务窗口")


def random_budget_forms(rng: Random, model: DocumentFacts, item_count: int, department: str) -> tuple[FormFacts, ...]:
    """The forms of a random budget, in the model's order and with the model's labels."""
    items = random_items(rng, item_count, has_fund=False, has_other=rng.random() < 0.4)
    forms = {form.layout: form for form in model.forms}
    economic_lines = forms["basic_expenditure_by_economic"].blocks[0]
    codes = sorted({line.cells[0] for line in economic_lines if line.cells[2]})
    economic = random_economic(rng, codes, sum(item.basic for item in items), 0)
    show = choose_printer(rng, model.number_style)
    made = {
        "summary": _summary(forms["summary"], items, show),
        "revenue": _tree("revenue", items, ("total", "general", "", "", "", "other", ""), show),
        "expenditure": _tree("expenditure", items, ("total", "basic", "all_projects"), show),
        "appropriation_summary": _appropriation_summary(forms["appropriation_summary"], items, show),
        "general_public_budget_expenditure": _tree(
            "general_public_budget_expenditure",
            tuple(item for item in items if item.general),
            ("general", "basic", "project"),
            show,
        ),
        "basic_expenditure_by_economic": _economic(rng, economic_lines, economic, show),
        "three_public": _three_public(rng, forms["three_public"], sum(item.general for item in items), show),
        "operating_cost": _operating_cost(department, economic, show),
        "project_budget": _projects(rng, items, show),
    }
    return tuple(made.get(form.layout, form) for form in model.forms)


def _tree(layout: str, items: tuple[FunctionItem, ...], names: tuple[str, ...], show: CellPrinter) -> FormFacts:
    measures = [lambda item, name=name: getattr(item, name) if name else 0 for name in names]
    return FormFacts(layout, (function_tree(items, measures, show),))


def _class_sums(items: tuple[FunctionItem, ...], name: str) -> dict[str, int]:
    sums = sum_by_prefix(items, 3, lambda item: getattr(item, name))
    return {function_names()[code]: cents for code, cents in sums.items()}


def _summary(form: FormFacts, items: tuple[FunctionItem, ...], show: CellPrinter) -> FormFacts:
    general, own = (sum(getattr(item, name) for item in items) for name in ("general", "other"))
    total = general + own
    revenue = {"一般公共预算": (general,), "单位资金": (own,), "本年收入合计": (total,), "收入总计": (total,)}
    spending = {label: (cents, cents, 0) for label, cents in _class_sums(items, "total").items()}
    spending |= {"本年支出合计": (total, total, 0), "支出总计": (total, total, 0)}
    return _two_sided(form, revenue, spending, show, 3)


def _appropriation_summary(form: FormFacts, items: tuple[FunctionItem, ...], show: CellPrinter) -> FormFacts:
    general = sum(item.general for item in items)
    revenue = {"本年收入合计": (general,), "收入总计": (general,)}
    spending = {label: (cents, cents, 0, 0) for label, cents in _class_sums(items, "general").items()}
    spending |= {"本年支出合计": (general, general, 0, 0), "支出总计": (general, general, 0, 0)}
    made = _two_sided(form, revenue, spending, show, 4)
    first = Line((form.blocks[0][0].cells[0], show(general)))  # 一、一般公共预算 stands twice: income, then carry-over
    return FormFacts(form.layout, ((first, *made.blocks[0][1:]), made.blocks[1]))


def _two_sided(
    form: FormFacts,
    revenue: Mapping[str, tuple[int, ...]],
    spending: Mapping[str, tuple[int, ...]],
    show: CellPrinter,
    width: int,
) -> FormFacts:
    left, right = form.blocks
    return FormFacts(form.layout, (fill_lines(left, revenue, show, 1, 1), fill_lines(right, spending, show, 1, width)))


def _economic(rng: Random, model: tuple[Line, ...], amounts: EconomicAmounts, show: CellPrinter) -> FormFacts:
    """One line per pair of economic and government economic class; a 款 printed twice shares its amount."""
    pairs = [line for line in model if line.cells[2]]
    shares = {
        code: split(rng, cents, sum(1 for line in pairs if line.cells[0] == code))
        for code, cents in amounts.basic.items()
    }
    lines = []
    for line in model:
        code = line.cells[0]
        if line.cells[2]:
            cents = shares[code].pop() if code in shares else 0
        else:
            cents = sum(amounts.basic.values()) if code == "TOTAL" else amounts.amount("basic", code)
        personnel = amounts.sum_of("basic", PERSONNEL_CLASSES) if code == "TOTAL" else cents
        if code != "TOTAL" and not code.startswith(PERSONNEL_CLASSES):
            personnel = 0
        if cents:
            lines.append(Line((*line.cells[:3], show(cents), show(personnel), show(cents - personnel))))
    return FormFacts("basic_expenditure_by_economic", (tuple(lines),))


def _three_public(rng: Random, form: FormFacts, general: int, show: CellPrinter) -> FormFacts:
    """At most what the general public budget spends, of which it is a part."""
    shares = split(rng, min(random_amount(rng), general), 4)
    abroad, reception, purchase, operation = (rng.choice((0, share)) for share in shares)
    figures = {
        "abroad": abroad,
        "reception": reception,
        "vehicle_subtotal": purchase + operation,
        "vehicle_purchase": purchase,
        "vehicle_operation": operation,
        "total": abroad + reception + purchase + operation,
    }
    lines = [
        Line((*line.cells[:2], show(figures[line.cells[0]]), show(figures[line.cells[0]]), show(0), show(0)))
        for line in form.blocks[0]
    ]
    return FormFacts(form.layout, (tuple(lines),))


def _operating_cost(department: str, economic: EconomicAmounts, show: CellPrinter) -> FormFacts:
    public = sum(economic.basic.values()) - economic.sum_of("basic", PERSONNEL_CLASSES)
    cells = (show(public), show(public), show(0), show(0))
    return FormFacts("operating_cost", ((Line(("TOTAL", "部门合计", *cells)), Line(("", department, *cells))),))


def _projects(rng: Random, items: tuple[FunctionItem, ...], show: CellPrinter) -> FormFacts:
    """Projects whose general money adds up to the projects of the general public budget, likewise own funds."""
    names = [f"{place}{word}" for place in _PROJECT_PLACES for word in _PROJECT_WORDS]
    picked = rng.sample(names, rng.randint(2, 30))
    general = split(rng, sum(item.project for item in items), len(picked))
    own = split(rng, sum(item.other for item in items), len(picked))
    lines = [
        Line((f"　　{name}", show(a + b), show(a), show(0), show(0), show(0), show(b)))
        for name, a, b in zip(picked, general, own, strict=True)
        if a + b
    ]
    return FormFacts("project_budget", (tuple(lines),))

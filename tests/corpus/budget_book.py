"""A made budget book (河北预算文本): the tables of a department, then all over again of each unit, with the truth."""

from __future__ import annotations

import io
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import groupby

import docx

DEPARTMENT, COVER_NAME, BUREAU = "902", "南山镇", "沁源县财政局"
UNITS = (("902002", "南山镇政府办公室"), ("902003", "南山镇农业服务中心"))
#: Function code, economic code and name of what a unit's basic expenditure goes to.
PERSONNEL = (
    ("2010301", "30101", "1、基本工资"),
    ("2010301", "30102", "（1）地区附加津贴"),
    ("2010301", "30102", "（2）乡镇补贴"),
    ("2080505", "30108", "（1）基本养老保险费"),
    ("2210201", "30311", "6、住房公积金"),
)
PUBLIC = (
    ("2010301", "30201", "（1）办公费"),
    ("2010301", "30231", "1）燃料费"),
    ("2010301", "30231", "2）维修费"),
    ("2010301", "30231", "3）保险费"),
)
PROJECTS = (("村级补助", "2130705"), ("稳定经费", "2010301"))
FUNDS_OVER = "资 金 来 源"
FUNDS = ("一般公共预算拨款", "基金预算拨款", "财政专户核拨", "其他来源收入")


@dataclass(frozen=True, slots=True)
class Truth:
    """A number as it must be loaded; `reporting_unit` is `None` for the department's own."""

    reporting_unit: str | None
    form_id: str
    line_side: str | None
    line_code: str | None
    line_label: str
    qualifier: str | None
    measure: str
    amount: Decimal


@dataclass(slots=True)
class BudgetBook:
    """Headings and tables in reading order, and the numbers they print, in 万元."""

    blocks: list[str | list[list[str]]] = field(default_factory=list)
    truth: list[Truth] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Figures:
    """What a body spends, by line of the tables; the department's is the sum of its units'."""

    basic: dict[tuple[str, str, str], Decimal]
    projects: dict[str, Decimal]

    def total(self, lines: Sequence[tuple[str, str, str]]) -> Decimal:
        return sum((self.basic[line] for line in lines), Decimal(0))

    @property
    def whole(self) -> Decimal:
        return sum((*self.basic.values(), *self.projects.values()), Decimal(0))


def make_budget_book(seed: int) -> BudgetBook:
    """A department with two units and random amounts; the vehicle's three costs are 2 + 1 + 1, siblings that add up."""
    chance = random.Random(seed)
    by_unit = {name: _random_figures(chance) for _, name in UNITS}
    lines = (*PERSONNEL, *PUBLIC)
    whole = _Figures(
        {line: sum((one.basic[line] for one in by_unit.values()), Decimal(0)) for line in lines},
        {name: sum((one.projects[name] for one in by_unit.values()), Decimal(0)) for name, _ in PROJECTS},
    )
    book = BudgetBook()
    book.blocks += ["2017年县级部门预算", "（草案）", COVER_NAME, f"{COVER_NAME}编制", f"{BUREAU}审核", "目    录"]
    book.blocks += ["第一部分 部门预算情况", "第二部分 预算单位收支预算情况", "第一部分 部门预算情况"]
    _add_department(book, whole, by_unit)
    book.blocks += ["第二部分", "预算单位收支预算情况"]
    for number, (code, name) in zip("一二", UNITS, strict=True):
        book.blocks.append(f"{number}、{name}收支预算")
        _add_unit(book, code + name, name, by_unit[name])
    return book


def _random_figures(chance: random.Random) -> _Figures:
    def amount() -> Decimal:
        return Decimal(chance.randrange(1, 90_000)) / 100

    basic = {line: amount() for line in (*PERSONNEL, *PUBLIC)}
    fuel, repair, insurance = PUBLIC[1:]
    basic[fuel] = basic[repair] * 2
    basic[insurance] = basic[repair]
    return _Figures(basic, {name: amount() for name, _ in PROJECTS})


def _add_department(book: BudgetBook, whole: _Figures, by_unit: dict[str, _Figures]) -> None:
    corner = [DEPARTMENT + COVER_NAME, "单位：万元"]
    personnel, public = whole.total(PERSONNEL), whole.total(PUBLIC)
    projects = sum(whole.projects.values(), Decimal(0))
    rows = [
        ("revenue", "", "预算收入", whole.whole),
        ("revenue", "1", "一般公共预算拨款", whole.whole),
        ("expenditure", "", "预算支出", whole.whole),
        ("expenditure", "1", "基本支出", personnel + public),
        ("expenditure", "", "其中：人员经费", personnel),
        ("expenditure", "", "日常公用经费", public),
        ("expenditure", "2", "项目支出", projects),
    ]
    _add_summary(book, "部门收支预算总表", corner, rows, None)
    form = _Table(book, "basic_expenditure_by_economic", None, corner)
    form.open("部门基本支出预算", ["经济分类科目编码", "预算支出项目"])
    form.add(["", "基本支出总计"], personnel + public, "TOTAL")
    for heading, lines in (("人员经费合计", PERSONNEL), ("日常公用经费合计", PUBLIC)):
        form.add(["", heading], whole.total(lines))
        for line in lines:
            form.add([line[1], line[2]], whole.basic[line], line[1])
    form.close()
    form = _Table(book, "project_budget", None, corner)
    form.open("部门项目支出预算", ["项目名称", "项目承担单位", "功能分类科目编码"])
    form.add(["合计", "", ""], projects, "TOTAL")
    for name, code in PROJECTS:
        form.add([f"{name}活动", "", ""], whole.projects[name])
        for number, (unit, figures) in enumerate(by_unit.items(), 1):
            form.add([f"{number}、{name}", unit, code], figures.projects[name], code, unit)
    form.close()


def _add_unit(book: BudgetBook, printed_name: str, name: str, figures: _Figures) -> None:
    corner = [printed_name, "单位：万元"]
    personnel, public = figures.total(PERSONNEL), figures.total(PUBLIC)
    projects = sum(figures.projects.values(), Decimal(0))
    rows = [
        ("revenue", "", "预算收入", figures.whole),
        ("revenue", "1", "一般公共预算拨款", figures.whole),
        ("expenditure", "", "预算支出", figures.whole),
        ("expenditure", "1", "人员经费", personnel),
        ("expenditure", "2", "日常公用经费", public),
        ("expenditure", "3", "项目支出", projects),
    ]
    _add_summary(book, "收支预算总表", corner, rows, name)
    for title, form_id, lines in (
        ("人员经费预算", "personnel_expenditure", PERSONNEL),
        ("日常公用经费预算", "public_expenditure", PUBLIC),
    ):
        form = _Table(book, form_id, name, corner)
        form.open(title, ["功能分类科目编码", "经济分类科目编码", "预算支出项目"])
        form.add(["", "", "合计"], figures.total(lines), "TOTAL")
        for line in lines:
            form.add(list(line), figures.basic[line], line[1], line[0])
        form.close()
    form = _Table(book, "project_budget", name, corner)
    form.open("项目支出预算", ["项目名称", "功能分类科目编码"])
    form.add(["合计", ""], projects, "TOTAL")
    for project, code in PROJECTS:
        form.add([project, code], figures.projects[project], code)
    form.close()


def _add_summary(
    book: BudgetBook,
    title: str,
    corner: list[str],
    rows: Sequence[tuple[str, str, str, Decimal]],
    unit: str | None,
) -> None:
    table = [corner, ["项目代码", "预算收支项目", "预算金额"]]
    for side, ordinal, label, amount in rows:
        table.append([ordinal, label, f"{amount:.2f}"])
        printed = f"{ordinal}、{label}" if ordinal else label
        book.truth.append(Truth(unit, "summary", side, None, printed, None, "total", amount))
    book.blocks += [title, table]


class _Table:
    """One table with its funds: what the general public budget pays is all there is."""

    def __init__(self, book: BudgetBook, form_id: str, unit: str | None, corner: list[str]) -> None:
        self.book, self.form_id, self.unit = book, form_id, unit
        self.rows: list[list[str]] = [corner]

    def open(self, title: str, headers: list[str]) -> None:
        """Prints the title and the header, the funds below 资金来源."""
        self.book.blocks.append(title)
        self.rows.append([*headers, FUNDS_OVER, *[""] * len(FUNDS)])
        self.rows.append([*[""] * len(headers), "合  计", *FUNDS])

    def add(self, labels: list[str], amount: Decimal, code: str | None = None, qualifier: str | None = None) -> None:
        """Prints a line and keeps the truth of its two numbers."""
        printed = f"{amount:.2f}"
        self.rows.append([*labels, printed, printed, *[""] * (len(FUNDS) - 1)])
        label = next(text for text in reversed(labels) if text and not text.isdigit()) if code else "".join(labels)
        if self.form_id == "project_budget":
            label = labels[0]
        for measure in ("total", "general_public_budget"):
            self.book.truth.append(Truth(self.unit, self.form_id, None, code, label, qualifier, measure, amount))

    def close(self) -> None:
        """Ends the table."""
        self.book.blocks.append(self.rows)


def to_docx(book: BudgetBook) -> bytes:
    """Sets the book as Word does: one table below each title, blank header cells merged with their neighbours."""
    word = docx.Document()
    for block in book.blocks:
        if isinstance(block, str):
            word.add_paragraph(block)
            continue
        width = max(map(len, block))
        table = word.add_table(len(block), width)
        for row_index, row in enumerate(block):
            for col_index, text in enumerate(row):
                table.cell(row_index, col_index).text = text
        for row_index, start, stop in _spans(block, width):
            table.cell(row_index, start).merge(table.cell(row_index, stop))
        if FUNDS_OVER in block[1]:
            for col_index in range(block[1].index(FUNDS_OVER)):
                table.cell(1, col_index).merge(table.cell(2, col_index))
    out = io.BytesIO()
    word.save(out)
    return out.getvalue()


def _spans(block: list[list[str]], width: int) -> Iterator[tuple[int, int, int]]:
    """The corner over the whole table, and 资金来源 over its funds: (row, first column, last column)."""
    yield 0, 1, width - 1
    if FUNDS_OVER in block[1]:
        yield 1, block[1].index(FUNDS_OVER), width - 1


def to_tabbed_text(book: BudgetBook) -> bytes:
    """Sets the book as text with tabs."""
    lines = []
    for is_heading, group in groupby(book.blocks, key=lambda block: isinstance(block, str)):
        for block in group:
            lines += [str(block)] if is_heading else ["\t".join(row) for row in block if isinstance(row, list)]
    return "\n".join(lines).encode()

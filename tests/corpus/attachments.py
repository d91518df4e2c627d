"""Performance attachments become tables: 绩效自评表, 绩效自评分析报告, 自评汇总表, 绩效目标申报表. No file format here.

The wording of the forms is the finance bureaus' (headers, names of funds); what stands in the cells are the facts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import groupby

from tests.corpus.amounts import CellKind, parse_number, to_yuan
from tests.corpus.facts import (
    AttachmentFacts,
    DocumentFacts,
    ExpectedForm,
    ExpectedValue,
    IndicatorFacts,
    ProjectFacts,
)
from tests.corpus.sentences import expected_facts, printed_text
from tests.corpus.table import CellRole, FormPage, Row, Table, TableCell

_EVALUATION, _TARGET = "performance_evaluation", "performance_target"
_UNITS = {"execution_rate": "%", "execution_score": "分", "score": "分"}
_FUND_COLUMNS = (
    "declared_budget",
    "initial_budget",
    "annual_budget",
    "executed",
    "closing_balance",
    "execution_rate",
    "execution_score",
)
#: The figures of a line of the list, in printed order.
LIST_COLUMNS = (
    "annual_budget",
    "executed",
    "executed_in_system",
    "execution_rate",
    "management_score_rate",
    "cost_score_rate",
    "output_score_rate",
    "benefit_score_rate",
    "satisfaction_score_rate",
)
_LIST_HEADER = (
    "单位名称",
    "项目名称",
    "全年预算数",
    "全年执行数",
    "系统查询全年执行数",
    "预算执行率",
    "资金管理情况得分率",
    "成本指标得分率",
    "产出指标得分率",
    "效益指标得分率",
    "满意度指标得分率",
    "自评得分",
)
#: Who pays, in the order of the target form; the county pays for all projects here.
_TARGET_SOURCES = ("中央财政资金", "省级财政资金", "市县（区）财政资金", "单位自筹")
_COUNTY = "市县（区）财政资金"
_SOURCE = "市县区财政资金"


def compose_attachment(facts: DocumentFacts, attachment: AttachmentFacts) -> Iterator[FormPage]:
    """Lays an attachment out: a page for each project, two for each report, one for a list."""
    if attachment.layout == "evaluation_list":
        yield _list_page(facts, attachment)
        return
    for project in attachment.projects:
        yield from _LAYOUTS[attachment.layout](facts, attachment, project)


def _evaluation(facts: DocumentFacts, attachment: AttachmentFacts, project: ProjectFacts) -> Iterator[FormPage]:
    wide = CellRole.LABEL
    score = TableCell(project.score, CellRole.AMOUNT, truth=_truth(project.name, None, "score", project.score, ""))
    rows = (
        (TableCell("项目名称", CellRole.HEADER, 2), TableCell(project.name, wide, 8)),
        (
            TableCell("主管部门", CellRole.HEADER, 2),
            TableCell(facts.department, wide, 3),
            TableCell("预算单位", CellRole.HEADER, 2),
            TableCell(facts.department, wide, 3),
        ),
        *_evaluation_funds(attachment.unit, project),
        *_indicator_rows(project.indicators, has_side=True),
        (TableCell("总分", CellRole.TOTAL_LABEL, 8), score, TableCell(project.grade, wide)),
    )
    heading = (("title", f"{project.name}项目支出绩效自评表"), ("period", f"（{facts.fiscal_year}年度）"))
    yield _page(_EVALUATION, heading, Table((1.6, 2, 2, 2.6, 2, 2, 2, 1.2, 1.2, 2.2), (), rows), attachment.notes)


def _evaluation_funds(unit: str, project: ProjectFacts) -> tuple[Row, ...]:
    side = TableCell(f"项目资金预算安排及执行进度（{unit}）", CellRole.HEADER, row_span=4)
    tall = ("全年预算数", "全年执行数", "资金结（转）余", "执行率", "得分", "偏差原因")
    return (
        (
            side,
            TableCell("资金来源", CellRole.HEADER, row_span=2),
            TableCell("年初预算数", CellRole.HEADER, 2),
            *(TableCell(text, CellRole.HEADER, row_span=2) for text in tall),
        ),
        (TableCell("目标申报数", CellRole.HEADER), TableCell("预算编制数", CellRole.HEADER)),
        (TableCell("资金总额：", CellRole.LABEL), *_funds(unit, project, None), TableCell("", CellRole.LABEL)),
        (TableCell(_SOURCE, CellRole.LABEL), *_funds(unit, project, _SOURCE), TableCell("无", CellRole.LABEL)),
    )


def _funds(unit: str, project: ProjectFacts, source: str | None, columns: Sequence[str] = _FUND_COLUMNS) -> Row:
    return tuple(
        TableCell(
            text := project.figures.get(measure, ""),
            CellRole.AMOUNT,
            truth=_truth(project.name, source, measure, text, unit) if text else None,
        )
        for measure in columns
    )


def _report(facts: DocumentFacts, attachment: AttachmentFacts, project: ProjectFacts) -> Iterator[FormPage]:
    unit = attachment.unit
    header = (
        (
            TableCell("资金来源", CellRole.HEADER, row_span=2),
            TableCell("年初预算数", CellRole.HEADER, 2),
            *(TableCell(f"{text}（{unit}）", CellRole.HEADER, row_span=2) for text in _REPORT_AMOUNTS),
            *(TableCell(text, CellRole.HEADER, row_span=2) for text in ("执行率", "得分")),
        ),
        (TableCell(f"目标申报（{unit}）", CellRole.HEADER), TableCell(f"预算编制（{unit}）", CellRole.HEADER)),
    )
    blanks = (TableCell("", CellRole.AMOUNT), TableCell("", CellRole.AMOUNT))
    body = (
        (TableCell("合计", CellRole.TOTAL_LABEL), *_funds(unit, project, None)),
        (TableCell(_SOURCE, CellRole.LABEL), *_funds(unit, project, _SOURCE, _FUND_COLUMNS[:5]), *blanks),
    )
    heading = (
        ("title", "项目支出绩效自评分析报告"),
        ("organisation", f"项目名称：{project.name}"),
        ("organisation", f"项目单位：{facts.department}"),
        ("organisation", "（一）预算执行情况"),
    )
    yield _page(_EVALUATION, heading, Table((3, 2, 2, 2, 2, 2, 1.5, 1.5), header, body), ())
    table = Table((2, 2.4, 3, 2, 2, 2, 1.2, 1.2, 3.5), _REPORT_HEADER, tuple(_indicator_rows(project.indicators)))
    conclusion = f"自评结论：总得分[{project.score}分|project_item score]，属于“{project.grade}”。"
    notes = (printed_text(conclusion), *attachment.notes)
    page = _page(_EVALUATION, (("organisation", "（二）绩效指标完成情况"),), table, notes)
    score = _truth(project.name, None, "score", project.score, "")
    yield replace(page, note_truths=(score,), note_facts=expected_facts((conclusion,)))


_REPORT_AMOUNTS = ("全年预算数", "全年执行数", "资金结（转）余")
_REPORT_HEADER = (
    (
        *(TableCell(text, CellRole.HEADER, row_span=2) for text in ("一级指标", "二级指标", "指标名称")),
        TableCell("年度指标", CellRole.HEADER, 2),
        *(TableCell(text, CellRole.HEADER, row_span=2) for text in ("实际完成值", "权重", "得分")),
        TableCell("偏差原因分析及改进措施", CellRole.HEADER, row_span=2),
    ),
    (TableCell("年初指标", CellRole.HEADER), TableCell("调整后指标", CellRole.HEADER)),
)
_SIDE_HEADER = ("一级指标", "二级指标", "三级指标", "年初指标值", "调整后指标值", "实际完成值", "分值", "得分")


def _indicator_rows(indicators: Sequence[IndicatorFacts], *, has_side: bool = False) -> Iterator[Row]:
    """The rows of indicators; those of one level stand beside one merged cell. With a side, their header too."""
    if has_side:
        side = TableCell("绩效指标", CellRole.HEADER, row_span=len(indicators) + 1)
        texts = (*_SIDE_HEADER, "偏差原因分析及改进措施")
        yield (side, *(TableCell(text, CellRole.HEADER) for text in texts))
    first = {id(group[0]): len(group) for group in _groups(indicators, lambda row: (row.level1,))}
    second = {id(group[0]): len(group) for group in _groups(indicators, lambda row: (row.level1, row.level2))}
    for row in indicators:
        levels = [
            TableCell(text, CellRole.LABEL, row_span=spans[id(row)])
            for text, spans in ((row.level1, first), (row.level2, second))
            if id(row) in spans
        ]
        rest = (row.level3, row.annual, row.adjusted, row.actual, row.weight, row.score, row.reason)
        yield (*levels, *(TableCell(text, CellRole.LABEL) for text in rest))


def _groups(
    indicators: Sequence[IndicatorFacts], key: Callable[[IndicatorFacts], tuple[str, ...]]
) -> list[list[IndicatorFacts]]:
    return [list(rows) for _, rows in groupby(indicators, key=key)]


def _list_page(facts: DocumentFacts, attachment: AttachmentFacts) -> FormPage:
    header = (tuple(TableCell(text, CellRole.HEADER) for text in _LIST_HEADER),)
    body = tuple(
        (
            TableCell(facts.department, CellRole.LABEL),
            TableCell(project.name, CellRole.LABEL),
            *_funds(attachment.unit, project, None, LIST_COLUMNS),
            TableCell(project.score, CellRole.LABEL, truth=_truth(project.name, None, "score", project.score, "")),
        )
        for project in attachment.projects
    )
    heading = (("title", "项目单位自评汇总表"), ("unit", f"单位：{attachment.unit}"))
    return _page(_EVALUATION, heading, Table((3, 4, *(2,) * 10), header, body), attachment.notes)


def _target(facts: DocumentFacts, attachment: AttachmentFacts, project: ProjectFacts) -> Iterator[FormPage]:
    unit = attachment.unit
    central, *others = _TARGET_SOURCES
    lines: list[tuple[str, str, str | None]] = [
        ("实施期资金总额：", "年度资金总额：", None),
        (f"其中：{central}", f"其中：{central}", central),
        *((source, source, source) for source in others),
    ]
    funds = [
        tuple(
            cell
            for label, measure in ((first, "period_budget"), (second, "annual_budget"))
            for cell in _target_cells(project, label, measure, source, unit)
        )
        for first, second, source in lines
    ]
    side = TableCell(f"项目资金（{unit}）", CellRole.HEADER, 2, len(funds))
    rows: list[Row] = [
        (TableCell("项目名称", CellRole.HEADER, 2), TableCell(project.name, CellRole.LABEL, 6)),
        (TableCell("实施单位", CellRole.HEADER, 2), TableCell(facts.department, CellRole.LABEL, 6)),
        (side, *funds[0]),
        *funds[1:],
        *_target_indicators(project.indicators),
    ]
    heading = (("title", f"{facts.region}项目支出绩效目标申报表"), ("period", f"（{facts.fiscal_year}年度）"))
    yield _page(_TARGET, heading, Table((1, 2.6, 4.4, 3.6, 2, 4.4, 3.6, 2), (), tuple(rows)), attachment.notes)


def _target_cells(project: ProjectFacts, label: str, measure: str, source: str | None, unit: str) -> Row:
    text = project.figures[measure] if source in {None, _COUNTY} else "0"
    truth = replace(_truth(project.name, source and _printed_source(source), measure, text, unit), form_id=_TARGET)
    return (TableCell(label, CellRole.LABEL, 2), TableCell(text, CellRole.AMOUNT, truth=truth))


def _printed_source(source: str) -> str:
    """Labels are kept with narrow brackets."""
    return source.replace("（", "(").replace("）", ")")


def _target_indicators(indicators: Sequence[IndicatorFacts]) -> Iterator[Row]:
    """Each indicator twice: for the time the project runs, and for the year."""
    side = TableCell("绩效指标", CellRole.HEADER, row_span=len(indicators) + 1)
    texts = ("一级指标", *("二级指标", "三级指标", "指标值") * 2)
    yield (side, *(TableCell(text, CellRole.HEADER) for text in texts))
    for group in _groups(indicators, lambda row: (row.level1,)):
        first = TableCell(group[0].level1, CellRole.LABEL, row_span=len(group))
        for number, row in enumerate(group):
            cells = (row.level2, row.level3, row.annual) * 2
            yield (*((first,) if number == 0 else ()), *(TableCell(text, CellRole.LABEL) for text in cells))


_Layout = Callable[[DocumentFacts, AttachmentFacts, ProjectFacts], Iterator[FormPage]]
_LAYOUTS: Mapping[str, _Layout] = {"evaluation_table": _evaluation, "evaluation_report": _report, "target": _target}


def _page(form_id: str, heading: tuple[tuple[str, str], ...], table: Table, notes: tuple[str, ...]) -> FormPage:
    return FormPage(ExpectedForm("attachment", form_id, heading[0][1], is_empty=False), heading, table, notes)


def _truth(project: str, source: str | None, measure: str, text: str, unit: str) -> ExpectedValue:
    """What must be read from one figure; shares and scores are counted, not paid."""
    printed = text.removesuffix("%")
    own_unit = _UNITS.get(measure) or ("%" if measure.endswith("_rate") else None)
    count: Decimal | None = parse_number(printed) if own_unit else None
    return ExpectedValue(
        form_id=_EVALUATION,
        line_side=None,
        line_code=None,
        line_label=project,
        qualifier=source,
        measure=measure,
        cell_kind=CellKind.NUMBER,
        amount_yuan=None if own_unit else to_yuan(printed, unit),
        count_value=count,
        reported_text=text,
        reported_unit=own_unit or unit,
    )

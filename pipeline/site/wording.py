"""What the site says of itself, in Chinese and English: names of subjects, funds, phases, measures; its sentences."""

from __future__ import annotations

from typing import NamedTuple


class Words(NamedTuple):
    """One thing said in both languages."""

    zh: str
    en: str


SUBJECTS = {
    "function": Words("功能分类支出", "Expenditure by function"),
    "economic": Words("经济分类支出", "Expenditure by economic class"),
    "three_public": Words("“三公”经费", "Three public expenses"),
    "operating_cost": Words("机关运行经费", "Operating cost"),
    "project": Words("项目", "Projects"),
}
VARIANTS = {
    "function.all": Words("全部资金", "all funds"),
    "function.general_public_budget": Words("一般公共预算", "general public budget"),
    "function.government_fund": Words("政府性基金预算", "government funds"),
    "function.state_capital": Words("国有资本经营预算", "state capital operations"),
    "economic.department.all": Words("部门经济分类，全部支出", "department classes, all expenditure"),
    "economic.department.basic": Words("部门经济分类，基本支出", "department classes, basic expenditure"),
    "economic.government.all": Words("政府经济分类，全部支出", "government classes, all expenditure"),
    "economic.government.basic": Words("政府经济分类，基本支出", "government classes, basic expenditure"),
    "three_public.budget": Words("预算数", "budgeted"),
    "three_public.final": Words("决算数", "final"),
    "operating_cost.budget": Words("预算数", "budgeted"),
    "operating_cost.final": Words("决算数", "final"),
    "project.annual": Words("全年预算数", "budget of the year"),
}
#: The codes that are no numbers; those of classes come with their names from the marts.
CODES = {
    "TOTAL": Words("合计（各类相加）", "Total (of the classes)"),
    "three_public.abroad": Words("因公出国（境）费", "Travel abroad"),
    "three_public.vehicle_subtotal": Words("公务用车购置及运行费", "Vehicles, purchase and operation"),
    "three_public.vehicle_purchase": Words("公务用车购置费", "Purchase of vehicles"),
    "three_public.vehicle_operation": Words("公务用车运行维护费", "Operation of vehicles"),
    "three_public.reception": Words("公务接待费", "Official receptions"),
    "three_public.total": Words("“三公”经费合计", "All three"),
    "operating_cost.administrative": Words("行政单位", "Administrative units"),
    "operating_cost.civil_service_managed": Words(
        "参照公务员法管理的事业单位",
        "Units managed like the civil service",
    ),
    "operating_cost.total": Words("机关运行经费合计", "Operating cost, all"),
    "project.project": Words("项目", "Projects"),
    "project.department": Words("部门整体", "Whole departments"),
    "project.duty": Words("部门职责", "Duties"),
}
PHASES = {"budget": Words("预算", "budget"), "final_accounts": Words("决算", "final accounts")}
REGION_LEVELS = {
    "province": Words("省级", "province"),
    "prefecture": Words("市级", "prefecture"),
    "county": Words("县级", "county"),
}
SCOPES = {
    "department": Words("部门汇总", "whole department"),
    "unit": Words("单位本级", "the body itself"),
    "mixed": Words("口径混合", "mixed"),
    "government": Words("政府", "government"),
}
GRADES = {
    "proven": Words("两项勾稽相互印证", "proven by two sums"),
    "consistent": Words("一项勾稽相符", "one sum holds"),
    "unproven": Words("无勾稽可证", "no sum vouches"),
    "contradictory": Words("与勾稽不符", "a sum breaks"),
}
BASES = {"listed": Words("据名单", "of a list"), "seen": Words("仅据已见到者", "as far as seen")}
STATUSES = {
    "published": Words("已公开", "published"),
    "incomplete": Words("缺表", "forms missing"),
    "missing": Words("未见公开", "not found"),
    "narrative_only": Words("只有文字，没有报表", "text without forms"),
    "withdrawn": Words("已被取代，现行版未见", "replaced, the current one not found"),
    "quarantined": Words("无法读取", "cannot be read"),
    "loaded": Words("已读取", "read"),
    "partial": Words("部分读取", "read in part"),
    "superseded": Words("已被新版取代", "replaced"),
}
NOT_COUNTED = {
    "superseded": Words("已被新版取代", "replaced by a newer upload"),
    "not_loaded": Words("未能读取", "could not be read"),
    "government_own_budget": Words("政府预算，不是部门", "the government's own budget, no department"),
    "no_department": Words("部门不明", "department not known"),
    "no_region": Words("地区不明", "region not known"),
    "no_year": Words("年度不明", "year not known"),
    "no_phase": Words("预算或决算不明", "budget or final accounts not known"),
    "unit_of_counted_department": Words("其主管部门已计入", "its department is counted"),
    "same_body_counted_as_department": Words("同一机构已按部门口径计入", "the same body is counted as a department"),
}
#: The columns of a figure, in the order they are shown; the first stands by default.
MEASURES = {
    "amount_yuan": Words("金额（元）", "Amount, yuan"),
    "share": Words("占比", "Share"),
    "amount_per_capita_yuan": Words("人均（元/居民）", "Yuan per resident"),
    "amount_per_head_yuan": Words("在职人员人均（元）", "Yuan per person in post"),
    "prior_year_amount_yuan": Words("上年金额（元）", "Year before, yuan"),
    "growth_rate": Words("增长", "Growth"),
    "comparable_rank": Words("可比排名", "Rank"),
    "published_total_yuan": Words("政府公布总数（元）", "Published by the government, yuan"),
    "executed_yuan": Words("执行数（元）", "Spent, yuan"),
    "execution_rate": Words("执行率", "Spent, per cent"),
    "average_score": Words("平均得分", "Average score"),
    "project_count": Words("项目数", "Projects"),
}
#: Sentences and labels by a name; the pages and the scripts take them from here.
SAID = {
    "title": Words("公开预决算比较", "Disclosed budgets compared"),
    "skip": Words("跳到正文", "Skip to the content"),
    "home": Words("地区", "Regions"),
    "compare": Words("比较", "Compare"),
    "ledger": Words("公开台账", "Disclosure ledger"),
    "language": Words("语言", "Language"),
    "comparable": Words("可比", "comparable"),
    "incomparable": Words("不可比", "not comparable"),
    "why_not": Words("不可比的原因", "Why it is not comparable"),
    "warnings": Words("提示", "Read with care"),
    "none": Words("无", "none"),
    "basis": Words("比较依据", "What the figures rest on"),
    "documents": Words("文件", "Documents"),
    "departments": Words("部门", "Departments"),
    "departments_of": Words("计入部门 / 已知部门", "Departments counted / known"),
    "coverage": Words("覆盖率", "Coverage"),
    "scope": Words("口径", "Scope"),
    "grade": Words("最弱的勾稽等级", "Weakest grade of a figure"),
    "precision": Words("金额末位（元）", "Last printed digit, yuan"),
    "population": Words("人口（年份）", "Residents (year)"),
    "headcount": Words("在职人数", "Persons in post"),
    "is_county_total": Words("可称全地区合计", "May be called the region's total"),
    "region": Words("地区", "Region"),
    "level": Words("级别", "Level"),
    "year": Words("年度", "Year"),
    "phase": Words("阶段", "Phase"),
    "type": Words("部门类型", "Type of department"),
    "department": Words("部门", "Department"),
    "subject": Words("比较内容", "What to compare"),
    "variant": Words("范围", "Of which"),
    "class_level": Words("细到", "Down to"),
    "level_1": Words("类", "classes"),
    "level_2": Words("款", "sections"),
    "level_3": Words("项", "items"),
    "show": Words("显示", "Show"),
    "class": Words("科目", "Class"),
    "code": Words("编码", "Code"),
    "download": Words("下载数据（CSV）", "Download the data (CSV)"),
    "chart_data": Words("图中数据", "The data of the chart"),
    "chart_of": Words("图示", "Chart of"),
    "bar_title": Words("各科目比较", "Classes side by side"),
    "trend_title": Words("历年变化", "Over the years"),
    "one_year": Words(
        "所选地区只有一个年度，画不出变化。", "Only one year is known of each region chosen: nothing to follow."
    ),
    "hollow": Words("空心、浅色者不可比，不参加排名。", "Hollow and pale: not comparable, left out of ranks."),
    "nothing": Words("没有这样的数字。", "There are no such figures."),
    "choose": Words("请至少选择一个地区和一个年度。", "Choose at least one region and one year."),
    "find_region": Words("查找地区（名称或编码）", "Find a region (name or code)"),
    "no_documents": Words("没有这类部门的文件：", "No documents of such departments: "),
    "sources": Words("出处", "Sources"),
    "figure": Words("数字", "Figure"),
    "file": Words("文件", "Document"),
    "page_no": Words("页", "Page"),
    "form": Words("报表", "Form"),
    "place": Words("行，列", "Row, column"),
    "line": Words("项目", "Line"),
    "measure": Words("栏目", "Column"),
    "printed": Words("原文", "Printed"),
    "unit": Words("单位", "Unit"),
    "yuan": Words("元", "Yuan"),
    "sum": Words("合计", "Sum"),
    "sum_of_parts": Words("由下级科目相加", "The sum of its parts"),
    "no_printed": Words("没有印刷数字支持此项金额。", "No printed number stands behind an amount here."),
    "how": Words("计算", "How it is computed"),
    "back": Words("返回表格", "Back to the tables"),
    "tables": Words("表格", "Tables"),
    "counted": Words("计入比较", "Counted"),
    "not_counted": Words("未计入", "Not counted"),
    "file_address": Words("原件地址", "Published at"),
    "status": Words("状态", "State"),
    "late": Words("逾期", "late"),
    "missing_now": Words("未见公开", "Missing"),
    "known_of": Words("已知情况", "What is known"),
    "chosen": Words("选择", "Choose"),
    "compare_chosen": Words("比较所选地区", "Compare the regions chosen"),
    "needs_script": Words(
        "选择比较需要启用脚本；不启用时，请从地区页面查看各表。",
        "Choosing needs scripts to be allowed; without them see the tables of each region.",
    ),
    "copied": Words("已下载", "Downloaded"),
    "shown": Words("已显示", "Shown"),
    "columns": Words("列", "columns"),
    "rows": Words("行", "rows"),
    "of": Words("之", "of"),
}
#: The columns of forms, on the pages of sources; others stand by their identifier.
COLUMNS = {
    "total": Words("合计", "total"),
    "basic": Words("基本支出", "basic expenditure"),
    "project": Words("项目支出", "project expenditure"),
    "personnel": Words("人员经费", "personnel"),
    "public": Words("公用经费", "public"),
    "final": Words("决算数", "final"),
    "budget": Words("预算数", "budget"),
    "current_year": Words("本年数", "current year"),
    "general_public_budget": Words("一般公共预算", "general public budget"),
    "government_fund": Words("政府性基金预算", "government funds"),
    "state_capital": Words("国有资本经营预算", "state capital operations"),
    "annual_budget": Words("全年预算数", "budget of the year"),
    "initial_budget": Words("年初预算数", "opening budget"),
    "executed": Words("执行数", "spent"),
}
SAID |= {
    "footer": Words(
        "本站由 gongkai 生成，不联网；数字以各部门公开的文件为准。",
        "Made by gongkai; nothing is fetched from a network. What counts is what the departments published.",
    ),
    "how_to_read": Words(
        "只有“可比”的数字参加排名；“※”为不可比，原因写在旁边。覆盖率是计入的部门占已知部门的比例。",
        "Only comparable figures are ranked; ※ marks those that are not, with the reason beside. Coverage is the share "
        "of the known departments that is counted.",
    ),
    "regions_caption": Words("有文件的地区，各年度各阶段", "Regions with documents, by year and phase"),
    "all_together": Words("全部部门合在一起", "All departments together"),
    "reasons_title": Words("不可比的原因与提示", "Reasons and warnings"),
    "groups_caption": Words(
        "可以比较的部门类型及其依据", "Types of department that can be compared, and what they rest on"
    ),
    "documents_caption": Words(
        "本地区的文件，是否计入比较", "The documents of the region, and whether they are counted"
    ),
    "missing_caption": Words(
        "应公开而未见、缺表或逾期者", "What should have been published and is missing, incomplete or late"
    ),
    "verdict": Words("可比性", "Comparability"),
    "basis_caption": Words("比较所依据的文件与部门", "The documents and departments behind the figures"),
    "caption_end": Words("（金额单位：元；※ 不可比）", " (amounts in yuan; ※ not comparable)"),
    "data_below": Words("图中数据见下表。", "The data of the chart are in the table below."),
    "figures": Words("数字", "Figures"),
    "links_told": Words("点击数字查看出处。", "Each figure leads to its source."),
    "sources_told": Words(
        "每个数字由下列印刷数字相加而成；单位按原文折算为元。",
        "Each figure is the sum of the printed numbers below it, in yuan by the unit printed with them.",
    ),
    "printed_caption": Words("印在文件里的数字", "The numbers as printed in the documents"),
    "published_caption": Words("政府自己公布的数（本级）", "What the government itself published (own level)"),
    "yuan_unit": Words("元", "yuan"),
    "adds_up": Words("与数字相符", "the figure"),
    "adds_not_up": Words("与数字不符", "not the figure"),
    "ledger_told": Words(
        "应公开的部门中，各年度各阶段已公开、缺表、未见者。", "Of the departments that should publish: what was found."
    ),
    "ledger_caption": Words("各地区公开情况（部门数）", "Disclosure by region (departments)"),
}
LEVELS = ("level_1", "level_2", "level_3")


def named(words: dict[str, Words], key: str | None) -> Words:
    """What a key is called; a key nobody has named stands for itself."""
    return words.get(key or "", Words(key or "—", key or "—"))

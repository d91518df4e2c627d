"""The account: figures of forms are values, what stands around them is told, everything else is unexplained."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.forms.contents import places_of_contents
from pipeline.model.account import NumberAccount, NumberKind, NumberToken, ReadText
from pipeline.model.form import Phase
from pipeline.model.grid import Block, Document, Grid, Page, TextLine
from pipeline.parse.account.account import account_numbers
from pipeline.parse.account.issues import MAX_ISSUES, MAX_RAW_TEXT, unexplained_issues
from pipeline.parse.account.places import kinds_by_place, supply_of
from pipeline.parse.account.tokens import number_tokens
from pipeline.parse.form import parse_form
from pipeline.told_of_document import account_of
from tests.unit.builders import grid_of, region_of
from tests.unit.test_flow import extract

HEADER = "科目编码 | 科目名称 | 本年支出合计 | 基本支出 | 项目支出"
AMOUNTS = st.decimals(min_value="100.01", max_value=10**8, places=2).map(lambda number: f"{number:,}")


def document_of(*blocks: Block) -> Document:
    return Document("d", "a.pdf", "pdf", (Page(1, blocks),), page_count=1)


def lines(*texts: str) -> list[TextLine]:
    return [TextLine(text, page_no=1) for text in texts]


def account_of_form(grid: Grid, *around: TextLine) -> NumberAccount:
    region = region_of("expenditure", grid)
    form = parse_form(region, "d", Phase.FINAL_ACCOUNTS)
    return account_of(document_of(grid, *around), [region], [form])


def kinds(account: NumberAccount) -> Counter[str]:
    counted: Counter[str] = Counter()
    for row in account.counts:
        counted[row.number_kind.value] += row.token_count
    return counted


def test_a_form_s_cells_are_values_codes_and_labels() -> None:
    grid = grid_of(HEADER, "栏次 | | 1 | 2 | 3", "2010301 | 行政运行2号 | 3.00 | 1.00 | 2.00")
    assert kinds(account_of_form(grid)) == {"value": 3, "code": 1, "line_number": 3, "label": 1}


def test_a_column_that_was_not_read_is_unexplained() -> None:
    account = account_of_form(grid_of(HEADER + " | 来历不明", "201 | 服务 | 3.00 | 1.00 | 2.00 | 7.77"))
    assert [found.numbers for found in account.unexplained] == [("7.77",)]
    assert account.unexplained[0].form_id == "expenditure"


def test_a_table_that_is_no_form_takes_no_figure_of_a_form_whose_rows_count_alike() -> None:
    grid = grid_of(HEADER, "201 | 服务 | 27.00 | 27.00 | ")
    region = region_of("expenditure", grid)
    form = parse_form(region, "d", Phase.FINAL_ACCOUNTS)
    account = account_of(document_of(grid_of("甲 | 乙 | 丙", "丁 | 戊 | 27.00"), grid), [region], [form])
    assert [line.form_id for line in account.unexplained] == [None]


def test_a_figure_read_once_explains_one_number_only() -> None:
    account = account_of_form(grid_of(HEADER, "201 | 服务 | 3.00 | 3.00 | "), *lines("另有3.00"))
    assert kinds(account) == {"value": 2, "code": 1, "unexplained": 1}


def test_numbers_count_for_their_form_and_its_page() -> None:
    account = account_of_form(grid_of(HEADER, "201 | 服务 | 3.00 | 1.00 | 2.00"), *lines("共12个"))
    assert {(row.form_id, row.is_form_page) for row in account.counts} == {("expenditure", True), (None, True)}


def test_a_serial_number_and_a_code_are_told_by_their_header() -> None:
    grid = grid_of("序号 | 单位编码 | 名称 | 数", "1 | 062002 | 甲 | 5.00", "2 | 062003 | 乙 | 6.00")
    account = account_numbers(document_of(grid))
    assert kinds(account) == {"line_number": 2, "code": 2, "unexplained": 2}


def test_a_body_s_code_beside_the_unit_is_a_code() -> None:
    corner = grid_of("422质量技术监督 | 单位：万元", "职责活动 | 年度预算数")
    assert kinds(account_numbers(document_of(corner))) == {"code": 1}
    assert kinds(account_numbers(document_of(grid_of("422平方米 | 房屋", "职责活动 | 年度预算数")))) == {
        "unexplained": 1
    }


def test_a_year_in_a_header_is_no_figure_and_beside_a_label_it_may_be_one() -> None:
    header = grid_of("项目 | 内容 | 2022", "工资 | 甲 | 3.00")
    assert kinds(account_numbers(document_of(header)))["header"] == 1
    assert kinds(account_numbers(document_of(grid_of("工资 | 2022", "奖金 | 3.00")))) == {"unexplained": 2}


def test_lone_numbers_that_count_on_over_pages_are_page_numbers() -> None:
    pages = tuple(Page(n, (TextLine("正文", page_no=n), TextLine(str(n + 1), page_no=n))) for n in (1, 2, 3))
    assert kinds(account_numbers(Document("d", "a.pdf", "pdf", pages, page_count=3))) == {"page_number": 3}
    alone = (Page(1, (TextLine("正文", page_no=1), TextLine("7", page_no=1))),)
    assert kinds(account_numbers(Document("d", "a.pdf", "pdf", alone, page_count=1))) == {"unexplained": 1}


def test_lines_below_the_heading_contents_name_pages() -> None:
    document = document_of(*lines("目 录", "一、部门职责 1", "二、机构设置 2", "三、部门决算 3"))
    found = account_numbers(document, contents=places_of_contents(document))
    assert kinds(found) == {"contents": 3}


def test_sentence_spans_and_attachments_explain_their_numbers() -> None:
    document = document_of(*lines("支出5.00万元，增加 6.00万元"), grid_of("甲 | 7.00"))
    start = document.pages[0].blocks[0].text.index("5")  # type: ignore[union-attr]
    account = account_numbers(
        document, reads=[ReadText(1, 1, "7.00")], sentence_spans=frozenset({(0, 0, -1, -1, start)})
    )
    assert kinds(account) == {"sentence": 1, "attachment": 1, "unexplained": 1}


def test_a_number_read_in_one_table_explains_none_of_another_at_the_same_place() -> None:
    tokens = [NumberToken(0, block, 0, 0, 1, 1, 0, 1, "2") for block in (0, 1)]
    summary, evaluation = ("summary", 1), ("performance_evaluation", 1)
    supply = supply_of([ReadText(1, 1, "2", col_no=1, form=evaluation)])
    assert kinds_by_place(tokens, supply, [summary, evaluation]) == [None, NumberKind.ATTACHMENT]


def test_unexplained_lines_become_one_issue_each_and_the_rest_is_counted() -> None:
    account = account_numbers(document_of(*lines(*[f"第{n}行" + "支出" * 200 + "9.99万元和8.88" for n in range(250)])))
    issues = list(unexplained_issues(account))
    assert len(issues) == MAX_ISSUES + 1
    assert issues[0].message.startswith("2 numbers neither read")
    assert max(len(issue.raw_text) for issue in issues) <= MAX_RAW_TEXT
    assert issues[-1].message == "100 more numbers in 50 more lines are unexplained"


def test_a_companion_is_accounted_and_an_unknown_document_is_not(tmp_path: Path) -> None:
    companion = extract("部门决算公开说明\n2023年度支出5.00万元\n".encode(), tmp_path)
    assert kinds(companion.account) == {"date": 1, "unexplained": 1}
    assert [issue.category for issue in companion.issues] == ["unexplained_number"]
    assert extract("没有任何表格12.00\n".encode(), tmp_path).account == NumberAccount()


@given(amount=AMOUNTS)
def test_a_figure_planted_into_a_statutory_table_is_a_value(amount: str) -> None:
    account = account_of_form(grid_of(HEADER, f"201 | 服务 | {amount} | | "))
    assert kinds(account) == {"value": 1, "code": 1}


@given(amount=AMOUNTS)
def test_a_figure_planted_into_an_unknown_table_is_unexplained(amount: str) -> None:
    account = account_of_form(grid_of(HEADER, "201 | 服务 | 3.00 | 1.00 | 2.00"), *[])
    unknown = account_numbers(document_of(grid_of("名称 | 说明", f"甲 | {amount}", f"{amount} | 乙")))
    assert kinds(account)["unexplained"] == 0
    assert kinds(unknown) == {"unexplained": 2}


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(
    texts=st.lists(st.text(alphabet="0123456789,.年月表第、(): 元万一目录-\n", max_size=30), max_size=8),
    rows=st.lists(st.text(alphabet="0123456789.| 序号编码年", max_size=20), min_size=1, max_size=5),
)
def test_the_kinds_add_up_to_the_numbers(texts: list[str], rows: list[str]) -> None:
    document = document_of(*lines(*texts), grid_of(*rows), *lines(*texts))
    account = account_numbers(document)
    assert account.count() == len(list(number_tokens(document)))
    assert account.count(is_explained=False) == sum(len(found.numbers) for found in account.unexplained)
    assert account.count() == account.count(is_explained=True) + account.count(is_explained=False)
    assert NumberKind.VALUE not in {row.number_kind for row in account.counts}

"""Documents without a department's forms: companions, whole governments, and forms under a wrong title."""

from __future__ import annotations

import pytest

from pipeline.forms.catalogue_file import catalogue
from pipeline.forms.document_kind import DocumentKind, document_kind
from pipeline.forms.recognise import recognise_forms
from pipeline.model.grid import Document, Page, TextLine
from tests.unit.builders import grid_of


def document(*lines: str) -> Document:
    return Document("d", "d.txt", "text/plain", (Page(1, tuple(TextLine(text) for text in lines)),), None)


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("定州市审计局2017年部门预算信息公开说明", DocumentKind.COMPANION),
        ("2016年全市一般公共预算收入完成情况表", DocumentKind.GOVERNMENT_WIDE),
        ("一般公共专项转移支付分项目安排情况表", DocumentKind.GOVERNMENT_WIDE),
        ("2023年度阳城县一般公共预算支出决算表", DocumentKind.GOVERNMENT_WIDE),
        ("关于沁源县2021年预算执行情况和2022年预算草案的报告", DocumentKind.GOVERNMENT_REPORT),
        ("2021年澧县财政总决算公开", DocumentKind.GOVERNMENT_REPORT),
        ("阳城县财政局2023年一般公共预算支出决算表", None),
        ("阳城县北留镇2023年一般公共预算支出决算表", None),
        ("关于召开会议的通知", None),
    ],
)
def test_a_document_says_what_it_is(line: str, kind: DocumentKind | None) -> None:
    assert document_kind(document(line)) is kind


def test_economic_codes_under_the_title_of_the_function_form_are_the_economic_form() -> None:
    table = grid_of(
        "科目编码 | 科目名称 | 合计 | 人员经费 | 公用经费",
        "301 | 工资福利支出 | 3.00 | 3.00 | ",
        "30101 | 基本工资 | 1.00 | 1.00 | ",
        "30102 | 津贴补贴 | 2.00 | 2.00 | ",
    )
    page = Page(1, (TextLine("一般公共预算财政拨款支出表"), TextLine("单位：万元"), table))
    found = recognise_forms(Document("d", "d", "text/plain", (page,), None), catalogue())
    assert [region.spec.form_id for region in found.regions] == ["basic_expenditure_by_economic"]

"""What in one text is a person's, and above all what is not."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.privacy.withhold import withhold_in_text


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("负责人： 经办人： 吴永刚 联系电话： 13800138000 填报日期： 20230302175432",
         "负责人： 经办人： [姓名] 联系电话： [电话] 填报日期： 20230302175432"),
        ("负 责 人：吴 永 刚", "负 责 人：[姓名]"),
        ("单位负责人（签章）：欧阳 明月   制表：张三", "单位负责人（签章）：[姓名]   制表：[姓名]"),
        ("单位负责人 张三  制表 李四明", "单位负责人 [姓名]  制表 [姓名]"),
        ("审核人：张三、李四明", "审核人：[姓名]、[姓名]"),
        ("经办⼈：张三", "经办⼈：[姓名]"),
        ("联系人：买买提·艾力 １３８００１３８０００", "联系人：[姓名] [电话]"),
        ("联系人：巴特尔  联系方式：0471-1234567", "联系人：[姓名]  联系方式：[电话]"),
        ("项目负责人张三，电话 138 0013 8000。", "项目负责人[姓名]，电话 [电话]。"),
        ("手机：138-0013-8000", "手机：[电话]"),
        ("手机：138001\n38000", "手机：[电话]"),
        ("有事请找赵敏 13800138000", "有事请找赵敏 [电话]"),
        ("赵敏芝 13800138000", "[姓名] [电话]"),
        ("赵敏芝（13800138000）", "[姓名]（[电话]）"),
        ("11010519491231002X", "[身份证号]"),
        ("身份证号码：110105 19491231 0021", "身份证号码：[身份证号]"),
        ("开户行：某银行 卡号：6222 0210 0112 3456 789", "开户行：某银行 卡号：[银行账号]"),
        ("护照号码：E12345678", "护照号码：[护照号]"),
        ("邮箱：zhao.min@example.com", "邮箱：[邮箱]"),
        ("监督电话：13800138000", "监督电话：[电话]"),
        ("李四同志抚恤金", "[姓名]同志抚恤金"),
        ("1.张某某遗属补助", "1.[姓名]遗属补助"),
        ("支付退休职工王五明医疗费12.50万元", "支付退休职工[姓名]医疗费12.50万元"),
    ],
)  # fmt: skip
def test_what_is_a_persons_is_replaced_by_a_mark(text: str, left: str) -> None:
    assert withhold_in_text(text) == left


@pytest.mark.parametrize(
    "text",
    [
        "负责人：办公室",
        "负责人签字：",
        "负责人：",
        "主要负责人用车 9",
        "2. 主要负责人\n用车",
        "平台负责人工作例会制度",
        "负责人员工资社保的调整",
        "负责人民陪审员管理",
        "联系人大代表",
        "经办人员培训费",
        "项目负责人高度重视，安排专人",
        "审核：已审签",
        "制表单位：财务科",
        "老同志 领导同志 全体同志",
        "困难遗属生活补助",
        "其他遗属补助 0.54",
        "军队随调随迁家属安置工作",
        "丧葬抚恤补助 1691",
        "高龄补助 安置补助 支教生活补助",
        "局长吴永刚主持工作",
        "白内障医疗费 高血压医疗费",
        "优先生产 温州等人才 张家口等人员",
        "审核 金融机构 会计 管理",
        "监督电话：0355-7031234",
        "咨询电话 12345",
        "单位：万元",
        "填报日期：20230302175432",
        "总计13812345678元",
        "电话 7031234",
        "身份证 2040219 12345678.00",
        "卡号 2040219 12345678.00",
        "支出合计 13812345678",
        "2010301 行政运行 13812345678 1,234.56",
        "项目编码：140431220000000001234",
        "2010301 20103 201",
        "统一社会信用代码：11140431012345678X",
        "手机台运行经费10万元",
        "居民身份证管理 11",
        "水电、电话、维修定额不足部分",
    ],
)
def test_what_is_no_persons_stands(text: str) -> None:
    assert withhold_in_text(text) == text


money = st.decimals(min_value=Decimal(0), max_value=Decimal(10) ** 15, places=2, allow_nan=False)


@given(
    money,
    st.sampled_from(["{:.2f}", "{:,.2f}", "{:.2f}元", "{:,.2f}万元", "-{:,.2f}", "合计 {:.2f}", "负责人 {:,.2f}"]),
)
def test_amounts_are_never_withheld(amount: Decimal, shape: str) -> None:
    text = shape.format(amount)
    assert withhold_in_text(text) == text


@given(st.lists(money, min_size=2, max_size=6), st.integers(min_value=10_000_000_000, max_value=99_999_999_999))
def test_rows_of_figures_stand_whatever_whole_number_is_among_them(row: list[Decimal], whole: int) -> None:
    text = " ".join(["2010301 行政运行", str(whole), *(f"{amount:.2f}" for amount in row)])
    assert withhold_in_text(text) == text


@given(st.integers(min_value=100_00, max_value=99_999_99), st.integers(min_value=2000, max_value=2099))
def test_codes_and_years_are_never_withheld(code: int, year: int) -> None:
    text = f"{year}年 {code} {year}0302175432 第{code}号"
    assert withhold_in_text(text) == text

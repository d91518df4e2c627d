"""The demo set's known disagreements come out as one finding each, and nothing else does."""

from __future__ import annotations

from decimal import Decimal

import duckdb
import pytest

from tests.conftest import BuiltWarehouse

pytestmark = pytest.mark.e2e


def sides(left: str, right: str) -> tuple[Decimal, Decimal]:
    return Decimal(left), Decimal(right)


#: Document and form, severity, and the two sides. In the tables: procurement of 75,425.00 beside services of
#: 130,652.46; 收支总表 2,679.27 万元 beside 收入总表 135.19 万元. In the sentences: 印刷费 626074 beside 326074.00, two
#: items that carry their class's figure, an expenditure budget of 0万元. Rates beside their amounts have no second
#: amount.
KNOWN: list[tuple[str, str, str, tuple[Decimal, Decimal] | None]] = [
    ("晋城市政务服务中心2022年度单位决算.docx", "disclosure_statistics", "error", sides("75425.00", "130652.46")),
    ("沁源县人民政府办公室2022年度部门决算.pdf", "narrative", "error", sides("112972.34", "79549.35")),
    ("沁源县人民政府办公室2022年度部门决算.pdf", "narrative", "error", sides("5487301.90", "4753725.40")),
    ("沁源县人民政府办公室2022年度部门决算.pdf", "narrative", "error", sides("626074.00", "326074.00")),
    ("沁源县人民政府办公室2022年度部门决算.pdf", "narrative", "warning", None),
    ("沁源县直属机关事务服务中心2023年部门预算.txt", "narrative", "error", sides("0.00", "26792700.00")),
    ("沁源县直属机关事务服务中心2023年部门预算.txt", "summary", "error", sides("26792700.00", "1351900.00")),
    ("阳城县人民政府办公室2024年度单位决算.xlsx", "narrative", "warning", None),
    ("阳城县人民政府办公室2024年度单位决算.xlsx", "narrative", "warning", None),
]
WITH_SIDES = [(file_name, form_id, pair) for file_name, form_id, _, pair in KNOWN if pair]


def ask(built: BuiltWarehouse, sql: str, *parameters: object) -> list[tuple[object, ...]]:
    with duckdb.connect(str(built.file), read_only=True) as connection:
        return connection.execute(sql, list(parameters)).fetchall()


def test_each_known_disagreement_is_one_finding_and_there_is_no_other(built: BuiltWarehouse) -> None:
    found = ask(
        built,
        """
        select document.file_name, finding.form_id, finding.cause, finding.severity
        from marts.fct_finding as finding
        inner join marts.dim_document as document using (document_id)
        where document.status <> 'duplicate' order by all
        """,
    )
    assert found == sorted((*place, "publisher_arithmetic", severity) for *place, severity, _ in KNOWN)


@pytest.mark.parametrize(("file_name", "form_id", "pair"), WITH_SIDES, ids=[str(pair[0]) for *_, pair in WITH_SIDES])
def test_the_finding_says_both_amounts_in_both_languages(
    built: BuiltWarehouse, file_name: str, form_id: str, pair: tuple[Decimal, Decimal]
) -> None:
    found = ask(
        built,
        """
        select finding.sentence_zh, finding.sentence_en
        from marts.fct_finding as finding
        inner join marts.dim_document as document using (document_id)
        where document.file_name = ? and finding.form_id = ? and abs(finding.difference_yuan) = ?
        """,
        file_name,
        form_id,
        abs(pair[0] - pair[1]),
    )
    ((chinese, english),) = found
    for amount in pair:
        assert f"{amount:,.2f}" in str(chinese)
        assert f"{amount:,.2f}" in str(english)


def test_no_document_of_the_demo_set_has_doubtful_units_or_a_proposed_amount(built: BuiltWarehouse) -> None:
    assert ask(built, "select file_name from marts.dim_document where has_unit_finding") == []
    assert ask(built, "select value_id from marts.fct_form_value where proposed_yuan is not null") == []

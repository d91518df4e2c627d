"""The demo set's known disagreements come out as one finding each, and nothing else does."""

from __future__ import annotations

from decimal import Decimal

import duckdb
import pytest

from tests.conftest import BuiltWarehouse

pytestmark = pytest.mark.e2e

#: Procurement of 75,425.00 beside services of 130,652.46; 收支总表 2,679.27 万元 beside 收入总表 135.19 万元.
KNOWN = {
    ("晋城市政务服务中心2022年度单位决算.docx", "disclosure_statistics"): (Decimal("75425.00"), Decimal("130652.46")),
    ("沁源县直属机关事务服务中心2023年部门预算.txt", "summary"): (Decimal("26792700.00"), Decimal("1351900.00")),
}


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
    assert found == [(*place, "publisher_arithmetic", "error") for place in sorted(KNOWN)]


@pytest.mark.parametrize(("place", "sides"), KNOWN.items(), ids=["procurement", "revenue"])
def test_the_finding_says_both_amounts_in_both_languages(
    built: BuiltWarehouse, place: tuple[str, str], sides: tuple[Decimal, Decimal]
) -> None:
    found = ask(
        built,
        """
        select finding.sentence_zh, finding.sentence_en, abs(finding.difference_yuan)
        from marts.fct_finding as finding
        inner join marts.dim_document as document using (document_id)
        where document.file_name = ?
        """,
        place[0],
    )
    ((chinese, english, difference),) = found
    for amount in sides:
        assert f"{amount:,.2f}" in str(chinese)
        assert f"{amount:,.2f}" in str(english)
    assert difference == abs(sides[0] - sides[1])


def test_no_document_of_the_demo_set_has_doubtful_units_or_a_proposed_amount(built: BuiltWarehouse) -> None:
    assert ask(built, "select file_name from marts.dim_document where has_unit_finding") == []
    assert ask(built, "select value_id from marts.fct_form_value where proposed_yuan is not null") == []

"""The macros of the published file give the figures worked out by hand, and say what is missing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from pipeline.defs.publish.table_macros import create_macros, read_macros
from pipeline.errors import ContractError
from tests.defs.analyst_warehouse import MACROS, make_analyst_warehouse

Connection = duckdb.DuckDBPyConnection


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connection]:
    file = make_analyst_warehouse(tmp_path_factory.mktemp("analyst") / "fiscal.duckdb")
    with duckdb.connect(str(file), read_only=True) as connection:
        yield connection


def rows(connection: Connection, sql: str) -> list[tuple[object, ...]]:
    return connection.execute(sql).fetchall()


def test_departments_stand_side_by_side_by_class(opened: Connection) -> None:
    assert rows(
        opened,
        "select region_name, class_code, amount_yuan, share, total_yuan "
        "from compare_departments(['100001', '乙县'], 2023)",
    ) == [
        ("乙县", "201", Decimal("20.00"), Decimal("0.8"), Decimal("25.00")),
        ("甲县", "210", Decimal("45.00"), Decimal("1"), Decimal("45.00")),
        ("乙县", "210", Decimal("5.00"), Decimal("0.2"), Decimal("25.00")),
    ]


def test_the_total_is_of_classes_whatever_level_is_shown(opened: Connection) -> None:
    assert rows(
        opened, "select class_code, amount_yuan, total_yuan from compare_departments('甲县', 2022, class_level := 2)"
    ) == [("21011", Decimal(30), Decimal(100))]


def test_warnings_are_words_in_the_language_asked_for(opened: Connection) -> None:
    sql = "select distinct warnings from compare_departments('乙县', 2023, lang := '{}')"
    assert rows(opened, sql.format("en")) == [(["the body itself", "persons unknown"],)]
    assert rows(opened, sql.format("zh")) == [(["只含本级", "在职人数不明"],)]
    assert rows(opened, sql.format("both")) == [(["只含本级 · the body itself", "在职人数不明 · persons unknown"],)]
    with pytest.raises(duckdb.Error, match="lang is 'fr'"):
        rows(opened, sql.format("fr"))


def test_what_differs_between_the_rows_is_said(opened: Connection) -> None:
    ((told,),) = rows(
        opened, "select distinct differences from compare_basis(['甲县', '乙县', '丙市'], [2022, 2023], lang := 'en')"
    )
    assert told == [
        "scopes differ between the rows (department or unit)",
        "regions of different levels: county, prefecture",
        "printed to different digits (yuan): 0.01, 100.0",
        "not every region has every year: 2022, 2023",
    ]
    assert rows(opened, "select distinct differences from compare_basis('甲县', [2022, 2023])") == [([],)]


def test_a_region_without_figures_is_a_row_that_says_so(opened: Connection) -> None:
    assert rows(
        opened,
        "select region_name, amount_yuan, is_comparable, reasons_against "
        "from compare_departments(['丁县', '火星', '丙市'], 2023, lang := 'en') order by region_name",
    ) == [
        ("丁县", None, False, ["no document of it counts in the comparison"]),
        ("丙市", None, False, ["no figure of this fund and level"]),
        ("火星", None, False, ["no region of the list has this code or name"]),
    ]


def test_without_regions_and_years_all_are_compared(opened: Connection) -> None:
    assert rows(opened, "select region_code, fiscal_year from compare_basis(null, null)") == [
        ("100000", 2023),
        ("100001", 2022),
        ("100001", 2023),
        ("100002", 2023),
    ]


def test_economic_classes_and_the_three_public_expenses_stand_side_by_side(opened: Connection) -> None:
    assert rows(opened, "select class_code, amount_yuan, total_yuan from compare_economic('甲县', 2023)") == [
        ("301", Decimal("12.50"), Decimal("12.50"))
    ]
    assert rows(opened, "select category, amount_yuan from three_public('100001', 2023, stage := 'final')") == [
        ("reception", Decimal(3))
    ]
    assert rows(opened, "select reasons_against from three_public('乙县', 2023, lang := 'zh')") == [
        (["没有“三公”经费数字"],)
    ]


@pytest.mark.parametrize("asked", ["21005", "21011", "医疗保障", "行政事业单位医疗"])
def test_a_renamed_code_is_one_line_whichever_of_its_names_is_asked(opened: Connection, asked: str) -> None:
    assert rows(
        opened,
        "select fiscal_year, class_code, amount_yuan, change_yuan, changed_since_year, printed_codes, printed_names "
        f"from trend('甲县', '{asked}', department_type := '政府办公室')",
    ) == [
        (2022, "21011", Decimal(30), None, None, ["21005"], ["医疗保障"]),
        (2023, "21011", Decimal(45), Decimal(15), 2022, ["21011"], ["行政事业单位医疗"]),
    ]


def test_a_trend_of_an_economic_code_and_one_of_nothing(opened: Connection) -> None:
    assert rows(opened, "select class_name, amount_yuan from trend('100001', '301', '政府办公室')") == [
        ("工资福利支出", Decimal("12.50"))
    ]
    assert rows(opened, "select region_name, class_code, reasons_against from trend('甲县', '999', lang := 'en')") == [
        ("甲县", "999", ["no figure of this region, code and phase"])
    ]


def test_a_figure_leads_to_its_page_and_an_unknown_one_to_nothing(opened: Connection) -> None:
    columns = "value_id, file_name, source_url, page_no, form_name, row_no, reported_text, reported_unit"
    assert rows(opened, f"select {columns} from sources_of(['v2', 's1', 'v1', 'none'])") == [
        ("v1", "a22.pdf", None, 3, "支出决算表", 7, "30.00", "元"),
        ("v2", "a23.pdf", "https://a.example", 4, "支出决算表", 8, "45.00", "元"),
        ("s1", "a23.pdf", "https://a.example", 9, None, 12, "45", "元"),
        ("none", None, None, None, None, None, None, None),
    ]
    assert rows(opened, "select file_name, amount_yuan from source('v1')") == [("a22.pdf", Decimal(30))]


def test_sources_follow_a_comparison_and_stand_beside_its_rows(opened: Connection) -> None:
    asked = "(select flatten(list(value_ids)) from compare_departments('甲县', 2023))"
    assert rows(opened, f"select value_id from sources_of({asked})") == [("v2",)]
    assert rows(
        opened,
        "select c.class_code, s.page_no from compare_departments('甲县', 2023) as c "
        f"join sources_of({asked}) as s on list_contains(c.value_ids, s.value_id)",
    ) == [("210", 4)]


def test_who_has_not_published_is_told_worst_first(opened: Connection) -> None:
    assert rows(
        opened, "select department_name, status, said from who_has_not_published(['甲县', '乙县'], 2023, lang := 'en')"
    ) == [
        ("甲县财政局", "missing", "no document was found"),
        ("甲县教育局", "incomplete", "forms are missing or not read whole"),
        ("甲县人民政府办公室", "published", "published, late"),
    ]


def test_a_year_of_which_nothing_is_known_is_no_good_news(opened: Connection) -> None:
    sql = "select region_name, department_name, said from who_has_not_published(['乙县', '甲县'], {}, lang := 'en')"
    unknown = "nothing is known of this region and year: it cannot be told"
    assert sorted(rows(opened, sql.format(2020))) == [("乙县", None, unknown), ("甲县", None, unknown)]
    assert unknown not in {row[2] for row in rows(opened, sql.format(2023))}


def test_budget_and_final_account_stand_in_one_line(opened: Connection) -> None:
    columns = "opening_budget_yuan, adjusted_budget_yuan, final_yuan, completion_rate, reasons_against, value_ids"
    line = (Decimal(90), Decimal(95), Decimal(45), Decimal(50), ["too few departments"], ["n1", "v7", "v2"])
    for department in ("'政府办'", "'a'", "null"):
        assert rows(opened, f"select {columns} from budget_to_final('甲县', 2023, {department}, lang := 'en')") == [
            line
        ]
    assert rows(opened, "from budget_to_final('甲县', 2023, line_kind := 'project')") == []


def test_a_restated_cell_shows_both_amounts_and_places(opened: Connection) -> None:
    columns = (
        "replaced_amount_yuan, amount_yuan, difference_yuan, replaced_file_name, replaced_page_no, file_name, page_no"
    )
    told = (Decimal(40), Decimal(45), Decimal(5), "a22.pdf", 3, "a23.pdf", 4)
    assert rows(opened, f"select {columns} from restatements('甲县')") == [told]
    assert rows(opened, f"select {columns} from restatements(null, 2023)") == [told]
    assert rows(opened, "from restatements('乙县')") == []


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("甲县人民政府办公室", [("甲县人民政府办公室", "exact")]),
        ("甲县政府办", [("甲县人民政府办公室", "letters")]),
        ("财政局", [("甲县财政局", "part")]),
        ("教育局", []),
    ],
)
def test_a_department_is_found_by_its_letters(opened: Connection, words: str, found: list[tuple[object, ...]]) -> None:
    assert rows(opened, f"select department_name, closeness from find_department('{words}')") == found


def test_departments_of_one_region_are_found(opened: Connection) -> None:
    assert rows(opened, "select region_name from find_department('政府办', '乙县')") == [("乙县",)]


def test_macros_answer_from_another_catalogue_after_use(opened: Connection, tmp_path: Path) -> None:
    file = make_analyst_warehouse(tmp_path / "other.duckdb")
    with duckdb.connect() as connection:
        connection.execute(f"attach '{file}' as fiscal (read_only)")
        connection.execute("use fiscal")
        assert len(rows(connection, "from compare_basis(null, 2023)")) == 3


# -------------------------------------------------------------------------------- the files
def test_every_macro_says_in_both_languages_what_it_gives() -> None:
    for macro in read_macros(MACROS):
        assert re.search(r"[\u4e00-\u9fff]", macro.zh), macro.name
        assert len(re.findall(r"[a-z]{2,}", macro.en)) > 3, macro.name
        assert macro.name in macro.example


def test_a_comment_stands_with_each_macro(opened: Connection) -> None:
    comments = dict(rows(opened, "select function_name, comment from duckdb_functions() where not internal"))
    assert comments == {macro.name: macro.comment for macro in read_macros(MACROS)}


def test_a_macro_without_its_tables_is_left_out(tmp_path: Path) -> None:
    with duckdb.connect(str(tmp_path / "f.duckdb")) as connection:
        connection.execute("create table t as select 1 as i")
    assert create_macros(tmp_path / "f.duckdb", MACROS) == ("as_list", "in_language", "is_asked")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("create macro main.m(a) as a;", "no en, zh, example"),
        ("-- en: E\n-- zh: 中\n-- example: m(1)\ncreate macro main.other(a) as a;", "create macro main.m"),
        ("-- en: E\n-- zh: 中\n-- example: m(1)\ncreate macro main.m(a) as nothing(a);", "cannot be created"),
        ("-- en: E\n-- zh: 中\n-- needs: main.m\n-- example: m(1)\ncreate macro main.m(a) as a;", "need each other"),
    ],
)
def test_a_wrong_macro_stops_the_publication(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "m.sql").write_text(text, encoding="utf-8")
    with pytest.raises(ContractError, match=re.escape(said)):
        create_macros(tmp_path / "f.duckdb", tmp_path)

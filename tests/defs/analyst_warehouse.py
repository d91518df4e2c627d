"""A published file of a few rows made by hand, with the macros of `dbt_project/analyst`: two counties and a city.

甲县 2022 and 2023 (whole department), 乙县 2023 (the body itself), 丙市 2023 (a prefecture, in 万元). 甲县's money
for health stood under 21005 in 2022 and under 21011 in 2023; the marts carry the harmonised code in both years.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

from pipeline.defs.publish.table_macros import create_macros
from tests.conftest import REPOSITORY

MACROS = REPOSITORY / "dbt_project" / "analyst"

_GROUP = (
    "region_code varchar, region_name varchar, region_level varchar, fiscal_year integer, phase varchar, "
    "department_type varchar, departments integer, departments_known integer, coverage decimal(9, 6), "
    "documents integer, document_ids varchar[], reporting_scope varchar, grade varchar, "
    "precision_yuan decimal(20, 6), is_county_total boolean, is_comparable boolean, "
    "incomparable_reasons varchar[], warnings varchar[]"
)
_COMPARED = (
    "class_level integer, parent_code varchar, amount_yuan decimal(20, 2), share decimal(12, 6), "
    "amount_per_capita_yuan decimal(20, 2), amount_per_head_yuan decimal(20, 2), growth_rate decimal(20, 6), "
    "comparable_rank integer, comparable_count integer, printed_codes varchar[], value_ids varchar[]"
)

_TABLES = f"""
    create schema marts; create schema ref;
    create table ref.ref_comparability_reason as from (values
        ('few_departments', '部门太少', 'too few departments'),
        ('unit_scope', '只含本级', 'the body itself'),
        ('no_headcount', '在职人数不明', 'persons unknown')
    ) as t(reason_id, name_zh, name_en);
    create table marts.dim_region as from (values
        ('100001', '甲县', 'county', true), ('100002', '乙县', 'county', true), ('100000', '丙市', 'prefecture', true),
        ('100003', '丁县', 'county', true)
    ) as t(region_code, region_name, region_level, is_current);
    create table marts.dim_department as from (values
        ('a', '甲县人民政府办公室', '100001', '甲县', '政府办公室', 2022, 2023, 2),
        ('b', '乙县人民政府办公室', '100002', '乙县', '政府办公室', 2023, 2023, 1),
        ('c', '丙市人民政府办公室', '100000', '丙市', '政府办公室', 2023, 2023, 1),
        ('d', '甲县财政局', '100001', '甲县', '财政局', 2023, 2023, 1)
    ) as t(department_id, department_name, region_code, region_name, department_type, first_fiscal_year,
        last_fiscal_year, document_count);
    create table marts.dim_document as from (values
        ('da22', '甲县人民政府办公室', 2022, 'final_accounts', 'a22.pdf', null::varchar, 'loaded'),
        ('da23', '甲县人民政府办公室', 2023, 'final_accounts', 'a23.pdf', 'https://a.example', 'loaded'),
        ('da23', '甲县人民政府办公室', 2023, 'final_accounts', 'copy.pdf', null, 'duplicate')
    ) as t(document_id, department_name, fiscal_year, phase, file_name, source_url, status);
    create table marts.dim_form as from (values ('expenditure', '支出决算表')) as t(form_id, name_zh);
    create table marts.mart_counted_document as from (values
        ('da22', '政府办公室', true), ('da23', '政府办公室', true)
    ) as t(document_id, department_type, is_counted);
    create table marts.dim_function as from (values
        ('210', '医疗卫生与计划生育支出', '210'), ('210', '卫生健康支出', '210'),
        ('21005', '医疗保障', '21011'), ('21011', '行政事业单位医疗', '21011'), ('201', '一般公共服务支出', '201')
    ) as t(function_code, function_name, harmonised_code);
    create table marts.dim_economic as from (values ('301', '工资福利支出', '301'))
        as t(economic_code, economic_name, harmonised_code);
    create table marts.fct_code_name as from (values
        ('da22', '100001', 2022, 'final_accounts', '21005', '医疗保障'),
        ('da23', '100001', 2023, 'final_accounts', '21011', '行政事业单位医疗')
    ) as t(document_id, region_code, fiscal_year, phase, line_code, printed_name);
    create table marts.fct_form_value as from (values
        ('v1', 'da22', 'expenditure', '支出决算表', 3, 7, 2, '21005', '医疗保障', 'total', '30.00', '元', 30.00,
            'proven'),
        ('v2', 'da23', 'expenditure', '支出决算表', 4, 8, 2, '21011', '行政事业单位医疗', 'total', '45.00', '元', 45.00,
            'unproven')
    ) as t(value_id, document_id, form_id, form_title, page_no, row_no, col_no, line_code, line_label, measure,
        reported_text, reported_unit, amount_yuan, grade);
    create table marts.fct_narrative_amount as from (values
        ('s1', 'da23', 'function', 9, 12, '210', '卫生健康支出', 'final', '45', '元', 45.00, 'consistent')
    ) as t(fact_id, document_id, section, page_no, line_no, line_code, line_label, measure, reported_text,
        reported_unit, amount_yuan, grade);
    create table marts.mart_disclosure_ledger as from (values
        ('100001', '甲县', 'a', '甲县人民政府办公室', '政府办公室', 2023, 'final_accounts', true, 'published', true,
            0, null, date '2024-12-01', date '2024-10-31', ['da23']),
        ('100001', '甲县', 'd', '甲县财政局', '财政局', 2023, 'final_accounts', true, 'missing', null, 0, null, null,
            date '2024-10-31', []),
        ('100001', '甲县', 'e', '甲县教育局', '教育局', 2023, 'final_accounts', true, 'incomplete', null, 1,
            ['three_public'], null, date '2024-10-31', ['de23']),
        ('100001', '甲县', 'u', '甲县信息中心', '其他', 2023, 'final_accounts', false, 'incomplete', null, 0, null,
            null, date '2024-10-31', ['du23']),
        ('100002', '乙县', 'b', '乙县人民政府办公室', '政府办公室', 2023, 'final_accounts', true, 'published', false, 0,
            null, date '2024-09-01', date '2024-10-31', ['db23'])
    ) as t(region_code, region_name, department_id, department_name, department_type, fiscal_year, phase, is_expected,
        status, is_late, replaced_count, missing_forms, published_on, due_on, document_ids);
    create table marts.mart_budget_to_final as from (values
        ('100001', '甲县', 'a', '甲县人民政府办公室', '政府办公室', 2023, 'total', 'general_public_budget', 'TOTAL',
            '合计', 90.00, 95.00, 45.00, 50.0, null, null, 'sentence', 'table', 'table', 'unit', 'department', 'proven',
            ['n1'], ['v7'], ['v2'], null::varchar[], false, ['few_departments']),
        ('100002', '乙县', 'b', '乙县人民政府办公室', '政府办公室', 2023, 'total', 'general_public_budget', 'TOTAL',
            '合计', 25.00, null, 25.00, 100.0, null, null, 'table', null, 'table', 'unit', 'unit', 'proven',
            null, null, ['v3'], null, true, [])
    ) as t(region_code, region_name, department_id, department_name, department_type, fiscal_year, line_kind, fund,
        line_code, line_name, opening_budget_yuan, adjusted_budget_yuan, final_yuan, completion_rate, evaluated_yuan,
        score, opening_basis, adjusted_basis, final_basis, opening_scope, final_scope, grade, opening_value_ids,
        adjusted_value_ids, final_value_ids, evaluated_value_ids, is_comparable, incomparable_reasons);
    create table marts.fct_restatement as from (values
        ('da23', 'da22', 'a', '100001', 2023, 'final_accounts', 'expenditure', '21011', '行政事业单位医疗', 'total',
            'changed', 40.00, 45.00, 5.00, 3, 7, 4, 8, 'gone', 'v2', 'r1')
    ) as t(document_id, replaced_document_id, department_id, region_code, fiscal_year, phase, form_id, line_code,
        line_label, measure, change_kind, replaced_amount_yuan, amount_yuan, difference_yuan, replaced_page_no,
        replaced_row_no, page_no, row_no, replaced_value_id, value_id, restatement_id);
    create table marts.mart_comparison_basis ({_GROUP}, department_ids varchar[], population bigint,
        population_year integer, headcount integer);
    create table marts.mart_county_function ({_GROUP}, fund varchar, function_code varchar, function_name varchar,
        {_COMPARED});
    create table marts.mart_county_economic ({_GROUP}, coverage_kind varchar, classification varchar,
        economic_code varchar, economic_name varchar, {_COMPARED});
    create table marts.mart_county_three_public ({_GROUP}, category varchar, stage varchar, {_COMPARED});
"""

_A22 = "'100001', '甲县', 'county', 2022"
_A23 = "'100001', '甲县', 'county', 2023"
_B23 = "'100002', '乙县', 'county', 2023"
_C23 = "'100000', '丙市', 'prefecture', 2023"


def _group(who: str, *, scope: str = "department", digit: str = "0.01", warnings: str = "[]") -> str:
    phase_and_count = "'final_accounts', '政府办公室', 1, 1, 1, 1, []"
    return f"{who}, {phase_and_count}, '{scope}', 'proven', {digit}, false, true, [], {warnings}"


_GROUPS = {
    "a22": _group(_A22),
    "a23": _group(_A23),
    "b23": _group(_B23, scope="unit", warnings="['unit_scope', 'no_headcount']"),
    "c23": _group(_C23, digit="100"),
}


def _compared(level: int, amount: str, share: str, codes: str, values: str) -> str:
    return f"{level}, null, {amount}, {share}, null, null, null, 1, 2, {codes}, {values}"


def _rows() -> list[str]:
    basis = [
        f"marts.mart_comparison_basis values ({group}, ['{key[0]}'], 1000, 2010, null)"
        for key, group in _GROUPS.items()
    ]
    figures = [
        ("a22", "201", "一般公共服务支出", 1, "70", "0.7", "['201']", "['v0']"),
        ("a22", "210", "卫生健康支出", 1, "30", "0.3", "['210']", "['v1']"),
        ("a22", "21011", "行政事业单位医疗", 2, "30", "0.3", "['21005']", "['v1']"),
        ("a23", "210", "卫生健康支出", 1, "45", "1", "['210']", "['v2']"),
        ("a23", "21011", "行政事业单位医疗", 2, "45", "1", "['21011']", "['v2']"),
        ("b23", "201", "一般公共服务支出", 1, "20", "0.8", "['201']", "['v3']"),
        ("b23", "210", "卫生健康支出", 1, "5", "0.2", "['210']", "['v4']"),
    ]
    functions = [
        f"marts.mart_county_function values ({_GROUPS[key]}, 'general_public_budget', '{code}', '{name}', "
        f"{_compared(level, amount, share, codes, values)})"
        for key, code, name, level, amount, share, codes, values in figures
    ]
    wages = _compared(1, "12.5", "1", "['301']", "['v5']")
    reception = _compared(1, "3", "1", "[]", "['v6']")
    others = [
        f"marts.mart_county_economic values ({_GROUPS['a23']}, 'basic', 'department', '301', '工资福利支出', {wages})",
        f"marts.mart_county_three_public values ({_GROUPS['a23']}, 'reception', 'final', {reception})",
    ]
    return [*basis, *functions, *others]


def make_analyst_warehouse(file: Path) -> Path:
    """Writes the file, closes it and returns its path."""
    with duckdb.connect(str(file)) as connection:
        connection.execute(_TABLES)
        for row in _rows():
            connection.execute(f"insert into {row}")
    create_macros(file, MACROS)
    return file

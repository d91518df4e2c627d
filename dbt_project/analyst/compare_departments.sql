-- en: Departments of one type side by side: one row per region, year and function
--   class, with amount, share of the total, amounts per resident and per person in
--   post, growth, rank, and in words why not to compare, what to mind and what
--   differs. regions: codes or names, one or a list; year: one or a list.
--   department_type '全部' puts all departments together. Class level 1, 2, 3 is class,
--   section, item; fund as in fct_expenditure_by_function; lang 'en', 'zh' or 'both'.
-- zh: 同类部门并列比较：每个地区、年度、功能分类一行，给出金额、占比、人均、在职人均、增长、排名，并以文字说明不可比原因、须注意之处与差异。
--   regions 可为编码或名称、一个或列表；year 可为一个或列表。department_type 为“全部”则合计各部门。class_level 1、2、
--   3 为类、款、项；fund 同 fct_expenditure_by_function；lang 取 'en'、'zh'、'both'。
-- needs: main.in_words, main.in_language, main.compare_basis,
--   marts.mart_county_function
-- example: from compare_departments(['140431', '140522'], [2022, 2024])
create macro main.compare_departments(
    regions,
    year,
    department_type := '政府办公室',
    phase := 'final_accounts',
    fund := 'general_public_budget',
    class_level := 1,
    lang := 'both'
) as table
    with

    basis as (

        select * from main.compare_basis(regions, year, department_type, phase, lang)

    ),

    amounts as (

        select
            figures.*,
            sum(figures.amount_yuan) filter (where figures.class_level = 1) over (
                partition by
                    figures.region_code, figures.fiscal_year, figures.phase,
                    figures.department_type, figures.fund
            ) as total_yuan
        from marts.mart_county_function as figures
        where figures.fund = fund

    )

    select
        basis.region_code,
        basis.region_name,
        basis.fiscal_year,
        amounts.function_code as class_code,
        amounts.function_name as class_name,
        amounts.amount_yuan,
        amounts.share,
        amounts.amount_per_capita_yuan,
        amounts.amount_per_head_yuan,
        amounts.growth_rate,
        amounts.comparable_rank,
        amounts.comparable_count,
        cast(amounts.total_yuan as decimal(20, 2)) as total_yuan,
        basis.region_level,
        basis.phase,
        basis.department_type,
        basis.reporting_scope,
        basis.departments,
        basis.departments_known,
        amounts.grade,
        basis.differences,
        amounts.printed_codes,
        amounts.value_ids,
        coalesce(amounts.is_comparable, false) as is_comparable,
        case
            when basis.fiscal_year is null then basis.reasons_against
            when amounts.function_code is null
                then [main.in_language(
                    '没有此资金、此级次的数字', 'no figure of this fund and level', lang
                )]
            else main.in_words(amounts.incomparable_reasons, lang)
        end as reasons_against,
        main.in_words(coalesce(amounts.warnings, []), lang) as warnings
    from basis
    left join amounts
        on
            basis.region_code = amounts.region_code
            and basis.fiscal_year = amounts.fiscal_year
            and basis.phase = amounts.phase
            and basis.department_type = amounts.department_type
            and amounts.class_level = class_level
    order by class_code nulls last, basis.region_code, basis.fiscal_year, basis.phase;

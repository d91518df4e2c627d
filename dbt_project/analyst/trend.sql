-- en: One code over the years in one line, renamings and moves followed: the
--   harmonised code, what was printed in each year, amount, change, and in words why
--   not to compare and what to mind. code: a function code (20103) or economic code
--   (302) of any year, or the name of one in any year; the digits choose class,
--   section or item. A region is one place whatever its code was; phase null gives
--   budgets and final accounts, a line each. department_type '全部' puts all
--   departments together; fund is of function codes, coverage_kind of economic ones.
-- zh: 某一科目逐年连成一线，沿更名、移动连接：统一编码、各年印刷的编码与名称、金额、增减，
--   并以文字说明不可比原因与须注意之处。地区不论当时代码均视为同一地区；phase 为空则预算、
--   决算各成一线。code 可为任一年度的功能科目编码（20103）或经济科目编码（302），
--   或其任一年度的名称；位数决定类、款、项。department_type 为“全部”则合计各部门；
--   fund 用于功能科目，coverage_kind 用于经济科目。
-- needs: main.is_asked, main.in_words, main.in_language, marts.mart_county_function,
--   marts.mart_county_economic, marts.mart_counted_document, marts.dim_function,
--   marts.dim_economic, marts.dim_region, marts.fct_code_name
-- example: from trend('140431', '20103')
create macro main.trend(
    region,
    code,
    department_type := '全部',
    phase := null,
    fund := 'general_public_budget',
    coverage_kind := 'basic',
    lang := 'both'
) as table
    with

    -- each code of any year with the code it is followed to, as the comparison marts do
    codes as (

        select distinct
            listed.function_code as old_code,
            listed.function_name as old_name,
            listed.harmonised_code as new_code
        from marts.dim_function as listed
        union
        select distinct
            listed_too.economic_code as old_code,
            listed_too.economic_name as old_name,
            listed_too.harmonised_code as new_code
        from marts.dim_economic as listed_too

    ),

    asked as (

        select distinct codes.new_code
        from codes
        where codes.old_code = code or codes.old_name = code
        union
        select code as new_code

    ),

    printed as (

        select
            pairs.region_code,
            pairs.fiscal_year,
            pairs.phase,
            codes.new_code,
            list(distinct pairs.line_code order by pairs.line_code) as printed_codes,
            list(distinct pairs.printed_name order by pairs.printed_name)
                as printed_names
        from marts.fct_code_name as pairs
        inner join codes
            on pairs.line_code = codes.old_code
        inner join marts.mart_counted_document as counted
            on pairs.document_id = counted.document_id
        where
            counted.is_counted
            and (
                department_type = '全部'
                or main.is_asked(counted.department_type, department_type)
            )
        group by
            pairs.region_code, pairs.fiscal_year, pairs.phase, codes.new_code

    ),

    figures as (

        select
            by_function.* exclude (function_code, function_name, fund),
            by_function.function_code as new_code,
            by_function.function_name as class_name
        from marts.mart_county_function as by_function
        where by_function.fund = fund
        union all by name
        select
            by_economic.* exclude (economic_code, economic_name, coverage_kind),
            by_economic.economic_code as new_code,
            by_economic.economic_name as class_name
        from marts.mart_county_economic as by_economic
        where by_economic.coverage_kind = coverage_kind

    ),

    lines as (

        select
            figures.region_code,
            figures.region_name,
            figures.fiscal_year,
            figures.new_code as class_code,
            figures.class_name,
            figures.amount_yuan,
            figures.share,
            figures.amount_per_capita_yuan,
            figures.amount_per_head_yuan,
            cast(
                figures.amount_yuan - lag(figures.amount_yuan) over line
                as decimal(20, 2)
            ) as change_yuan,
            lag(figures.fiscal_year) over line as changed_since_year,
            figures.growth_rate,
            printed.printed_codes,
            printed.printed_names,
            figures.phase,
            figures.department_type,
            figures.departments,
            figures.departments_known,
            figures.reporting_scope,
            figures.grade,
            figures.is_comparable,
            main.in_words(figures.incomparable_reasons, lang) as reasons_against,
            list_concat(
                main.in_words(figures.warnings, lang),
                case
                    when
                        lag(figures.reporting_scope) over line
                        != figures.reporting_scope
                        then [main.in_language(
                            '口径与上一年度不同',
                            'another scope than the year before it',
                            lang
                        )]
                    else []
                end
            ) as warnings,
            figures.value_ids
        from figures
        inner join asked
            on figures.new_code = asked.new_code
        left join printed
            on
                figures.region_code = printed.region_code
                and figures.fiscal_year = printed.fiscal_year
                and figures.phase = printed.phase
                and figures.new_code = printed.new_code
        where
            exists (
                select 1
                from marts.dim_region as places
                where
                    places.stable_id = figures.region_stable_id
                    and (
                        main.is_asked(places.region_code, region)
                        or main.is_asked(places.region_name, region)
                    )
            )
            and main.is_asked(figures.department_type, department_type)
            and main.is_asked(figures.phase, phase)
        window line as (
            partition by
                figures.region_stable_id, figures.phase, figures.department_type,
                figures.new_code
            order by figures.fiscal_year
        )

    ),

    answered as (

        select * from lines
        union all by name
        select
            cast(region as varchar) as region_name,
            cast(code as varchar) as class_code,
            false as is_comparable,
            [main.in_language(
                '没有这一地区、科目、阶段的数字',
                'no figure of this region, code and phase',
                lang
            )] as reasons_against
        where not exists (select 1 from lines)

    )

    select answered.*
    from answered
    order by
        answered.region_code, answered.class_code, answered.phase, answered.fiscal_year;

-- en: What a comparison rests on: one row per region, year, phase and department
--   type asked for, with the departments counted of those known, the total, the
--   population, and in words why not to compare, what to mind, and what differs
--   between the rows (scope, level, precision, years). A region without any row has
--   one that says so. regions: codes or names, one or a list, null for all; year and
--   phase: one or a list, null for all.
-- zh: 比较的依据：所问每个地区、年度、阶段、部门类型一行，列明所计部门与已知部门数、总额、人口，并以文字说明不可比的原因、须注意之处、各行之间的差异（口径、级别、
--   精度、年度）。没有数据的地区也有一行并注明。regions 可为编码或名称，一个或列表，空为全部；year、phase 可为一个或列表，空为全部。
-- needs: main.as_list, main.is_asked, main.in_language, main.in_words,
--   marts.mart_comparison_basis, marts.dim_department, marts.dim_region
-- example: from compare_basis(['沁源县', '阳城县'], [2022, 2024])
create macro main.compare_basis(
    regions,
    year,
    department_type := '政府办公室',
    phase := 'final_accounts',
    lang := 'both'
) as table
    with

    asked as (

        select unnest(main.as_list(regions)) as region

    ),

    found as (

        select basis.*
        from marts.mart_comparison_basis as basis
        where
            (
                main.is_asked(basis.region_code, regions)
                or main.is_asked(basis.region_name, regions)
            )
            and main.is_asked(basis.fiscal_year, year)
            and main.is_asked(basis.department_type, department_type)
            and main.is_asked(basis.phase, phase)

    ),

    -- one row: what the rows found have in common
    seen as (

        select
            list_sort(list(distinct found.reporting_scope)) as scopes,
            list_sort(list(distinct found.region_level)) as levels,
            list_sort(list(distinct cast(found.precision_yuan as double))) as digits,
            list_sort(list(distinct found.phase)) as phases,
            list_sort(list(distinct found.fiscal_year)) as years,
            count(distinct found.region_code) as regions,
            count(distinct found.region_code || cast(found.fiscal_year as varchar))
                as regions_and_years
        from found

    ),

    -- what is not alike in all rows, as words in Chinese and English
    unlike as (

        select
            len(seen.scopes) > 1 as is_so,
            '各行口径不同（部门或单位）' as chinese,
            'scopes differ between the rows (department or unit)' as english
        from seen
        union all
        select
            len(seen.phases) > 1 as is_so,
            '各行阶段不同（预算或决算）' as chinese,
            'phases differ between the rows (budget or final accounts)' as english
        from seen
        union all
        select
            seen.regions_and_years < seen.regions * len(seen.years) as is_so,
            '各地区年度不同：' || array_to_string(seen.years, '、') as chinese,
            'not every region has every year: '
            || array_to_string(seen.years, ', ') as english
        from seen
        union all
        select
            len(seen.levels) > 1 as is_so,
            '地区级别不同：' || array_to_string(seen.levels, '、') as chinese,
            'regions of different levels: '
            || array_to_string(seen.levels, ', ') as english
        from seen
        union all
        select
            len(seen.digits) > 1 as is_so,
            '印刷精度不同（元）：' || array_to_string(seen.digits, '、') as chinese,
            'printed to different digits (yuan): '
            || array_to_string(seen.digits, ', ') as english
        from seen

    ),

    differing as (

        select
            coalesce(
                list(
                    main.in_language(unlike.chinese, unlike.english, lang)
                    order by unlike.english desc
                ),
                []
            ) as differences
        from unlike
        where unlike.is_so

    ),

    named as (

        select
            found.region_code,
            found.fiscal_year,
            found.phase,
            found.department_type,
            list_sort(list(departments.department_name)) as department_names
        from found
        inner join marts.dim_department as departments
            on list_contains(found.department_ids, departments.department_id)
        group by all

    ),

    missing as (

        select
            asked.region,
            list_sort(list(places.region_code)) as codes,
            min(places.region_code) as region_code,
            min(places.region_name) as region_name,
            min(places.region_level) as region_level
        from asked
        left join marts.dim_region as places
            on
                places.is_current
                and (
                    asked.region = places.region_code
                    or asked.region = places.region_name
                )
        where
            not exists (
                select 1
                from found
                where
                    asked.region = found.region_code
                    or asked.region = found.region_name
            )
        group by asked.region

    )

    select
        found.region_code,
        found.region_name,
        found.region_level,
        found.fiscal_year,
        found.phase,
        found.department_type,
        found.departments,
        found.departments_known,
        found.coverage,
        found.documents,
        named.department_names,
        found.reporting_scope,
        found.grade,
        found.precision_yuan,
        found.population,
        found.population_year,
        found.headcount,
        found.is_county_total,
        found.is_comparable,
        main.in_words(found.incomparable_reasons, lang) as reasons_against,
        main.in_words(found.warnings, lang) as warnings,
        differing.differences,
        found.document_ids
    from found
    cross join differing
    left join named
        on
            found.region_code = named.region_code
            and found.fiscal_year = named.fiscal_year
            and found.phase = named.phase
            and found.department_type = named.department_type
    union all by name
    select
        case when len(missing.codes) = 1 then missing.region_code end as region_code,
        coalesce(missing.region_name, missing.region) as region_name,
        missing.region_level,
        0 as departments,
        0 as documents,
        false as is_county_total,
        false as is_comparable,
        [
            case
                when missing.region_name is null
                    then main.in_language(
                        '清单中没有这个地区',
                        'no region of the list has this code or name',
                        lang
                    )
                else main.in_language(
                    '没有计入比较的文件',
                    'no document of it counts in the comparison',
                    lang
                )
            end
        ] as reasons_against,
        [] as warnings,
        [] as differences
    from missing
    order by all;

-- en: The three public expenses (abroad, vehicles, reception, and total) of
--   departments of one type side by side; stage 'budget' (预算数) or 'final' (决算数), null
--   for both. Other columns as compare_departments.
-- zh: 同类部门“三公”经费并列比较（因公出国境、公务用车、公务接待及合计）；stage 取 'budget'（预算数）、'final'（决算数），空为两者。
--   其余列同 compare_departments。
-- needs: main.is_asked, main.in_words, main.in_language, main.compare_basis,
--   marts.mart_county_three_public
-- example: from three_public(['140431', '140522'], [2022, 2024])
create macro main.three_public(
    regions,
    year,
    department_type := '政府办公室',
    phase := 'final_accounts',
    stage := null,
    lang := 'both'
) as table
    with

    basis as (

        select * from main.compare_basis(regions, year, department_type, phase, lang)

    ),

    amounts as (

        select figures.*
        from marts.mart_county_three_public as figures
        where main.is_asked(figures.stage, stage)

    )

    select
        basis.region_code,
        basis.region_name,
        basis.fiscal_year,
        amounts.category,
        amounts.stage,
        amounts.amount_yuan,
        amounts.share,
        amounts.amount_per_capita_yuan,
        amounts.amount_per_head_yuan,
        amounts.growth_rate,
        amounts.comparable_rank,
        amounts.comparable_count,
        basis.region_level,
        basis.phase,
        basis.department_type,
        basis.reporting_scope,
        basis.departments,
        basis.departments_known,
        amounts.grade,
        basis.differences,
        amounts.value_ids,
        coalesce(amounts.is_comparable, false) as is_comparable,
        case
            when basis.fiscal_year is null then basis.reasons_against
            when amounts.category is null
                then [main.in_language(
                    '没有“三公”经费数字', 'no figure of the three public expenses', lang
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
    order by
        amounts.stage, amounts.category nulls last, basis.region_code,
        basis.fiscal_year, basis.phase;

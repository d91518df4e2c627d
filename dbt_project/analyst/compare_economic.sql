-- en: Departments of one type side by side by economic class (工资福利支出, 商品和服务支出 …):
--   columns as compare_departments. coverage_kind 'basic' (基本支出) or 'all';
--   classification 'department' or 'government'; class level 1 is class, 2 section.
-- zh: 同类部门按经济分类并列比较（工资福利支出、商品和服务支出等），列同 compare_departments。
--   coverage_kind 取 'basic'（基本支出）或 'all'；
--   classification 取 'department'（部门）或 'government'（政府）；class_level 1 为类、2 为款。
-- needs: main.in_words, main.in_language, main.compare_basis,
--   marts.mart_county_economic
-- example: from compare_economic(['140431', '140522'], [2022, 2024])
create macro main.compare_economic(
    regions,
    year,
    department_type := '政府办公室',
    phase := 'final_accounts',
    coverage_kind := 'basic',
    classification := 'department',
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
                    figures.department_type
            ) as total_yuan
        from marts.mart_county_economic as figures
        where
            figures.coverage_kind = coverage_kind
            and figures.classification = classification

    )

    select
        basis.region_code,
        basis.region_name,
        basis.fiscal_year,
        amounts.economic_code as class_code,
        amounts.economic_name as class_name,
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
            when amounts.economic_code is null
                then [main.in_language(
                    '没有此范围、此分类的数字',
                    'no figure of this coverage and classification',
                    lang
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

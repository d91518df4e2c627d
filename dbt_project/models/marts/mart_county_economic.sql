with

counted as (

    select * from {{ ref('mart_counted_document') }}
    where is_counted

),

basis as (

    select * from {{ ref('mart_comparison_basis') }}

),

expenditure as (

    select * from {{ ref('fct_expenditure_by_economic') }}

),

economics as (

    select * from {{ ref('dim_economic') }}

),

expenditure_counted as (

    {{ once_per_disclosure('expenditure', 'counted', ['coverage']) }}

),

-- each row to at most one dated code of the department classification; a code outside
-- the list stands for itself
harmonised as (

    select
        expenditure_counted.region_code,
        expenditure_counted.fiscal_year,
        expenditure_counted.phase,
        expenditure_counted.coverage as coverage_kind,
        expenditure_counted.amount_yuan,
        expenditure_counted.personnel_yuan,
        expenditure_counted.public_yuan,
        expenditure_counted.grade,
        expenditure_counted.value_ids,
        expenditure_counted.economic_code as printed_code,
        expenditure_counted.government_economic_code,
        coalesce(
            economics.harmonised_code, expenditure_counted.economic_code
        ) as department_code,
        unnest([expenditure_counted.department_type, '全部']) as department_type
    from expenditure_counted
    left join economics
        on expenditure_counted.economic_key = economics.economic_key

),

-- the government's classification only where the form prints its classes
classifications_stacked as (

    select
        *,
        'department' as classification,
        department_code as section_code
    from harmonised
    union all
    select
        *,
        'government' as classification,
        government_economic_code as section_code
    from harmonised
    where government_economic_code is not null

),

levels_stacked as (

    select
        *,
        1 as class_level,
        left(section_code, 3) as economic_code,
        cast(null as varchar) as parent_code
    from classifications_stacked
    union all
    select
        *,
        2 as class_level,
        section_code as economic_code,
        left(section_code, 3) as parent_code
    from classifications_stacked
    where len(section_code) = 5

),

summed as (

    select
        region_code,
        fiscal_year,
        phase,
        department_type,
        classification,
        coverage_kind,
        economic_code,
        class_level,
        min(parent_code) as parent_code,
        cast(sum(amount_yuan) as decimal(20, 2)) as amount_yuan,
        cast(sum(personnel_yuan) as decimal(20, 2)) as personnel_yuan,
        cast(sum(public_yuan) as decimal(20, 2)) as public_yuan,
        {{ weakest_grade('grade') }} as grade,
        list(distinct printed_code order by printed_code) as printed_codes,
        list_sort(flatten(list(value_ids))) as value_ids
    from levels_stacked
    group by
        region_code, fiscal_year, phase, department_type, classification,
        coverage_kind, economic_code, class_level

),

sums as (

    select
        *,
        cast(
            sum(amount_yuan) filter (where class_level = 1) over (
                partition by
                    region_code, fiscal_year, phase, department_type,
                    classification, coverage_kind
            ) as decimal(20, 2)
        ) as total_yuan
    from summed

),

compared as (

    {{
        with_comparison(
            'sums', 'basis',
            ['classification', 'coverage_kind', 'economic_code', 'class_level'],
        )
    }}

),

ranked as (

    select
        *,
        {{
            rank_columns(
                ['classification', 'coverage_kind', 'economic_code', 'class_level']
            )
        }}
    from compared

),

newest_names as (

    select
        economic_code,
        arg_max(economic_name, (coalesce(valid_from_year, 0), economic_name))
            as economic_name
    from economics
    group by economic_code

),

-- each row to at most one name
described as (

    select
        {{ group_columns('ranked') }}
        ranked.classification,
        ranked.coverage_kind,
        ranked.economic_code,
        newest_names.economic_name,
        ranked.class_level,
        ranked.parent_code,
        ranked.amount_yuan,
        ranked.personnel_yuan,
        ranked.public_yuan,
        {{ compared_columns('ranked') }},
        {{ guard_columns('ranked') }},
        ranked.printed_codes,
        ranked.value_ids
    from ranked
    left join newest_names
        on ranked.economic_code = newest_names.economic_code

)

select * from described
order by
    region_code, fiscal_year, phase, department_type, classification,
    coverage_kind, class_level, economic_code

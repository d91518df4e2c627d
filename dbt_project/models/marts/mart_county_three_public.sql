with

counted as (

    select * from {{ ref('mart_counted_document') }}
    where is_counted

),

basis as (

    select * from {{ ref('mart_comparison_basis') }}

),

three_public as (

    select * from {{ ref('fct_three_public') }}

),

three_public_counted as (

    {{ once_per_disclosure('three_public', 'counted', ['stage']) }}

),

-- each kind by itself, and all together as `total`
kinds_stacked as (

    select
        *,
        category as kind
    from three_public_counted
    where
        category in (
            'abroad', 'vehicle_purchase', 'vehicle_operation', 'vehicle_subtotal',
            'reception'
        )
    union all
    select
        *,
        'total' as kind
    from three_public_counted

),

departments_and_all as (

    select
        * exclude (department_type),
        unnest([department_type, '全部']) as department_type
    from kinds_stacked

),

summed as (

    select
        region_code,
        fiscal_year,
        phase,
        department_type,
        kind as category,
        stage,
        cast(sum(amount_yuan) as decimal(20, 2)) as amount_yuan,
        {{ weakest_grade('grade') }} as grade,
        list_sort(flatten(list(value_ids))) as value_ids
    from departments_and_all
    group by region_code, fiscal_year, phase, department_type, kind, stage

),

-- a share is one of all expenses of the stage
sums as (

    select
        *,
        max(amount_yuan) filter (where category = 'total') over (
            partition by region_code, fiscal_year, phase, department_type, stage
        ) as total_yuan
    from summed

),

compared as (

    {{ with_comparison('sums', 'basis', ['category', 'stage']) }}

),

ranked as (

    select
        *,
        {{ rank_columns(['category', 'stage']) }}
    from compared

),

described as (

    select
        {{ group_columns('ranked') }}
        ranked.category,
        ranked.stage,
        ranked.amount_yuan,
        {{ compared_columns('ranked') }},
        {{ guard_columns('ranked') }},
        ranked.value_ids
    from ranked

)

select * from described
order by region_code, fiscal_year, phase, department_type, stage, category

with

counted as (

    select * from {{ ref('mart_counted_document') }}
    where is_counted

),

basis as (

    select * from {{ ref('mart_comparison_basis') }}

),

operating_cost as (

    select * from {{ ref('fct_operating_cost') }}

),

operating_cost_counted as (

    {{ once_per_disclosure('operating_cost', 'counted', ['stage']) }}

),

-- a document that prints the cost in two forms counts it once, by the form of its own
operating_cost_counted_once as (

    select * from operating_cost_counted
    qualify
        source_form_id = first_value(source_form_id) over (
            partition by document_id, stage
            order by (source_form_id = 'operating_cost') desc, source_form_id asc
        )

),

-- each kind by itself, and all together as `total`
kinds_stacked as (

    select
        *,
        category as kind
    from operating_cost_counted_once
    where category in ('administrative', 'civil_service_managed')
    union all
    select
        *,
        'total' as kind
    from operating_cost_counted_once

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

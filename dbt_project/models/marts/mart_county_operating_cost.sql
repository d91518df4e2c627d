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

{{
    compared_by_kind(
        'operating_cost_counted_once', ['administrative', 'civil_service_managed']
    )
}}

select * from described
order by region_code, fiscal_year, phase, department_type, stage, category

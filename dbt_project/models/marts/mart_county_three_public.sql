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

{{
    compared_by_kind(
        'three_public_counted',
        [
            'abroad', 'vehicle_purchase', 'vehicle_operation', 'vehicle_subtotal',
            'reception',
        ],
    )
}}

select * from described
order by region_code, fiscal_year, phase, department_type, stage, category

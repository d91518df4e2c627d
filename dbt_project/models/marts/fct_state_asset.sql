with

category_amounts as (

    select * from {{ ref('int_category_amount__selected') }}

),

assets as (

    select
        document_id,
        department_id,
        region_code,
        fiscal_year,
        phase,
        reporting_scope,
        category_code as asset_code,
        line_label,
        reported_unit as count_unit,
        cast(sum(count_value) as decimal(20, 2)) as count_value,
        form_id as source_form_id,
        {{ weakest_grade('grade') }} as grade,
        list(value_id order by value_id) as value_ids
    from category_amounts
    where
        topic = 'state_asset'
        and is_leaf
    group by
        document_id, department_id, region_code, fiscal_year, phase,
        reporting_scope, category_code, line_label, reported_unit, form_id

)

select * from assets
order by
    region_code,
    department_id,
    fiscal_year,
    document_id,
    asset_code,
    line_label

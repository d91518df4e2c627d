with

category_amounts as (

    select * from {{ ref('int_category_amount__selected') }}

),

named_lines as (

    select * from {{ ref('int_named_line__selected') }}

),

totals_beside as (

    select
        *,
        cast(
            sum(amount_yuan) filter (where category_code = 'procurement_total') over (
                partition by document_id, stage
            ) as decimal(20, 2)
        ) as printed_total_yuan,
        replace(category_code, 'procurement_', '') as category
    from category_amounts
    where
        topic = 'procurement'
        and amount_yuan is not null

),

procurement_made as (

    select
        document_id,
        department_id,
        region_code,
        fiscal_year,
        phase,
        reporting_scope,
        stage,
        category,
        line_label as item_label,
        qualifier as item_detail,
        amount_yuan,
        printed_total_yuan,
        form_id,
        grade,
        value_id
    from totals_beside
    where is_leaf

),

procurement_planned as (

    select
        document_id,
        department_id,
        region_code,
        fiscal_year,
        phase,
        reporting_scope,
        'budget' as stage,
        case when line_code = 'TOTAL' then 'total' else 'item' end as category,
        line_label as item_label,
        qualifier as item_detail,
        amount_yuan,
        cast(null as decimal(20, 2)) as printed_total_yuan,
        form_id,
        grade,
        value_id
    from named_lines
    where form_id = 'procurement_budget'

),

stacked as (

    select * from procurement_made
    union all
    select * from procurement_planned

),

summed as (

    select
        document_id,
        department_id,
        region_code,
        fiscal_year,
        phase,
        reporting_scope,
        stage,
        category,
        item_label,
        item_detail,
        cast(sum(amount_yuan) as decimal(20, 2)) as amount_yuan,
        printed_total_yuan,
        form_id as source_form_id,
        {{ weakest_grade('grade') }} as grade,
        list(value_id order by value_id) as value_ids
    from stacked
    group by
        document_id, department_id, region_code, fiscal_year, phase,
        reporting_scope, stage, category, item_label, item_detail,
        printed_total_yuan, form_id

)

select * from summed
order by
    region_code,
    department_id,
    fiscal_year,
    document_id,
    stage,
    category,
    item_label,
    item_detail

with

category_amounts as (

    select * from {{ ref('int_category_amount__selected') }}

),

named_lines as (

    select * from {{ ref('int_named_line__selected') }}

),

cost_by_kind_of_unit as (

    select
        document_id,
        department_id,
        region_code,
        fiscal_year,
        phase,
        reporting_scope,
        stage,
        case
            when category_code = 'operating_cost' then 'total'
            else replace(category_code, 'operating_cost_', '')
        end as category,
        cast(null as varchar) as economic_code,
        line_label,
        amount_yuan,
        form_id,
        grade,
        value_id
    from category_amounts
    where
        topic = 'operating_cost'
        and is_leaf
        and amount_yuan is not null

),

cost_by_line as (

    select
        document_id,
        department_id,
        region_code,
        fiscal_year,
        phase,
        reporting_scope,
        'budget' as stage,
        case
            when line_code = 'TOTAL' then 'total'
            when is_coded then 'economic_class'
            else 'unit'
        end as category,
        case when is_coded then line_code end as economic_code,
        line_label,
        amount_yuan,
        form_id,
        grade,
        value_id
    from named_lines
    where form_id = 'operating_cost'

),

stacked as (

    select * from cost_by_kind_of_unit
    union all
    select * from cost_by_line

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
        economic_code,
        line_label,
        cast(sum(amount_yuan) as decimal(20, 2)) as amount_yuan,
        form_id as source_form_id,
        {{ weakest_grade('grade') }} as grade,
        list(value_id order by value_id) as value_ids
    from stacked
    group by
        document_id, department_id, region_code, fiscal_year, phase,
        reporting_scope, stage, category, economic_code, line_label, form_id

)

select * from summed
order by
    region_code,
    department_id,
    fiscal_year,
    document_id,
    stage,
    source_form_id,
    category,
    economic_code,
    line_label

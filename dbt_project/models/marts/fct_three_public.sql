with

category_amounts as (

    select * from {{ ref('int_category_amount__selected') }}

),

totals_beside as (

    select
        *,
        cast(
            sum(amount_yuan) filter (where category_code = 'total') over (
                partition by document_id, stage
            ) as decimal(20, 2)
        ) as printed_total_yuan
    from category_amounts
    where
        topic = 'three_public'
        and amount_yuan is not null

),

summed as (

    select
        document_id,
        department_id,
        region_code,
        fiscal_year,
        phase,
        reporting_scope,
        category_code as category,
        stage,
        cast(sum(amount_yuan) as decimal(20, 2)) as amount_yuan,
        printed_total_yuan,
        form_id as source_form_id,
        {{ weakest_grade('grade') }} as grade,
        list(value_id order by value_id) as value_ids
    from totals_beside
    where is_leaf
    group by
        document_id, department_id, region_code, fiscal_year, phase,
        reporting_scope, category_code, stage, printed_total_yuan, form_id

)

select * from summed
order by region_code, department_id, fiscal_year, document_id, stage, category

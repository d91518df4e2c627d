with

form_values as (

    select * from {{ ref('int_form_value__selected') }}

),

leaf_amounts as (

    select
        *,
        bool_or(measure = 'basic') over printing as has_basic_column
    from form_values
    where
        form_id = 'basic_expenditure_by_economic'
        and is_coded
        and is_leaf
        and amount_yuan is not null
        and measure in ('total', 'basic', 'personnel', 'public')
    window printing as (partition by document_id, form_id, instance_no)

),

-- in budgets the form is about basic expenditure only, so its 合计 is 基本支出
coverage_decided as (

    select
        value_id,
        document_id,
        department_id,
        region_code,
        fiscal_year,
        phase,
        reporting_scope,
        form_id,
        line_code,
        line_label,
        qualifier,
        measure,
        amount_yuan,
        grade,
        case
            when measure <> 'total' then 'basic'
            when phase = 'budget' and not has_basic_column then 'basic'
            else 'all'
        end as coverage,
        measure in ('total', 'basic') as is_whole_amount
    from leaf_amounts

)

select * from coverage_decided

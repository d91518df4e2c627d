with

form_values as (

    select * from {{ ref('int_form_value__selected') }}

),

totals as (

    select
        *,
        coalesce(reporting_scope, 'department') as scope
    from form_values
    where
        form_id in ('expenditure', 'revenue', 'general_public_budget_expenditure')
        and line_code = 'TOTAL'
        and measure = 'total'
        and amount_yuan > 0
        and department_id is not null
    qualify
        row_number() over (
            partition by document_id, form_id
            order by instance_no, line_order, value_id
        ) = 1

),

-- of two current files that print the form the first by key
totals_of_years as (

    select * from totals
    qualify
        row_number() over (
            partition by department_id, scope, fiscal_year, phase, form_id
            order by document_id
        ) = 1

),

-- each total to at most one of the year before: the larger, 1,000 times the smaller
paired as (

    select
        'size_of_last_year' as rule_id,
        totals.document_id,
        years_before.document_id as other_document_id,
        totals.form_id,
        totals.instance_no,
        totals.line_code as instance_label,
        totals.measure,
        cast(0 as decimal(20, 6)) as left_precision_yuan,
        cast(0 as decimal(20, 6)) as right_precision_yuan,
        cast(
            1000 * least(totals.amount_yuan, years_before.amount_yuan)
            as decimal(20, 2)
        ) as right_yuan,
        false as is_side_empty,
        [totals.value_id] as left_value_ids,
        [years_before.value_id] as right_value_ids,
        greatest(totals.amount_yuan, years_before.amount_yuan) as left_yuan
    from totals
    inner join totals_of_years as years_before
        on
            totals.department_id = years_before.department_id
            and totals.scope = years_before.scope
            and totals.phase = years_before.phase
            and totals.form_id = years_before.form_id
            and totals.fiscal_year = years_before.fiscal_year + 1

)

select * from paired

with

form_values as (

    select * from {{ ref('int_form_value__selected') }}

),

amounts as (

    select
        *,
        bool_or(measure = 'total') over line as has_total,
        bool_or(is_leaf and line_code is distinct from 'TOTAL') over printing
            as has_line
    from form_values
    where
        form_id in (
            'operating_cost', 'procurement_budget', 'project_budget',
            'project_budget_carryover'
        )
        and amount_yuan is not null
        and measure in (
            'total', 'general_public_budget', 'government_fund', 'state_capital',
            'special_account', 'own_funds', 'other_revenue'
        )
    window
        line as (
            partition by
                document_id, form_id, line_code, line_label, qualifier, occurrence_no
        ),
        printing as (partition by document_id, form_id, instance_no)

),

-- 合计 is the amount of a line; where it is not printed the funds add up to it
amounts_of_lines as (

    select
        value_id,
        document_id,
        department_id,
        region_code,
        fiscal_year,
        phase,
        reporting_scope,
        form_id,
        occurrence_no,
        line_code,
        line_label,
        qualifier,
        is_coded,
        amount_yuan,
        grade
    from amounts
    where
        (measure = 'total' or not has_total)
        and (
            (is_leaf and line_code is distinct from 'TOTAL')
            or (line_code = 'TOTAL' and not has_line)
        )

)

select * from amounts_of_lines

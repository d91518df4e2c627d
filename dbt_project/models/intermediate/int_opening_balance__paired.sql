with

form_values as (

    select * from {{ ref('int_form_value__selected') }}

),

forms as (

    select * from {{ ref('int_form__placed') }}

),

balances as (

    select
        *,
        coalesce(reporting_scope, 'department') as scope,
        case
            when
                line_side = 'revenue'
                and regexp_matches(line_label, '^(年初|上年).*(结转|结余)')
                then 'opening'
            when
                line_side = 'expenditure'
                and regexp_matches(line_label, '^(年末|年终).*(结转|结余)|^结转下年')
                then 'closing'
        end as balance
    from form_values
    where
        form_id in ('summary', 'appropriation_summary')
        and phase = 'final_accounts'
        and measure = 'total'
        and amount_yuan is not null
        and department_id is not null
        and not has_unit_finding

),

-- the line itself comes before the lines that divide it (其中)
first_lines as (

    select * from balances
    where balance is not null
    qualify
        row_number() over (
            partition by document_id, form_id, balance
            order by instance_no, line_order, value_id
        ) = 1

),

openings as (

    select * from first_lines
    where balance = 'opening'

),

-- of two current files that print the form the first by key
closings as (

    select * from first_lines
    where balance = 'closing'
    qualify
        row_number() over (
            partition by department_id, scope, fiscal_year, form_id
            order by document_id
        ) = 1

),

empty_forms as (

    select
        department_id,
        fiscal_year,
        form_id,
        coalesce(reporting_scope, 'department') as scope
    from forms
    where
        status = 'empty'
        and reporting_unit is null
        and phase = 'final_accounts'
        and is_current_upload
    group by all

),

-- each opening balance to at most one closing balance and one empty form
paired as (

    select
        'opening_is_last_closing' as rule_id,
        openings.document_id,
        closings.document_id as other_document_id,
        openings.form_id,
        openings.instance_no,
        openings.line_label as instance_label,
        openings.measure,
        openings.amount_yuan as left_yuan,
        openings.precision_yuan as left_precision_yuan,
        closings.amount_yuan as right_yuan,
        closings.precision_yuan as right_precision_yuan,
        [openings.value_id] as left_value_ids,
        case when closings.value_id is null then [] else [closings.value_id] end
            as right_value_ids,
        empty_forms.form_id is not null as is_side_empty
    from openings
    left join closings
        on
            openings.department_id = closings.department_id
            and openings.scope = closings.scope
            and openings.form_id = closings.form_id
            and openings.fiscal_year = closings.fiscal_year + 1
    left join empty_forms
        on
            openings.department_id = empty_forms.department_id
            and openings.scope = empty_forms.scope
            and openings.form_id = empty_forms.form_id
            and openings.fiscal_year = empty_forms.fiscal_year + 1

)

select * from paired

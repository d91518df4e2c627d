with

form_values as (

    select * from {{ ref('int_form_value__selected') }}

),

forms as (

    select * from {{ ref('int_form__placed') }}

),

budget_columns as (

    select
        *,
        coalesce(reporting_scope, 'department') as scope
    from form_values
    where
        form_id = 'three_public'
        and measure = 'budget'
        and line_code in (
            'total', 'abroad', 'vehicle_subtotal', 'vehicle_purchase',
            'vehicle_operation', 'reception'
        )
        and amount_yuan is not null
        and department_id is not null
        and not has_unit_finding

),

first_lines as (

    select * from budget_columns
    qualify
        row_number() over (
            partition by document_id, line_code
            order by instance_no, line_order, value_id
        ) = 1

),

repeated as (

    select * from first_lines
    where phase = 'final_accounts'

),

-- of two current files that print the form the first by key
disclosed as (

    select * from first_lines
    where phase = 'budget'
    qualify
        row_number() over (
            partition by department_id, scope, fiscal_year, line_code
            order by document_id
        ) = 1

),

empty_forms as (

    select
        department_id,
        fiscal_year,
        coalesce(reporting_scope, 'department') as scope
    from forms
    where
        status = 'empty'
        and reporting_unit is null
        and form_id = 'three_public'
        and phase = 'budget'
        and is_current_upload
    group by all

),

-- each repeated budget figure to at most one disclosed and one empty form
paired as (

    select
        'three_public_budget_as_disclosed' as rule_id,
        repeated.document_id,
        disclosed.document_id as other_document_id,
        repeated.form_id,
        repeated.instance_no,
        repeated.line_code as instance_label,
        repeated.measure,
        repeated.amount_yuan as left_yuan,
        repeated.precision_yuan as left_precision_yuan,
        disclosed.amount_yuan as right_yuan,
        disclosed.precision_yuan as right_precision_yuan,
        [repeated.value_id] as left_value_ids,
        case when disclosed.value_id is null then [] else [disclosed.value_id] end
            as right_value_ids,
        empty_forms.department_id is not null as is_side_empty
    from repeated
    left join disclosed
        on
            repeated.department_id = disclosed.department_id
            and repeated.scope = disclosed.scope
            and repeated.fiscal_year = disclosed.fiscal_year
            and repeated.line_code = disclosed.line_code
    left join empty_forms
        on
            repeated.department_id = empty_forms.department_id
            and repeated.scope = empty_forms.scope
            and repeated.fiscal_year = empty_forms.fiscal_year

)

select * from paired

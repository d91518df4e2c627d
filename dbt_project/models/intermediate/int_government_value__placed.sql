with

form_values as (

    select * from {{ ref('int_form_value__placed') }}

),

forms as (

    select * from {{ ref('stg_lake__form') }}

),

areas as (

    select * from {{ ref('int_government_area__told') }}

),

-- many numbers to one printing of a form, and to at most one area that a report tells
placed as (

    select
        form_values.value_id,
        form_values.document_id,
        form_values.department_id,
        form_values.region_code,
        form_values.reporting_scope,
        form_values.form_id,
        form_values.instance_no,
        form_values.line_label,
        form_values.measure,
        form_values.amount_yuan,
        form_values.precision_yuan,
        form_values.is_leaf,
        form_values.line_order,
        form_values.grade,
        coalesce(forms.form_fiscal_year, form_values.fiscal_year) as fiscal_year,
        coalesce(forms.form_phase, form_values.phase) as phase,
        coalesce(form_values.area_scope, areas.area_scope) as area_scope,
        case
            when form_values.area_scope is not null then 'printed'
            when areas.area_scope is not null then 'report'
        end as area_scope_basis,
        {{ government_fund('form_values.form_id', 'form_values.form_title') }} as fund,
        {{ government_side('form_values.form_id') }} as line_side,
        case
            when form_values.line_code = 'whole_area_total' then 'TOTAL'
            else form_values.line_code
        end as line_code,
        case
            when form_values.line_code in ('TOTAL', 'whole_area_total') then 0
            else form_values.class_level
        end as class_level,
        case
            when form_values.form_id like '%_by_economic' then 'economic'
            when form_values.form_id like 'government_transfers_by_%'
                then replace(form_values.form_id, 'government_transfers_by_', '')
            when form_values.form_id like '%revenue' then 'revenue'
            else 'function'
        end as government_line_kind
    from form_values
    inner join forms
        on
            form_values.document_id = forms.document_id
            and form_values.form_id = forms.form_id
            and form_values.instance_no = forms.instance_no
    left join areas
        on
            form_values.document_id = areas.document_id
            and form_values.form_id = areas.form_id
            and form_values.instance_no = areas.instance_no
    where
        form_values.reporting_scope = 'government'
        and form_values.amount_yuan is not null
        and form_values.is_current_upload

),

-- a form printed again in one document says the same: its first printing counts
printed_first as (

    select * from placed
    qualify
        instance_no = min(instance_no) over (
            partition by
                document_id, form_id, fiscal_year, phase, area_scope, line_code,
                line_label, measure
        )

)

select * from printed_first

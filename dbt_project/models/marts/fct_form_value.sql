with

form_values as (

    select * from {{ ref('int_form_value__placed') }}

),

proposals as (

    select * from {{ ref('int_form_value__proposed') }}

),

-- each number to at most one proposal
with_proposals as (

    select
        form_values.*,
        proposals.proposed_yuan
    from form_values
    left join proposals
        on form_values.value_id = proposals.value_id

),

described as (

    select
        value_id,
        document_id,
        department_id,
        region_code,
        fiscal_year,
        phase,
        reporting_scope,
        form_id,
        line_side,
        line_code,
        line_label,
        qualifier,
        measure,
        amount_yuan,
        reported_text,
        reported_unit,
        precision_yuan,
        class_level,
        is_leaf,
        page_no,
        row_no,
        col_no,
        bbox,
        method,
        grade,
        count_value,
        stored_text,
        reported_line,
        unit_evidence,
        method_reason,
        instance_no,
        line_order,
        form_title,
        proposed_yuan,
        reporting_unit,
        line_role,
        area_scope
    from with_proposals

)

select * from described
order by
    form_id,
    region_code,
    department_id,
    fiscal_year,
    document_id,
    instance_no,
    line_order,
    col_no,
    value_id

with

form_values as (

    select * from {{ ref('int_form_value__placed') }}

),

printings as (

    select * from {{ ref('int_form_printing__compared') }}

),

-- many numbers to exactly one printing; what a department's document prints of its
-- units again is not added to it
numbers_printed_first as (

    select form_values.*
    from form_values
    inner join printings
        on
            form_values.document_id = printings.document_id
            and form_values.form_id = printings.form_id
            and form_values.instance_no = printings.instance_no
    where
        not printings.is_repeat
        and form_values.is_current_upload
        and form_values.reporting_unit is null

),

codes_recognised as (

    select
        value_id,
        document_id,
        department_id,
        region_code,
        fiscal_year,
        phase,
        reporting_scope,
        form_id,
        instance_no,
        line_side,
        line_code,
        line_label,
        line_role,
        qualifier,
        measure,
        amount_yuan,
        count_value,
        precision_yuan,
        reported_unit,
        is_leaf,
        line_order,
        has_unit_finding,
        grade,
        coalesce(
            regexp_full_match(line_code, '[0-9]{3}|[0-9]{5}|[0-9]{7}'), false
        ) as is_coded,
        -- two lines of one name in a form are told apart by their order
        row_number() over (
            partition by
                document_id, form_id, line_side, line_code, line_label, qualifier,
                measure
            order by instance_no, line_order, value_id
        ) as occurrence_no
    from numbers_printed_first

)

select * from codes_recognised

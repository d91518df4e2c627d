with

form_values as (

    select * from {{ ref('int_form_value__placed') }}

),

lines_compared as (

    select
        document_id,
        form_id,
        instance_no,
        min(instance_no) over (
            partition by
                document_id, reporting_unit, area_scope, form_id, line_side, line_code,
                line_label, qualifier, measure
        ) as first_instance_no
    from form_values

),

-- a later printing with new lines only continues the form; one that says any line
-- again repeats it, and counting both would count twice; a unit's printing in its
-- department's document repeats none
printings as (

    select
        document_id,
        form_id,
        instance_no,
        min(first_instance_no) < instance_no as is_repeat
    from lines_compared
    group by document_id, form_id, instance_no

)

select * from printings

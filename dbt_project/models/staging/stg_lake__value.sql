with

lake_value as (

    select * from {{ source('lake', 'value') }}

),

renamed as (

    select
        -- keys
        value_id,
        document_id,
        form_id,
        cast(instance_no as integer) as instance_no,

        -- labels
        line_side,
        line_code,
        line_label,
        qualifier,
        measure,
        reporting_unit,
        line_role,
        area_scope,
        cell_kind,
        cast(class_level as integer) as class_level,
        is_leaf,
        cast(line_order as integer) as line_order,

        -- amounts
        cast(amount_yuan as decimal(20, 2)) as amount_yuan,
        cast(count_value as decimal(20, 2)) as count_value,
        cast(precision_yuan as decimal(20, 6)) as precision_yuan,
        reported_text,
        stored_text,
        reported_unit,
        unit_evidence,

        -- provenance
        cast(page_no as integer) as page_no,
        cast(row_no as integer) as row_no,
        cast(col_no as integer) as col_no,
        bbox,
        reported_line,
        method,
        method_reason,
        grade
    from lake_value

)

select * from renamed

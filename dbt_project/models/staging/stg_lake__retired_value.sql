with

lake_value as (

    select * from {{ source('lake', 'retired_value') }}

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
        cell_kind,
        cast(line_order as integer) as line_order,

        -- amounts
        cast(amount_yuan as decimal(20, 2)) as amount_yuan,
        cast(precision_yuan as decimal(20, 6)) as precision_yuan,
        reported_text,
        reported_unit,

        -- provenance
        cast(page_no as integer) as page_no,
        cast(row_no as integer) as row_no
    from lake_value

)

select * from renamed

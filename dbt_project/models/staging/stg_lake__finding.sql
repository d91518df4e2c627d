with

lake_finding as (

    select * from {{ source('lake', 'finding') }}

),

renamed as (

    select
        -- keys
        finding_id,
        document_id,
        form_id,
        cast(instance_no as integer) as instance_no,

        -- labels
        cause,
        severity,
        line_code,
        line_label,
        measure,
        is_located,
        sentence_zh,
        sentence_en,

        -- amounts
        cast(difference_yuan as decimal(20, 2)) as difference_yuan,
        cast(proposed_yuan as decimal(20, 2)) as proposed_yuan,

        -- provenance
        cast(page_no as integer) as page_no,
        cast(row_no as integer) as row_no,
        cast(col_no as integer) as col_no,
        value_ids,
        check_ids
    from lake_finding

)

select * from renamed

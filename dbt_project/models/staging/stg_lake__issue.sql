with

lake_issue as (

    select * from {{ source('lake', 'issue') }}

),

renamed as (

    select
        -- keys
        issue_id,
        document_id,
        form_id,
        cast(instance_no as integer) as instance_no,

        -- labels
        category,
        severity,
        raw_text,
        message,
        remedy,

        -- provenance
        cast(page_no as integer) as page_no,
        cast(row_no as integer) as row_no,
        cast(col_no as integer) as col_no
    from lake_issue

)

select * from renamed

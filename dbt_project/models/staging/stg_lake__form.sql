with

lake_form as (

    select * from {{ source('lake', 'form') }}

),

renamed as (

    select
        -- keys
        document_id,
        form_id,
        cast(instance_no as integer) as instance_no,

        -- labels
        title as form_title,
        form_no,
        status,
        reported_unit,
        unit_evidence,
        empty_note,
        reporting_unit,
        reporting_unit_code,
        phase as form_phase,

        -- counts
        cast(number_count as integer) as number_count,
        cast(blank_count as integer) as blank_count,
        cast(dash_count as integer) as dash_count,
        cast(none_word_count as integer) as none_word_count,
        cast(unreadable_count as integer) as unreadable_count,

        -- dates
        cast(fiscal_year as integer) as form_fiscal_year,

        -- provenance
        method,
        cast(page_no as integer) as page_no,
        cast(line_no as integer) as line_no
    from lake_form

)

select * from renamed

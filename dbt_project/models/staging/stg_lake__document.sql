with

lake_document as (

    select * from {{ source('lake', 'document') }}

),

renamed as (

    select
        -- keys
        document_id,
        department_id,
        region_code,

        -- labels
        title,
        department_name,
        department_type,
        phase,
        reporting_scope,
        media_type,
        reported_unit,
        status,
        status_reason,
        missing_forms,

        -- counts
        cast(page_count as integer) as page_count,
        cast(forms_found as integer) as forms_found,
        cast(forms_expected as integer) as forms_expected,

        -- dates
        cast(fiscal_year as integer) as fiscal_year,
        published_on as published_text,

        -- provenance
        parser_version,

        -- dates worked out: a month alone becomes its first day
        coalesce(
            try_cast(published_on as date),
            try_cast(published_on || '-01' as date)
        ) as published_on
    from lake_document

)

select * from renamed

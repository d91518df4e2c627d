with

lake_retrieval as (

    select * from {{ source('lake', 'retrieval') }}

),

renamed as (

    select
        -- keys
        source_url,
        cast(version_no as integer) as version_no,
        document_id,
        source_id,

        -- labels
        file_name,
        page_url,
        final_url,
        content_type,
        etag,
        last_modified,
        is_current,

        -- counts
        size_bytes,
        http_status,

        -- dates
        try_cast(retrieved_at as timestamp with time zone) at time zone 'UTC'
            as retrieved_at,
        try_cast(replaced_at as timestamp with time zone) at time zone 'UTC'
            as replaced_at,
        try_cast(gone_at as timestamp with time zone) at time zone 'UTC' as gone_at
    from lake_retrieval

)

select * from renamed

with

lake_manifest as (

    select * from {{ source('lake', 'manifest') }}

),

renamed as (

    select
        -- keys
        relative_path,
        document_id,

        -- labels
        file_name,
        is_duplicate,
        duplicate_of,

        -- counts
        cast(size_bytes as bigint) as size_bytes,

        -- dates
        retrieved_at as retrieved_text,

        -- provenance
        source_url,

        -- dates worked out
        try_cast(retrieved_at as timestamp with time zone) at time zone 'UTC'
            as retrieved_at
    from lake_manifest

)

select * from renamed

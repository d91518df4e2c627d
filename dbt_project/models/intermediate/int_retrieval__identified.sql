with

retrievals as (

    select * from {{ ref('stg_lake__retrieval') }}

),

identified as (

    select
        source_url,
        version_no,
        document_id,
        source_id,
        file_name,
        page_url,
        final_url,
        content_type,
        etag,
        last_modified,
        is_current,
        size_bytes,
        http_status,
        retrieved_at,
        replaced_at,
        gone_at,
        left(md5(concat_ws('|', source_url, version_no)), 20) as retrieval_id
    from retrievals

)

select * from identified

with

retrievals as (

    select * from {{ ref('int_retrieval__identified') }}

),

described as (

    select
        retrieval_id,
        document_id,
        department_id,
        region_code,
        fiscal_year,
        phase,
        reporting_scope,
        source_url,
        version_no,
        source_id,
        page_url,
        final_url,
        retrieved_at,
        file_name,
        size_bytes,
        http_status,
        content_type,
        etag,
        last_modified,
        is_current,
        replaced_at,
        gone_at
    from retrievals

)

select * from described
order by source_url, version_no

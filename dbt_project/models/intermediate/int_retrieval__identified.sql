with

retrievals as (

    select * from {{ ref('stg_lake__retrieval') }}

),

documents as (

    select * from {{ ref('int_document__listed') }}

),

-- many retrievals to at most one document
identified as (

    select
        retrievals.source_url,
        retrievals.version_no,
        retrievals.document_id,
        retrievals.source_id,
        retrievals.file_name,
        retrievals.page_url,
        retrievals.final_url,
        retrievals.content_type,
        retrievals.etag,
        retrievals.last_modified,
        retrievals.is_current,
        retrievals.size_bytes,
        retrievals.http_status,
        retrievals.retrieved_at,
        retrievals.replaced_at,
        retrievals.gone_at,
        documents.department_id,
        documents.region_code,
        documents.fiscal_year,
        documents.phase,
        documents.reporting_scope,
        left(
            md5(concat_ws('|', retrievals.source_url, retrievals.version_no)), 20
        ) as retrieval_id
    from retrievals
    left join documents
        on retrievals.document_id = documents.document_id

)

select * from identified

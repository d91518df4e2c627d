with

manifest as (

    select * from {{ ref('stg_lake__manifest') }}

),

documents as (

    select * from {{ ref('stg_lake__document') }}

),

counts as (

    select * from {{ ref('int_document__counted') }}

),

-- many files to at most one extract: the same bytes are the same document
files_with_extract as (

    select
        manifest.relative_path,
        manifest.document_id,
        manifest.file_name,
        manifest.is_duplicate,
        manifest.size_bytes,
        manifest.source_url,
        manifest.retrieved_at,
        documents.department_id,
        documents.department_name,
        documents.department_type,
        documents.region_code,
        documents.fiscal_year,
        documents.phase,
        documents.reporting_scope,
        documents.title,
        documents.media_type,
        documents.page_count,
        documents.reported_unit,
        documents.published_on,
        documents.published_text,
        documents.forms_found,
        documents.forms_expected,
        documents.missing_forms,
        documents.parser_version,
        case
            when manifest.is_duplicate then 'duplicate'
            when documents.document_id is null then 'quarantined'
            else documents.status
        end as status,
        case
            when manifest.is_duplicate
                then
                    'same bytes as '
                    || coalesce(manifest.duplicate_of, 'an earlier file')
            when documents.document_id is null
                then 'the file is listed but the lake holds no extract of it'
            else documents.status_reason
        end as status_reason
    from manifest
    left join documents
        on manifest.document_id = documents.document_id

),

-- files to at most one row of counts; a duplicate has none of its own
files_with_counts as (

    select
        files_with_extract.*,
        case
            when files_with_extract.is_duplicate then 0 else
                coalesce(counts.number_count, 0)
        end as number_count,
        case
            when files_with_extract.is_duplicate then 0 else
                coalesce(counts.issue_count, 0)
        end as issue_count,
        case
            when files_with_extract.is_duplicate then 0 else
                coalesce(counts.break_count, 0)
        end as break_count
    from files_with_extract
    left join counts
        on files_with_extract.document_id = counts.document_id

),

files_with_disclosure as (

    select
        *,
        'disclosure-' || left(
            md5(
                coalesce(
                    department_id || '|' || fiscal_year || '|' || phase,
                    document_id
                )
            ),
            16
        ) as disclosure_id
    from files_with_counts

)

select * from files_with_disclosure

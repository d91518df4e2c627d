with

files as (

    select * from {{ ref('int_document__registered') }}

),

-- one row per document: of several files with the same bytes one is no duplicate
documents as (

    select
        document_id,
        department_id,
        department_name,
        region_code,
        fiscal_year,
        phase,
        reporting_scope,
        forms_found,
        has_unit_finding,
        status,
        status in ('loaded', 'partial', 'superseded') as is_usable,
        status in ('loaded', 'partial') as is_current_upload
    from files
    where not is_duplicate

)

select * from documents

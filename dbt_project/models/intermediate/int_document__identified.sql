with

documents as (

    select * from {{ ref('int_document__overridden') }}

),

departments as (

    select * from {{ ref('int_department__named') }}

),

-- each document to the one body its name and region tell
identified as (

    select
        documents.document_id,
        documents.department_name,
        documents.printed_department_name,
        documents.region_code,
        documents.fiscal_year,
        documents.phase,
        documents.reporting_scope,
        documents.title,
        documents.media_type,
        documents.reported_unit,
        documents.status,
        documents.status_reason,
        documents.missing_forms,
        documents.page_count,
        documents.forms_found,
        documents.forms_expected,
        documents.published_on,
        documents.published_text,
        documents.parser_version,
        documents.override_reason,
        departments.department_id,
        departments.department_type
    from documents
    left join departments
        on
            documents.department_name = departments.department_name
            and documents.region_code is not distinct from departments.region_code
            and (
                departments.only_document_id is null
                or documents.document_id = departments.only_document_id
            )

)

select * from identified

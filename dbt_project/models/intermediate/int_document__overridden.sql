with

documents as (

    select * from {{ ref('stg_lake__document') }}

),

overrides as (

    select * from {{ ref('ref_department_override') }}

),

-- at most one row of each: the list's keys are unique
overrides_of_documents as (

    select * from overrides
    where document_id is not null

),

overrides_of_names as (

    select * from overrides
    where document_id is null

),

-- a row for the document goes before one for its name
documents_matched as (

    select
        documents.*,
        coalesce(of_document.department_name, of_name.department_name)
            as given_department_name,
        coalesce(of_document.region_code, of_name.region_code) as given_region_code,
        coalesce(of_document.reporting_scope, of_name.reporting_scope)
            as given_reporting_scope,
        coalesce(of_document.fiscal_year, of_name.fiscal_year) as given_fiscal_year,
        coalesce(of_document.phase, of_name.phase) as given_phase,
        coalesce(of_document.reason, of_name.reason) as override_reason
    from documents
    left join overrides_of_documents as of_document
        on documents.document_id = of_document.document_id
    left join overrides_of_names as of_name
        on
            documents.department_name = of_name.printed_name
            and documents.region_code is not distinct from of_name.printed_region_code

),

overridden as (

    select
        document_id,
        title,
        media_type,
        reported_unit,
        status,
        status_reason,
        missing_forms,
        page_count,
        forms_found,
        forms_expected,
        published_on,
        published_text,
        parser_version,
        override_reason,
        department_name as printed_department_name,
        coalesce(given_department_name, department_name) as department_name,
        coalesce(given_region_code, region_code) as region_code,
        coalesce(given_reporting_scope, reporting_scope) as reporting_scope,
        coalesce(given_fiscal_year, fiscal_year) as fiscal_year,
        coalesce(given_phase, phase) as phase
    from documents_matched

)

select * from overridden

with

files as (

    select * from {{ ref('int_document__registered') }}

),

described as (

    select
        document_id,
        file_name,
        disclosure_id,
        department_id,
        fiscal_year,
        phase,
        reporting_scope,
        title,
        media_type,
        page_count,
        reported_unit,
        published_on,
        source_url,
        retrieved_at,
        status,
        status_reason,
        parser_version,
        relative_path,
        department_name,
        region_code,
        forms_found,
        forms_expected,
        missing_forms,
        number_count,
        issue_count,
        break_count,
        has_unit_finding,
        size_bytes,
        published_text
    from files

)

select * from described
order by relative_path

with

issues as (

    select * from {{ ref('stg_lake__issue') }}

),

documents as (

    select * from {{ ref('int_document__listed') }}

),

-- many issues to one document, quarantined ones among them
issues_of_documents as (

    select
        issues.issue_id,
        issues.document_id,
        issues.form_id,
        issues.instance_no,
        issues.category,
        issues.severity,
        issues.raw_text,
        issues.message,
        issues.remedy,
        issues.page_no,
        issues.row_no,
        issues.col_no,
        documents.department_id,
        documents.region_code,
        documents.fiscal_year,
        documents.phase,
        documents.reporting_scope
    from issues
    inner join documents
        on issues.document_id = documents.document_id

)

select * from issues_of_documents

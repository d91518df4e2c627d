with

issues as (

    select * from {{ ref('stg_lake__issue') }}

),

documents as (

    select * from {{ ref('int_document__listed') }}

),

doubts as (

    select * from {{ ref('int_department__doubted') }}

),

-- what only documents beside each other show: two bodies that may be one
issues_of_departments as (

    select
        'department-' || left(md5(document_id || '|' || message), 16) as issue_id,
        document_id,
        'department_ambiguous' as category,
        'warning' as severity,
        department_name as raw_text,
        message,
        remedy
    from doubts

),

issues_stacked as (

    select * from issues
    union all by name
    select * from issues_of_departments

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
    from issues_stacked as issues
    inner join documents
        on issues.document_id = documents.document_id

)

select * from issues_of_documents

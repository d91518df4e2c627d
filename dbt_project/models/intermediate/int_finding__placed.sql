with

findings as (

    select * from {{ ref('stg_lake__finding') }}

),

documents as (

    select * from {{ ref('int_document__listed') }}

),

-- many findings to one document
findings_of_documents as (

    select
        findings.finding_id,
        findings.document_id,
        findings.cause,
        findings.severity,
        findings.form_id,
        findings.instance_no,
        findings.page_no,
        findings.row_no,
        findings.col_no,
        findings.line_code,
        findings.line_label,
        findings.measure,
        findings.is_located,
        findings.difference_yuan,
        findings.proposed_yuan,
        findings.value_ids,
        findings.check_ids,
        findings.sentence_zh,
        findings.sentence_en,
        documents.department_id,
        documents.region_code,
        documents.fiscal_year,
        documents.phase,
        documents.reporting_scope
    from findings
    inner join documents
        on findings.document_id = documents.document_id
    where documents.is_usable

)

select * from findings_of_documents

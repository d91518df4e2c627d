with

facts as (

    select * from {{ ref('stg_lake__narrative') }}

),

documents as (

    select * from {{ ref('int_document__listed') }}

),

-- many facts to one document
facts_of_documents as (

    select
        facts.fact_id,
        facts.document_id,
        facts.section,
        facts.topic,
        facts.measure,
        facts.line_code,
        facts.line_label,
        facts.basis,
        facts.reference_year,
        facts.amount_yuan,
        facts.rate_percent,
        facts.count_value,
        facts.reported_text,
        facts.reported_unit,
        facts.reported_precision,
        facts.reason,
        facts.sentence,
        facts.page_no,
        facts.line_no,
        facts.bbox,
        facts.is_derived,
        facts.derived_from,
        facts.reading_doubt,
        facts.grade,
        facts.fact_order,
        documents.department_id,
        documents.region_code,
        documents.fiscal_year,
        documents.phase,
        documents.reporting_scope
    from facts
    inner join documents
        on facts.document_id = documents.document_id
    where documents.is_usable

)

select * from facts_of_documents

with

counts as (

    select * from {{ ref('stg_lake__account') }}

),

documents as (

    select * from {{ ref('int_document__listed') }}

),

-- many counts to one document
counts_of_documents as (

    select
        counts.document_id,
        counts.form_id,
        counts.instance_no,
        counts.number_kind,
        counts.is_form_page,
        counts.token_count,
        documents.department_id,
        documents.region_code,
        documents.fiscal_year,
        documents.phase,
        documents.reporting_scope
    from counts
    inner join documents
        on counts.document_id = documents.document_id

)

select * from counts_of_documents

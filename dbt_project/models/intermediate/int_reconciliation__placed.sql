with

outcomes as (

    select * from {{ ref('stg_lake__reconciliation') }}

),

documents as (

    select * from {{ ref('int_document__listed') }}

),

-- many outcomes to one document
outcomes_of_documents as (

    select
        outcomes.*,
        documents.department_id,
        documents.region_code,
        documents.fiscal_year,
        documents.phase,
        documents.reporting_scope
    from outcomes
    inner join documents
        on outcomes.document_id = documents.document_id
    where documents.is_usable

)

select * from outcomes_of_documents

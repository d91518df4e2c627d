with

narratives as (

    select * from {{ ref('stg_lake__narrative') }}

),

documents as (

    select * from {{ ref('int_document__identified') }}
    where reporting_scope = 'government' and department_id is not null

),

-- many sentences to one report of a known government
totals_named as (

    select
        documents.document_id,
        documents.department_id,
        documents.department_name,
        documents.department_type,
        documents.region_code,
        narratives.reference_year as fiscal_year,
        narratives.section as area_scope,
        narratives.topic,
        narratives.measure,
        narratives.amount_yuan,
        narratives.fact_id
    from narratives
    inner join documents
        on narratives.document_id = documents.document_id
    where
        narratives.amount_yuan is not null
        and narratives.reference_year is not null

)

select * from totals_named

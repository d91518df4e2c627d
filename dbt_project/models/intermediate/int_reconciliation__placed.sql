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
        outcomes.check_id,
        outcomes.document_id,
        outcomes.rule_id,
        outcomes.form_id,
        outcomes.instance_no,
        outcomes.instance_label,
        outcomes.measure,
        outcomes.relation,
        outcomes.outcome,
        outcomes.left_yuan,
        outcomes.right_yuan,
        outcomes.difference_yuan,
        outcomes.tolerance_yuan,
        outcomes.left_value_ids,
        outcomes.right_value_ids,
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

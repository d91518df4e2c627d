with

withheld as (

    select * from {{ ref('stg_lake__withheld') }}

),

documents as (

    select * from {{ ref('int_document__listed') }}

),

-- many places to one document
withheld_of_documents as (

    select
        withheld.document_id,
        withheld.place_no,
        withheld.personal_data,
        withheld.page_no,
        withheld.bbox,
        documents.department_id,
        documents.region_code,
        documents.fiscal_year,
        documents.phase,
        documents.reporting_scope
    from withheld
    inner join documents
        on withheld.document_id = documents.document_id

)

select * from withheld_of_documents

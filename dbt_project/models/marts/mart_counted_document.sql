with

scoped as (

    select * from {{ ref('int_disclosure__counted') }}

),

documents as (

    select * from {{ ref('dim_document') }}
    where status != 'duplicate'

),

departments as (

    select * from {{ ref('dim_department') }}

),

-- each document to one row of its own and at most one department
described as (

    select
        scoped.document_id,
        scoped.department_id,
        scoped.region_code,
        scoped.fiscal_year,
        scoped.phase,
        scoped.reporting_scope,
        departments.department_type,
        documents.status,
        documents.number_count,
        scoped.is_counted,
        scoped.not_counted_because,
        scoped.counts_with_department_id
    from scoped
    inner join documents
        on scoped.document_id = documents.document_id
    left join departments
        on scoped.department_id = departments.department_id

)

select * from described
order by region_code, fiscal_year, phase, department_id, document_id

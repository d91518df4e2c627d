with

files as (

    select * from {{ ref('int_document__registered') }}

),

regions as (

    select * from {{ ref('dim_region') }}

),

department_types as (

    select * from {{ ref('ref_department_type') }}

),

documents as (

    select * from files
    where
        department_id is not null
        and not is_duplicate

),

departments_surveyed as (

    select
        *,
        cast(count(*) over department as integer) as document_count,
        min(fiscal_year) over department as first_fiscal_year,
        max(fiscal_year) over department as last_fiscal_year
    from documents
    window department as (partition by department_id)

),

-- one row per department, named as in its latest document
latest_named as (

    select * from departments_surveyed
    qualify
        row_number() over (
            partition by department_id
            order by fiscal_year desc nulls last, document_id asc
        ) = 1

),

-- one region and at most one type per department
described as (

    select
        latest_named.department_id,
        latest_named.department_name,
        latest_named.region_code,
        regions.region_name,
        latest_named.department_type,
        department_types.name_en as department_type_en,
        latest_named.first_fiscal_year,
        latest_named.last_fiscal_year,
        latest_named.document_count
    from latest_named
    left join regions
        on latest_named.region_code = regions.region_code
    left join department_types
        on latest_named.department_type = department_types.department_type

)

select * from described
order by department_id

with

departments as (

    select * from {{ ref('int_department__resolved') }}

),

parents as (

    select * from {{ ref('int_department__parented') }}

),

successors as (

    select * from {{ ref('int_department__succeeded') }}

),

regions as (

    select * from {{ ref('dim_region') }}

),

department_types as (

    select * from {{ ref('ref_department_type') }}

),

-- one region, at most one type, parent and successor per department
described as (

    select
        departments.department_id,
        departments.department_name,
        departments.official_name,
        departments.name_variants,
        departments.region_code,
        regions.region_name,
        departments.department_type,
        department_types.name_en as department_type_en,
        parents.parent_department_id,
        parents.parent_basis,
        successors.successor_department_id,
        departments.first_fiscal_year,
        departments.last_fiscal_year,
        departments.document_count
    from departments
    left join regions
        on departments.region_code = regions.region_code
    left join department_types
        on departments.department_type = department_types.department_type
    left join parents
        on departments.department_id = parents.department_id
    left join successors
        on departments.department_id = successors.department_id

)

select * from described
order by department_id

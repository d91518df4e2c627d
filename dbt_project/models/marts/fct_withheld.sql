with

withheld as (

    select * from {{ ref('int_withheld__placed') }}

),

described as (

    select
        document_id,
        department_id,
        region_code,
        fiscal_year,
        phase,
        reporting_scope,
        place_no,
        personal_data,
        page_no,
        bbox
    from withheld

)

select * from described
order by region_code, department_id, fiscal_year, document_id, place_no

with

counts as (

    select * from {{ ref('int_number_account__placed') }}

),

described as (

    select
        document_id,
        department_id,
        region_code,
        fiscal_year,
        phase,
        reporting_scope,
        form_id,
        instance_no,
        is_form_page,
        number_kind,
        token_count
    from counts

)

select * from described
order by
    region_code,
    department_id,
    fiscal_year,
    document_id,
    form_id nulls last,
    instance_no,
    is_form_page,
    number_kind

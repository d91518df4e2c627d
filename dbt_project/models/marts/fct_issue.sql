with

issues as (

    select * from {{ ref('int_issue__placed') }}

),

described as (

    select
        issue_id,
        document_id,
        department_id,
        region_code,
        fiscal_year,
        phase,
        reporting_scope,
        category,
        severity,
        form_id,
        instance_no,
        page_no,
        row_no,
        col_no,
        raw_text,
        message,
        remedy
    from issues

)

select * from described
order by region_code, department_id, fiscal_year, document_id, issue_id

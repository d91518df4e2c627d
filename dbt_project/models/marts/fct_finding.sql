with

findings as (

    select * from {{ ref('int_finding__explained') }}

),

crossed as (

    select * from {{ ref('int_finding__crossed') }}

),

all_findings as (

    select * from findings
    union all by name
    select * from crossed

),

described as (

    select
        finding_id,
        document_id,
        department_id,
        region_code,
        fiscal_year,
        phase,
        reporting_scope,
        cause,
        severity,
        form_id,
        instance_no,
        page_no,
        row_no,
        col_no,
        line_code,
        line_label,
        measure,
        is_located,
        difference_yuan,
        proposed_yuan,
        value_ids,
        check_ids,
        sentence_zh,
        sentence_en,
        reported_cause
    from all_findings

)

select * from described
order by region_code, department_id, fiscal_year, document_id, finding_id

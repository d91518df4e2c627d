with

outcomes as (

    select * from {{ ref('int_reconciliation__placed') }}

),

crossed as (

    select * from {{ ref('int_reconciliation__crossed') }}

),

all_outcomes as (

    select * from outcomes
    union all by name
    select * exclude (other_document_id) from crossed

),

described as (

    select
        check_id,
        document_id,
        department_id,
        region_code,
        fiscal_year,
        phase,
        reporting_scope,
        rule_id,
        form_id,
        instance_no,
        instance_label,
        measure,
        relation,
        left_yuan,
        right_yuan,
        difference_yuan,
        tolerance_yuan,
        outcome,
        left_value_ids,
        right_value_ids
    from all_outcomes

)

select * from described
order by region_code, department_id, fiscal_year, document_id, check_id

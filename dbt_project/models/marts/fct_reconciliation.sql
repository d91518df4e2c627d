with

outcomes as (

    select * from {{ ref('int_reconciliation__placed') }}

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
    from outcomes

)

select * from described
order by document_id, check_id

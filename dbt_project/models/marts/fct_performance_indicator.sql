with

indicators as (

    select * from {{ ref('int_performance_indicator__placed') }}

),

described as (

    select
        indicator_id,
        document_id,
        department_id,
        region_code,
        fiscal_year,
        phase,
        reporting_scope,
        project_id,
        project_kind,
        project_name,
        form_id,
        instance_no,
        indicator_phase,
        period,
        level1_name,
        level2_name,
        level3_name,
        target_text,
        target_operator,
        target_value,
        target_unit,
        adjusted_text,
        adjusted_operator,
        adjusted_value,
        adjusted_unit,
        actual_text,
        actual_operator,
        actual_value,
        actual_unit,
        indicator_weight_text,
        indicator_weight,
        indicator_score_text,
        indicator_score,
        deviation_reason,
        standards_text,
        notes_text,
        indicator_order,
        page_no,
        row_no,
        method,
        method_reason
    from indicators

)

select * from described
order by
    region_code,
    department_id,
    fiscal_year,
    document_id,
    form_id,
    instance_no,
    indicator_order,
    indicator_id

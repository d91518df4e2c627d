with

indicators as (

    select * from {{ ref('stg_lake__performance_indicator') }}

),

projects as (

    select * from {{ ref('int_project__identified') }}

),

-- many indicators to one printed project; documents no longer listed fall away here
indicators_of_projects as (

    select
        indicators.indicator_id,
        indicators.printed_project_id,
        indicators.document_id,
        indicators.form_id,
        indicators.instance_no,
        indicators.indicator_phase,
        indicators.period,
        indicators.level1_name,
        indicators.level2_name,
        indicators.level3_name,
        indicators.indicator_order,
        indicators.target_text,
        indicators.target_operator,
        indicators.target_value,
        indicators.target_unit,
        indicators.adjusted_text,
        indicators.adjusted_operator,
        indicators.adjusted_value,
        indicators.adjusted_unit,
        indicators.actual_text,
        indicators.actual_operator,
        indicators.actual_value,
        indicators.actual_unit,
        indicators.indicator_weight_text,
        indicators.indicator_weight,
        indicators.indicator_score_text,
        indicators.indicator_score,
        indicators.deviation_reason,
        indicators.standards_text,
        indicators.notes_text,
        indicators.page_no,
        indicators.row_no,
        indicators.method,
        indicators.method_reason,
        projects.project_id,
        projects.project_kind,
        projects.project_name,
        projects.department_id,
        projects.region_code,
        projects.fiscal_year,
        projects.phase,
        projects.reporting_scope
    from indicators
    inner join projects
        on indicators.printed_project_id = projects.printed_project_id

)

select * from indicators_of_projects

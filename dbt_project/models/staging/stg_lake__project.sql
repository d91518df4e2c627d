with

lake_project as (

    select * from {{ source('lake', 'project') }}

),

renamed as (

    select
        -- keys
        project_id as printed_project_id,
        document_id,
        form_id,
        cast(instance_no as integer) as instance_no,
        value_ids,

        -- labels
        kind as attachment_kind,
        project_name,
        project_key,
        implementing_unit,
        grade as performance_grade,

        -- amounts
        cast(initial_budget_yuan as decimal(20, 2)) as initial_budget_yuan,
        initial_budget_text,
        cast(annual_budget_yuan as decimal(20, 2)) as annual_budget_yuan,
        annual_budget_text,
        cast(executed_yuan as decimal(20, 2)) as executed_yuan,
        executed_text,
        reported_unit,
        unit_evidence,
        cast(precision_yuan as decimal(20, 6)) as precision_yuan,
        cast(execution_rate as decimal(20, 6)) as execution_rate,
        execution_rate_text,
        cast(score as decimal(20, 6)) as score,
        score_text,

        -- provenance
        cast(page_no as integer) as page_no,
        cast(row_no as integer) as row_no,
        method,
        method_reason
    from lake_project

)

select * from renamed

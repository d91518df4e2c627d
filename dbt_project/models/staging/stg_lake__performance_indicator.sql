with

lake_performance_indicator as (

    select * from {{ source('lake', 'performance_indicator') }}

),

renamed as (

    select
        -- keys
        indicator_id,
        project_id as printed_project_id,
        document_id,
        form_id,
        cast(instance_no as integer) as instance_no,

        -- labels
        phase as indicator_phase,
        period,
        level1_name,
        level2_name,
        level3_name,
        cast(indicator_order as integer) as indicator_order,

        -- values
        target_text,
        target_operator,
        cast(target_value as decimal(20, 6)) as target_value,
        target_unit,
        adjusted_text,
        adjusted_operator,
        cast(adjusted_value as decimal(20, 6)) as adjusted_value,
        adjusted_unit,
        actual_text,
        actual_operator,
        cast(actual_value as decimal(20, 6)) as actual_value,
        actual_unit,
        weight_text as indicator_weight_text,
        cast(weight as decimal(20, 6)) as indicator_weight,
        score_text as indicator_score_text,
        cast(score as decimal(20, 6)) as indicator_score,
        reason as deviation_reason,
        standards_text,
        notes_text,

        -- provenance
        cast(page_no as integer) as page_no,
        cast(row_no as integer) as row_no,
        method,
        method_reason
    from lake_performance_indicator

)

select * from renamed

with

printed_projects as (

    select * from {{ ref('int_project__identified') }}

),

-- printings that contradict each other leave the figure empty and are named
merged as (

    select
        project_id,
        document_id,
        department_id,
        region_code,
        fiscal_year,
        phase,
        reporting_scope,
        project_kind,
        arg_min(project_name, (source_form_id, project_name)) as project_name,
        max(implementing_unit) as implementing_unit,
        cast({{ agreed('initial_budget_yuan') }} as decimal(20, 2))
            as initial_budget_yuan,
        cast({{ agreed('annual_budget_yuan') }} as decimal(20, 2))
            as annual_budget_yuan,
        cast({{ agreed('executed_yuan') }} as decimal(20, 2))
            as executed_yuan,
        cast({{ agreed('execution_rate', 'null') }} as decimal(20, 6))
            as execution_rate,
        cast({{ agreed('score', 'null') }} as decimal(20, 2)) as score,
        case
            when count(distinct performance_grade) = 1 then max(performance_grade)
        end as grade,
        case
            when bool_or(source_form_id = 'project_budget') then 'project_budget'
            else max(source_form_id)
        end as source_form_id,
        array_to_string(
            list(distinct source_form_id order by source_form_id), ', '
        ) as source_form_ids,
        nullif(
            concat_ws(
                ', ',
                case
                    when not ({{ printings_agree('initial_budget_yuan') }})
                        then 'initial_budget'
                end,
                case
                    when not ({{ printings_agree('annual_budget_yuan') }})
                        then 'annual_budget'
                end,
                case
                    when not ({{ printings_agree('executed_yuan') }})
                        then 'executed'
                end,
                case
                    when not ({{ printings_agree('execution_rate', 'null') }})
                        then 'execution_rate'
                end,
                case
                    when not ({{ printings_agree('score', 'null') }}) then 'score'
                end,
                case when count(distinct performance_grade) > 1 then 'grade' end
            ),
            ''
        ) as conflicting_measures,
        {{ weakest_grade('value_grade') }} as value_grade,
        arg_min(annual_value_ids, (coalesce(precision_yuan, 0), annual_value_ids))
        filter (where annual_budget_yuan is not null) as annual_value_ids,
        ({{ printings_agree('annual_budget_yuan') }}) as is_annual_agreed,
        flatten(list(figure_ids order by figure_ids)) as figure_ids
    from printed_projects
    group by
        project_id, document_id, department_id, region_code, fiscal_year, phase,
        reporting_scope, project_kind

),

described as (

    select
        project_id,
        document_id,
        department_id,
        region_code,
        fiscal_year,
        phase,
        reporting_scope,
        project_kind,
        project_name,
        implementing_unit,
        initial_budget_yuan,
        annual_budget_yuan,
        executed_yuan,
        execution_rate,
        score,
        grade,
        source_form_id,
        source_form_ids,
        conflicting_measures,
        value_grade,
        case
            when is_annual_agreed then coalesce(annual_value_ids, [])
            else []
        end as value_ids,
        coalesce(figure_ids, []) as figure_ids
    from merged

)

select * from described
order by
    region_code,
    department_id,
    fiscal_year,
    document_id,
    source_form_id,
    project_id

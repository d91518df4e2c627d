with

printed_projects as (

    select * from {{ ref('int_project__printed') }}

),

sorted_by_kind as (

    select
        *,
        case attachment_kind
            when 'department' then 'department'
            when 'duties' then 'duty'
            else 'project'
        end as project_kind,
        source_form_id = 'project_budget_carryover' as is_carryover,
        count(*) over (
            partition by
                document_id, source_form_id, attachment_kind, project_key
        ) as times_in_source
    from printed_projects

),

-- a name printed twice in one form is two projects: which of them another form means
-- nobody can tell, so all of that name stay apart
told_apart as (

    select
        *,
        max(times_in_source) over (
            partition by document_id, project_kind, is_carryover, project_key
        ) > 1 as is_ambiguous
    from sorted_by_kind

),

identified as (

    select
        printed_project_id,
        document_id,
        department_id,
        region_code,
        fiscal_year,
        phase,
        reporting_scope,
        source_form_id,
        attachment_kind,
        project_name,
        project_key,
        implementing_unit,
        occurrence_no,
        initial_budget_yuan,
        annual_budget_yuan,
        executed_yuan,
        precision_yuan,
        execution_rate,
        score,
        performance_grade,
        annual_value_ids,
        figure_ids,
        value_grade,
        project_kind,
        is_carryover,
        times_in_source,
        is_ambiguous,
        'project-' || left(
            md5(
                concat_ws(
                    '|', document_id, project_kind, is_carryover, project_key,
                    case when is_ambiguous then printed_project_id else '' end
                )
            ),
            16
        ) as project_id
    from told_apart

)

select * from identified

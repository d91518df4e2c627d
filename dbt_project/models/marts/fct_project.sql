with

named_lines as (

    select * from {{ ref('int_named_line__selected') }}

),

projects_summed as (

    select
        document_id,
        department_id,
        region_code,
        fiscal_year,
        phase,
        reporting_scope,
        form_id,
        occurrence_no,
        line_label as project_name,
        qualifier as implementing_unit,
        cast(sum(amount_yuan) as decimal(20, 2)) as annual_budget_yuan,
        {{ weakest_grade('grade') }} as value_grade,
        list(value_id order by value_id) as value_ids
    from named_lines
    where
        form_id in ('project_budget', 'project_budget_carryover')
        and line_code is distinct from 'TOTAL'
    group by
        document_id, department_id, region_code, fiscal_year, phase,
        reporting_scope, form_id, occurrence_no, line_label, qualifier

),

-- two projects of one name in one form stay two
projects_identified as (

    select
        *,
        case
            when form_id = 'project_budget' then annual_budget_yuan
        end as initial_budget_yuan,
        'project-' || left(
            md5(
                concat_ws(
                    '|', document_id, form_id, project_name,
                    coalesce(implementing_unit, ''), occurrence_no
                )
            ),
            16
        ) as project_id
    from projects_summed

),

-- what was spent and how it was judged stands in the evaluations, not in budgets
described as (

    select
        project_id,
        document_id,
        department_id,
        region_code,
        fiscal_year,
        phase,
        reporting_scope,
        project_name,
        implementing_unit,
        initial_budget_yuan,
        annual_budget_yuan,
        cast(null as decimal(20, 2)) as executed_yuan,
        cast(null as decimal(20, 6)) as execution_rate,
        cast(null as decimal(20, 2)) as score,
        cast(null as varchar) as grade,
        form_id as source_form_id,
        value_grade,
        value_ids
    from projects_identified

)

select * from described
order by document_id, source_form_id, project_id

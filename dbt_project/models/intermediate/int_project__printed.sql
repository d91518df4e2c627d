with

named_lines as (

    select * from {{ ref('int_named_line__selected') }}

),

projects as (

    select * from {{ ref('stg_lake__project') }}

),

form_values as (

    select * from {{ ref('stg_lake__value') }}

),

documents as (

    select * from {{ ref('int_document__listed') }}

),

budget_lines_summed as (

    select
        document_id,
        department_id,
        region_code,
        fiscal_year,
        phase,
        reporting_scope,
        form_id,
        occurrence_no,
        line_label,
        qualifier,
        cast(sum(amount_yuan) as decimal(20, 2)) as amount_yuan,
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

names_of_budget_lines as (

    select
        document_id,
        form_id,
        project_name,
        min(project_key) as project_key,
        max(precision_yuan) as precision_yuan
    from projects
    where attachment_kind = 'budget_line'
    group by document_id, form_id, project_name

),

-- many lines to one name each
budget_lines as (

    select
        md5(
            concat_ws(
                '|', budget_lines_summed.document_id, budget_lines_summed.form_id,
                budget_lines_summed.line_label,
                coalesce(budget_lines_summed.qualifier, ''),
                budget_lines_summed.occurrence_no
            )
        ) as printed_project_id,
        budget_lines_summed.document_id,
        budget_lines_summed.department_id,
        budget_lines_summed.region_code,
        budget_lines_summed.fiscal_year,
        budget_lines_summed.phase,
        budget_lines_summed.reporting_scope,
        budget_lines_summed.form_id as source_form_id,
        'budget_line' as attachment_kind,
        budget_lines_summed.line_label as project_name,
        coalesce(
            names_of_budget_lines.project_key, budget_lines_summed.line_label
        ) as project_key,
        budget_lines_summed.qualifier as implementing_unit,
        budget_lines_summed.occurrence_no,
        case
            when budget_lines_summed.form_id = 'project_budget'
                then budget_lines_summed.amount_yuan
        end as initial_budget_yuan,
        budget_lines_summed.amount_yuan as annual_budget_yuan,
        cast(null as decimal(20, 2)) as executed_yuan,
        names_of_budget_lines.precision_yuan,
        cast(null as decimal(20, 6)) as execution_rate,
        cast(null as decimal(20, 6)) as score,
        cast(null as varchar) as performance_grade,
        budget_lines_summed.value_ids as annual_value_ids,
        budget_lines_summed.value_ids as figure_ids,
        budget_lines_summed.value_grade
    from budget_lines_summed
    left join names_of_budget_lines
        on
            budget_lines_summed.document_id = names_of_budget_lines.document_id
            and budget_lines_summed.form_id = names_of_budget_lines.form_id
            and budget_lines_summed.line_label = names_of_budget_lines.project_name

),

attachments as (

    select
        *,
        row_number() over (
            partition by document_id, form_id, attachment_kind, project_key
            order by instance_no, page_no, row_no, printed_project_id
        ) as occurrence_no
    from projects
    where attachment_kind <> 'budget_line'

),

figures_of_attachments as (

    select
        printed_project_id,
        unnest(value_ids) as value_id
    from attachments

),

-- one figure to one value
figures_graded as (

    select
        figures_of_attachments.printed_project_id,
        list(form_values.value_id order by form_values.value_id) filter (
            where
            form_values.measure = 'annual_budget'
            and form_values.qualifier is null
            and form_values.amount_yuan is not null
        ) as annual_value_ids,
        {{ weakest_grade('form_values.grade') }} as value_grade
    from figures_of_attachments
    inner join form_values
        on figures_of_attachments.value_id = form_values.value_id
    group by figures_of_attachments.printed_project_id

),

-- many attachments to one document; one attachment to at most one set of figures
attachments_of_documents as (

    select
        attachments.printed_project_id,
        attachments.document_id,
        documents.department_id,
        documents.region_code,
        documents.fiscal_year,
        documents.phase,
        documents.reporting_scope,
        attachments.form_id as source_form_id,
        attachments.attachment_kind,
        attachments.project_name,
        attachments.project_key,
        attachments.implementing_unit,
        attachments.occurrence_no,
        case
            when
                attachments.form_id = 'performance_target'
                and attachments.initial_budget_yuan is null
                then attachments.annual_budget_yuan
            else attachments.initial_budget_yuan
        end as initial_budget_yuan,
        attachments.annual_budget_yuan,
        attachments.executed_yuan,
        attachments.precision_yuan,
        attachments.execution_rate,
        attachments.score,
        attachments.performance_grade,
        coalesce(figures_graded.annual_value_ids[1:1], []) as annual_value_ids,
        coalesce(attachments.value_ids, []) as figure_ids,
        coalesce(figures_graded.value_grade, 'unproven') as value_grade
    from attachments
    inner join documents
        on attachments.document_id = documents.document_id
    left join figures_graded
        on attachments.printed_project_id = figures_graded.printed_project_id
    where documents.is_usable and documents.is_current_upload

),

printed as (

    select * from budget_lines
    union all by name
    select * from attachments_of_documents

)

select * from printed

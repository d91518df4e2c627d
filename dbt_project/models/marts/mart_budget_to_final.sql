with

counted as (

    select * from {{ ref('mart_counted_document') }}
    where is_counted

),

departments as (

    select * from {{ ref('dim_department') }}

),

regions as (

    select * from {{ ref('dim_region') }}

),

functions as (

    select * from {{ ref('dim_function') }}

),

expenditure as (

    select * from {{ ref('fct_expenditure_by_function') }}

),

sentences as (

    select * from {{ ref('fct_narrative_amount') }}

),

three_public as (

    select * from {{ ref('fct_three_public') }}

),

projects as (

    select * from {{ ref('fct_project') }}

),

expenditure_counted as (

    {{ once_per_disclosure('expenditure', 'counted', ['fund']) }}

),

three_public_counted as (

    {{ once_per_disclosure('three_public', 'counted', ['stage']) }}

),

-- a leaf adds to its item, section, class and the total
levels_stacked as (

    select
        *,
        unnest(
            list_distinct(
                [
                    'TOTAL', left(function_code, 3), left(function_code, 5),
                    function_code
                ]
            )
        ) as line_code
    from expenditure_counted

),

printed_in_tables as (

    select
        department_id,
        fiscal_year,
        case when line_code = 'TOTAL' then 'total' else 'function' end as line_kind,
        fund,
        line_code,
        cast(null as varchar) as line_name,
        case phase when 'budget' then 'opening' else 'final' end as step,
        case phase when 'budget' then 'budget_disclosure' else 'table' end as basis,
        reporting_scope,
        cast(sum(amount_yuan) as decimal(20, 2)) as amount_yuan,
        cast(null as decimal(20, 2)) as score,
        {{ weakest_grade('grade') }} as grade,
        list_sort(flatten(list(value_ids))) as value_ids
    from levels_stacked
    group by department_id, fiscal_year, fund, line_code, phase, reporting_scope

),

-- what the final accounts say of budget and outcome; two sentences that name
-- different figures for one line name none
said_in_sentences as (

    select
        sentences.department_id,
        sentences.fiscal_year,
        case sentences.topic when 'function' then 'function' else 'total' end
            as line_kind,
        'general_public_budget' as fund,
        case sentences.topic when 'function' then sentences.line_code else 'TOTAL' end
            as line_code,
        cast(null as varchar) as line_name,
        case sentences.measure
            when 'initial_budget' then 'opening'
            when 'annual_budget' then 'adjusted'
            else 'final'
        end as step,
        case
            when count(distinct sentences.amount_yuan) > 1 then 'conflicting_sentences'
            else 'sentence'
        end as basis,
        counted.reporting_scope,
        case
            when count(distinct sentences.amount_yuan) = 1
                then min(sentences.amount_yuan)
        end as amount_yuan,
        cast(null as decimal(20, 2)) as score,
        {{ weakest_grade('sentences.grade') }} as grade,
        list(sentences.fact_id order by sentences.fact_id) as value_ids
    from sentences
    inner join counted
        on sentences.document_id = counted.document_id
    where
        sentences.phase = 'final_accounts'
        and sentences.measure in ('initial_budget', 'annual_budget', 'final')
        and sentences.amount_yuan is not null
        and sentences.fiscal_year = coalesce(
            sentences.reference_year, sentences.fiscal_year
        )
        and (
            (sentences.topic = 'function' and sentences.line_code is not null)
            or sentences.topic = 'general_public_budget'
        )
    group by
        sentences.department_id, sentences.fiscal_year, sentences.topic,
        sentences.line_code, sentences.measure, counted.reporting_scope

),

three_public_steps as (

    select
        department_id,
        fiscal_year,
        'three_public' as line_kind,
        cast(null as varchar) as fund,
        category as line_code,
        cast(null as varchar) as line_name,
        case stage when 'budget' then 'opening' else 'final' end as step,
        case
            when stage = 'final' then 'table'
            when phase = 'budget' then 'budget_disclosure'
            else 'budget_column'
        end as basis,
        reporting_scope,
        amount_yuan,
        cast(null as decimal(20, 2)) as score,
        grade,
        value_ids
    from three_public_counted

),

-- a project is known by its name; the department's own evaluation is beside its total
projects_counted as (

    select
        projects.*,
        case projects.project_kind when 'department' then 'total' else 'project' end
            as line_kind,
        case projects.project_kind when 'department' then 'all' end as fund,
        case projects.project_kind when 'department' then 'TOTAL' end as line_code,
        case projects.project_kind
            when 'department' then null else projects.project_name
        end as line_name
    from projects
    inner join counted
        on projects.document_id = counted.document_id
    where projects.project_kind in ('project', 'department')
    qualify
        row_number() over (
            partition by
                projects.department_id, projects.fiscal_year, projects.phase,
                projects.project_kind, {{ project_key('projects.project_name') }}
            order by
                projects.executed_yuan is not null desc,
                projects.annual_budget_yuan is not null desc,
                projects.document_id asc,
                projects.project_id asc
        ) = 1

),

project_steps as (

    select
        department_id,
        fiscal_year,
        line_kind,
        fund,
        line_code,
        line_name,
        'opening' as step,
        case phase when 'budget' then 'budget_disclosure' else 'evaluation' end
            as basis,
        reporting_scope,
        case phase
            when 'budget' then annual_budget_yuan else initial_budget_yuan
        end as amount_yuan,
        cast(null as decimal(20, 2)) as score,
        value_grade as grade,
        figure_ids as value_ids
    from projects_counted
    where
        case phase
            when 'budget' then annual_budget_yuan else initial_budget_yuan
        end is not null
    union all
    select
        department_id,
        fiscal_year,
        line_kind,
        fund,
        line_code,
        line_name,
        'adjusted' as step,
        'evaluation' as basis,
        reporting_scope,
        annual_budget_yuan as amount_yuan,
        cast(null as decimal(20, 2)) as score,
        value_grade as grade,
        figure_ids as value_ids
    from projects_counted
    where phase = 'final_accounts' and annual_budget_yuan is not null
    union all
    select
        department_id,
        fiscal_year,
        line_kind,
        fund,
        line_code,
        line_name,
        'evaluated' as step,
        'evaluation' as basis,
        reporting_scope,
        executed_yuan as amount_yuan,
        score,
        value_grade as grade,
        figure_ids as value_ids
    from projects_counted
    where phase = 'final_accounts' and (executed_yuan is not null or score is not null)

),

steps_stacked as (

    select * from printed_in_tables
    union all
    select * from said_in_sentences
    union all
    select * from three_public_steps
    union all
    select * from project_steps

),

-- what a table prints goes before what a sentence says
steps_ranked as (

    select
        *,
        row_number() over (
            partition by
                department_id, fiscal_year, line_kind, fund, line_code,
                {{ project_key('line_name') }}, step
            order by
                case basis
                    when 'budget_disclosure' then 1
                    when 'table' then 2
                    when 'budget_column' then 3
                    when 'evaluation' then 4
                    else 5
                end,
                amount_yuan asc, value_ids asc
        ) as basis_rank
    from steps_stacked

),

put_in_line as (

    select
        department_id,
        fiscal_year,
        line_kind,
        fund,
        line_code,
        arg_min(line_name, (len(line_name), line_name)) as line_name,
        {% for step in ['opening', 'adjusted', 'final', 'evaluated'] %}
            max(amount_yuan) filter (where step = '{{ step }}' and basis_rank = 1)
                as {{ step }}_amount_yuan,
            max(basis) filter (where step = '{{ step }}' and basis_rank = 1)
                as {{ step }}_basis,
            any_value(value_ids) filter (where step = '{{ step }}' and basis_rank = 1)
                as {{ step }}_value_ids,
        {% endfor %}
        max(amount_yuan) filter (
            where step = 'opening' and basis = 'sentence'
        ) as opening_said_yuan,
        max(score) as score,
        max(reporting_scope) filter (where step = 'opening' and basis_rank = 1)
            as opening_scope,
        max(reporting_scope) filter (where step = 'final' and basis_rank = 1)
            as final_scope,
        {{ weakest_grade('grade') }} as grade
    from steps_ranked
    where basis_rank = 1 or basis = 'sentence'
    group by
        department_id, fiscal_year, line_kind, fund, line_code,
        {{ project_key('line_name') }}

),

newest_names as (

    select
        function_code,
        arg_max(function_name, (coalesce(valid_from_year, 0), function_name))
            as function_name
    from functions
    group by function_code

),

-- each line to one department, at most one region and one name
described as (

    select
        departments.region_code,
        regions.region_name,
        put_in_line.department_id,
        departments.department_name,
        departments.department_type,
        put_in_line.fiscal_year,
        put_in_line.line_kind,
        put_in_line.fund,
        put_in_line.line_code,
        put_in_line.opening_amount_yuan as opening_budget_yuan,
        put_in_line.opening_said_yuan,
        put_in_line.adjusted_amount_yuan as adjusted_budget_yuan,
        put_in_line.final_amount_yuan as final_yuan,
        put_in_line.evaluated_amount_yuan as evaluated_yuan,
        put_in_line.score,
        put_in_line.opening_basis,
        put_in_line.adjusted_basis,
        put_in_line.final_basis,
        put_in_line.opening_scope,
        put_in_line.final_scope,
        put_in_line.grade,
        put_in_line.opening_value_ids,
        put_in_line.adjusted_value_ids,
        put_in_line.final_value_ids,
        put_in_line.evaluated_value_ids,
        try_cast(
            100 * coalesce(
                put_in_line.final_amount_yuan, put_in_line.evaluated_amount_yuan
            ) / nullif(put_in_line.opening_amount_yuan, 0) as decimal(20, 6)
        ) as completion_rate,
        coalesce(put_in_line.line_name, newest_names.function_name) as line_name,
        coalesce(put_in_line.opening_scope = put_in_line.final_scope, true)
        and coalesce(put_in_line.grade != 'contradictory', true) as is_comparable,
        list_filter(
            [
                case
                    when put_in_line.opening_scope != put_in_line.final_scope
                        then 'scopes_differ'
                end,
                case
                    when put_in_line.grade = 'contradictory'
                        then 'contradictory_figures'
                end
            ],
            reason -> reason is not null
        ) as incomparable_reasons
    from put_in_line
    inner join departments
        on put_in_line.department_id = departments.department_id
    left join regions
        on departments.region_code = regions.region_code
    left join newest_names
        on
            put_in_line.line_code = newest_names.function_code
            and put_in_line.line_kind = 'function'

)

select * from described
order by
    region_code, department_id, fiscal_year, line_kind, fund, line_code, line_name

with

counted as (

    select * from {{ ref('mart_counted_document') }}
    where is_counted

),

basis as (

    select * from {{ ref('mart_comparison_basis') }}

),

projects as (

    select * from {{ ref('fct_project') }}

),

-- each project of a document that counts; the same project in two files of a disclosure
-- is one, the file that says more of it first
projects_counted as (

    select
        projects.*,
        counted.department_type,
        counted.department_id as counted_department_id
    from projects
    inner join counted
        on projects.document_id = counted.document_id
    qualify
        row_number() over (
            partition by
                counted.department_id, counted.fiscal_year, counted.phase,
                projects.project_kind,
                {{ project_key('projects.project_name') }}
            order by
                projects.executed_yuan is not null desc,
                projects.annual_budget_yuan is not null desc,
                projects.document_id asc,
                projects.project_id asc
        ) = 1

),

departments_and_all as (

    select
        * exclude (department_type),
        unnest([department_type, '全部']) as department_type,
        annual_budget_yuan is not null and executed_yuan is not null as is_executed
    from projects_counted

),

-- rates rest on the projects that print both sides of them
summed as (

    select
        region_code,
        fiscal_year,
        phase,
        department_type,
        project_kind,
        cast(count(*) as integer) as project_count,
        cast(sum(initial_budget_yuan) as decimal(20, 2)) as initial_budget_yuan,
        cast(sum(annual_budget_yuan) as decimal(20, 2)) as amount_yuan,
        cast(sum(executed_yuan) as decimal(20, 2)) as executed_yuan,
        cast(count(*) filter (where is_executed) as integer) as executed_count,
        try_cast(
            100 * sum(executed_yuan) filter (where is_executed)
            / nullif(sum(annual_budget_yuan) filter (where is_executed), 0)
            as decimal(20, 6)
        ) as execution_rate,
        cast(count(score) as integer) as scored_count,
        try_cast(avg(score) as decimal(9, 2)) as average_score,
        cast(
            count(*) filter (
                where is_executed and 2 * executed_yuan < annual_budget_yuan
            ) as integer
        ) as half_unspent_count,
        coalesce({{ weakest_grade('value_grade') }}, 'unproven') as grade,
        list_sort(flatten(list(value_ids))) as value_ids
    from departments_and_all
    group by region_code, fiscal_year, phase, department_type, project_kind

),

-- a share is one of all departments' projects of the kind
sums as (

    select
        *,
        max(amount_yuan) filter (where department_type = '全部') over (
            partition by region_code, fiscal_year, phase, project_kind
        ) as total_yuan
    from summed

),

compared as (

    {{ with_comparison('sums', 'basis', ['project_kind']) }}

),

ranked as (

    select
        *,
        {{ rank_columns(['project_kind']) }}
    from compared

),

described as (

    select
        {{ group_columns('ranked') }}
        ranked.project_kind,
        ranked.project_count,
        ranked.initial_budget_yuan,
        ranked.amount_yuan as annual_budget_yuan,
        ranked.executed_yuan,
        ranked.executed_count,
        ranked.execution_rate,
        ranked.scored_count,
        ranked.average_score,
        ranked.half_unspent_count,
        {{ compared_columns('ranked') }},
        {{ guard_columns('ranked') }},
        ranked.value_ids
    from ranked

)

select * from described
order by region_code, fiscal_year, phase, department_type, project_kind

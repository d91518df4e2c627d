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
        indicators.*,
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

with

form_values as (

    select * from {{ ref('stg_lake__value') }}

),

issues as (

    select * from {{ ref('stg_lake__issue') }}

),

outcomes as (

    select * from {{ ref('stg_lake__reconciliation') }}

),

numbers_counted as (

    select
        document_id,
        count(*) as number_count,
        0 as issue_count,
        0 as break_count
    from form_values
    where cell_kind = 'number'
    group by document_id

),

issues_counted as (

    select
        document_id,
        0 as number_count,
        count(*) as issue_count,
        0 as break_count
    from issues
    group by document_id

),

breaks_counted as (

    select
        document_id,
        0 as number_count,
        0 as issue_count,
        count(*) as break_count
    from outcomes
    where outcome = 'break'
    group by document_id

),

stacked as (

    select * from numbers_counted
    union all
    select * from issues_counted
    union all
    select * from breaks_counted

),

counted as (

    select
        document_id,
        cast(sum(number_count) as integer) as number_count,
        cast(sum(issue_count) as integer) as issue_count,
        cast(sum(break_count) as integer) as break_count
    from stacked
    group by document_id

)

select * from counted

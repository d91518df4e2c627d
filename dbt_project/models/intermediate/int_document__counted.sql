with

-- performance attachments stand in tables and narratives alike: their figures tell
-- neither which is which nor which upload is the fuller
form_values as (

    select * from {{ ref('stg_lake__value') }}
    where form_id not in ('performance_evaluation', 'performance_target')

),

issues as (

    select * from {{ ref('stg_lake__issue') }}

),

findings as (

    select * from {{ ref('stg_lake__finding') }}

),

outcomes as (

    select * from {{ ref('stg_lake__reconciliation') }}

),

numbers_counted as (

    select
        document_id,
        count(*) as number_count,
        0 as issue_count,
        0 as break_count,
        false as has_unit_finding
    from form_values
    where cell_kind = 'number'
    group by document_id

),

-- lines with unexplained numbers are counted by the account of numbers
issues_counted as (

    select
        document_id,
        0 as number_count,
        count(*) as issue_count,
        0 as break_count,
        false as has_unit_finding
    from issues
    where category != 'unexplained_number'
    group by document_id

),

breaks_counted as (

    select
        document_id,
        0 as number_count,
        0 as issue_count,
        count(*) as break_count,
        false as has_unit_finding
    from outcomes
    where outcome = 'break'
    group by document_id

),

units_doubted as (

    select
        document_id,
        0 as number_count,
        0 as issue_count,
        0 as break_count,
        true as has_unit_finding
    from findings
    where cause = 'unit'
    group by document_id

),

-- the figures of a document in one hash: two files with the same one say the same
figures_hashed as (

    select
        document_id,
        md5(
            string_agg(
                concat_ws(
                    '|',
                    form_id,
                    line_side,
                    line_code,
                    line_label,
                    qualifier,
                    measure,
                    amount_yuan,
                    count_value
                ),
                chr(10)
                order by
                    form_id, line_side, line_code, line_label, qualifier, measure,
                    amount_yuan, count_value
            )
        ) as figures_hash
    from form_values
    where cell_kind = 'number'
    group by document_id

),

stacked as (

    select * from numbers_counted
    union all
    select * from issues_counted
    union all
    select * from breaks_counted
    union all
    select * from units_doubted

),

summed as (

    select
        document_id,
        cast(sum(number_count) as integer) as number_count,
        cast(sum(issue_count) as integer) as issue_count,
        cast(sum(break_count) as integer) as break_count,
        bool_or(has_unit_finding) as has_unit_finding
    from stacked
    group by document_id

),

-- one row of counts to at most one hash: a document without numbers has none
counted as (

    select
        summed.*,
        figures_hashed.figures_hash
    from summed
    left join figures_hashed
        on summed.document_id = figures_hashed.document_id

)

select * from counted

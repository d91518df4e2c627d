with

numbers as (

    select * from {{ ref('stg_lake__value') }}

),

counted as (

    select
        document_id,
        form_id,
        instance_no,
        count(*) filter (where grade = 'proven') as proven_count,
        count(*) filter (where grade = 'consistent') as consistent_count,
        count(*) filter (where grade = 'unproven') as unproven_count,
        count(*) filter (where grade = 'contradictory') as contradictory_count
    from numbers
    where cell_kind = 'number'
    group by document_id, form_id, instance_no

)

select * from counted

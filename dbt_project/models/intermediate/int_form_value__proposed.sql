with

findings as (

    select * from {{ ref('int_finding__placed') }}

),

first_blamed as (

    select
        proposed_yuan,
        value_ids[1] as value_id
    from findings
    where is_located and proposed_yuan is not null

),

-- one error in several copies is proposed for the first of them; two proposals for one
-- number contradict each other, and neither would mend every sum
proposed as (

    select
        value_id,
        min(proposed_yuan) as proposed_yuan
    from first_blamed
    group by value_id
    having count(distinct proposed_yuan) = 1

)

select * from proposed

with

rules as (

    select * from {{ ref('int_rule__listed') }}

)

select * from rules
order by rule_id

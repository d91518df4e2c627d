with

rules as (

    select * from {{ ref('int_rule__listed') }}

),

described as (

    select
        rule_id,
        name_zh,
        name_en,
        form_ids,
        phases,
        severity,
        formula,
        source
    from rules

)

select * from described
order by rule_id

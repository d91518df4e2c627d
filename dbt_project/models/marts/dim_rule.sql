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
        kind,
        relation,
        severity,
        valid_from_year,
        valid_to_year,
        formula,
        source
    from rules

)

select * from described
order by rule_id

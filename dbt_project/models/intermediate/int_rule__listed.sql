with

rules as (

    select * from {{ ref('stg_lake__rule') }}

),

listed as (

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
        source,
        sentence_topics,
        sentence_measure,
        sentence_sections,
        table_sides
    from rules

)

select * from listed

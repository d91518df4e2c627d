with

lake_rule as (

    select * from {{ source('lake', 'rule') }}

),

renamed as (

    select
        -- keys
        rule_id,

        -- labels
        name_zh,
        name_en,
        form_ids,
        phases,
        kind,
        relation,
        severity,
        formula,
        sentence_topics,
        sentence_measure,
        sentence_sections,
        table_sides,

        -- dates
        cast(valid_from as integer) as valid_from_year,
        cast(valid_to as integer) as valid_to_year,

        -- provenance
        source
    from lake_rule

)

select * from renamed

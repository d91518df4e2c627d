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

        -- dates
        cast(valid_from as integer) as valid_from_year,
        cast(valid_to as integer) as valid_to_year,

        -- provenance
        source
    from lake_rule

)

select * from renamed

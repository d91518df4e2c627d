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
        severity,
        formula,

        -- provenance
        source
    from lake_rule

)

select * from renamed

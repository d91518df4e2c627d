with

lake_narrative_term as (

    select * from {{ source('lake', 'narrative_term') }}

),

renamed as (

    select
        -- keys
        term_kind,
        term_id,

        -- labels
        name_zh,
        name_en
    from lake_narrative_term

)

select * from renamed

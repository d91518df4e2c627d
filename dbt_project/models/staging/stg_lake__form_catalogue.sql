with

lake_form_catalogue as (

    select * from {{ source('lake', 'form_catalogue') }}

),

renamed as (

    select
        -- keys
        form_id,

        -- labels
        name_zh,
        name_en,
        phases,
        expected_in,
        row_kind,
        measures,
        titles,

        -- dates
        cast(valid_from as integer) as valid_from_year,
        cast(valid_to as integer) as valid_to_year,

        -- provenance
        source
    from lake_form_catalogue

)

select * from renamed

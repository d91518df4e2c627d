with

lake_withheld as (

    select * from {{ source('lake', 'withheld') }}

),

renamed as (

    select
        -- keys
        document_id,
        cast(place_no as integer) as place_no,

        -- labels
        kind as personal_data,

        -- provenance
        cast(page_no as integer) as page_no,
        bbox
    from lake_withheld

)

select * from renamed

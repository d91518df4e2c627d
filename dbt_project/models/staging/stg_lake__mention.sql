with

lake_mention as (

    select * from {{ source('lake', 'mention') }}

),

renamed as (

    select
        -- keys
        document_id,

        -- labels
        reported_text,
        reported_unit,

        -- amounts
        cast(amount_yuan as decimal(20, 2)) as amount_yuan,
        cast(occurrences as integer) as occurrences
    from lake_mention

)

select * from renamed

with

lake_account as (

    select * from {{ source('lake', 'account') }}

),

renamed as (

    select
        -- keys
        document_id,
        form_id,
        cast(instance_no as integer) as instance_no,

        -- labels
        number_kind,
        is_form_page,

        -- amounts
        cast(token_count as integer) as token_count
    from lake_account

)

select * from renamed

with

counts as (

    select * from {{ ref('stg_lake__account') }}

),

counted as (

    select
        document_id,
        cast(sum(token_count) as integer) as token_count,
        cast(
            coalesce(
                sum(token_count) filter (where number_kind != 'unexplained'), 0
            ) as integer
        ) as explained_count,
        cast(
            coalesce(
                sum(token_count) filter (where number_kind = 'unexplained'), 0
            ) as integer
        ) as unexplained_count,
        cast(
            coalesce(sum(token_count) filter (where is_form_page), 0) as integer
        ) as form_page_token_count,
        cast(
            coalesce(
                sum(token_count) filter (
                    where is_form_page and number_kind = 'unexplained'
                ),
                0
            ) as integer
        ) as form_page_unexplained_count
    from counts
    group by document_id

)

select * from counted

with

counts as (

    select * from {{ ref('stg_lake__account') }}

),

counted as (

    select
        document_id,
        form_id,
        instance_no,
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
        ) as unexplained_count
    from counts
    where form_id is not null
    group by document_id, form_id, instance_no

)

select * from counted

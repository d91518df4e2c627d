with

counts as (

    select * from {{ ref('stg_lake__account') }}

),

counted as (

    select
        document_id,
        form_id,
        instance_no,
        {{ counts_of_numbers() }}
    from counts
    where form_id is not null
    group by document_id, form_id, instance_no

)

select * from counted

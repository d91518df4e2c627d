with

counts as (

    select * from {{ ref('stg_lake__account') }}

),

counted as (

    select
        document_id,
        {{ counts_of_numbers() }},
        {{ count_of_numbers('form_page_token_count', 'is_form_page') }},
        {{ count_of_numbers(
            'form_page_unexplained_count',
            "is_form_page and number_kind = 'unexplained'"
        ) }}
    from counts
    group by document_id

)

select * from counted

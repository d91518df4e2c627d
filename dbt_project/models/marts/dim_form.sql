with

catalogue as (

    select * from {{ ref('int_form_catalogue__listed') }}

),

described as (

    select
        form_id,
        name_zh,
        name_en,
        phases,
        expected_in,
        row_kind,
        measures,
        titles,
        valid_from_year,
        valid_to_year,
        source
    from catalogue

)

select * from described
order by form_id

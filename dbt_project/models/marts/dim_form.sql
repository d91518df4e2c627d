with

catalogue as (

    select * from {{ ref('int_form_catalogue__listed') }}

)

select * from catalogue
order by form_id

with

form_values as (

    select * from {{ ref('int_form_value__selected') }}

),

-- the coarsest printed digit of a document's amounts
measured as (

    select
        document_id,
        max(precision_yuan) as precision_yuan
    from form_values
    where amount_yuan is not null
    group by document_id

)

select * from measured

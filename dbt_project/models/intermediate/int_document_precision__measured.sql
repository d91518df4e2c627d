with

form_values as (

    select * from {{ ref('int_form_value__selected') }}

),

-- the last printed digit of most amounts: a lone 12 among 12.34 is no rounding
measured as (

    select
        document_id,
        mode(precision_yuan) as precision_yuan
    from form_values
    where amount_yuan <> 0
    group by document_id

)

select * from measured

with

form_values as (

    select * from {{ ref('int_form_value__selected') }}

),

counted as (

    select
        document_id,
        precision_yuan,
        count(*) as figures
    from form_values
    where amount_yuan <> 0
    group by document_id, precision_yuan

),

-- the last printed digit of most amounts: a lone 12 among 12.34 is no rounding;
-- of two as frequent the coarser, whose tolerance holds for both
measured as (

    select
        document_id,
        arg_max(precision_yuan, (figures, precision_yuan)) as precision_yuan
    from counted
    where precision_yuan is not null
    group by document_id

)

select * from measured

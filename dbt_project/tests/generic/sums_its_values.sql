{#
    The amount of a row is the sum of the printed numbers it names, to the fen: the
    way down to `fct_form_value` is unbroken.
#}
{% test sums_its_values(model, column_name, values_model, value_ids='value_ids') %}

with

numbered as (

    select
        {{ column_name }} as amount,
        {{ value_ids }} as value_ids,
        row_number() over () as row_number_in_fact
    from {{ model }}

),

unnested as (

    select
        row_number_in_fact,
        amount,
        unnest(value_ids) as value_id
    from numbered

)

select
    unnested.row_number_in_fact,
    unnested.amount,
    sum(printed.amount_yuan) as sum_of_values
from unnested
left join {{ values_model }} as printed
    on unnested.value_id = printed.value_id
group by unnested.row_number_in_fact, unnested.amount
having unnested.amount is distinct from sum(printed.amount_yuan)

{% endtest %}

{#
    A printed number stands behind at most one row of a fact: nothing is counted
    twice, no join fanned out.
#}
{% test value_ids_used_once(model, column_name) %}

with

used as (

    select unnest({{ column_name }}) as value_id
    from {{ model }}

)

select
    value_id,
    count(*) as times_used
from used
group by value_id
having count(*) > 1

{% endtest %}

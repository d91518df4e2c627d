{#
    Every broken sum belongs to exactly one finding, and a finding names broken sums
    only: one cause is one row, and no break goes unexplained.
#}
{% test names_every_break_once(model, column_name, outcomes_model) %}

with

unnested as (

    select unnest({{ column_name }}) as check_id
    from {{ model }}

),

named as (

    select
        check_id,
        count(*) as finding_count
    from unnested
    group by check_id

),

breaks as (

    select check_id
    from {{ outcomes_model }}
    where outcome = 'break'

)

select
    coalesce(breaks.check_id, named.check_id) as check_id,
    named.finding_count,
    breaks.check_id is not null as is_break
from breaks
full outer join named
    on breaks.check_id = named.check_id
where named.finding_count is distinct from 1 or breaks.check_id is null

{% endtest %}

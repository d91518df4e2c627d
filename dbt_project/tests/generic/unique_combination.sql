{# The columns together name one row: the printed grain of the model. #}
{% test unique_combination(model, columns) %}

select
    {{ columns | join(',\n    ') }},
    count(*) as row_count
from {{ model }}
group by all
having count(*) > 1

{% endtest %}

{# Rows for which the expression is false or unknown. #}
{% test expression_is_true(model, expression, row_condition='true') %}

select *
from {{ model }}
where
    ({{ row_condition }})
    and not coalesce({{ expression }}, false)

{% endtest %}

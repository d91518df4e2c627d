{# Resolving what is resolved changes nothing: a key is its own key. #}
{% test resolves_once_for_all(model) %}

select
    department_name,
    department_key,
    {{ department_key('department_key') }} as key_of_key
from {{ model }}
where department_key != {{ department_key('department_key') }}

{% endtest %}

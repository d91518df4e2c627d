{#
    The three counts of an account of numbers, over the rows of a group: all, read or
    told, and neither.
#}
{% macro count_of_numbers(name, condition='true') -%}
    cast(
        coalesce(sum(token_count) filter (where {{ condition }}), 0) as integer
    ) as {{ name }}
{%- endmacro %}

{% macro counts_of_numbers() -%}
    {{ count_of_numbers('token_count') }},
    {{ count_of_numbers('explained_count', "number_kind != 'unexplained'") }},
    {{ count_of_numbers('unexplained_count', "number_kind = 'unexplained'") }}
{%- endmacro %}

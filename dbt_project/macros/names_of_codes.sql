{#
    A printed or listed name of a code with what differs from publisher to publisher
    taken out: ordinals, digits before it, brackets' width, quotation marks, blanks.
#}
{% macro name_key(column) -%}
    translate(
        regexp_replace(
            {{ column }},
            '^([（(]?[0-9一二三四五六七八九十]+[）)、.．]+|[0-9]{3,7})|[\s“”"‘’、，,]',
            '',
            'g'
        ),
        '（）',
        '()'
    )
{%- endmacro %}


{# The same of a project's name: a year it begins with tells it apart and stays. #}
{% macro project_key(column) -%}
    translate(
        regexp_replace(
            {{ column }},
            '^[（(]?[0-9一二三四五六七八九十]{1,2}[）)、.．]+|[\s“”"‘’、，,]',
            '',
            'g'
        ),
        '（）',
        '()'
    )
{%- endmacro %}

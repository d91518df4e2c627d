{#
    Whose figures a printing holds: a unit's in its department's document, else those of
    the document's own scope. `printed` is the table that carries `reporting_unit`.
#}
{% macro scope_of_printing(printed) -%}
    case
        when {{ printed }}.reporting_unit is not null then 'unit'
        else documents.reporting_scope
    end
{%- endmacro %}

{#
    Printings of one figure agree where they differ by at most half of the coarsest
    printed digit; then the finest is taken, of two as fine the smaller, else none.
#}
{% macro printings_agree(figure, precision='precision_yuan') -%}
    max({{ figure }}) - min({{ figure }}) <= coalesce(max({{ precision }}), 0) / 2
{%- endmacro %}

{% macro agreed(figure, precision='precision_yuan') -%}
    case
        when {{ printings_agree(figure, precision) }}
            then arg_min({{ figure }}, (coalesce({{ precision }}, 0), {{ figure }}))
                filter (where {{ figure }} is not null)
    end
{%- endmacro %}

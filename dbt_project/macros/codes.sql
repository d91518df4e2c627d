{# 1, 2, 3 for 类, 款, 项, from the word the code lists print. #}
{% macro class_level_of(level_column) -%}
    case {{ level_column }}
        when '类' then 1
        when '款' then 2
        when '项' then 3
    end
{%- endmacro %}


{#
    Order by which the best of several dated rows of one code comes first: the row
    in force in the year, else the youngest.
#}
{% macro best_dated_first(year_column, alias) -%}
    coalesce(
        {{ year_column }} between coalesce({{ alias }}.valid_from_year, 0)
        and coalesce({{ alias }}.valid_to_year, 9999),
        false
    ) desc,
    {{ alias }}.valid_from_year desc nulls last
{%- endmacro %}

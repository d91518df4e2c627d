{#
    The weakest grade of the values that a row is made of: one contradictory value
    makes the sum contradictory.
#}
{% macro weakest_grade(grade_column) -%}
    case max(case {{ grade_column }}
        when 'proven' then 1
        when 'consistent' then 2
        when 'unproven' then 3
        when 'contradictory' then 4
    end)
        when 1 then 'proven'
        when 2 then 'consistent'
        when 3 then 'unproven'
        when 4 then 'contradictory'
    end
{%- endmacro %}

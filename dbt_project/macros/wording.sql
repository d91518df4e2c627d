{# An amount as it is read, without its sign: 1,234,500.00. #}
{% macro yuan_text(amount) -%}
    format('{:,}', cast(floor(abs({{ amount }})) as bigint))
    || '.'
    || lpad(cast(cast(abs({{ amount }}) * 100 as bigint) % 100 as varchar), 2, '0')
{%- endmacro %}


{# The phase as a Chinese reader names it: 预算 or 决算. #}
{% macro phase_zh(phase) -%}
    case {{ phase }} when 'budget' then '预算' else '决算' end
{%- endmacro %}


{# The phase as an English reader names it. #}
{% macro phase_en(phase) -%}
    case {{ phase }} when 'budget' then 'budget' else 'final accounts' end
{%- endmacro %}

{# The budget a government's form is of; the transfers' own titles say theirs. #}
{% macro government_fund(form_id, form_title="''") -%}
    case
        when {{ form_id }} like 'government_fund_budget_%' then 'government_fund'
        when {{ form_id }} like 'government_state_capital_budget_%' then 'state_capital'
        when {{ form_id }} like 'government_social_insurance_%' then 'social_insurance'
        when
            {{ form_id }} like 'government_transfers_%'
            and {{ form_title }} like '%基金%' then 'government_fund'
        when
            {{ form_id }} like 'government_transfers_%'
            and {{ form_title }} like '%国有资本%' then 'state_capital'
        else 'general_public_budget'
    end
{%- endmacro %}


{# What a government's form lists: revenue, expenditure, or transfers to lower levels. #}
{% macro government_side(form_id) -%}
    case
        when {{ form_id }} like 'government_transfers_%' then 'transfer'
        when {{ form_id }} like '%revenue' then 'revenue'
        else 'expenditure'
    end
{%- endmacro %}


{# The measure by which a government's report names what a column of its tables holds. #}
{% macro measure_in_report(measure) -%}
    case {{ measure }}
        when 'adjusted' then 'annual_budget'
        when 'executed' then 'execution'
        else {{ measure }}
    end
{%- endmacro %}

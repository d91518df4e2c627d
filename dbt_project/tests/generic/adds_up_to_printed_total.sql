{#
    The rows of a fact taken from one form add up to the 合计 printed there.

    Asked only of forms in which `fct_reconciliation` found every sum of the column right:
    a publisher's own break is data. There a difference is our mistake: a number was
    counted twice or not at all. Tolerance: half a printed unit for each number in the form.
#}
{% test adds_up_to_printed_total(
    model, column_name, values_model, outcomes_model, measure_expression,
    row_condition='true'
) %}

with

fact_sums as (

    select
        document_id,
        source_form_id as form_id,
        {{ measure_expression }} as measure,
        sum({{ column_name }}) as fact_yuan
    from {{ model }}
    where {{ row_condition }}
    group by all

),

-- documents that print the form once, so that one 合计 stands for all its rows
printed_totals as (

    select
        document_id,
        form_id,
        measure,
        sum(amount_yuan) filter (where line_code = 'TOTAL') as total_yuan
    from {{ values_model }}
    where amount_yuan is not null
    group by all
    having
        count(*) filter (where line_code = 'TOTAL') = 1
        and max(instance_no) = min(instance_no)

),

tolerances as (

    select
        document_id,
        form_id,
        sum(precision_yuan) / 2 as tolerance_yuan
    from {{ values_model }}
    group by all

),

right_forms as (

    select
        document_id,
        form_id
    from {{ outcomes_model }}
    group by all
    having
        count(*) filter (where outcome in ('pass', 'rounding')) > 0
        and count(*) filter (
            where outcome not in ('pass', 'rounding', 'not_applicable')
        ) = 0

)

select
    fact_sums.*,
    printed_totals.total_yuan,
    fact_sums.fact_yuan - printed_totals.total_yuan as difference_yuan,
    tolerances.tolerance_yuan
from fact_sums
inner join printed_totals
    on
        fact_sums.document_id = printed_totals.document_id
        and fact_sums.form_id = printed_totals.form_id
        and fact_sums.measure = printed_totals.measure
inner join tolerances
    on
        fact_sums.document_id = tolerances.document_id
        and fact_sums.form_id = tolerances.form_id
inner join right_forms
    on
        fact_sums.document_id = right_forms.document_id
        and fact_sums.form_id = right_forms.form_id
where
    abs(fact_sums.fact_yuan - printed_totals.total_yuan) > tolerances.tolerance_yuan

{% endtest %}

{#
    The rows of a fact taken from one form add up to the 合计 printed there.

    Where they do not, `fct_finding` says what is wrong in the form, or an outcome says that
    the sum cannot be judged (a line without a code, an unreadable cell). Anything else is
    our mistake: a number was counted twice or not at all. Findings and outcomes within
    the document count, not those against other documents. Tolerance: half a printed unit
    for each number in the form. See docs/decisions/0008.
#}
{% test adds_up_to_printed_total(
    model, column_name, values_model, findings_model, outcomes_model,
    measure_expression, row_condition='true'
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

-- forms of which the sums say that a figure is wrong, or that they cannot be judged
doubted_forms as (

    select
        document_id,
        form_id
    from {{ findings_model }}
    union
    select
        document_id,
        form_id
    from {{ outcomes_model }}
    where outcome in ('break', 'insufficient', 'unreadable')

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
left join doubted_forms
    on
        fact_sums.document_id = doubted_forms.document_id
        and fact_sums.form_id = doubted_forms.form_id
where
    abs(fact_sums.fact_yuan - printed_totals.total_yuan) > tolerances.tolerance_yuan
    and doubted_forms.document_id is null

{% endtest %}

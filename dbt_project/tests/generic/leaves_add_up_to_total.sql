{#
    Leaf rows of a coded form add up to its printed 合计 in every amount column.

    A publisher's own break is data, not a failure: columns whose sums
    `fct_reconciliation` found broken or could not judge are left to it. Where it found
    them all right, leaves that do not add up are our mistake: a leaf flag is wrong or
    a row was lost. Tolerance: half a printed unit for each number that takes part.
#}
{% test leaves_add_up_to_total(model, outcomes_model, form_ids) %}

with

coded_numbers as (

    select *
    from {{ model }}
    where
        amount_yuan is not null
        and form_id in ({{ "'" ~ form_ids | join("', '") ~ "'" }})
        and (
            line_code = 'TOTAL'
            or regexp_full_match(line_code, '[0-9]{3}|[0-9]{5}|[0-9]{7}')
        )

),

columns_added_up as (

    select
        document_id,
        form_id,
        instance_no,
        line_side,
        measure,
        sum(amount_yuan) filter (where line_code = 'TOTAL') as printed_total_yuan,
        sum(amount_yuan) filter (
            where is_leaf and line_code <> 'TOTAL'
        ) as leaf_sum_yuan,
        sum(precision_yuan) / 2 as tolerance_yuan,
        count(*) filter (where line_code = 'TOTAL') as total_count
    from coded_numbers
    group by all

),

judged_columns as (

    select
        document_id,
        form_id,
        instance_no,
        measure
    from {{ outcomes_model }}
    group by all
    having
        count(*) filter (where outcome in ('pass', 'rounding')) > 0
        and count(*) filter (
            where outcome not in ('pass', 'rounding', 'not_applicable')
        ) = 0

)

select
    columns_added_up.*,
    leaf_sum_yuan - printed_total_yuan as difference_yuan
from columns_added_up
inner join judged_columns
    on
        columns_added_up.document_id = judged_columns.document_id
        and columns_added_up.form_id = judged_columns.form_id
        and columns_added_up.instance_no = judged_columns.instance_no
        and columns_added_up.measure = judged_columns.measure
where
    total_count = 1
    and leaf_sum_yuan is not null
    and abs(leaf_sum_yuan - printed_total_yuan) > tolerance_yuan

{% endtest %}

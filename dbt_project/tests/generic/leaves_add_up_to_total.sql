{#
    Leaf rows of a coded form add up to its printed 合计 in every amount column.

    Where they do not, `fct_finding` names a broken sum of the column or a row or form as
    a whole, or an outcome says that a sum of the column cannot be judged. Anything else is our mistake: a leaf flag is
    wrong or a row was lost. Tolerance: half a printed unit for each number that takes
    part. See docs/decisions/0008.
#}
{% test leaves_add_up_to_total(model, findings_model, outcomes_model, form_ids) %}

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

finding_checks as (

    select unnest(check_ids) as check_id
    from {{ findings_model }}

),

-- columns of which the sums say that a figure is wrong, or that they cannot be judged
doubted_columns as (

    select
        outcomes.document_id,
        outcomes.form_id,
        outcomes.instance_no,
        outcomes.measure
    from {{ outcomes_model }} as outcomes
    left join finding_checks
        on outcomes.check_id = finding_checks.check_id
    where
        finding_checks.check_id is not null
        or outcomes.outcome in ('insufficient', 'unreadable')
    group by all

),

-- a row left out, doubled or moved, or a form in another unit, is wrong in every column
doubted_printings as (

    select
        document_id,
        form_id,
        instance_no
    from {{ findings_model }}
    where measure is null
    group by all

)

select
    columns_added_up.*,
    leaf_sum_yuan - printed_total_yuan as difference_yuan
from columns_added_up
left join doubted_columns
    on
        columns_added_up.document_id = doubted_columns.document_id
        and columns_added_up.form_id = doubted_columns.form_id
        and columns_added_up.instance_no = doubted_columns.instance_no
        and columns_added_up.measure = doubted_columns.measure
left join doubted_printings
    on
        columns_added_up.document_id = doubted_printings.document_id
        and columns_added_up.form_id = doubted_printings.form_id
        and columns_added_up.instance_no = doubted_printings.instance_no
where
    total_count = 1
    and doubted_columns.document_id is null
    and doubted_printings.document_id is null
    and leaf_sum_yuan is not null
    and abs(leaf_sum_yuan - printed_total_yuan) > tolerance_yuan

{% endtest %}

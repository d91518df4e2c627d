with

opening_balances as (

    select * from {{ ref('int_opening_balance__paired') }}

),

three_public_budgets as (

    select * from {{ ref('int_three_public_budget__paired') }}

),

department_units as (

    select * from {{ ref('int_department_unit__paired') }}

),

yearly_totals as (

    select * from {{ ref('int_yearly_total__paired') }}

),

sentences as (

    select * from {{ ref('int_sentence_table__paired') }}

),

documents as (

    select * from {{ ref('int_document__listed') }}

),

rules as (

    select * from {{ ref('int_rule__listed') }}

),

pairs as (

    select * from opening_balances
    union all by name
    select * from three_public_budgets
    union all by name
    select * from department_units
    union all by name
    select * from yearly_totals
    union all by name
    select * from sentences

),

-- each pair to one document and one rule; the rule file says when a rule holds
pairs_under_rules as (

    select
        pairs.document_id,
        pairs.other_document_id,
        pairs.rule_id,
        pairs.form_id,
        pairs.instance_no,
        pairs.instance_label,
        pairs.measure,
        rules.relation,
        cast(pairs.left_yuan as decimal(20, 2)) as left_yuan,
        cast(pairs.right_yuan as decimal(20, 2)) as right_yuan,
        cast(pairs.left_yuan - pairs.right_yuan as decimal(20, 2))
            as difference_yuan,
        cast(
            (
                coalesce(pairs.left_precision_yuan, 0)
                + coalesce(pairs.right_precision_yuan, 0)
            ) * 0.5 as decimal(20, 6)
        ) as tolerance_yuan,
        pairs.left_value_ids,
        pairs.right_value_ids,
        pairs.is_side_empty,
        documents.department_id,
        documents.region_code,
        documents.fiscal_year,
        documents.phase,
        documents.reporting_scope,
        left(
            md5(
                concat_ws(
                    '|', pairs.rule_id, pairs.document_id, pairs.form_id,
                    pairs.instance_label, pairs.measure
                )
            ),
            16
        ) as check_id
    from pairs
    inner join documents
        on pairs.document_id = documents.document_id
    inner join rules
        on
            pairs.rule_id = rules.rule_id
            and list_contains(rules.phases, documents.phase)
            and documents.fiscal_year >= coalesce(rules.valid_from_year, 0)
            and documents.fiscal_year <= coalesce(rules.valid_to_year, 9999)

),

judged as (

    select
        check_id,
        document_id,
        other_document_id,
        rule_id,
        form_id,
        instance_no,
        instance_label,
        measure,
        relation,
        left_yuan,
        right_yuan,
        difference_yuan,
        tolerance_yuan,
        left_value_ids,
        right_value_ids,
        department_id,
        region_code,
        fiscal_year,
        phase,
        reporting_scope,
        case
            when difference_yuan is null and is_side_empty then 'not_applicable'
            when difference_yuan is null then 'insufficient'
            when difference_yuan = 0 then 'pass'
            when relation = '<=' and difference_yuan < 0 then 'pass'
            when abs(difference_yuan) <= tolerance_yuan then 'rounding'
            else 'break'
        end as outcome
    from pairs_under_rules

)

select * from judged

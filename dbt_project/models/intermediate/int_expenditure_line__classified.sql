with

form_values as (

    select * from {{ ref('int_form_value__selected') }}

),

leaf_amounts as (

    select
        *,
        case form_id
            when 'expenditure' then 'all'
            when 'general_public_budget_expenditure' then 'general_public_budget'
            when 'government_fund_expenditure' then 'government_fund'
            when 'state_capital_expenditure' then 'state_capital'
        end as fund
    from form_values
    where
        form_id in (
            'expenditure', 'general_public_budget_expenditure',
            'government_fund_expenditure', 'state_capital_expenditure'
        )
        and is_coded
        and is_leaf
        and amount_yuan is not null

),

natures_named as (

    select
        *,
        case
            when measure in ('personnel', 'public') then 'basic'
            when measure = 'total' then 'unspecified'
            when
                measure in (
                    'basic', 'project', 'remit_to_superior', 'operating',
                    'subsidy_to_affiliate', 'reserve', 'carried_forward'
                )
                then measure
        end as nature
    from leaf_amounts

),

lines_surveyed as (

    select
        *,
        bool_or(measure = 'basic') over line as has_basic,
        bool_or(nature <> 'unspecified') over line as has_nature
    from natures_named
    where nature is not null
    window line as (
        partition by
            document_id, form_id, instance_no, line_side, line_code, line_label,
            qualifier
    )

),

-- a total counts only where its line says nothing finer; 人员经费 and 公用经费 count as
-- basic only where 基本支出 itself is not printed
amounts_counted_once as (

    select
        value_id,
        document_id,
        department_id,
        region_code,
        fiscal_year,
        phase,
        reporting_scope,
        form_id,
        fund,
        line_code,
        line_label,
        nature,
        amount_yuan,
        grade
    from lines_surveyed
    where
        not (nature = 'unspecified' and has_nature)
        and not (measure in ('personnel', 'public') and has_basic)

)

select * from amounts_counted_once

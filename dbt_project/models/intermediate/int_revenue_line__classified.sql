with

form_values as (

    select * from {{ ref('int_form_value__selected') }}

),

leaf_amounts as (

    select
        *,
        case when measure = 'total' then 'unspecified' else measure end
            as revenue_source
    from form_values
    where
        form_id = 'revenue'
        and is_coded
        and is_leaf
        and amount_yuan is not null

),

lines_surveyed as (

    select
        *,
        bool_or(measure = 'fiscal_appropriation') over line
            as has_fiscal_appropriation,
        bool_or(measure = 'institutional_revenue') over line
            as has_institutional_revenue,
        bool_or(revenue_source not in ('unspecified', 'prior_year_carryover'))
            over line as has_source
    from leaf_amounts
    window line as (
        partition by
            document_id, form_id, instance_no, line_side, line_code, line_label,
            qualifier
    )

),

-- columns that are part of another printed column (其中) do not count again
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
        line_code,
        line_label,
        revenue_source,
        amount_yuan,
        grade
    from lines_surveyed
    where
        not (revenue_source = 'unspecified' and has_source)
        and not (
            has_fiscal_appropriation
            and measure in (
                'general_public_budget', 'government_fund', 'state_capital',
                'fiscal_appropriation_operating_quota'
            )
        )
        and not (has_institutional_revenue and measure = 'special_account')

)

select * from amounts_counted_once

with

revenue_amounts as (

    select * from {{ ref('int_revenue_line__classified') }}

),

functions as (

    select * from {{ ref('dim_function') }}

),

summed as (

    select
        document_id,
        department_id,
        region_code,
        fiscal_year,
        phase,
        reporting_scope,
        line_code as function_code,
        revenue_source,
        form_id as source_form_id,
        min(line_label) as printed_label,
        cast(sum(amount_yuan) as decimal(20, 2)) as amount_yuan,
        {{ weakest_grade('grade') }} as grade,
        list(value_id order by value_id) as value_ids
    from revenue_amounts
    group by
        document_id, department_id, region_code, fiscal_year, phase,
        reporting_scope, line_code, revenue_source, form_id

),

-- each row to at most one dated name of its code: the one in force that year
named as (

    select
        summed.document_id,
        summed.department_id,
        summed.region_code,
        summed.fiscal_year,
        summed.phase,
        summed.reporting_scope,
        summed.function_code,
        functions.function_name,
        summed.printed_label,
        summed.revenue_source,
        summed.amount_yuan,
        functions.function_key,
        summed.source_form_id,
        summed.grade,
        summed.value_ids
    from summed
    left join functions
        on summed.function_code = functions.function_code
    qualify
        row_number() over (
            partition by
                summed.document_id, summed.function_code,
                summed.revenue_source
            order by {{ best_dated_first('summed.fiscal_year', 'functions') }}
        ) = 1

)

select * from named
order by
    region_code,
    department_id,
    fiscal_year,
    document_id,
    function_code,
    revenue_source

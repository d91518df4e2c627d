with

counted as (

    select * from {{ ref('mart_counted_document') }}
    where is_counted

),

basis as (

    select * from {{ ref('mart_comparison_basis') }}

),

expenditure as (

    select * from {{ ref('fct_expenditure_by_function') }}

),

functions as (

    select * from {{ ref('dim_function') }}

),

government_totals as (

    select * from {{ ref('int_government_total__selected') }}

),

expenditure_counted as (

    {{ once_per_disclosure('expenditure', 'counted', ['fund']) }}

),

-- each row to at most one dated code; a code outside the list stands for itself
harmonised as (

    select
        expenditure_counted.region_code,
        expenditure_counted.fiscal_year,
        expenditure_counted.phase,
        expenditure_counted.fund,
        expenditure_counted.nature,
        expenditure_counted.amount_yuan,
        expenditure_counted.grade,
        expenditure_counted.value_ids,
        expenditure_counted.function_code as printed_code,
        unnest([expenditure_counted.department_type, '全部']) as department_type,
        coalesce(
            functions.harmonised_class_code,
            left(expenditure_counted.function_code, 3)
        ) as class_code,
        coalesce(
            functions.harmonised_section_code,
            case
                when len(expenditure_counted.function_code) >= 5
                    then left(expenditure_counted.function_code, 5)
            end
        ) as section_code,
        case
            when len(functions.harmonised_code) = 7 then functions.harmonised_code
            when len(expenditure_counted.function_code) = 7
                then expenditure_counted.function_code
        end as item_code
    from expenditure_counted
    left join functions
        on expenditure_counted.function_key = functions.function_key

),

levels_stacked as (

    select
        *,
        1 as class_level,
        class_code as function_code,
        cast(null as varchar) as parent_code
    from harmonised
    union all
    select
        *,
        2 as class_level,
        section_code as function_code,
        class_code as parent_code
    from harmonised
    where section_code is not null
    union all
    select
        *,
        3 as class_level,
        item_code as function_code,
        section_code as parent_code
    from harmonised
    where item_code is not null

),

summed as (

    select
        region_code,
        fiscal_year,
        phase,
        department_type,
        fund,
        function_code,
        class_level,
        min(parent_code) as parent_code,
        cast(sum(amount_yuan) as decimal(20, 2)) as amount_yuan,
        cast(
            sum(amount_yuan) filter (where nature = 'basic') as decimal(20, 2)
        ) as basic_yuan,
        cast(
            sum(amount_yuan) filter (where nature = 'project') as decimal(20, 2)
        ) as project_yuan,
        {{ weakest_grade('grade') }} as grade,
        list(distinct printed_code order by printed_code) as printed_codes,
        list_sort(flatten(list(value_ids))) as value_ids
    from levels_stacked
    group by
        region_code, fiscal_year, phase, department_type, fund, function_code,
        class_level

),

totals as (

    select
        region_code,
        fiscal_year,
        phase,
        department_type,
        fund,
        cast(sum(amount_yuan) as decimal(20, 2)) as total_yuan
    from summed
    where class_level = 1
    group by region_code, fiscal_year, phase, department_type, fund

),

-- each row to the one total of its group and fund
sums as (

    select
        summed.*,
        totals.total_yuan
    from summed
    inner join totals
        on
            summed.region_code = totals.region_code
            and summed.fiscal_year = totals.fiscal_year
            and summed.phase = totals.phase
            and summed.department_type = totals.department_type
            and summed.fund = totals.fund

),

compared as (

    {{ with_comparison('sums', 'basis', ['fund', 'function_code', 'class_level']) }}

),

ranked as (

    select
        *,
        {{ rank_columns(['fund', 'function_code', 'class_level']) }}
    from compared

),

newest_names as (

    select
        function_code,
        arg_max(function_name, (coalesce(valid_from_year, 0), function_name))
            as function_name
    from functions
    group by function_code

),

warned as (

    select
        * exclude (warnings),
        case
            when function_code like '2%' then warnings
            else list_append(warnings, 'not_a_function_code')
        end as warnings
    from ranked

),

-- each row to at most one name and one published total
described as (

    select
        {{ group_columns('warned') }}
        warned.fund,
        warned.function_code,
        newest_names.function_name,
        warned.class_level,
        warned.parent_code,
        warned.amount_yuan,
        warned.basic_yuan,
        warned.project_yuan,
        {{ compared_columns('warned') }},
        case
            when warned.department_type = '全部' then government_totals.amount_yuan
        end as published_total_yuan,
        {{ guard_columns('warned') }},
        warned.printed_codes,
        warned.value_ids
    from warned
    left join newest_names
        on warned.function_code = newest_names.function_code
    left join government_totals
        on
            warned.region_code = government_totals.region_code
            and warned.fiscal_year = government_totals.fiscal_year
            and warned.phase = government_totals.phase
            and warned.fund = government_totals.fund
            and warned.function_code = government_totals.function_code
            and government_totals.area_scope = 'own_level'

)

select * from described
order by
    region_code, fiscal_year, phase, department_type, fund, class_level, function_code

with

economic_amounts as (

    select * from {{ ref('int_economic_line__classified') }}

),

economics as (

    select * from {{ ref('dim_economic') }}

),

mapping as (

    select * from {{ ref('ref_economic_mapping') }}

),

government_classes as (

    select * from {{ ref('ref_economic_government') }}

),

-- a government class name that one code only bears, whatever the year
government_names as (

    select
        name as gov_name,
        min(code) as gov_code
    from government_classes
    where level = '款'
    group by name
    having count(distinct code) = 1

),

-- each number to at most one code: the pair of names decides, else the name alone
government_coded as (

    select
        economic_amounts.*,
        coalesce(mapping.gov_code, government_names.gov_code)
            as government_economic_code,
        case
            when mapping.gov_code is not null then 'mapping'
            when government_names.gov_code is not null then 'name'
            when economic_amounts.qualifier is not null then 'unknown'
        end as government_code_basis
    from economic_amounts
    left join mapping
        on
            economic_amounts.line_code = mapping.dep_code
            and economic_amounts.qualifier = mapping.gov_name
    left join government_names
        on economic_amounts.qualifier = government_names.gov_name

),

whole_amounts_marked as (

    select
        *,
        bool_or(is_whole_amount) over (
            partition by document_id, line_code, qualifier, coverage
        ) as has_whole_amount
    from government_coded

),

summed as (

    select
        document_id,
        department_id,
        region_code,
        fiscal_year,
        phase,
        reporting_scope,
        line_code as economic_code,
        government_economic_code,
        qualifier as government_economic_name,
        government_code_basis,
        coverage,
        form_id as source_form_id,
        min(line_label) as printed_label,
        min(measure) filter (where is_whole_amount or not has_whole_amount)
            as source_measure,
        cast(
            sum(amount_yuan) filter (where is_whole_amount or not has_whole_amount)
            as decimal(20, 2)
        ) as amount_yuan,
        cast(
            sum(amount_yuan) filter (where measure = 'personnel')
            as decimal(20, 2)
        ) as personnel_yuan,
        cast(
            sum(amount_yuan) filter (where measure = 'public') as decimal(20, 2)
        ) as public_yuan,
        {{ weakest_grade('grade') }} as grade,
        list(value_id order by value_id) filter (
            where is_whole_amount or not has_whole_amount
        ) as value_ids
    from whole_amounts_marked
    group by
        document_id, department_id, region_code, fiscal_year, phase,
        reporting_scope, line_code, government_economic_code, qualifier,
        government_code_basis, coverage, form_id

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
        summed.economic_code,
        economics.economic_name,
        summed.printed_label,
        summed.government_economic_code,
        summed.government_economic_name,
        summed.government_code_basis,
        summed.coverage,
        summed.amount_yuan,
        summed.personnel_yuan,
        summed.public_yuan,
        economics.economic_key,
        summed.source_form_id,
        summed.source_measure,
        summed.grade,
        summed.value_ids
    from summed
    left join economics
        on
            summed.economic_code = economics.economic_code
            and economics.classification = 'department'
    qualify
        row_number() over (
            partition by
                summed.document_id, summed.economic_code,
                summed.government_economic_name, summed.coverage
            order by {{ best_dated_first('summed.fiscal_year', 'economics') }}
        ) = 1

)

select * from named
order by
    region_code,
    department_id,
    fiscal_year,
    document_id,
    economic_code,
    government_economic_name,
    coverage

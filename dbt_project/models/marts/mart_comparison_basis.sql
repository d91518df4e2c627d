with

counted as (

    select * from {{ ref('mart_counted_document') }}
    where is_counted

),

departments as (

    select * from {{ ref('dim_department') }}

),

documents as (

    select * from {{ ref('dim_document') }}
    where status != 'duplicate'

),

regions as (

    select * from {{ ref('dim_region') }}

),

precisions as (

    select * from {{ ref('int_document_precision__measured') }}

),

headcounts as (

    select * from {{ ref('int_headcount__decided') }}

),

populations as (

    select * from {{ ref('ref_population') }}

),

department_types as (

    select * from {{ ref('ref_department_type') }}

),

findings as (

    select * from {{ ref('fct_finding') }}

),

expenditure as (

    select * from {{ ref('fct_expenditure_by_function') }}

),

government_totals as (

    select * from {{ ref('int_government_total__selected') }}

),

units_doubted as (

    select document_id
    from findings
    where cause = 'unit' and form_id != 'narrative'
    group by document_id

),

-- each document that counts stands in two groups, its type's and that of all types;
-- a narrative without tables says at most how many persons there are
documents_grouped as (

    select
        counted.* exclude (department_type),
        documents.proven_count,
        documents.consistent_count,
        documents.unproven_count,
        documents.contradictory_count,
        precisions.precision_yuan,
        units_doubted.document_id is not null as has_unit_finding,
        unnest([counted.department_type, '全部']) as department_type
    from counted
    inner join documents
        on counted.document_id = documents.document_id
    left join units_doubted
        on counted.document_id = units_doubted.document_id
    left join precisions
        on counted.document_id = precisions.document_id

),

groups_summed as (

    select
        region_code,
        fiscal_year,
        phase,
        department_type,
        cast(
            count(distinct counts_with_department_id) as integer
        ) as departments,
        cast(count(*) as integer) as documents,
        list(
            distinct counts_with_department_id order by counts_with_department_id
        ) as department_ids,
        list(document_id order by document_id) as document_ids,
        case
            when count(distinct reporting_scope) > 1 then 'mixed'
            else min(reporting_scope)
        end as reporting_scope,
        case
            when sum(contradictory_count) > 0 then 'contradictory'
            when sum(unproven_count) > 0 then 'unproven'
            when sum(consistent_count) > 0 then 'consistent'
            when sum(proven_count) > 0 then 'proven'
        end as grade,
        max(precision_yuan) as precision_yuan,
        bool_or(has_unit_finding) as has_unit_finding,
        bool_or(status = 'partial') as has_partial_document
    from documents_grouped
    where number_count > 0
    group by region_code, fiscal_year, phase, department_type

),

expenditure_counted as (

    {{ once_per_disclosure('expenditure', 'counted', ['fund']) }}

),

expenditure_summed as (

    select
        region_code,
        fiscal_year,
        phase,
        cast(sum(amount_yuan) as decimal(20, 2)) as expenditure_yuan
    from expenditure_counted
    where fund = 'general_public_budget'
    group by region_code, fiscal_year, phase

),

-- the departments anybody has seen a document of, whatever its year; a unit is none,
-- nor is the government itself
departments_seen as (

    select
        region_code,
        department_id,
        unnest([department_type, '全部']) as department_type
    from departments
    where
        region_code is not null
        and parent_department_id is null
        and department_type != '人民政府'

),

departments_known as (

    select
        region_code,
        department_type,
        cast(count(*) as integer) as departments_known
    from departments_seen
    group by region_code, department_type

),

headcounts_grouped as (

    select
        documents_grouped.region_code,
        documents_grouped.fiscal_year,
        documents_grouped.phase,
        documents_grouped.department_type,
        documents_grouped.counts_with_department_id,
        max(headcounts.headcount) as headcount
    from documents_grouped
    inner join headcounts
        on documents_grouped.document_id = headcounts.document_id
    group by all
    having count(distinct headcounts.headcount) = 1

),

headcounts_summed as (

    select
        region_code,
        fiscal_year,
        phase,
        department_type,
        cast(sum(headcount) as integer) as headcount,
        cast(count(*) as integer) as headcount_departments
    from headcounts_grouped
    group by region_code, fiscal_year, phase, department_type

),

-- each group to one region, at most one count of departments and of persons, and the
-- population of the nearest year known
described as (

    select
        groups_summed.*,
        regions.region_name,
        regions.region_level,
        regions.stable_id as region_stable_id,
        departments_known.departments_known,
        'seen' as departments_known_basis,
        headcounts_summed.headcount,
        populations.population,
        populations.year as population_year,
        coalesce(headcounts_summed.headcount_departments, 0)
            as headcount_departments,
        coalesce(department_types.is_one_per_region, false) as is_one_per_region,
        case
            when groups_summed.department_type = '全部'
                then expenditure_summed.expenditure_yuan
        end as expenditure_yuan,
        case
            when groups_summed.department_type = '全部'
                then government_totals.amount_yuan
        end as published_total_yuan
    from groups_summed
    inner join regions
        on groups_summed.region_code = regions.region_code
    left join departments_known
        on
            groups_summed.region_code = departments_known.region_code
            and groups_summed.department_type = departments_known.department_type
    left join headcounts_summed
        on
            groups_summed.region_code = headcounts_summed.region_code
            and groups_summed.fiscal_year = headcounts_summed.fiscal_year
            and groups_summed.phase = headcounts_summed.phase
            and groups_summed.department_type = headcounts_summed.department_type
    left join populations
        on
            regions.stable_id = populations.stable_id
            and populations.confidence != 'doubtful'
    left join department_types
        on groups_summed.department_type = department_types.department_type
    left join expenditure_summed
        on
            groups_summed.region_code = expenditure_summed.region_code
            and groups_summed.fiscal_year = expenditure_summed.fiscal_year
            and groups_summed.phase = expenditure_summed.phase
    left join government_totals
        on
            groups_summed.region_code = government_totals.region_code
            and groups_summed.fiscal_year = government_totals.fiscal_year
            and groups_summed.phase = government_totals.phase
            and government_totals.fund = 'general_public_budget'
            and government_totals.area_scope = 'own_level'
            and government_totals.function_code = 'TOTAL'
    qualify
        row_number() over (
            partition by
                groups_summed.region_code, groups_summed.fiscal_year,
                groups_summed.phase, groups_summed.department_type
            order by abs(populations.year - groups_summed.fiscal_year)
        ) = 1

),

-- what the government published vouches for the sum of its departments
held_to_published as (

    select
        *,
        try_cast(
            expenditure_yuan / nullif(published_total_yuan, 0) as decimal(12, 6)
        )
            as published_share,
        coalesce(
            abs(expenditure_yuan - published_total_yuan)
            <= {{ var('published_total_tolerance') }} * published_total_yuan,
            false
        ) as is_total_published
    from described

),

judged as (

    select
        *,
        cast(departments / departments_known as decimal(9, 6)) as coverage,
        department_type = '全部' and is_total_published as is_county_total,
        list_filter(
            [
                case when has_unit_finding then 'unit_doubted' end,
                case when department_type = '其他' then 'unlike_departments' end,
                case
                    when
                        not is_one_per_region
                        and not is_total_published
                        and departments
                        < {{ var('county_total_coverage') }} * departments_known
                        then 'few_departments'
                end,
                case
                    when department_type = '全部' and not is_total_published
                        then 'departments_unlisted'
                end
            ],
            reason -> reason is not null
        ) as incomparable_reasons,
        list_filter(
            [
                case
                    when is_one_per_region and departments < departments_known
                        then 'other_bodies_of_type'
                end,
                case when reporting_scope = 'mixed' then 'mixed_scope' end,
                case when reporting_scope = 'unit' then 'unit_scope' end,
                case when has_partial_document then 'partial_documents' end,
                case
                    when precision_yuan >= {{ var('coarse_unit_yuan') }}
                        then 'coarse_unit'
                end,
                case
                    when
                        published_total_yuan is not null and not is_total_published
                        then 'published_total_differs'
                end,
                case when population is null then 'no_population' end,
                case
                    when
                        abs(population_year - fiscal_year)
                        > {{ var('population_years') }}
                        then 'old_population'
                end,
                case
                    when headcount_departments < departments then 'no_headcount'
                end
            ],
            warning -> warning is not null
        ) as warnings
    from held_to_published

),

comparable_told as (

    select
        *,
        len(incomparable_reasons) = 0 as is_comparable
    from judged

),

basis_described as (

    select
        {{ group_columns('comparable_told') }}
        {{ guard_columns('comparable_told') }},
        comparable_told.department_ids,
        comparable_told.population,
        comparable_told.population_year,
        comparable_told.headcount,
        comparable_told.headcount_departments,
        comparable_told.expenditure_yuan,
        comparable_told.published_total_yuan,
        comparable_told.published_share
    from comparable_told

)

select * from basis_described
order by region_code, fiscal_year, phase, department_type

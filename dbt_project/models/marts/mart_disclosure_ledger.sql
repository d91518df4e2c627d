with

-- the government's own budget is no department's
departments as (

    select * from {{ ref('dim_department') }}
    where department_type != '人民政府'

),

regions as (

    select * from {{ ref('dim_region') }}

),

documents as (

    select * from {{ ref('dim_document') }}

),

counted as (

    select * from {{ ref('mart_counted_document') }}

),

deadlines as (

    select * from {{ ref('ref_disclosure_deadline') }}

),

-- the years and phases in which anybody of the region published
published_periods as (

    select
        region_code,
        fiscal_year,
        phase
    from documents
    where
        region_code is not null
        and fiscal_year is not null
        and phase is not null
        and status != 'duplicate'
        and reporting_scope is distinct from 'government'
    group by region_code, fiscal_year, phase

),

-- every department of a region is expected whenever another of its region published
expected as (

    select
        departments.department_id,
        departments.department_name,
        departments.department_type,
        departments.parent_department_id,
        published_periods.region_code,
        published_periods.fiscal_year,
        published_periods.phase
    from departments
    inner join published_periods
        on departments.region_code = published_periods.region_code

),

found as (

    select
        documents.department_id,
        documents.fiscal_year,
        documents.phase,
        cast(
            count(*) filter (where documents.status in ('loaded', 'partial'))
            as integer
        ) as document_count,
        cast(
            count(*) filter (where documents.status = 'superseded') as integer
        ) as replaced_count,
        cast(
            count(*) filter (where documents.status = 'quarantined') as integer
        ) as quarantined_count,
        list(documents.document_id order by documents.document_id) filter (
            where documents.status in ('loaded', 'partial')
        ) as document_ids,
        list_sort(
            list(distinct documents.reporting_scope) filter (
                where
                documents.status in ('loaded', 'partial')
                and documents.reporting_scope is not null
            )
        ) as reporting_scopes,
        coalesce(
            bool_or(
                documents.status in ('loaded', 'partial')
                and documents.number_count > 0
            ), false
        ) as has_figures,
        coalesce(
            bool_or(
                documents.status = 'loaded'
                and documents.number_count > 0
                and coalesce(len(documents.missing_forms), 0) = 0
            ), false
        ) as has_whole_file,
        coalesce(bool_or(counted.is_counted), false) as is_counted,
        min(documents.published_on) filter (
            where documents.status in ('loaded', 'partial')
        ) as published_on,
        min(cast(documents.retrieved_at as date)) filter (
            where documents.status in ('loaded', 'partial')
        ) as seen_on
    from documents
    left join counted
        on documents.document_id = counted.document_id
    where
        documents.status != 'duplicate'
        and documents.department_id is not null
    group by documents.department_id, documents.fiscal_year, documents.phase

),

-- a form is missing from a disclosure where no file of it prints the form
forms_missed as (

    select
        department_id,
        fiscal_year,
        phase,
        document_id,
        unnest(missing_forms) as form_id
    from documents
    where status in ('loaded', 'partial') and number_count > 0

),

files_with_figures as (

    select
        department_id,
        fiscal_year,
        phase,
        count(*) as file_count
    from documents
    where status in ('loaded', 'partial') and number_count > 0
    group by department_id, fiscal_year, phase

),

forms_missing as (

    select
        forms_missed.department_id,
        forms_missed.fiscal_year,
        forms_missed.phase,
        forms_missed.form_id
    from forms_missed
    inner join files_with_figures
        on
            forms_missed.department_id = files_with_figures.department_id
            and forms_missed.fiscal_year = files_with_figures.fiscal_year
            and forms_missed.phase = files_with_figures.phase
    group by
        forms_missed.department_id, forms_missed.fiscal_year, forms_missed.phase,
        forms_missed.form_id
    having count(distinct forms_missed.document_id) = min(files_with_figures.file_count)

),

forms_missing_gathered as (

    select
        department_id,
        fiscal_year,
        phase,
        list(form_id order by form_id) as missing_forms
    from forms_missing
    group by department_id, fiscal_year, phase

),

-- each expected disclosure to at most one row found, one list of forms, one deadline
held as (

    select
        expected.*,
        found.document_ids,
        found.reporting_scopes,
        found.has_figures,
        found.published_on,
        found.seen_on,
        forms_missing_gathered.missing_forms,
        coalesce(found.document_count, 0) as document_count,
        coalesce(found.replaced_count, 0) as replaced_count,
        coalesce(found.is_counted, false) as is_counted,
        expected.parent_department_id is null as is_expected,
        case
            when coalesce(found.document_count, 0) > 0
                then
                    case
                        when not found.has_figures then 'narrative_only'
                        when
                            found.has_whole_file
                            and forms_missing_gathered.missing_forms is null
                            then 'published'
                        else 'incomplete'
                    end
            when coalesce(found.quarantined_count, 0) > 0 then 'quarantined'
            when coalesce(found.replaced_count, 0) > 0 then 'withdrawn'
            else 'missing'
        end as status,
        make_date(
            expected.fiscal_year + deadlines.years_after,
            deadlines.due_month,
            deadlines.due_day
        ) as due_on
    from expected
    left join found
        on
            expected.department_id = found.department_id
            and expected.fiscal_year = found.fiscal_year
            and expected.phase = found.phase
    left join forms_missing_gathered
        on
            expected.department_id = forms_missing_gathered.department_id
            and expected.fiscal_year = forms_missing_gathered.fiscal_year
            and expected.phase = forms_missing_gathered.phase
    left join deadlines
        on expected.phase = deadlines.phase

),

-- a unit's row stands only where it published something
described as (

    select
        held.region_code,
        regions.region_name,
        held.department_id,
        held.department_name,
        held.department_type,
        held.parent_department_id,
        held.fiscal_year,
        held.phase,
        held.is_expected,
        held.status,
        held.is_counted,
        held.document_count,
        held.replaced_count,
        held.reporting_scopes,
        held.missing_forms,
        held.published_on,
        held.seen_on,
        held.due_on,
        held.document_ids,
        case
            when held.document_count > 0 then held.published_on > held.due_on
        end as is_late
    from held
    inner join regions
        on held.region_code = regions.region_code
    where held.is_expected or held.status != 'missing'

)

select * from described
order by region_code, fiscal_year, phase, department_id

with recursive

files as (

    select * from {{ ref('int_document__registered') }}

),

parents as (

    select * from {{ ref('int_department__parented') }}

),

-- one row per document: of several files with the same bytes one is no duplicate
documents as (

    select
        document_id,
        department_id,
        region_code,
        fiscal_year,
        phase,
        number_count > 0 as has_figures,
        -- the department's own office bears its name and 本级: it is a unit
        case
            when
                regexp_matches(
                    department_name, '[（(]?(本级|本部)[）)]?$|[（(]机关[）)]$'
                )
                then 'unit'
            else reporting_scope
        end as printed_scope,
        case
            when status = 'superseded' then 'superseded'
            when status not in ('loaded', 'partial') then 'not_loaded'
            when reporting_scope = 'government' then 'government_own_budget'
            when department_id is null then 'no_department'
            when region_code is null then 'no_region'
            when fiscal_year is null then 'no_year'
            when phase is null then 'no_phase'
        end as unfit_because
    from files
    where not is_duplicate

),

-- what the files of a body say together of their scope
bodies as (

    select
        department_id,
        region_code,
        fiscal_year,
        phase,
        count(*) filter (where printed_scope = 'department') > 0 as has_department,
        count(*) filter (where printed_scope = 'unit') > 0 as has_unit,
        count(*) filter (where printed_scope = 'unit' and has_figures) > 0
            as has_unit_figures
    from documents
    where unfit_because is null
    group by all

),

-- each document to at most one body; a file that does not tell its scope is the
-- department's, unless all that its body published beside it is a unit's narrative
documents_scoped as (

    select
        documents.*,
        case
            when documents.printed_scope is not null then documents.printed_scope
            when
                bodies.has_unit
                and not bodies.has_department
                and not (bodies.has_unit_figures and documents.has_figures)
                then 'unit'
            else 'department'
        end as reporting_scope
    from documents
    left join bodies
        on
            documents.unfit_because is null
            and documents.department_id = bodies.department_id
            and documents.region_code = bodies.region_code
            and documents.fiscal_year = bodies.fiscal_year
            and documents.phase = bodies.phase

),

-- tables decide, not the narrative beside them: a department's that has none leaves its
-- unit's tables counted
scopes_decided as (

    select
        department_id,
        region_code,
        fiscal_year,
        phase,
        case
            when bool_or(reporting_scope = 'department' and has_figures)
                then 'department'
            when bool_or(reporting_scope = 'unit' and has_figures) then 'unit'
            when bool_or(reporting_scope = 'department') then 'department'
            else 'unit'
        end as body_scope,
        bool_or(reporting_scope = 'department' and has_figures)
            as has_department_figures,
        bool_or(printed_scope = 'department') as is_printed_department
    from documents_scoped
    where unfit_because is null
    group by all

),

-- every body to all that stand above it; the count of steps ends a ring of claims
ancestors as (

    select
        department_id,
        parent_department_id as ancestor_department_id,
        parent_basis,
        1 as step_count
    from parents
    union all
    select
        ancestors.department_id,
        parents.parent_department_id as ancestor_department_id,
        ancestors.parent_basis,
        ancestors.step_count + 1 as step_count
    from ancestors
    inner join parents
        on ancestors.ancestor_department_id = parents.department_id
    where ancestors.step_count < 4

),

-- a unit to the nearest body above it whose counted figures hold its own; one that
-- publishes as a department is a unit only where the other's document says so
units_included as (

    select
        units.department_id,
        units.region_code,
        units.fiscal_year,
        units.phase,
        ancestors.ancestor_department_id
    from scopes_decided as units
    inner join ancestors
        on units.department_id = ancestors.department_id
    inner join scopes_decided as departments
        on
            ancestors.ancestor_department_id = departments.department_id
            and units.region_code = departments.region_code
            and units.fiscal_year = departments.fiscal_year
            and units.phase = departments.phase
    where
        departments.has_department_figures
        and ancestors.ancestor_department_id != units.department_id
        and (ancestors.parent_basis = 'listed' or not units.is_printed_department)
    qualify
        row_number() over (
            partition by units.department_id, units.fiscal_year, units.phase
            order by ancestors.step_count, ancestors.ancestor_department_id
        ) = 1

),

-- each document to the scope of its body and at most one department it is in
documents_reasoned as (

    select
        documents_scoped.document_id,
        documents_scoped.department_id,
        documents_scoped.region_code,
        documents_scoped.fiscal_year,
        documents_scoped.phase,
        documents_scoped.printed_scope,
        documents_scoped.has_figures,
        units_included.ancestor_department_id,
        case
            when documents_scoped.unfit_because is null
                then documents_scoped.reporting_scope
            else documents_scoped.printed_scope
        end as reporting_scope,
        case
            when documents_scoped.unfit_because is not null
                then documents_scoped.unfit_because
            when units_included.department_id is not null
                then 'unit_of_counted_department'
            when
                documents_scoped.reporting_scope = 'unit'
                and scopes_decided.body_scope = 'department'
                then 'same_body_counted_as_department'
        end as not_counted_because
    from documents_scoped
    left join scopes_decided
        on
            documents_scoped.unfit_because is null
            and documents_scoped.department_id = scopes_decided.department_id
            and documents_scoped.region_code = scopes_decided.region_code
            and documents_scoped.fiscal_year = scopes_decided.fiscal_year
            and documents_scoped.phase = scopes_decided.phase
    left join units_included
        on
            documents_scoped.unfit_because is null
            and documents_scoped.department_id = units_included.department_id
            and documents_scoped.fiscal_year = units_included.fiscal_year
            and documents_scoped.phase = units_included.phase

),

counted as (

    select
        document_id,
        department_id,
        region_code,
        fiscal_year,
        phase,
        printed_scope,
        reporting_scope,
        has_figures,
        not_counted_because,
        not_counted_because is null as is_counted,
        case
            when not_counted_because = 'unit_of_counted_department'
                then ancestor_department_id
            when not_counted_because = 'same_body_counted_as_department'
                then department_id
            when not_counted_because is null then department_id
        end as counts_with_department_id
    from documents_reasoned

)

select * from counted

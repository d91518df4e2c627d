with

documents as (

    select * from {{ ref('int_document__listed') }}

),

departments as (

    select * from {{ ref('int_department__named') }}

),

regions as (

    select
        code as region_code,
        name as region_name
    from {{ ref('ref_region') }}
    group by all

),

forms as (

    select * from {{ ref('int_form__placed') }}

),

form_values as (

    select * from {{ ref('int_form_value__placed') }}

),

placed_documents as (

    select * from documents
    where
        is_usable
        and department_id is not null
        and region_code is not null

),

-- every body of the documents, by what its spellings have in common
bodies as (

    select
        placed_documents.region_code,
        placed_documents.department_id,
        departments.department_key,
        departments.official_local_name
    from placed_documents
    inner join departments
        on
            placed_documents.department_name = departments.department_name
            and placed_documents.region_code = departments.region_code
    group by all

),

-- what a department's own document names as its unit: in a budget book, or in 部门基本情况表
units_printed as (

    select
        document_id,
        reporting_unit as unit_name
    from forms
    where reporting_unit is not null
    union distinct
    select
        document_id,
        line_label as unit_name
    from form_values
    where form_id = 'department_profile' and line_code is null

),

-- with and without the region before it, the party left out; many names to one document
unit_names as (

    select
        placed_documents.department_id as parent_department_id,
        placed_documents.region_code,
        regexp_replace(units_printed.unit_name, '^(中国共产党|中共)', '') as unit_name
    from units_printed
    inner join placed_documents
        on units_printed.document_id = placed_documents.document_id

),

unit_local_names as (

    select
        parent_department_id,
        region_code,
        unit_name as local_name
    from unit_names
    union distinct
    select
        unit_names.parent_department_id,
        unit_names.region_code,
        substr(unit_names.unit_name, length(regions.region_name) + 1) as local_name
    from unit_names
    inner join regions
        on
            unit_names.region_code = regions.region_code
            and starts_with(unit_names.unit_name, regions.region_name)

),

unit_keys as (

    select
        *,
        {{ department_key('local_name') }} as unit_key
    from unit_local_names

),

-- each name printed to at most one body of the region
units_listed as (

    select
        bodies.department_id,
        unit_keys.parent_department_id
    from unit_keys
    inner join bodies
        on
            unit_keys.unit_key = bodies.department_key
            and unit_keys.region_code = bodies.region_code
            and unit_keys.parent_department_id != bodies.department_id
    group by all

),

-- 财政局 is the department of 财政局投资评审中心; a township is not that of its school, which
-- belongs to the education bureau
units_named as (

    select
        units.department_id,
        parents.department_id as parent_department_id
    from bodies as units
    inner join bodies as parents
        on
            units.region_code = parents.region_code
            and units.department_id != parents.department_id
            and starts_with(units.official_local_name, parents.official_local_name)
    where
        regexp_matches(parents.official_local_name, '..([局厅部]|委员会)$')
    -- of several that fit the longest is the nearest
    qualify
        row_number() over (
            partition by units.department_id
            order by
                length(parents.official_local_name) desc,
                parents.department_id asc
        ) = 1

),

claims as (

    select
        *,
        'listed' as parent_basis
    from units_listed
    union all
    select
        units_named.*,
        'named' as parent_basis
    from units_named
    left join units_listed
        on units_named.department_id = units_listed.department_id
    where units_listed.department_id is null

),

-- a body that two departments claim, or that claims its own claimant, has no parent
parented as (

    select claims.*
    from claims
    left join claims as claimed_back
        on
            claims.department_id = claimed_back.parent_department_id
            and claims.parent_department_id = claimed_back.department_id
    where claimed_back.department_id is null
    qualify count(*) over (partition by claims.department_id) = 1

)

select * from parented

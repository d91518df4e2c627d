with

documents as (

    select * from {{ ref('int_document__listed') }}

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

-- every spelling under which a body stands in its own documents
names_used as (

    select
        region_code,
        department_id,
        department_name
    from placed_documents
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

-- each name printed to at most one body of the region
units_listed as (

    select
        names_used.department_id,
        placed_documents.department_id as parent_department_id
    from units_printed
    inner join placed_documents
        on units_printed.document_id = placed_documents.document_id
    inner join names_used
        on
            units_printed.unit_name = names_used.department_name
            and placed_documents.region_code = names_used.region_code
            and placed_documents.department_id != names_used.department_id
    group by all

),

-- 沁源县财政局 is the department of 沁源县财政局投资评审中心; a township is not that of its
-- school, which belongs to the education bureau
units_named as (

    select
        units.department_id,
        departments.department_id as parent_department_id
    from names_used as units
    inner join names_used as departments
        on
            units.region_code = departments.region_code
            and units.department_id != departments.department_id
            and starts_with(units.department_name, departments.department_name)
    where regexp_matches(departments.department_name, '[局厅委部]$|委员会$')
    -- of several that fit the longest is the nearest
    qualify
        row_number() over (
            partition by units.department_id
            order by
                length(departments.department_name) desc,
                departments.department_id asc
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

with

files as (

    select * from {{ ref('int_document__registered') }}

),

documents as (

    select * from {{ ref('int_document__identified') }}

),

departments as (

    select * from {{ ref('int_department__named') }}

),

regions as (

    select
        code as region_code,
        name as region_name
    from {{ ref('ref_region') }}
    qualify
        row_number() over (
            partition by code
            order by valid_to desc nulls first, valid_from desc nulls last
        ) = 1

),

-- files of a body with the name each bears and the printed one a reader replaced
files_named as (

    select
        files.document_id,
        files.department_id,
        files.department_name,
        files.region_code,
        files.fiscal_year,
        departments.official_local_name,
        departments.has_region,
        departments.is_abbreviation,
        departments.department_type,
        documents.printed_department_name
    from files
    left join documents
        on files.document_id = documents.document_id
    left join departments
        on
            files.department_name = departments.department_name
            and files.region_code is not distinct from departments.region_code
            and files.department_id = departments.department_id
    where
        not files.is_duplicate
        and files.department_id is not null

),

variants as (

    select
        department_id,
        department_name as variant
    from files_named
    union distinct
    select
        department_id,
        printed_department_name as variant
    from files_named
    where printed_department_name is not null

),

variants_listed as (

    select
        department_id,
        list(variant order by variant) as name_variants
    from variants
    group by department_id

),

surveyed as (

    select
        *,
        cast(count(*) over department as integer) as document_count,
        min(fiscal_year) over department as first_fiscal_year,
        max(fiscal_year) over department as last_fiscal_year
    from files_named
    window department as (partition by department_id)

),

-- named as in its latest document
latest_named as (

    select * from surveyed
    qualify
        row_number() over (
            partition by department_id
            order by fiscal_year desc nulls last, document_id asc
        ) = 1

),

-- the longest spelling that is no abbreviation, printed with its region if one is
fullest_named as (

    select
        department_id,
        department_name,
        official_local_name,
        has_region,
        is_abbreviation
    from files_named
    qualify
        row_number() over (
            partition by department_id
            order by
                is_abbreviation asc nulls last,
                has_region desc nulls last,
                length(department_name) desc,
                department_name asc
        ) = 1

),

-- a body to its region; a region's name is put before a name printed without it, and an
-- abbreviation written out where it needs no party before the region
resolved as (

    select
        latest_named.department_id,
        latest_named.department_name,
        latest_named.region_code,
        latest_named.department_type,
        latest_named.first_fiscal_year,
        latest_named.last_fiscal_year,
        latest_named.document_count,
        variants_listed.name_variants,
        case
            when latest_named.region_code is null then fullest_named.department_name
            when
                fullest_named.is_abbreviation
                -- 供销合作联合社 is no shorter than 供销合作社联合社: both are full names
                and length(regions.region_name || fullest_named.official_local_name)
                > length(fullest_named.department_name) + 1
                and not regexp_matches(
                    fullest_named.official_local_name, '^(委|政协|共青团|纪律检查)'
                )
                then regions.region_name || fullest_named.official_local_name
            when
                fullest_named.has_region
                or contains(
                    fullest_named.department_name,
                    regexp_replace(regions.region_name, '[省市县区旗州]$', '')
                )
                then fullest_named.department_name
            else regions.region_name || fullest_named.department_name
        end as official_name
    from latest_named
    inner join fullest_named
        on latest_named.department_id = fullest_named.department_id
    inner join variants_listed
        on latest_named.department_id = variants_listed.department_id
    left join regions
        on latest_named.region_code = regions.region_code

)

select * from resolved

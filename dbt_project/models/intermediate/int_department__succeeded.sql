with

files as (

    select * from {{ ref('int_document__registered') }}

),

departments as (

    select * from {{ ref('int_department__named') }}

),

successions as (

    select * from {{ ref('ref_department_succession') }}
    -- where only part of its work went elsewhere the department itself goes on; what
    -- only some places did is no proof of what this one did
    where succession_kind != 'part' and confidence != 'knowledge-low'

),

bodies as (

    select
        files.department_id,
        departments.department_key,
        split_part(files.department_id, '-', 1) as stable_region_id,
        min(files.fiscal_year) as first_fiscal_year,
        max(files.fiscal_year) as last_fiscal_year
    from files
    inner join departments
        on
            files.department_name = departments.department_name
            and files.region_code = departments.region_code
    where not files.is_duplicate
    group by all

),

-- a body before the reform to each of its region that the reform made of it
successors_found as (

    select
        predecessors.department_id,
        successors.department_id as successor_department_id
    from bodies as predecessors
    inner join successions
        on
            regexp_matches(
                predecessors.department_key, successions.predecessor_pattern
            )
            and coalesce(
                predecessors.last_fiscal_year <= successions.valid_to, true
            )
    inner join bodies as successors
        on
            predecessors.stable_region_id = successors.stable_region_id
            and predecessors.department_id != successors.department_id
            and regexp_matches(
                successors.department_key, successions.successor_pattern
            )
            and successions.valid_from <= successors.last_fiscal_year
    group by all

),

-- one that may have gone into two says neither
succeeded as (

    select * from successors_found
    qualify count(*) over (partition by department_id) = 1

)

select * from succeeded

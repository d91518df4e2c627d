with

dated_regions as (

    select * from {{ ref('ref_region') }}

),

-- one row per code: its youngest name; the earlier ones stay in ref_region
youngest as (

    select * from dated_regions
    qualify
        row_number() over (
            partition by code
            order by valid_to desc nulls first, valid_from desc nulls last
        ) = 1

),

-- every parent code is a code of the list: at most one row each
with_parents as (

    select
        youngest.code as region_code,
        youngest.name as region_name,
        youngest.full_name,
        youngest.level as region_level,
        youngest.parent as parent_code,
        parents.name as parent_name,
        provinces.code as province_code,
        provinces.name as province_name,
        youngest.valid_from as valid_from_year,
        youngest.valid_to as valid_to_year,
        youngest.stable_id,
        youngest.source,
        youngest.valid_to is null as is_current,
        case
            when youngest.level = 'prefecture' then youngest.code
            when parents.level = 'prefecture' then parents.code
        end as prefecture_code,
        case
            when youngest.level = 'prefecture' then youngest.name
            when parents.level = 'prefecture' then parents.name
        end as prefecture_name
    from youngest
    left join youngest as parents
        on youngest.parent = parents.code
    left join youngest as provinces
        on left(youngest.code, 2) || '0000' = provinces.code

),

described as (

    select
        region_code,
        region_name,
        full_name,
        region_level,
        parent_code,
        parent_name,
        prefecture_code,
        prefecture_name,
        province_code,
        province_name,
        valid_from_year,
        valid_to_year,
        is_current,
        stable_id,
        source
    from with_parents

)

select * from described
order by region_code

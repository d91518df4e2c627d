with

functions as (

    select * from {{ ref('ref_function') }}

),

described as (

    select
        code || '@' || coalesce(cast(valid_from as varchar), '') as function_key,
        code as function_code,
        name as function_name,
        {{ class_level_of('level') }} as class_level,
        parent as parent_code,
        left(code, 3) as class_code,
        valid_from as valid_from_year,
        valid_to as valid_to_year,
        valid_to is null as is_current,
        confidence,
        source
    from functions

)

select * from described
order by function_code, valid_from_year nulls first

with recursive

functions as (

    select * from {{ ref('ref_function') }}

),

code_changes as (

    select * from {{ ref('ref_code_change') }}

),

dated as (

    select
        *,
        code || '@' || coalesce(cast(valid_from as varchar), '') as function_key
    from functions

),

-- what became of a code, and of the section above it: moved and merged codes are
-- followed, split ones are not
followed as (

    select
        function_key,
        len(code) as followed_length,
        code as current_code,
        coalesce(valid_from, 0) as since_year
    from dated
    union all
    select
        function_key,
        5 as followed_length,
        left(code, 5) as current_code,
        coalesce(valid_from, 0) as since_year
    from dated
    where len(code) = 7
    union all
    select
        followed.function_key,
        followed.followed_length,
        code_changes.new_code as current_code,
        code_changes.change_year as since_year
    from followed
    inner join code_changes
        on
            followed.current_code = code_changes.old_code
            and code_changes.classification = 'function'
            and code_changes.kind != 'split'
            and followed.since_year < code_changes.change_year

),

newest_codes as (

    select
        function_key,
        followed_length,
        arg_max(current_code, (since_year, current_code)) as current_code
    from followed
    group by function_key, followed_length

),

newest_names as (

    select
        code,
        arg_max(name, (coalesce(valid_from, 0), name)) as newest_name
    from functions
    group by code

),

-- each row to exactly one newest code, at most one newest section, and one name
harmonised as (

    select
        dated.*,
        own_code.current_code as harmonised_code,
        newest_names.newest_name as harmonised_name,
        case
            when len(own_code.current_code) >= 5 and own_code.current_code != dated.code
                then left(own_code.current_code, 5)
            else coalesce(
                section_code.current_code,
                case when len(dated.code) = 5 then own_code.current_code end
            )
        end as harmonised_section_code
    from dated
    inner join newest_codes as own_code
        on
            dated.function_key = own_code.function_key
            and len(dated.code) = own_code.followed_length
    left join newest_codes as section_code
        on
            dated.function_key = section_code.function_key
            and len(dated.code) = 7
            and section_code.followed_length = 5
    left join newest_names
        on own_code.current_code = newest_names.code

),

described as (

    select
        function_key,
        code as function_code,
        name as function_name,
        {{ class_level_of('level') }} as class_level,
        parent as parent_code,
        left(code, 3) as class_code,
        valid_from as valid_from_year,
        valid_to as valid_to_year,
        valid_to is null as is_current,
        confidence,
        source,
        harmonised_code,
        harmonised_name,
        harmonised_section_code,
        left(coalesce(harmonised_section_code, harmonised_code), 3)
            as harmonised_class_code
    from harmonised

)

select * from described
order by function_code, valid_from_year nulls first

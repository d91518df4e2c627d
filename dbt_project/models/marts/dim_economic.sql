with recursive

department_classes as (

    select * from {{ ref('ref_economic_department') }}

),

government_classes as (

    select * from {{ ref('ref_economic_government') }}

),

mapping as (

    select * from {{ ref('ref_economic_mapping') }}

),

both_classifications as (

    select
        'department' as classification,
        *
    from department_classes
    union all
    select
        'government' as classification,
        *
    from government_classes

),

code_changes as (

    select * from {{ ref('ref_code_change') }}

),

dated as (

    select
        *,
        code || '@' || coalesce(cast(valid_from as varchar), '') as economic_key
    from both_classifications

),

-- what became of a code: moved and merged codes are followed, split ones are not
followed as (

    select
        economic_key,
        classification,
        code as current_code,
        coalesce(valid_from, 0) as since_year
    from dated
    union all
    select
        followed.economic_key,
        followed.classification,
        code_changes.new_code as current_code,
        code_changes.change_year as since_year
    from followed
    inner join code_changes
        on
            followed.current_code = code_changes.old_code
            and code_changes.classification = 'economic_' || followed.classification
            and code_changes.kind != 'split'
            and followed.since_year < code_changes.change_year

),

newest_codes as (

    select
        economic_key,
        arg_max(current_code, (since_year, current_code)) as harmonised_code
    from followed
    group by economic_key

),

newest_names as (

    select
        code,
        arg_max(name, (coalesce(valid_from, 0), name)) as newest_name
    from both_classifications
    group by code

),

mapping_both_ways as (

    select
        'department' as classification,
        dep_code as code,
        gov_code as mapped_code,
        unit_type
    from mapping
    union all
    select
        'government' as classification,
        gov_code as code,
        dep_code as mapped_code,
        unit_type
    from mapping

),

mapping_gathered as (

    select
        classification,
        code,
        list(distinct mapped_code order by mapped_code) filter (
            where unit_type in ('机关', '不限')
        ) as administrative_counterpart_codes,
        list(distinct mapped_code order by mapped_code) filter (
            where unit_type in ('事业单位', '不限')
        ) as institution_counterpart_codes
    from mapping_both_ways
    group by classification, code

),

-- many dated rows of a code to at most one mapping row, one newest code and its name
described as (

    select
        dated.economic_key,
        dated.classification,
        dated.code as economic_code,
        dated.name as economic_name,
        {{ class_level_of('dated.level') }} as class_level,
        dated.parent as parent_code,
        left(dated.code, 3) as class_code,
        mapping_gathered.administrative_counterpart_codes,
        mapping_gathered.institution_counterpart_codes,
        dated.valid_from as valid_from_year,
        dated.valid_to as valid_to_year,
        dated.valid_to is null as is_current,
        dated.confidence,
        dated.source,
        newest_codes.harmonised_code,
        newest_names.newest_name as harmonised_name,
        left(newest_codes.harmonised_code, 3) as harmonised_class_code
    from dated
    inner join newest_codes
        on dated.economic_key = newest_codes.economic_key
    left join newest_names
        on newest_codes.harmonised_code = newest_names.code
    left join mapping_gathered
        on
            dated.classification = mapping_gathered.classification
            and dated.code = mapping_gathered.code

)

select * from described
order by economic_code, valid_from_year nulls first

with

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

-- many dated rows of a code to at most one mapping row
described as (

    select
        both_classifications.code
        || '@'
        || coalesce(cast(both_classifications.valid_from as varchar), '')
            as economic_key,
        both_classifications.classification,
        both_classifications.code as economic_code,
        both_classifications.name as economic_name,
        {{ class_level_of('both_classifications.level') }} as class_level,
        both_classifications.parent as parent_code,
        left(both_classifications.code, 3) as class_code,
        mapping_gathered.administrative_counterpart_codes,
        mapping_gathered.institution_counterpart_codes,
        both_classifications.valid_from as valid_from_year,
        both_classifications.valid_to as valid_to_year,
        both_classifications.valid_to is null as is_current,
        both_classifications.confidence,
        both_classifications.source
    from both_classifications
    left join mapping_gathered
        on
            both_classifications.classification = mapping_gathered.classification
            and both_classifications.code = mapping_gathered.code

)

select * from described
order by economic_code, valid_from_year nulls first
